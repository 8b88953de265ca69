"""`check` finds what is wrong with an archive, and `check(repair=True)` makes it right from the catalog."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Article
from index.retriever import HybridRetriever
from index.vectors import VectorFolder, VectorsDamagedError
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


CHECK = """
import sys
from pathlib import Path
from conftest import WordEmbedder
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
