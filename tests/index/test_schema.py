"""Archives of earlier versions: brought up to date at opening, nothing lost, nothing embedded again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import pytest

from index.archive import CATALOG, Archive
from index.articles import Article, Filters
from index.schema import _FIRST, SCHEMA_VERSION

ARTICLE = Article("a1", "Fire", "The barn burned on Monday. Nobody was hurt.", published="2020-03-13")


@pytest.fixture
def old(tmp_path: Path) -> None:
    """An archive with one article in it, as version 1 stored it."""
    (tmp_path / "archive").mkdir()
    db = sqlite3.connect(tmp_path / "archive" / CATALOG)
    db.executescript(_FIRST)
    stored = (ARTICLE.article_id, ARTICLE.title, ARTICLE.text, ARTICLE.published, None, None, None)
    digest = blake2b(json.dumps([*stored, []]).encode(), digest_size=16).hexdigest()
    db.execute(
        "INSERT INTO articles VALUES (1, ?, ?, ?, ?, ?, ?, ?, '[]', '2020-03-13', NULL, 8, ?)",
        (*stored, digest),
    )
    db.execute("INSERT INTO passages VALUES (1, 'a1:0', 1, ?, 0, ?, 0)", (ARTICLE.text, len(ARTICLE.text)))
    db.execute("INSERT INTO passage_words (rowid, title, text) SELECT * FROM passage_text")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()


@pytest.mark.usefixtures("old")
def test_an_archive_of_version_1_is_brought_up_to_date(archive: Archive) -> None:
    assert archive.article("a1") == ARTICLE
    assert [found.passage_id for found in archive.catalog.search("Who burned?", 5, Filters())] == ["a1:0"]
    assert archive.status().schema_version == SCHEMA_VERSION


@pytest.mark.usefixtures("old")
def test_what_was_stored_before_is_unchanged_when_it_comes_again(archive: Archive) -> None:
    report = archive.ingest([ARTICLE])
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    assert archive.check() == []


@pytest.mark.usefixtures("old")
def test_short_articles_that_an_earlier_version_did_not_compare_are_compared(
    opened: Callable[..., Archive],
) -> None:
    opened().ingest([])
    with sqlite3.connect(opened().path / CATALOG) as db:  # as the fourth version left them
        db.execute("DELETE FROM story_bands")
        db.execute("PRAGMA user_version = 4")
    archive = opened()
    archive.ingest([replace(ARTICLE, article_id="copy", source="Courier")])
    assert [copy.article_id for copy in archive.kin(["a1"])["a1"].also_in] == ["copy"]


@pytest.mark.usefixtures("old")
def test_a_modified_date_and_a_section_are_kept_and_count_as_an_edit(archive: Archive) -> None:
    edited = replace(ARTICLE, modified="2020-03-14", section="World")
    assert archive.ingest([edited]).updated == 1
    assert archive.article("a1") == edited


@pytest.mark.usefixtures("old")
def test_two_that_open_an_old_archive_at_once_both_find_it_up_to_date(
    opened: Callable[..., Archive],
) -> None:
    assert [opened().article("a1"), opened().article("a1")] == [ARTICLE, ARTICLE]


MIGRATE = """
import os, sys
from pathlib import Path
from index.archive import Archive
from index.errors import BylineError
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Archive.open(Path(sys.argv[1])).close()
except BylineError as error:
    print(error)
"""


@pytest.mark.usefixtures("old")
def test_an_old_archive_that_may_not_be_written_says_what_to_run(tmp_path: Path) -> None:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    folder = tmp_path / "archive"
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = run(MIGRATE, folder)
    folder.chmod(0o755)
    assert "made by an earlier Byline; bring it up to date by running `byline status`" in said


def run(program: str, *values: object) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, values)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from index import schema
from index.archive import Archive
# Killed before the last statement of the last step, within its transaction.
schema._STEPS = (*schema._STEPS[:-1], schema._STEPS[-1] + "SELECT die();\n")
connect = schema.connect
def connected(path):
    db = connect(path)
    db.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
    return db
import index.catalog
index.catalog.connect = connected
Archive.open(Path(sys.argv[1]))
"""


@pytest.mark.usefixtures("old")
def test_a_kill_while_it_is_brought_up_to_date_leaves_it_as_it_was(
    tmp_path: Path, opened: Callable[..., Archive]
) -> None:
    run(KILLED, tmp_path / "archive")
    db = sqlite3.connect(tmp_path / "archive" / CATALOG)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert "section" not in {row[1] for row in db.execute("PRAGMA table_info(articles)")}
    db.close()
    assert opened().article("a1") == ARTICLE
