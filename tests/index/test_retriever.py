"""Questions to passages: both sides, fused by rank, within the filters."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article, Filters
from index.retriever import DENSE_WEIGHT, RANK_OFFSET, HybridRetriever, Mode
from index.terms import fts_query, fts_terms
from index.vectors import collection

MakeUp = Callable[..., list[Article]]
MODES: tuple[Mode, ...] = ("bm25", "dense", "fused")


@pytest.fixture
def held(archive: Archive, made_up: MakeUp) -> Archive:
    archive.ingest(
        [*made_up(24), Article("undated", "Undated", "Mayor Ann Lee said the museum cost nothing.")]
    )
    return archive


@pytest.mark.parametrize("mode", MODES)
def test_the_passage_that_answers_comes_first(held: Archive, mode: Mode) -> None:
    found = HybridRetriever(held, mode).retrieve("What did Mayor Ann7 Lee of town7 say in report 7?", 5)
    assert found[0].passage.article_id == "report-7"
    assert found[0].title == "Report 7"
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert len({p.passage.passage_id for p in found}) == len(found) == 5


def test_fusion_is_by_reciprocal_rank(held: Archive) -> None:
    question = "What did Mayor Ann7 Lee say about the river?"
    retriever = HybridRetriever(held, candidates=10)
    words = [found.passage_id for found in held.catalog.search(question, 10, Filters())]
    near = [name for name, _ in held.nearest(held.embedder.embed_question(question), 10)]
    by_hand: dict[str, float] = {}
    for weight, ranked in ((1.0, words), (DENSE_WEIGHT, near)):
        for rank, name in enumerate(ranked, start=1):
            by_hand[name] = by_hand.get(name, 0.0) + weight / (RANK_OFFSET + rank)
    fused = {p.passage.passage_id: p.score for p in retriever.retrieve(question, 10)}
    best = sorted(by_hand, key=lambda name: (-by_hand[name], name))[:10]
    assert list(fused) == best
    assert list(fused.values()) == pytest.approx([by_hand[name] for name in best])


STORY = "The mayor of Velden, Ann Lee, opened the new bridge over the river."


def told_on(archive: Archive, days: dict[str, str | None]) -> HybridRetriever:
    """The same story in an article of each day."""
    archive.ingest([Article(name, "A bridge", f"{STORY} {name}.", day) for name, day in days.items()])
    return HybridRetriever(archive)


def order(retriever: HybridRetriever, question: str, as_of: str | None = None) -> list[str]:
    return [p.passage.article_id for p in retriever.retrieve(question, 9, Filters(as_of=as_of))]


def test_what_is_near_in_time_comes_first_and_nothing_is_left_out(archive: Archive) -> None:
    retriever = told_on(
        archive, {"old": "2019-06-02", "spring": "2020-03-12", "none": None, "may": "2020-05-20"}
    )
    asked = "Who opened the new bridge this week?"
    assert order(retriever, asked, "2020-03-13")[0] == "spring"
    assert order(retriever, asked, "2020-05-21")[0] == "may"
    assert order(retriever, "Who opened the new bridge in June 2019?", "2020-05-21")[0] == "old"
    for day in ("2020-03-13", "1990-01-01", None):
        assert sorted(order(retriever, asked, day)) == ["may", "none", "old", "spring"]


def test_an_article_without_a_date_is_neither_helped_nor_hurt(archive: Archive) -> None:
    retriever = told_on(archive, {"far": "2001-01-01", "none": None, "near": "2020-03-12"})
    found = {
        p.passage.article_id: p for p in retriever.retrieve("Who spoke?", 3, Filters(as_of="2020-03-13"))
    }
    assert found["far"].nearness < found["none"].nearness < found["near"].nearness == 1
    assert found["none"].nearness == pytest.approx((found["far"].nearness + 1) / 2)


@pytest.mark.parametrize("mode", ["bm25", "dense"])
def test_one_side_alone_ranks_by_itself(archive: Archive, mode: Mode) -> None:
    told_on(archive, {"far": "2001-01-01", "near": "2020-03-12"})
    ranked = HybridRetriever(archive, mode)
    assert order(ranked, "Who opened the bridge?", "2020-03-13") == order(ranked, "Who opened the bridge?")


FILTERS = (
    Filters(after="2020-06-01"),
    Filters(before="2020-06-01"),
    Filters(after="2020-03-01", before="2020-09-30"),
    Filters(sources=("cnn",)),
    Filters(sources=("VOA", "the week"), after="2020-06-01"),
    Filters(article_ids=("report-3", "report-4", "no-such")),
    Filters(without=("report-7", "report-3")),
    Filters(article_ids=("report-7", "report-8"), without=("report-7",)),
)


def let_through(article: Article, filters: Filters) -> bool:
    day = (article.published or "")[:10]
    return (
        (not filters.after or (bool(day) and day >= filters.after))
        and (not filters.before or (bool(day) and day <= filters.before))
        and (not filters.sources or (article.source or "").casefold() in map(str.casefold, filters.sources))
        and (not filters.article_ids or article.article_id in filters.article_ids)
        and article.article_id not in filters.without
    )


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("few", [200, 0])
def test_filters_let_through_what_they_say_and_all_of_it(
    held: Archive, mode: Mode, filters: Filters, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of searching among chosen ids: each of them, and among the nearest or within Chroma."""
    monkeypatch.setattr(collection, "FEW", few)
    right = {article.article_id for article in held.articles() if let_through(article, filters)}
    found = HybridRetriever(held, mode, candidates=500).retrieve("What did the Mayor say?", 500, filters)
    assert right
    assert {p.passage.article_id for p in found} == right
    assert {article.article_id for article in held.articles(filters)} == right


