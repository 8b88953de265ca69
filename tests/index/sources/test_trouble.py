"""What is no article: every case one sentence, and in a folder the others go in."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source, read_sources


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(read_source(path))
    message = str(caught.value)
    assert repr(str(path)) in message
    assert "\n" not in message
    return message


def test_a_missing_path_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A fact stands here.")
    with pytest.raises(SourceError, match=r"gone\.txt' does not exist; check the path"):
        read_sources([tmp_path / "a.txt", tmp_path / "gone.txt"])


def test_a_null_in_a_path() -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_sources(["a\0b.txt"])


def test_links_that_lead_nowhere_and_pipes_cost_themselves_alone(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The harbor was fined on Tuesday.")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nobody.txt")
    os.mkfifo(tmp_path / "pipe.jsonl")
    items = list(read_source(tmp_path))
    assert [item.text for item in items if isinstance(item, Article)] == ["The harbor was fined on Tuesday."]
    assert {Path(item.origin).name for item in items if isinstance(item, Skipped)} == {
        "loop.txt", "gone.txt", "pipe.jsonl",
    }  # fmt: skip


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "put articles there: .txt, .md, .html, .pdf" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x7fELF\x02", "a program"),
        (b"PK\x03\x04", "a Word, ODF or zip file"),
        (b"", "not text"),
    ],
)
def test_a_binary_renamed_to_txt(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(start + random.Random(1).randbytes(50_000))
    assert kind in refusal(path)


def test_invalid_utf_8_is_read_and_its_encoding_marked_as_guessed(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("The café on the Rhône said “no” on Friday.".encode("cp1252"))
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert "café on the Rhône said “no”" in article.text
    assert "encoding" in article.inferred
    path.write_bytes("Çà et là, “déjà” — été, naïve, forêt.".encode() + b" \xff\xfe")
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert article.text.startswith("Çà et là, “déjà” — été")
    assert "encoding" in article.inferred


def test_utf_16_with_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notepad.txt"
    path.write_text("The café closed on Friday.", encoding="utf-16")
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert article.text == "The café closed on Friday."


@pytest.mark.parametrize(("name", "said"), [("big.txt", "larger than the 20 MB"), ("big.jsonl", "16 MB")])
def test_50_mb_of_one_line(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"no end " * 150_000)
    assert said in refusal(path)


def test_a_long_line_within_the_limit_is_an_article(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"no end " * 300_000)
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert len(article.text) == 2_099_999


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may read everything: those tests run as a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that anybody can reach, with one article and one folder that its owner alone may open."""
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "secret.txt").write_text("A secret fact.")
    (tmp_path / "open.txt").write_text("An open fact stands here.")
    (tmp_path / "unreadable.txt").write_text("An unreadable fact.")
    (tmp_path / "unreadable.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    return tmp_path


def test_a_folder_and_a_file_without_permission(open_folder: Path, as_nobody: None) -> None:
    assert "may not be read by this user" in refusal(open_folder / "closed")
    assert "may not be read by this user" in refusal(open_folder / "unreadable.txt")
    items = list(read_source(open_folder))
    assert [item.text for item in items if isinstance(item, Article)] == ["An open fact stands here."]
    assert {Path(item.origin).name for item in items if isinstance(item, Skipped)} == {
        "closed",
        "unreadable.txt",
    }


def test_in_a_folder_what_cannot_be_read_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A fact stands here.")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    (tmp_path / ".hidden").write_text("A hidden fact.")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.md").write_text("# Deep\n\nA deep fact.")
    (tmp_path / "loop").symlink_to(tmp_path)
    items = list(read_source(tmp_path))
    assert [item.title for item in items if isinstance(item, Article)] == ["A", "Deep"]
    skipped = {Path(item.origin).name: item.reason for item in items if isinstance(item, Skipped)}
    assert set(skipped) == {"b.txt", "c.png", "loop"}
    assert skipped["loop"] == "is a link to a folder, which is not followed; give that folder itself."
    assert skipped["b.txt"].startswith("is empty")


def test_a_pipe_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "no ordinary file" in refusal(tmp_path / "pipe.txt")


def test_other_schemes_are_refused() -> None:
    with pytest.raises(SourceError, match=r"'ftp://example.org/a' is not an address Byline fetches"):
        read_sources(["ftp://example.org/a"])
