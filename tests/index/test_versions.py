"""An article that comes again with a later date: what it said stays, and the newer is answered from."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.archive import Archive
from index.articles import Article, Filters
from index.retriever import HybridRetriever
from index.sources import read_sources
from index.versions import MOST_KEPT, later, supersedes
from tests.index.conftest import WordEmbedder

FIRST = (
    "A fire at a chemical depot on the edge of Riverton killed three people on Friday night, the fire "
    "service said. Chief Anna Lindqvist told reporters that it began in a loading bay shortly after nine. "
    "Residents within a mile of the depot were told to keep their windows closed until noon."
)
PAGE = "https://gazette.example/depot-fire"
OLD = Article("fire", "Depot fire", FIRST, "2020-03-13", source="The Gazette", url=PAGE)
NEW = replace(OLD, text=FIRST.replace("three", "five"), modified="2020-03-14T08:00:00Z")
REWRITTEN = replace(
    OLD,
    text="Prosecutors charged two managers of Harmon Chemical on Monday, after the blaze in its depot.",
    modified="2020-03-16",
)
ASKED = "How many people did the fire at the depot in Riverton kill?"


def stored(archive: Archive) -> list[Article]:
    """The present version, then the earlier ones, the latest of them first, each as it came."""
    found = archive.articles()
    plain = [article for article in found if article.article_id == OLD.article_id]
    earlier = sorted((a for a in found if a not in plain), key=lambda a: a.told or "", reverse=True)
    assert all(article.article_id.startswith("fire@") for article in earlier)
    return [*plain, *(replace(article, article_id="fire") for article in earlier)]


def read(archive: Archive, filters: Filters = Filters()) -> set[str]:
    found = HybridRetriever(archive).retrieve(ASKED, 8, filters)
    return {archive.article(one.passage.article_id).text for one in found}


def test_the_earlier_version_stays_and_the_newer_is_read(archive: Archive) -> None:
    archive.ingest([OLD])
    report = archive.ingest([NEW])
    assert (report.added, report.updated) == (0, 1)
    assert stored(archive) == [NEW, OLD]
    (before,) = archive.kin(["fire"])["fire"].earlier
    assert [after.article_id for after in archive.kin([before.article_id])[before.article_id].later] == [
        "fire"
    ]
    assert read(archive) == {NEW.text}
    assert read(archive, Filters(before="2020-03-13")) == {OLD.text}
    assert archive.check() == []


def test_however_it_was_rewritten_it_is_the_later_version(archive: Archive) -> None:
    archive.ingest([OLD])
    archive.ingest([REWRITTEN])
    (before,) = archive.kin(["fire"])["fire"].earlier
    story = archive.catalog.stories(["fire"])["fire"]
    assert story.superseded(before.article_id) and not story.superseded("fire")
    archive.ingest(
        [replace(REWRITTEN, text=f"{REWRITTEN.text} He denied it.", modified=None, published=None)]
    )
    assert archive.catalog.stories(["fire"])["fire"].superseded(before.article_id), "without a date too"


@pytest.mark.parametrize("order", [*permutations([OLD, NEW, REWRITTEN])])
def test_in_whatever_order_and_however_often_they_come(order: list[Article], embedder: WordEmbedder) -> None:
    with TemporaryDirectory() as folder, Archive.open(Path(folder), embedder=embedder) as archive:
        archive.ingest(order)
        assert stored(archive) == [REWRITTEN, NEW, OLD]
        report = archive.ingest([*order, *reversed(order)])
        assert (report.added, report.updated, report.unchanged) == (0, 0, 6)
        assert stored(archive) == [REWRITTEN, NEW, OLD]


@pytest.mark.parametrize(
    "change",
    [
        {},  # a page that bears no other date
        {"published": None},
        {"published": "2020-03-13T18:00:00Z"},  # finer, not later
        {"modified": "2020-03-14", "url": None, "source": None},  # a file that somebody edited
        {"modified": "2020-03-14", "url": None, "inferred": ("source",)},
        {"modified": "2020-03-14", "text": FIRST, "title": "Fire in Riverton"},
    ],
)
def test_an_edit_replaces_what_it_mends(archive: Archive, change: dict[str, object]) -> None:
    mended = replace(OLD, **{"text": NEW.text, **change})  # type: ignore[arg-type]
    archive.ingest([OLD])
    assert archive.ingest([mended]).updated == 1
    assert archive.articles() == [mended]


def test_an_agencys_item_needs_no_address(archive: Archive, tmp_path: Path) -> None:
    for revision, dead in (("20200313", "three"), ("20200314", "five")):
        (tmp_path / "fire.nitf").write_text(
            '<nitf><head><docdata><doc-id id-string="wire:1"/><date.issue norm="20200313"/>'
            '<doc.copyright holder="Wire"/></docdata>'
            f'<revision-history norm="{revision}"/></head><body><body.content>'
            f"<p>{FIRST.replace('three', dead)}</p></body.content></body></nitf>"
        )
        archive.ingest(read_sources([tmp_path / "fire.nitf"]))
    assert ["three" in article.text for article in archive.articles()].count(True) == 1
    assert len(archive.articles()) == 2


def test_of_a_page_that_changes_every_hour_the_latest_versions_stay(archive: Archive) -> None:
    hourly = [
        replace(OLD, text=f"{FIRST} It is {hour} o’clock.", modified=f"2020-03-14T{hour:02}:00:00Z")
        for hour in range(10)
    ]
    for version in hourly:
        archive.ingest([version])
    assert stored(archive) == hourly[: -2 - MOST_KEPT : -1]
    assert archive.ingest([hourly[0]]).unchanged == 1
    assert archive.check() == []


def test_earlier_versions_go_with_the_article_and_alone(archive: Archive) -> None:
    other = replace(OLD, article_id="fire@2", url="https://gazette.example/other")
    archive.ingest([OLD, NEW, REWRITTEN, other])
    first, second = (
        article.article_id for article in archive.articles() if article.article_id not in ("fire", "fire@2")
    )
    assert archive.remove([first]) == [first]
    assert len(archive.articles()) == 3
    assert archive.remove(["fire", second, "nobody"]) == ["fire", second], "as they are listed"
    assert archive.articles() == [other], "whose id only looks like that of a version"
    assert archive.check() == []


def test_later() -> None:
    assert later("2020-03-14", "2020-03-13T23:00:00Z")
    assert not later("2020-03-13T23:00:00Z", "2020-03-13") and not later("2020-03-13", "2020-03-13T23:00:00Z")
    assert not later(None, "2020-03-13") and not later("2020-03-13", None)
    assert supersedes(NEW, OLD) and not supersedes(OLD, NEW)
    assert supersedes(replace(NEW, url=None, source="the gazette"), replace(OLD, url=None))
    bare = replace(OLD, url=None, source=None)
    assert supersedes(replace(NEW, url=None, source=None), bare)
    read_out = [replace(one, url=None, source="Reuters", inferred=("source",)) for one in (NEW, OLD)]
    assert supersedes(*read_out), "a source that only its text names is none to tell them apart by"
    mended = replace(bare, title="CORRECTED: Depot fire", text=NEW.text)
    assert supersedes(mended, bare) and not supersedes(bare, mended)
    assert not supersedes(replace(bare, text=NEW.text), bare)
    assert not supersedes(replace(mended, published=None), replace(bare, published=None))
