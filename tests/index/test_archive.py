"""The archive as a whole: what goes in, comes out, changes and is taken away, and how far it is meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import ingest as stages
from index.archive import Archive, is_archive
from index.articles import Article, Filters, Skipped
from index.catalog import Catalog
from index.errors import ArchiveError, SourceError
from index.progress import Progress, silent
from index.retriever import HybridRetriever
from index.splitter import split

MakeUp = Callable[..., list[Article]]
Open = Callable[..., Archive]


def everything(archive: Archive) -> dict[str, tuple[int, int, str]]:
    """All passages that the catalog holds, each held against the text of its article."""
    names = archive.catalog.embedded_ids()
    listed = archive.catalog.passages(names)
    assert len(names) == len(set(names)) == len(listed) == archive.status().passages
    for item in listed.values():
        passage = item.passage
        assert passage.text == archive.article(passage.article_id).text[passage.start : passage.end]
    return {name: (i.passage.start, i.passage.end, i.passage.text) for name, i in listed.items()}


def assert_whole(archive: Archive, articles: Sequence[Article]) -> None:
    """The archive holds these articles and nothing else, in the catalog, the words and the vectors."""
    wanted = {p.passage_id: (p.start, p.end, p.text) for article in articles for p in split(article)}
    assert everything(archive) == wanted
    assert sorted(archive.articles(), key=lambda a: a.article_id) == sorted(
        articles, key=lambda a: a.article_id
    )
    assert archive.check() == []


def test_what_goes_in_is_held_in_all_three(archive: Archive, made_up: MakeUp) -> None:
    articles = made_up(12)
    report = archive.ingest(articles)
    assert (report.added, report.updated, report.unchanged) == (12, 0, 0)
    assert report.passages == archive.status().passages == archive.status().embedded
    assert_whole(archive, articles)


def test_ingesting_twice_changes_nothing(opened: Open, made_up: MakeUp) -> None:
    archive = opened()
    archive.ingest(made_up(12))
    before, version = everything(archive), archive.catalog.meta()
    again = opened().ingest(made_up(12))
    assert (again.added, again.updated, again.unchanged, again.passages) == (0, 0, 12, 0)
    assert (everything(archive), archive.catalog.meta()) == (before, version)


def test_an_edited_article_replaces_its_passages(archive: Archive, made_up: MakeUp) -> None:
    articles = made_up(8)
    archive.ingest(articles)
    articles[3] = replace(articles[3], text="A quite different zebra was seen on Monday.")
    articles[4] = replace(articles[4], published="2021-12-31")  # a corrected date is an edit too
    report = archive.ingest(articles)
    assert (report.added, report.updated, report.unchanged) == (0, 2, 6)
    assert_whole(archive, articles)
    for mode in ("bm25", "dense", "fused"):
        found = HybridRetriever(archive, mode).retrieve("Which zebra was seen on Monday?", 3)
        assert found[0].passage.text == articles[3].text
    assert not archive.catalog.search("town3", 10, Filters())


def test_a_removed_article_is_gone_from_all_three(archive: Archive, made_up: MakeUp) -> None:
    articles = made_up(8)
    archive.ingest(articles)
    assert archive.remove(["report-2", "report-5", "no-such"]) == ["report-2", "report-5"]
    assert_whole(archive, [a for a in articles if a.article_id not in ("report-2", "report-5")])
    assert not archive.catalog.search("town2", 10, Filters())
    assert archive.vectors is not None
    assert not [name for name in archive.vectors.ids() if name.startswith("report-2:")]
    with pytest.raises(ArchiveError, match=r"no article 'report-2'.*byline articles list"):
        archive.article("report-2")


def test_removing_all_and_adding_again(archive: Archive, made_up: MakeUp) -> None:
    articles = made_up(4)
    archive.ingest(articles)
    archive.remove([article.article_id for article in articles])
    assert_whole(archive, [])
    assert HybridRetriever(archive).retrieve("Who spoke?") == []
    archive.ingest(articles)
    assert_whole(archive, articles)


_TEXTS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "x", "y", "z"]), max_size=6)


@given(st.lists(st.tuples(_TEXTS, st.sets(st.sampled_from("abcdef"), max_size=2)), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_ingests_and_removals_leaves_what_was_asked(
    tmp_path_factory: pytest.TempPathFactory,
    made_up: MakeUp,
    embedder: object,
    steps: list[tuple[dict[str, str], set[str]]],
) -> None:
    bases = dict(zip("abcdef", made_up(6, 3), strict=True))
    held: dict[str, Article] = {}
    with Archive.open(tmp_path_factory.mktemp("archive"), embedder=embedder) as archive:  # type: ignore[arg-type]
        for put, removed in steps:
            new = {
                name: replace(bases[name], text=f"{bases[name].text} {word}") for name, word in put.items()
            }
            archive.ingest(list(new.values()))
            archive.remove([bases[name].article_id for name in removed])
            held = {name: article for name, article in (held | new).items() if name not in removed}
        assert_whole(archive, list(held.values()))


def test_the_text_of_an_article_comes_back_as_it_went_in(archive: Archive) -> None:
    odd = Article(
        "odd",
        "“Title” <b>",
        "Nul is cleaned before; \ufffd 😀 \u0301 “—”.\n\n東京。\n" * 30,
        inferred=("title",),
    )
    archive.ingest([odd])
    assert archive.article("odd") == odd
    assert_whole(archive, [odd])


def test_what_cannot_be_stored_is_skipped_with_the_reason(archive: Archive, made_up: MakeUp) -> None:
    report = archive.ingest(
        [
            *made_up(2),
            Article("empty", "Empty", " \n "),
            Article("half", "Half", "A lone \ud83d surrogate."),
            Skipped("news.jsonl:7", "the line is not JSON"),
        ]
    )
    assert report.added == 2
    assert [skipped.origin for skipped in report.skipped] == ["empty", "half", "news.jsonl:7"]
    assert report.skipped[0].reason == "The article 'empty' has no text; give it its words, or leave it out."
    assert archive.check() == []


def test_a_source_that_fails_is_told_after_what_came_before_is_safe(opened: Open, made_up: MakeUp) -> None:
    def source() -> Iterator[Article]:
        yield from made_up(3)
        raise SourceError("'news' broke off; fetch it again.")

    with pytest.raises(SourceError, match="broke off"):
        opened().ingest(source())
    archive = opened()
    assert archive.status().articles == 3
    assert archive.status().embedded == 0
    archive.ingest([])
    assert_whole(archive, made_up(3))


def test_questions_find_words_while_vectors_are_still_to_come(opened: Open, made_up: MakeUp) -> None:
    """Asked by another process, at the moment the first passage is being embedded."""
    seen: list[tuple[int, int, list[str]]] = []
    reader = opened()

    class Watching(type(reader.embedder)):  # type: ignore[misc]
        def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
            if not seen and len(texts) > 1:
                status = reader.status()
                found = HybridRetriever(reader).retrieve("What did Mayor Ann7 Lee of town7 say?", 3)
                seen.append((status.articles, status.embedded, [p.passage.article_id for p in found]))
            rows: NDArray[np.float32] = super().embed_passages(texts, progress)
            return rows

    opened(embedder=Watching()).ingest(made_up(20))
    assert seen == [(20, 0, ["report-7"] * 3)]
    assert reader.status().embedded == reader.status().passages
    assert HybridRetriever(reader, "dense").retrieve("What did Mayor Ann7 Lee of town7 say?", 1)


def test_an_ingest_that_ended_while_embedding_goes_on_where_it_stopped(
    opened: Open, made_up: MakeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_EMBED_PASSAGES", 8)
    monkeypatch.setattr(stages, "PUBLISH_SECONDS", 0.0)
    embedded: list[int] = []
    archive = opened()

    class Failing(type(archive.embedder)):  # type: ignore[misc]
        def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
            embedded.append(len(texts))
            if len(embedded) == 3:
                raise KeyboardInterrupt
            rows: NDArray[np.float32] = super().embed_passages(texts, progress)
            return rows

    with pytest.raises(KeyboardInterrupt):
        opened(embedder=Failing()).ingest(made_up(10))
    assert archive.status().embedded == 16
    assert archive.check() != []
    assert archive.ingest(made_up(10)).passages == archive.status().passages - 16
    assert_whole(archive, made_up(10))


def test_progress_tells_each_stage_to_its_end(archive: Archive, made_up: MakeUp) -> None:
    told: list[tuple[str, int, int | None]] = []
    archive.ingest(made_up(5), lambda *step: told.append(step))
    passages = archive.status().passages
    assert [step for step in told if step[0] == "reading"][-1] == ("reading", 5, 5)
    assert told[-1] == ("embedding", passages, passages)


def test_status_counts(archive: Archive, made_up: MakeUp, tmp_path: Path) -> None:
    articles = made_up(7)
    archive.ingest(articles)
    status = archive.status()
    assert status.path == tmp_path / "archive"
    assert status.words == sum(len(article.text.split()) for article in articles)
    assert status.sources == {"VOA": 3, "CNN": 2, "The Week": 2}
    days = sorted(article.published or "" for article in articles)
    assert (status.first_published, status.last_published) == (days[0], days[-1])
    assert (status.model, status.writer) == ("words", None)
    assert status.size_bytes > 10_000


def test_articles_are_listed_newest_first_by_pages(archive: Archive, made_up: MakeUp) -> None:
    articles = [*made_up(6), Article("undated", "Undated", "A fact.")]
    archive.ingest(articles)
    listed = archive.articles()
    assert listed[-1].article_id == "undated"
    days = [article.published or "" for article in listed[:-1]]
    assert days == sorted(days, reverse=True)
    assert archive.articles(limit=2, offset=3) == listed[3:5]
    assert {a.source for a in archive.articles(Filters(sources=("voa",)))} == {"VOA"}


def test_the_catalog_is_written_ahead(archive: Archive) -> None:
    with archive.catalog._reading() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_transaction_is_all_or_nothing(tmp_path: Path, made_up: MakeUp) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    with pytest.raises(ZeroDivisionError), catalog.writing() as changes:
        changes.put(made_up(1)[0])
        raise ZeroDivisionError
    assert catalog.counts().articles == 0
    catalog.close()


def test_an_archive_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    assert not is_archive(tmp_path / "nothing")
    with pytest.raises(ArchiveError, match="check that you may read it"):
        is_archive(tmp_path / ("x" * 300))


def test_status_counts_while_files_come_and_go(archive: Archive) -> None:
    (archive.path / "gone").symlink_to(archive.path / "nobody")
    assert archive.status().size_bytes > 0
