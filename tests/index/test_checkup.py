"""`check` finds what is wrong with an archive, and `check(repair=True)` makes it right from the catalog."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import ingest
from index.archive import Archive
from index.articles import Article
from index.errors import ArchiveError
from index.progress import Progress, silent
from index.retriever import HybridRetriever
from index.splitter import split
from index.vectors import Matrix, VectorFolder, VectorsDamagedError
from tests.index.conftest import WordEmbedder, made_up_article

MakeUp = Callable[..., list[Article]]
Open = Callable[..., Archive]


@pytest.fixture
def folder(opened: Open, made_up: MakeUp, tmp_path: Path) -> Path:
    """The folder of an archive of 10 articles, closed."""
    archive = opened()
    archive.ingest(made_up(10))
    archive.close()
    return tmp_path / "archive"


def vectors_of(folder: Path) -> Path:
    (directory,) = (folder / "vectors").iterdir()
    return directory


def delete(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")


def delete_inside(folder: Path) -> None:
    shutil.rmtree(vectors_of(folder))


def truncate_all(folder: Path) -> None:
    for path in vectors_of(folder).rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def truncate_database(folder: Path) -> None:
    path = vectors_of(folder) / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[:5000])


def empty_database(folder: Path) -> None:
    (vectors_of(folder) / "chroma.sqlite3").write_bytes(b"")


def garbage(folder: Path) -> None:
    (vectors_of(folder) / "chroma.sqlite3").write_bytes(b"garbage" * 10_000)


def of_another_version(folder: Path) -> None:
    """As a Chroma left them that had come less far: its own migrations cannot bring these tables further."""
    with closing(sqlite3.connect(vectors_of(folder) / "chroma.sqlite3")) as db, db:
        db.execute("DELETE FROM migrations WHERE dir = 'sysdb' AND version >= 7")


DAMAGES = [
    of_another_version,
    delete,
    delete_inside,
    truncate_all,
    truncate_database,
    empty_database,
    garbage,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_vectors_are_found_and_made_again(
    folder: Path, opened: Open, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    archive = opened()
    problems = archive.check()
    assert problems
    assert all("\n" not in problem.message and not problem.repaired for problem in problems)
    assert "byline check --repair" in problems[0].message or "no vector" in problems[0].message
    assert archive.status().articles == 10  # the truth is not touched
    assert all(problem.repaired for problem in archive.check(repair=True))
    assert archive.check() == []
    assert HybridRetriever(archive, "dense").retrieve("What did Mayor Ann7 Lee say?", 3)


def catalog_of(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / "catalog.sqlite3"))


def test_passages_that_are_missing_or_altered_are_made_again(folder: Path, opened: Open) -> None:
    with catalog_of(folder) as db, db:
        ((kept,),) = db.execute("SELECT count(*) FROM passages")
        db.execute("DELETE FROM passages WHERE number > 3")
        db.execute("UPDATE passages SET text = replace(text, 'Lee', 'Lea') WHERE number = 1")
    archive = opened()
    said = [problem.message for problem in archive.check()]
    assert any(one.startswith("1 passages are not their article's words") for one in said)
    assert any("articles lack passages" in one for one in said)
    assert all(problem.repaired for problem in archive.check(repair=True))
    assert archive.check() == []
    assert archive.status().passages == kept
    assert HybridRetriever(archive, "dense").retrieve("What did Mayor Ann7 Lee say?", 3)


def test_a_passage_of_few_words_that_is_missing_is_made_again(opened: Open, tmp_path: Path) -> None:
    archive = opened()
    archive.ingest([Article("brief", "Brief", "It rained in Riverton on Monday.")])
    with catalog_of(tmp_path / "archive") as db, db:
        db.execute("DELETE FROM passages")
    said = [problem.message for problem in archive.check(repair=True)]
    assert any("1 articles lack passages (for one, 'brief')" in one for one in said)
    assert archive.check() == [] and archive.status().passages == 1


def test_a_text_that_is_not_as_it_was_stored_is_told_and_not_mended(folder: Path, opened: Open) -> None:
    with catalog_of(folder) as db, db:
        db.execute("UPDATE articles SET text = replace(text, 'Lee', 'Lea') WHERE article_id = 'report-3'")
    archive = opened()
    (problem, *_) = archive.check(repair=True)
    assert problem.message.startswith("1 articles are not as they were stored (for one, 'report-3')")
    assert not problem.repaired


def test_an_emptied_catalog_beside_its_vectors_is_no_new_archive(folder: Path, opened: Open) -> None:
    for name in ("catalog.sqlite3", "catalog.sqlite3-wal", "catalog.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "catalog.sqlite3").touch()
    with pytest.raises(
        ArchiveError,
        match=r"is empty, though its vectors.*a backup.*; or delete it and the folder .*vectors', ",
    ):
        opened()
    assert vectors_of(folder).is_dir()


CHECK = """
import sys
from pathlib import Path
from conftest import WordEmbedder
from index import ingest
from index.archive import Archive
with Archive.open(Path(sys.argv[1]), embedder=WordEmbedder()) as archive:
    print(*(problem.message for problem in archive.check()), sep="\\n")
    archive.check(repair=True)
    print(archive.check())
