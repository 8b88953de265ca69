"""Saved mails, written here with the standard library's email package."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source

TEXT = "The café on the Rhône was fined on Tuesday.\n\n“We did not expect it,” said its owner.\n"


def written(text: str = TEXT) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Café fined – a release"
    mail["From"] = "Jane Dœ <jane@gazette.example>"
    mail["Date"] = "Wed, 03 Mar 2021 20:05:00 +0200 (CEST)"
    mail["Message-ID"] = "<release-7@gazette.example>"
    mail["Archived-At"] = "<https://gazette.example/7>"
    mail.set_content(text)
    return mail


def read(path: Path, mail: EmailMessage) -> list[Article | Skipped]:
    path.write_bytes(bytes(mail))
    return list(read_source(path))


def test_header_and_text(tmp_path: Path) -> None:
    (article,) = read(tmp_path / "a.eml", written())
    assert isinstance(article, Article)
    assert (article.title, article.author) == ("Café fined – a release", "Jane Dœ")
    assert (article.published, article.url) == ("2021-03-03T20:05:00+02:00", "https://gazette.example/7")
    assert article.text == TEXT.strip()
    assert article.inferred == ()


def test_a_mail_that_hangs_on_it_is_named(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "The bridge is closed"
    inner.set_content(TEXT)
    mail = written()
    mail.add_attachment(inner)
    article, left = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article) and isinstance(left, Skipped)
    assert left.origin.endswith("a.eml/The bridge is closed")


def test_of_a_newsletter_the_page_is_read(tmp_path: Path) -> None:
    mail = written("View this email in your browser: https://gazette.example/7\n")
    mail.add_alternative(f"<html><body><p>{TEXT * 4}</p></body></html>", subtype="html")
    (article,) = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert "fined on Tuesday" in article.text and "your browser" not in article.text


def test_the_organization_is_the_source(tmp_path: Path) -> None:
    mail = written()
    mail["Organization"] = "The Gazette"
    (article,) = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert (article.source, article.inferred) == ("The Gazette", ())


def test_one_mail_is_one_article_wherever_it_is_saved(tmp_path: Path) -> None:
    (one,), (other,) = read(tmp_path / "a.eml", written()), read(tmp_path / "b.eml", written())
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert one.article_id == other.article_id


def test_the_plain_text_is_read_and_not_the_page_beside_it(tmp_path: Path) -> None:
    mail = written()
    mail.add_alternative("<html><body><p>Another text.</p></body></html>", subtype="html")
    (article,) = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert article.text == TEXT.strip()


def test_a_page_alone_is_read_and_the_signature_is_not(tmp_path: Path) -> None:
    mail = written()
    mail.set_content("<html><style>p {}</style><p>One&nbsp;café.</p><div>Two.</div></html>", subtype="html")
    (article,) = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert article.text == "One café.\n\nTwo."
    (article,) = read(tmp_path / "b.eml", written("A fact.\n\n-- \nJane Doe\nThe Gazette\n"))
    assert isinstance(article, Article)
    assert article.text == "A fact."


def test_lines_that_a_mailer_broke_are_whole_again(tmp_path: Path) -> None:
    mail = written("The council voted on \nTuesday.\nThe bank agreed.\n")
    mail.set_param("format", "flowed")
    (article,) = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert article.text == "The council voted on Tuesday.\nThe bank agreed."


def test_an_attachment_is_named(tmp_path: Path) -> None:
    mail = written()
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="release.pdf")
    article, skipped = read(tmp_path / "a.eml", mail)
    assert isinstance(article, Article)
    assert isinstance(skipped, Skipped)
    assert skipped.origin == f"{tmp_path / 'a.eml'}/release.pdf"
    assert "attached" in skipped.reason


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"just a text, and no header", "no mail: it has no header"),
        (b"Subject: nothing more\n\n", "holds no text"),
        (b"Subject: x\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe?", "holds no text|not text"),
    ],
)
def test_what_is_no_mail(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=said):
        list(read_source(path))
