"""What every store of articles does. SQLite is the one there is; another is one more factory in `STORES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.article_store import ArticleStore
from index.articles import Article, Filters
from index.catalog import Catalog
from index.splitter import split
from tests.index.conftest import made_up_article

Opens = Callable[[], ArticleStore]


def sqlite(folder: Path) -> ArticleStore:
    return Catalog(folder / "catalog.sqlite3")


STORES = [sqlite]


@pytest.fixture(params=STORES)
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens the store of this test, as often as asked: each as another process would."""
    opened: list[ArticleStore] = []

    def open_store() -> ArticleStore:
        opened.append(request.param(tmp_path))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def store(opens: Opens) -> ArticleStore:
    return opens()


def put(store: ArticleStore, *articles: Article) -> list[str]:
    with store.writing() as changes:
        return [changes.put(article) for article in articles]


def passages(*articles: Article) -> list[str]:
    return [passage.passage_id for article in articles for passage in split(article)]


ONE, TWO, THREE = (made_up_article(number) for number in (1, 2, 3))


class TestArticleStore:
    def test_it_begins_empty_and_sound(self, store: ArticleStore) -> None:
        counts = store.counts()
        assert (counts.articles, counts.passages, counts.embedded, counts.words) == (0, 0, 0, 0)
        assert (counts.first_published, counts.last_published, counts.sources) == (None, None, {})
        assert store.problems() == ([], [])
        assert store.meta().get("vectors") is None
        assert not store.any_embedded()
        assert (store.article("nobody"), store.passages(["nobody"]), store.waiting(9)) == (None, {}, [])

    def test_what_goes_in_comes_out_as_it_was(self, store: ArticleStore) -> None:
        odd = Article(
            "odd", "“T” 😀", "東京 “—”.\n\nIt’s.", inferred=("title",), modified="2020-01-02", section="World"
        )
        assert put(store, ONE, odd) == ["added", "added"]
        assert (store.article("report-1"), store.article("odd")) == (ONE, odd)
        for article in (ONE, odd):
            listed = store.passages(passages(article))
            assert [item.passage for item in listed.values()] == list(split(article))
            assert {(item.title, item.published, item.embedded) for item in listed.values()} == {
                (article.title, article.published, False)
            }

    def test_the_same_again_is_unchanged_and_an_edit_replaces_it(self, store: ArticleStore) -> None:
        put(store, ONE, TWO)
        edited = replace(ONE, text="A zebra was seen on Monday.")
        assert put(store, edited, TWO) == ["updated", "unchanged"]
        assert store.article("report-1") == edited
        assert [found.passage_id for found in store.search("Which zebra?", 5, Filters())] == passages(edited)
        assert store.search("town1", 5, Filters()) == []
        assert store.counts().articles == 2

    def test_another_article_with_an_id_that_came_before_is_not_stored(self, store: ArticleStore) -> None:
        put(store, ONE)
        other = replace(TWO, article_id=ONE.article_id)
        retitled = replace(ONE, title="Another title")
        edited = replace(retitled, text="A zebra was seen on Monday.")
        with store.writing() as changes:
            assert changes.put(other, again=True) == "taken"
            assert changes.put(ONE, again=True) == "unchanged"
            assert changes.put(retitled, again=True) == "updated"
            assert changes.put(edited, again=True) == "taken"
        assert store.counts().articles == 1
        assert put(store, other) == ["updated"]

    def test_a_transaction_is_all_or_nothing(self, store: ArticleStore) -> None:
        put(store, ONE)
        with pytest.raises(ZeroDivisionError), store.writing() as changes:
            changes.put(TWO)
            changes.remove(ONE.article_id)
            changes.set_meta(colour="red")
            raise ZeroDivisionError
        assert [article.article_id for article in store.articles(Filters(), None, 0)] == ["report-1"]
        assert store.search("town2", 5, Filters()) == []
        assert "colour" not in store.meta()
        assert store.problems() == ([], [])

    def test_others_see_what_is_committed_and_no_more(self, opens: Opens) -> None:
        writer, reader = opens(), opens()
        with writer.writing() as changes:
            changes.put(ONE)
            assert reader.counts().articles == 0
        assert reader.article("report-1") == ONE
        assert reader.search("town1", 5, Filters())

    def test_notes(self, store: ArticleStore) -> None:
        with store.writing() as changes:
            changes.set_meta(colour="red", shape="round")
        with store.writing() as changes:
            changes.set_meta(colour="blue", shape=None)
        assert (store.meta()["colour"], store.meta().get("shape")) == ("blue", None)

    def test_words_find_the_best_first_within_the_filters(self, store: ArticleStore) -> None:
        put(store, ONE, TWO, THREE)
        found = store.search("What did Mayor Ann2 Lee of town2 say?", 50, Filters())
        assert found[0].passage_id in passages(TWO)
        assert [item.bm25 for item in found] == sorted((item.bm25 for item in found), reverse=True)
        assert len(store.search("Mayor", 2, Filters())) == 2
        assert store.search("?!", 5, Filters()) == []
        within = store.search("Mayor", 50, Filters(article_ids=("report-3",)))
        assert {item.passage_id for item in within} == set(passages(THREE))

    @pytest.mark.parametrize(
        ("filters", "let_through"),
        [
            (Filters(after="2020-03-03"), ["report-3", "report-2"]),
            (Filters(before="2020-03-03"), ["report-2", "report-1"]),
            (Filters(sources=("cnn",)), ["report-1"]),
            (Filters(without=("report-2",)), ["report-3", "report-1", "undated"]),
            (Filters(article_ids=("report-2", "nobody")), ["report-2"]),
        ],
    )
    def test_filters(self, store: ArticleStore, filters: Filters, let_through: list[str]) -> None:
        put(store, replace(ONE, source="CNN"), TWO, THREE, Article("undated", "Undated", "A fact."))
        assert [article.article_id for article in store.articles(filters, None, 0)] == let_through

    def test_articles_are_newest_first_by_pages(self, store: ArticleStore) -> None:
        put(store, ONE, Article("undated", "Undated", "A fact."), THREE, TWO)
        listed = [article.article_id for article in store.articles(Filters(), None, 0)]
        assert listed == ["report-3", "report-2", "report-1", "undated"]
        assert [article.article_id for article in store.articles(Filters(), 2, 1)] == listed[1:3]

    def test_what_waits_is_published_and_can_be_forgotten(self, store: ArticleStore) -> None:
        put(store, ONE, TWO)
        waiting = store.waiting(100)
        assert [item.passage_id for item in waiting] == passages(ONE, TWO)
        assert (waiting[0].title, waiting[0].text) == (ONE.title, next(iter(split(ONE))).text)
        assert store.waiting(1, after=waiting[0].number) == waiting[1:2]
        with store.writing() as changes:
            changes.publish("one", passages(ONE), [])
        assert (store.meta()["vectors"], store.any_embedded()) == ("one", True)
        assert store.embedded_ids() == passages(ONE)
        assert store.embedded_ids(Filters(article_ids=("report-2",))) == []
        assert store.embedded_ids(most=1) == passages(ONE)[:1]
        both = passages(ONE, TWO)
        passing = store.passing([*both, "nobody"], Filters(article_ids=("report-2",)))
        assert sorted(passing) == sorted(passages(TWO))
        assert [item.passage_id for item in store.waiting(100)] == passages(TWO)
        assert store.counts().embedded == len(passages(ONE))
        assert store.unembedded() == len(passages(TWO))
        assert store.waiting(100, anew=True) == waiting
        with store.writing() as changes:
            changes.remove("report-1")
            changes.replace_vectors("two")
        assert (store.meta()["vectors"], store.removals(), store.waiting(100)) == ("two", [], [])
        put(store, ONE)
        with store.writing() as changes:
            changes.forget_vectors()
        assert (store.meta().get("vectors"), store.any_embedded(), store.removals()) == (None, False, [])
        assert [item.passage_id for item in store.waiting(100)] == passages(TWO, ONE)

    def test_what_is_removed_is_gone_and_its_vectors_are_noted(self, store: ArticleStore) -> None:
        put(store, ONE, TWO)
        with store.writing() as changes:
            changes.publish("one", passages(ONE), [])
        with store.writing() as changes:
            assert [changes.remove(name) for name in ("report-1", "report-2", "nobody")] == [
                True,
                True,
                False,
            ]
        assert (store.article("report-1"), store.passages(passages(ONE, TWO))) == (None, {})
        assert store.search("Mayor", 5, Filters()) == []
        assert sorted(store.removals()) == sorted(passages(ONE))  # of the other, none was made
        with store.writing() as changes:
            changes.publish("two", [], passages(ONE))
        assert (store.removals(), store.problems()) == ([], ([], []))

    def test_the_words_can_be_made_again(self, store: ArticleStore) -> None:
        put(store, ONE)
        with store.writing() as changes:
            changes.rebuild_words()
        assert store.search("town1", 5, Filters())
        assert store.problems() == ([], [])

    def test_counts(self, store: ArticleStore) -> None:
        put(store, replace(ONE, source="CNN"), replace(TWO, source="cnn"), replace(THREE, source="VOA"))
        counts = store.counts()
        assert (counts.articles, counts.passages) == (3, len(passages(ONE, TWO, THREE)))
        assert counts.words == sum(len(article.text.split()) for article in (ONE, TWO, THREE))
        assert (counts.first_published, counts.last_published) == (ONE.published, THREE.published)
        assert counts.sources == {"CNN": 2, "VOA": 1}

    def test_twins_are_found_once_and_go_with_their_articles(self, store: ArticleStore) -> None:
        copy = replace(ONE, article_id="copy", source="Courier")
        put(store, ONE, TWO, copy)
        assert (store.uncompared(), store.stories(["copy"])) == (3, {})
        with store.writing() as changes:
            assert (changes.compare(2), changes.compare(9), changes.compare(9)) == (2, 1, 0)
        assert store.uncompared() == 0
        stories = store.stories(["report-1", "report-2", "copy", "nobody"], Filters(sources=("courier",)))
        assert stories.keys() == {"report-1", "copy"}
        assert stories["copy"].name == "report-1"
        assert stories["copy"].allowed == {"copy"}
        with store.writing() as changes:
            changes.remove("report-1")
        assert store.stories(["copy"]) == {}
