"""Searching by words in a large archive: only what holds one of the rarer words is scored, and as before."""

from __future__ import annotations

import pytest

from index import word_search
from index.archive import Archive
from index.articles import Article, Filters
from index.word_search import narrowed
from tests.index.conftest import made_up_article

COUNTS = {"lee": 4000, "ann7": 6, "town7": 6, "said": 5000}


def test_the_rarest_words_choose_and_all_score() -> None:
    query, doubled = narrowed(list(COUNTS), COUNTS.__getitem__)
    assert (query, doubled) == ("ann7 OR town7 OR lee OR said", False)  # all of them are hardly enough
    query, doubled = narrowed(["lee", "ann7", "said", "the"], {**COUNTS, "said": 9000, "the": 10**6}.get)
    assert (query, doubled) == ("(ann7 OR lee OR said) AND (ann7 OR lee OR said OR the OR the)", True)


def test_no_words_ask_for_nothing() -> None:
    assert narrowed([], COUNTS.__getitem__) == ("", False)


@pytest.fixture
def held(archive: Archive) -> Archive:
    with archive.catalog.writing() as changes:
        for number in range(60):
            changes.put(made_up_article(number))
    return archive


@pytest.mark.parametrize("filters", [Filters(), Filters(sources=("CNN",))])
@pytest.mark.parametrize("title_weight", [1.0, 3.0])
def test_a_large_archive_gives_the_same_scores(
    held: Archive, monkeypatch: pytest.MonkeyPatch, filters: Filters, title_weight: float
) -> None:
    question = "What did Mayor Ann7 Lee of town7 say about the money, the weather and report 7?"
    small = held.catalog.search(question, 500, filters, title_weight)
    monkeypatch.setattr(word_search, "SMALL", 0)
    monkeypatch.setattr(word_search, "ENOUGH", 3)
    large = held.catalog.search(question, 500, filters, title_weight)
    assert len(large) < len(small)
    assert [found.passage_id for found in large] == [found.passage_id for found in small[: len(large)]]
    assert [found.bm25 for found in large] == pytest.approx([found.bm25 for found in small[: len(large)]])


def test_words_are_counted_again_when_the_archive_has_grown(
    held: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that nobody had written becomes a common one."""
    monkeypatch.setattr(word_search, "SMALL", 0)
    monkeypatch.setattr(word_search, "ENOUGH", 3)
    assert held.catalog.search("zebra money", 5, Filters())
    with held.catalog.writing() as changes:
        for number in range(200):
            changes.put(Article(f"zebra-{number}", "A zebra", f"The zebra number {number} was seen in town."))
    found = held.catalog.search("zebra valley", 500, Filters())
    assert all(one.passage_id.startswith("report-") for one in found)