"""


@pytest.mark.parametrize("damage", ["cut short", "overwritten"])
@pytest.mark.parametrize("name", ["header.bin", "data_level0.bin", "link_lists.bin", "length.bin"])
def test_a_damaged_graph_is_found_before_chroma_falls_over_it(
    large: Path, tmp_path: Path, name: str, damage: str
) -> None:
    """In a process of its own: some of these would end it with a segmentation fault."""
    folder = Path(shutil.copytree(large, tmp_path / "large"))
    (path,) = vectors_of(folder).rglob(name)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2] if damage == "cut short" else b"\xff" * size)
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", CHECK, folder],
        env=os.environ | {"PYTHONPATH": f"{here.parents[1]}{os.pathsep}{here}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, after = done.stdout.splitlines()
    if size:  # a graph of one layer has no links in that file
        assert name in found
        assert "byline check --repair" in found
    assert after == "[]"


def test_reading_leaves_the_graph_as_it_was(large: Path) -> None:
    for _ in range(3):
        with Archive.open(large, embedder=WordEmbedder()) as archive:
            assert HybridRetriever(archive, "dense").retrieve("What did Mayor Ann7 Lee say?", 3)
            assert archive.check() == archive.check() == []


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive with so many passages (1,120) that Chroma writes a graph."""
    folder = tmp_path_factory.mktemp("large") / "archive"
    with Archive.open(folder, embedder=WordEmbedder()) as archive:
        archive.ingest([made_up_article(number, 14) for number in range(160)])
    return folder


def test_asking_with_damaged_vectors_says_what_to_do(folder: Path, opened: Open) -> None:
    delete(folder)
    with pytest.raises(VectorsDamagedError, match=r"byline check --repair"):
        HybridRetriever(opened()).retrieve("What did Mayor Ann7 Lee say?")


def test_lost_and_stray_vectors_are_counted_both_ways(folder: Path, opened: Open) -> None:
    stored = VectorFolder(folder / "vectors").open(vectors_of(folder).name, 64)
    names = sorted(stored.ids())
    _, rows = stored.vectors(names[:2])
    stored.delete(names[:3])
    stored.add(["stray:0-1", "stray:1-2"], rows)
    stored.close()
    archive = opened()
    messages = [problem.message for problem in archive.check()]
    assert any(message.startswith("3 passages have no vector") for message in messages)
    assert any(message.startswith("2 vectors belong to no passage") for message in messages)
    archive.check(repair=True)
    assert archive.check() == []


class Failing(WordEmbedder):
    """Embeds so many texts, and is then as good as killed."""

    def __init__(self, name: str, left: int = 10**9) -> None:
        super().__init__(name, dim=48)
        self.left = left
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> Matrix:
        if self.embedded + len(texts) > self.left:
            raise KeyboardInterrupt
        self.embedded += len(texts)
        return super().embed_passages(texts, progress)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "_EMBED_PASSAGES", 8)
    monkeypatch.setattr(ingest, "PUBLISH_SECONDS", 0.0)


QUESTION = "What did Mayor Ann7 Lee say?"


