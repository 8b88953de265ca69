"""Stories in an archive: who tells them, which version is newer, and what of them is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article, Filters
from index.catalog import Catalog
from index.ingest import Storing, compare
from index.progress import silent
from index.retriever import HybridRetriever
from index.stories import Kin

FIRST = (
    "A fire at a chemical depot on the edge of Riverton killed three people on Friday night, the fire "
    "service said.\n\nChief Anna Lindqvist told reporters that the fire began in a loading bay shortly after "
    "nine and spread to two halls before crews could bring it under control. “We have never seen flames of "
    "that height in this county,” she said.\n\nResidents within a mile of the depot were told to keep their "
    "windows closed until noon. The depot belongs to Harmon Chemical, which stores solvents there for the "
    "building trade.\n\nMayor Luis Ortega said the town would open a shelter in the Lincoln school for those "
    "who could not return home. He thanked the firefighters who had come from four counties."
)
SECOND = FIRST.replace("killed three people", "killed five people")
PAGE = "https://gazette.example/depot-fire"
OLD = Article("old", "Three dead in depot fire", FIRST, "2020-03-13", source="The Gazette", url=PAGE)
NEW = Article("new", "Five dead in depot fire", SECOND, "2020-03-14", source="The Gazette", url=PAGE)
COPY = Article(
    "copy", "Deadly blaze", SECOND.replace("“", '"').replace("”", '"'), "2020-03-15", source="Courier"
)
STALE = Article("stale", "Depot fire", FIRST.rsplit("\n\n", 1)[0], "2020-03-14", source="The Post")
ASKED = "How many people did the fire at the depot in Riverton kill?"


def ids(*tellings: object) -> list[str]:
    return [telling.article_id for telling in tellings]  # type: ignore[attr-defined]


def told(kin: Kin) -> tuple[list[str], list[str], list[str]]:
    return ids(*kin.also_in), ids(*kin.earlier), ids(*kin.later)


def read(archive: Archive, filters: Filters = Filters(), k: int = 8) -> list[str]:
    return [p.passage.article_id for p in HybridRetriever(archive).retrieve(ASKED, k, filters)]


def test_copies_and_versions_are_known_once_ingested(archive: Archive) -> None:
    archive.ingest([OLD, NEW, COPY, Article("alone", "Bridge", "The bridge over the river was repaired.")])
    kin = archive.kin(["old", "new", "copy", "alone"])
    assert told(kin["new"]) == (["copy"], ["old"], [])
    assert told(kin["old"]) == (["copy"], [], ["new"])
    assert told(kin["copy"]) == (["new"], [], [])  # what is superseded is not told of as a copy
    assert "alone" not in kin


@pytest.mark.parametrize(
    ("change", "versions"),
    [
        ({}, True),
        ({"url": None, "source": "the gazette"}, True),  # another page of the source, whatever its capitals
        ({"url": "https://www.gazette.example/depot-fire?utm_source=x"}, True),
        ({"url": None, "source": "Courier"}, False),  # republished elsewhere, later: a copy
        ({"published": None}, False),
        ({"published": "2020-03-13"}, False),
        ({"published": "2020-03-13", "modified": "2020-03-14T08:00:00Z"}, True),
        ({"published": "2020-03-13", "title": "CORRECTED: Five dead in depot fire"}, True),
        ({"text": FIRST.split("\n\n", 1)[0]}, False),  # a page cut short is no update
    ],
)
def test_what_supersedes(archive: Archive, change: dict[str, str | None], versions: bool) -> None:
    archive.ingest([OLD, replace(NEW, **change)])  # type: ignore[arg-type]
    kin = archive.kin(["old"]).get("old", Kin())
    assert ids(*kin.later) == (["new"] if versions else [])
    assert ids(*kin.earlier) == []


def test_the_newer_version_is_read_and_the_earlier_where_only_it_may_be(archive: Archive) -> None:
    archive.ingest([STALE, OLD, COPY, NEW])
    assert read(archive) == ["new"]  # once, and of the version that was brought up to date
    assert read(archive, Filters(before="2020-03-13")) == ["old"]
    assert read(archive, Filters(without=("new", "copy", "stale"))) == ["old"]
    assert archive.article("old") == OLD  # both stay readable
    assert ids(*archive.catalog.stories(["old"], Filters(before="2020-03-13"))["old"].kin("old").later) == [
        "new"
    ]


CUT = (
    "The depot had been inspected in January, when the county’s safety office found eleven faults and "
    "gave the owner ninety days to mend them, according to a letter that the Gazette has seen. The letter"
    " was signed by the inspector, Paul Brandt. It lists blocked exits, two broken sprinklers and drums "
    "that were stacked higher than the permit allows. A second visit in April was called off, since the "
    "office had nobody to send, and no other was made before the night of the fire, the letter’s covering"
    " note says. The county declined to say whether the owner had ever been fined."
)


def test_what_the_newer_version_has_cut_is_still_found(archive: Archive) -> None:
    longer = replace(OLD, text=f"{FIRST}\n\n{CUT}")
    archive.ingest([longer, NEW])
    found = HybridRetriever(archive).retrieve("Who signed the letter about the inspection of the depot?")
    assert found[0].passage.article_id == "old"
    assert "Paul Brandt" in found[0].passage.text
    assert ids(*archive.kin(["old"])["old"].later) == ["new"]  # which is how an answer says so
    assert [p.passage.article_id for p in found[1:]] == ["new"]  # nothing else of the old one
    archive.ingest([replace(NEW, text=f"{SECOND}\n\n{CUT.replace('eleven', 'twelve')}")])
    assert {p.passage.article_id for p in HybridRetriever(archive).retrieve("Who signed?")} == {"new"}


def test_a_copy_stands_for_what_an_earlier_version_alone_has_of_its_source(archive: Archive) -> None:
    longer = f"{FIRST}\n\n{CUT}"
    archive.ingest([replace(OLD, text=longer), NEW, replace(COPY, text=longer)])
    found = HybridRetriever(archive).retrieve("Who signed the letter about the inspection of the depot?")
    assert [p.passage.article_id for p in found if "Brandt" in p.passage.text] == ["copy"]


def test_a_page_modified_after_the_last_day_is_answered_from_as_it_stood_before(archive: Archive) -> None:
    modified = replace(NEW, published=OLD.published, modified="2020-03-14T08:00:00")
    archive.ingest([modified])
    assert set(read(archive, Filters(before="2020-03-13"))) == {"new"}, "there is no other"
    archive.ingest([OLD])
    assert set(read(archive)) == set(read(archive, Filters(before="2020-03-14"))) == {"new"}
    assert set(read(archive, Filters(before="2020-03-13"))) == {"old"}


def test_a_brief_that_two_papers_run_is_one_story(archive: Archive) -> None:
    brief = "The bridge over the river is closed until Monday, the city said."
    papers = [Article(name, "Bridge closed", brief, source=name) for name in ("Courier", "Post")]
    archive.ingest([*papers, Article("other", "Bridge", brief.replace("Monday", "Friday"), source="Echo")])
    assert ids(*archive.kin(["Courier"])["Courier"].also_in) == ["Post"]
    assert "other" not in archive.kin(["other"])
    archive.remove(["Post"])
    assert archive.kin(["Courier"]) == {}


def test_copies_do_not_fill_the_places_that_are_read(
    archive: Archive, made_up: Callable[..., list[Article]]
) -> None:
    copies = [replace(COPY, article_id=f"copy-{n}", source=f"Paper {n}") for n in range(130)]
    archive.ingest([*copies, *made_up(6)])
    found = HybridRetriever(archive).retrieve(ASKED, 8)
    assert len(found) == 8
    assert sum(p.passage.article_id.startswith("copy") for p in found) == 1
    assert found[0].story == "copy-0"
    assert len({p.origin for p in found}) == len({p.passage.article_id for p in found})


def test_an_edit_and_a_removal_keep_stories_right(archive: Archive) -> None:
    archive.ingest([OLD, COPY])
    archive.ingest(
        [replace(COPY, text="Nothing of the fire is left in this article, which was about it once. " * 3)]
    )
    assert archive.kin(["old"]) == {}
    archive.ingest([COPY])
    assert ids(*archive.kin(["old"])["old"].also_in) == ["copy"]
    archive.remove(["copy"])
    assert archive.kin(["old"]) == {}
    with sqlite3.connect(archive.path / "catalog.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM twins").fetchone() == (0,)
        assert db.execute("SELECT count(DISTINCT article) FROM story_bands").fetchone() == (1,)


def test_comparing_goes_on_where_it_stopped(archive: Archive) -> None:
    """What an earlier Byline stored, and what a kill left, is compared in the next ingest."""
    Storing(archive.catalog).store([OLD, NEW], silent)
    assert archive.kin(["old"]) == {}
    assert archive.catalog.uncompared() == 2
    archive.ingest([])
    assert ids(*archive.kin(["old"])["old"].later) == ["new"]
    assert archive.catalog.uncompared() == 0


def test_what_one_article_links_is_one_story_until_it_goes(archive: Archive) -> None:
    """A digest that runs two stories whole."""
    other = FIRST.replace("fire", "flood").replace("Riverton", "Velden").replace("Chief Anna", "Captain Bo")
    parts = [OLD, replace(OLD, article_id="flood", text=" ".join(reversed(other.split())), url=None)]
    digest = Article("digest", "News of the week", "\n\n".join(part.text for part in parts), "2020-03-14")
    archive.ingest(parts)
    assert archive.kin(["old", "flood"]) == {}
    archive.ingest([digest])
    assert {story.name for story in archive.catalog.stories(["old", "flood"]).values()} == {"old"}
    archive.remove(["digest"])
    assert archive.kin(["old", "flood"]) == {}


POOL = [OLD, NEW, COPY, STALE, replace(OLD, article_id="twice", source="Echo")]


@settings(max_examples=25, deadline=None)
@given(st.permutations(POOL), st.sets(st.sampled_from([a.article_id for a in POOL])))
def test_the_order_of_ingest_and_removals_make_no_difference(order: list[Article], removed: set[str]) -> None:
    kept = sorted((a for a in order if a.article_id not in removed), key=lambda a: a.article_id)
    assert relations(order, removed) == relations(kept, set())


def relations(
    articles: list[Article], removed: set[str]
) -> dict[str, tuple[list[str], list[str], list[str]]]:
    with TemporaryDirectory() as folder, closing(Catalog(Path(folder) / "catalog.sqlite3")) as catalog:
        for article in articles:
            Storing(catalog).store([article], silent)
            compare(catalog, silent)
        with catalog.writing() as changes:
            for name in removed:
                changes.remove(name)
        stories = catalog.stories(article.article_id for article in articles)
        return {name: told(story.kin(name)) for name, story in stories.items()}