def test_chroma_is_given_ids_that_sqlite_chose(held: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    given_ids: list[object] = []
    query = collection.Vectors.query
    monkeypatch.setattr(
        collection.Vectors,
        "query",
        lambda self, vector, k, ids=None: given_ids.append(ids) or query(self, vector, k, ids),
    )
    retriever = HybridRetriever(held)
    retriever.retrieve("Who spoke?", 5, Filters(sources=("CNN",)))
    retriever.retrieve("Who spoke?", 5)
    assert given_ids == [held.catalog.embedded_ids(Filters(sources=("CNN",))), None]


@pytest.mark.parametrize("deepest", [4_000, 1])
def test_many_are_found_among_the_nearest_or_by_their_ids(
    held: Archive, monkeypatch: pytest.MonkeyPatch, deepest: int
) -> None:
    """Either way the nearest of those that pass, in order."""
    monkeypatch.setattr(collection, "FEW", 5)
    monkeypatch.setattr(collection, "_DEEPEST", deepest)
    filters = Filters(without=("report-7",))
    vector = held.embedder.embed_question("What did Mayor Ann8 Lee say?")
    passing = set(held.catalog.embedded_ids(filters))
    wanted = [pair for pair in held.nearest(vector, 40) if pair[0] in passing][:6]
    found = held.nearest(vector, 6, filters)
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in wanted], abs=1e-5)
    assert {name for name, _ in found} <= passing


def test_filters_that_let_nothing_through(held: Archive) -> None:
    for mode in MODES:
        assert HybridRetriever(held, mode).retrieve("Who spoke?", 5, Filters(sources=("Nobody",))) == []


def test_an_empty_archive_gives_nothing(archive: Archive) -> None:
    assert HybridRetriever(archive).retrieve("Who spoke?") == []


def test_in_a_question_in_capitals_small_words_stay_small() -> None:
    assert fts_terms("WHO DENIED IT, SAID THE US?") == fts_terms("Who denied it, said the US?")
    assert '"who"' in fts_terms("What did the WHO say?")


@given(st.text() | st.sampled_from(['"', "a OR b", "NEAR(", "title:x", "*", "^a", "U.S.", "AND", "don't"]))
def test_no_question_is_read_as_search_syntax(held_by_all: Archive, question: str) -> None:
    held_by_all.catalog.search(question, 5, Filters())
    assert fts_query(question).count('"') % 2 == 0


@pytest.fixture(scope="module")
def held_by_all(tmp_path_factory: pytest.TempPathFactory) -> object:
    with Archive.open(tmp_path_factory.mktemp("words")) as archive:
        with archive.catalog.writing() as changes:
            changes.put(
                Article("a", "A title", "The U.S. and Iran don't agree. O’Brien said so in the café.")
            )
        yield archive


@pytest.mark.parametrize("word", ["US", "U.S.", "o'brien", "O’Brien", "cafe", "café", "agreed", "titles"])
def test_words_are_found_in_any_spelling(held_by_all: Archive, word: str) -> None:
    assert [f.passage_id for f in held_by_all.catalog.search(word, 5, Filters())] == ["a:0-59"]


def test_many_threads_may_ask_while_one_writes(held: Archive, made_up: MakeUp) -> None:
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                assert len(HybridRetriever(held).retrieve("What did Mayor Ann7 Lee say?", 8)) == 8
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    held.ingest(made_up(4, first=100))
    held.remove(["report-1"])
    for thread in threads:
        thread.join()
    assert errors == []