def test_while_vectors_are_made_anew_the_old_ones_are_searched(
    folder: Path, opened: Open, small_steps: None
) -> None:
    before, found = vectors_of(folder).name, []
    wanted = HybridRetriever(opened(), "dense").retrieve(QUESTION, 3)

    def ask_meanwhile(*_: object) -> None:
        with Archive.open(folder, embedder=WordEmbedder()) as reader:
            found.append(HybridRetriever(reader, "dense").retrieve(QUESTION, 3))
            assert reader.catalog.meta()["vectors"] == before

    opened(embedder=WordEmbedder("others", 48)).check(repair=True, progress=ask_meanwhile)
    assert len(found) > 3
    assert all(one == wanted for one in found)
    assert vectors_of(folder).name != before  # the old ones are gone
    assert opened(embedder=WordEmbedder("others", 48)).check() == []


def test_a_rebuild_that_is_broken_off_is_taken_up_by_the_next(
    folder: Path, opened: Open, small_steps: None
) -> None:
    before = vectors_of(folder).name
    with pytest.raises(KeyboardInterrupt):
        opened(embedder=Failing("others", left=20)).check(repair=True)
    old = opened()
    assert old.catalog.meta()["vectors"] == before
    assert HybridRetriever(old, "dense").retrieve(QUESTION, 3)
    messages = [problem.message for problem in old.check()]
    assert any("broken off after 16 of" in message for message in messages)
    passages = old.status().passages
    again = Failing("others")
    opened(embedder=again).check(repair=True)
    assert again.embedded == passages - 16
    assert opened(embedder=again).check() == []


@pytest.mark.parametrize("what", ["edited", "removed", "another model", "damaged", "mended"])
def test_a_rebuild_that_cannot_be_gone_on_with_is_begun_anew(
    folder: Path, opened: Open, made_up: MakeUp, small_steps: None, what: str
) -> None:
    with pytest.raises(KeyboardInterrupt):
        opened(embedder=Failing("others", left=20)).check(repair=True)
    archive, again = opened(), Failing("third" if what == "another model" else "others")
    if what == "edited":  # as many letters, so that the passages keep their names
        archive.ingest([replace(made_up(1)[0], text=made_up(1)[0].text.replace("Friday", "Monday"))])
    elif what == "removed":
        archive.remove(["report-0"])
    elif what == "damaged":
        shutil.rmtree(folder / "vectors" / json.loads(archive.catalog.meta()["rebuilding"])["name"])
    elif what == "mended":
        archive.check(repair=True)
        assert archive.check() == []
    opened(embedder=again).check(repair=True)
    assert again.embedded == archive.status().passages
    assert opened(embedder=again).check() == []
    assert len(list((folder / "vectors").iterdir())) == 1


def test_what_only_waits_is_embedded_and_nothing_else(opened: Open, made_up: MakeUp) -> None:
    archive = opened(embedder=Failing("others"))
    archive.ingest(made_up(5))
    with archive.catalog.writing() as changes:
        changes.put(made_up(6)[5])
    again = Failing("others")
    opened(embedder=again).check(repair=True)
    assert again.embedded == len(split(made_up(6)[5]))


def test_a_word_index_that_does_not_match(folder: Path, opened: Open) -> None:
    archive = opened()
    with archive.catalog.writing() as changes:
        changes._db.execute("UPDATE passages SET text = 'zebra ' || text WHERE number = 3")
    assert any("word index does not match" in problem.message for problem in archive.check())
    archive.check(repair=True)
    assert not any("word index" in problem.message for problem in archive.check())


def test_passages_that_wait_are_told(opened: Open, made_up: MakeUp) -> None:
    archive = opened()
    with archive.catalog.writing() as changes:
        changes.put(made_up(1)[0])
    (problem,) = archive.check()
    assert "wait to be embedded; `byline ingest` does it too" in problem.message
    archive.check(repair=True)
    assert archive.check() == []


def test_what_a_killed_writer_left_lying_is_cleared_away(folder: Path, opened: Open, made_up: MakeUp) -> None:
    (folder / "vectors" / "left-lying").mkdir()
    (folder / "vectors" / "left-lying" / "half").write_bytes(b"x")
    archive = opened()
    archive.ingest(made_up(11))
    assert vectors_of(folder).name == archive.catalog.meta()["vectors"]
    assert archive.check() == []
