"""A backup: whole, of one moment, while others read and write; and nothing in place of half a one."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index import ingest
from index.archive import Archive
from index.articles import Article
from index.backup import back_up
from index.errors import ArchiveError
from index.retriever import HybridRetriever

MakeUp = Callable[..., list[Article]]
Open = Callable[..., Archive]


def test_the_copy_is_the_archive(archive: Archive, made_up: MakeUp, tmp_path: Path, embedder: object) -> None:
    archive.ingest(made_up(12))
    (archive.path / "feedback.jsonl").write_text("{}\n")
    with closing(sqlite3.connect(archive.path / "conversations.sqlite3", isolation_level=None)) as kept:
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("CREATE TABLE said (words)")
        kept.execute("INSERT INTO said VALUES ('not yet in the file itself')")
        back_up(archive, tmp_path / "copies" / "monday")
    with Archive.open(tmp_path / "copies" / "monday", embedder=embedder) as copy:  # type: ignore[arg-type]
        assert copy.check() == []
        assert copy.articles() == archive.articles()
        question = "What did Mayor Ann7 Lee say?"
        assert HybridRetriever(copy).retrieve(question) == HybridRetriever(archive).retrieve(question)
        assert copy.ingest(made_up(13)).added == 1
    assert archive.status().articles == 12
    assert (tmp_path / "copies" / "monday" / "feedback.jsonl").exists()
    with closing(sqlite3.connect(tmp_path / "copies" / "monday" / "conversations.sqlite3")) as copied:
        assert copied.execute("SELECT words FROM said").fetchall() == [("not yet in the file itself",)]


def test_what_is_there_already_is_not_touched(archive: Archive, made_up: MakeUp, tmp_path: Path) -> None:
    archive.ingest(made_up(1))
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(ArchiveError, match=r"notes.*name a folder that is new"):
        back_up(archive, tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "mine"


def test_half_a_backup_is_none(
    archive: Archive, made_up: MakeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.ingest(made_up(1))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.backup.shutil.copytree", full)
    with pytest.raises(ArchiveError, match=r"No space left on device.*free some space"):
        back_up(archive, tmp_path / "copies" / "full")
    assert list((tmp_path / "copies").iterdir()) == []


def test_without_the_vectors_it_says_how_they_are_made(
    archive: Archive, made_up: MakeUp, tmp_path: Path
) -> None:
    archive.ingest(made_up(1))
    shutil.rmtree(archive.path / "vectors")
    with pytest.raises(ArchiveError, match=r"archive' are gone; .* `byline check --repair`"):
        back_up(archive, tmp_path / "copy")
    archive.check(repair=True)
    back_up(archive, tmp_path / "copy")


@pytest.mark.slow
def test_of_damaged_vectors_it_says_that_they_are(archive: Archive, made_up: MakeUp, tmp_path: Path) -> None:
    archive.ingest(made_up(1))
    (path,) = (archive.path / "vectors").glob("*/chroma.sqlite3")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ArchiveError, match=r"archive' are damaged; .* `byline check --repair`"):
        back_up(archive, tmp_path / "copy")


def test_while_a_writer_writes_every_copy_is_sound(
    opened: Open, made_up: MakeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: object
) -> None:
    """Vectors are published, and earlier ones cleared away, many times while the copies are made."""
    monkeypatch.setattr(ingest, "PUBLISH_SECONDS", 0.3)
    monkeypatch.setattr(ingest, "_EMBED_PASSAGES", 4)
    opened().ingest(made_up(10))
    writer, reader = opened(), opened()
    writing = threading.Thread(target=lambda: writer.ingest(made_up(90)))
    writing.start()
    copies = []
    while writing.is_alive() and len(copies) < 5:
        copies.append(tmp_path / f"copy-{len(copies)}")
        back_up(reader, copies[-1])
    writing.join()
    assert copies
    for folder in copies:
        with Archive.open(folder, embedder=embedder) as copy:  # type: ignore[arg-type]
            assert 10 <= copy.status().articles <= 90
            assert all("wait to be embedded" in problem.message for problem in copy.check())
            copy.check(repair=True)
            assert copy.check() == []
