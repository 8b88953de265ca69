"""Archives of earlier versions: brought up to date at opening, nothing lost, nothing embedded again."""

from __future__ import annotations

import json
import sqlite3
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
def test_a_modified_date_and_a_section_are_kept_and_count_as_an_edit(archive: Archive) -> None:
    edited = replace(ARTICLE, modified="2020-03-14", section="World")
    assert archive.ingest([edited]).updated == 1
    assert archive.article("a1") == edited


@pytest.mark.usefixtures("old")
def test_two_that_open_an_old_archive_at_once_both_find_it_up_to_date(
    opened: Callable[..., Archive],
) -> None:
    assert [opened().article("a1"), opened().article("a1")] == [ARTICLE, ARTICLE]
