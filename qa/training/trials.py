"""Questions asked of a real archive, with and without the answer in it: what calibration is fitted on.

Two kinds. Wire questions are asked of one article, a third of them near misses. News questions (those that
training never saw) are asked of the whole archive twice: with every article, and again with each article
that holds the answer withheld, so that only look-alikes are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.articles import Article, Filters, ScoredPassage
from index.retriever import HybridRetriever
from index.sources.dates import iso_date
from qa.training.examples import read_records
from qa.training.mining import UNSPOKEN, occurrences
from qa.training.mix import WIRE_QUESTIONS, held_out

_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """One question with what was found for it; no `answers`: nothing in the passages answers it."""

    kind: str
    question: str
    answers: tuple[str, ...]
    passages: tuple[ScoredPassage, ...]


def news_trials(archive: Archive, questions: Path, k: int) -> Iterator[Trial]:
    """Each held-out news question with its articles present, then with them withheld."""
    retriever = HybridRetriever(archive)
    for row in asked(questions):
        found = retriever.retrieve(row["question"], _DEPTH, Filters(as_of=iso_date(row["date"])))
        bearing = {p.passage.article_id for p in found if _bears(archive, p, row["answers"])}
        without = [p for p in found if p.passage.article_id not in bearing]
        yield Trial("news", row["question"], tuple(row["answers"]), tuple(found[:k]))
        yield Trial("withheld", row["question"], (), tuple(without[:k]))


def wire_trials(archive: Archive, k: int) -> Iterator[Trial]:
    """Each wire question, asked of its own article."""
    retriever = HybridRetriever(archive)
    for row in read_records(WIRE_QUESTIONS):
        filters = Filters(article_ids=(row["article_id"],))
        found = retriever.retrieve(row["question"], k, filters)
        yield Trial("wire", row["question"], tuple(row["answers"]), tuple(found))


def trial_articles(questions: Path, articles: Path) -> list[Article]:
    """The articles that the trials need: every one listed with a held-out question, and the wire ones."""
    wanted = {row["article_id"] for row in read_records(WIRE_QUESTIONS)}
    for row in asked(questions):
        wanted.update(row["articles"])
    return [
        Article(
            row["id"], row["title"], row["text"], iso_date(row.get("published")), source=row.get("source")
        )
        for row in read_records(articles)
        if row["id"] in wanted and row["text"].strip()
    ]


def asked(questions: Path) -> list[dict[str, Any]]:
    """The held-out news questions that stand alone and have their answer in the articles."""
    return [
        row
        for row in read_records(questions)
        if row["strict"] and held_out(row["question"]) and row["answers"][0].lower() not in UNSPOKEN
    ]


def _bears(archive: Archive, found: ScoredPassage, answers: Sequence[str]) -> bool:
    return bool(occurrences(archive.article(found.passage.article_id).text, answers))
