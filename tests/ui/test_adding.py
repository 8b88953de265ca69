"""Articles put into the archive from the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from index.archive import Archive
from index.articles import IngestReport, Skipped
from ui.adding import NOTHING, TAKEN, add, draw_report, pasted_article

PASTED = "Harbour reopens\n\nThe harbour of Velden reopened on Monday, its mayor Ada <b>Quill</b> said."


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", threads=1) as archive:
        yield archive


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    """A file as the page hands it over: in a folder of its own, under its own name."""
    folder = tmp_path / "uploads" / "5f3a"
    folder.mkdir(parents=True)
    (folder / "soup.txt").write_text("Soup wins\n\nMarie Blanc of Lyon won the soup prize on Sunday.")
    return folder / "soup.txt"


def test_files_and_a_pasted_text_go_in_and_the_files_are_taken_away(archive: Archive, upload: Path) -> None:
    *before, (last, done) = add(archive, [upload], PASTED)
    assert before[0] == ("<p>Reading…</p>", False)
    assert (last, done) == ("<p>2 articles added.</p>", True)
    assert {article.title for article in archive.articles()} == {"Soup wins", "Harbour reopens"}
    assert not upload.exists()


def test_the_same_again_changes_nothing(archive: Archive) -> None:
    list(add(archive, [], PASTED))
    assert list(add(archive, [], PASTED))[-1] == ("<p>1 article there already.</p>", True)


def test_a_file_that_is_no_article_is_named_as_its_owner_knows_it(archive: Archive, upload: Path) -> None:
    upload.write_bytes(bytes(range(256)))
    said, done = list(add(archive, [upload], ""))[-1]
    assert not done
    assert "soup.txt" in said
    assert "5f3a" not in said


def test_what_could_not_be_added_is_still_there_to_be_added_once_more(archive: Archive, upload: Path) -> None:
    with FileLock(archive.path / "writer.lock"):
        said, done = list(add(archive, [upload], ""))[-1]
    assert ("being written to" in said, done, upload.exists()) == (True, False, True)
    assert list(add(archive, [upload], ""))[-1] == ("<p>1 article added.</p>", True)
    assert not upload.exists()


def test_a_bad_file_does_not_cost_the_pasted_text(archive: Archive, upload: Path) -> None:
    upload.write_bytes(b"")
    said, done = list(add(archive, [upload], PASTED))[-1]
    assert done
    assert said.startswith("<p>1 article added.</p><p>1 item left out:</p>")


def test_pages_are_added_by_address_from_hosts_that_may_be_private(archive: Archive, news_site: str) -> None:
    given = f"{news_site}/harbour\n\n{news_site}/nowhere\n"
    said, done = list(add(archive, [], given, ("127.0.0.1",)))[-1]
    assert done
    assert said.startswith("<p>1 article added.</p><p>1 item left out:</p>")
    assert "the server answered 404" in said
    (article,) = archive.articles()
    assert (article.title, article.url) == ("Harbour of Velden reopens", f"{news_site}/harbour")
    assert list(add(archive, [], given, ("127.0.0.1",)))[-1][0].startswith("<p>1 article there already.</p>")


def test_no_page_of_this_machine_is_added_unless_its_host_is_named(archive: Archive, news_site: str) -> None:
    said, done = list(add(archive, [], f"{news_site}/harbour"))[-1]
    assert not done
    assert "allow_hosts = [&quot;127.0.0.1&quot;] in byline.toml" in said
    assert archive.articles() == []


def test_a_file_that_is_not_taken_is_told_which_are(archive: Archive, upload: Path) -> None:
    picture = upload.with_name("holiday.png")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    large = upload.with_name("large.md")
    large.write_bytes(b"Word " * 500_000)
    said, done = list(add(archive, [picture, large, upload], ""))[-1]
    assert done
    assert "1 article added." in said
    assert "holiday.png: is a PNG picture, not text" in said
    assert "large.md: is larger than the 2 MB that one article may have" in said
    assert f"<p>{TAKEN}</p>" in said
    assert not picture.exists()


def test_nothing_given_and_a_second_writer_are_sentences(archive: Archive) -> None:
    assert list(add(archive, [], "  ")) == [(f'<p class="error" role="alert">{NOTHING}</p>', False)]
    with FileLock(archive.path / "writer.lock"):
        said, done = list(add(archive, [], PASTED))[-1]
    assert not done
    assert "being written to" in said


def test_a_pasted_text_is_known_by_its_words() -> None:
    assert pasted_article(PASTED).article_id == pasted_article(PASTED).article_id
    assert pasted_article(PASTED).article_id != pasted_article(PASTED + " More.").article_id
    page = "<!doctype html><title>A</title><article><h1>Tunnel opens</h1><p>" + "It opened today. " * 40
    assert "<p>" not in pasted_article(page).text


def test_a_report_is_text_whatever_it_names() -> None:
    skipped = tuple(Skipped(f"<i>{n}</i>.txt", "is empty") for n in range(9))
    markup = draw_report(IngestReport(added=1, updated=2, skipped=skipped))
    assert markup.startswith("<p>1 article added, 2 articles updated.</p><p>9 items left out:</p>")
    assert "&lt;i&gt;0&lt;/i&gt;.txt: is empty" in markup
    assert "and 4 more" in markup
    assert draw_report(IngestReport()) == "<p>Nothing added.</p>"
