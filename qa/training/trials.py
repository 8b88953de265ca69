"""Questions asked of a real archive, with and without the answer in it: what calibration is fitted on.

Wire questions are asked of one article, four in ten of them near misses. News quizzes that training never
saw, and those wire questions that stand alone, are asked of the whole archive twice: with every article, and
again with each article that holds the answer withheld, so that only look-alikes are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
QUIZ = "news"
WIRE = "wire"
STANDALONE = "standalone"
WITHHELD = ", withheld"  # after the kind


@dataclass(frozen=True, slots=True)
class Trial:
    """One question with what was found for it; no `answers`: nothing in the passages answers it."""

    kind: str
    question: str
    answers: tuple[str, ...]
    passages: tuple[ScoredPassage, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a whole archive, its answers, and the day it is asked."""

    question: str
    answers: tuple[str, ...]
    day: str | None


def archive_trials(archive: Archive, kind: str, questions: Iterable[Asked], k: int) -> Iterator[Trial]:
    """Each question with its articles present, then with them withheld."""
    retriever = HybridRetriever(archive)
    for asked in questions:
        found = retriever.retrieve(asked.question, _DEPTH, Filters(as_of=asked.day))
        bearing = {p.passage.article_id for p in found if _bears(archive, p, asked.answers)}
        without = [p for p in found if p.passage.article_id not in bearing]
        yield Trial(kind, asked.question, asked.answers, tuple(found[:k]))
        yield Trial(kind + WITHHELD, asked.question, (), tuple(without[:k]))


def wire_trials(archive: Archive, k: int) -> Iterator[Trial]:
    """Each wire question, asked of its own article."""
    retriever = HybridRetriever(archive)
    for row in read_records(WIRE_QUESTIONS):
        filters = Filters(article_ids=(row["article_id"],))
        found = retriever.retrieve(row["question"], k, filters)
        yield Trial(WIRE, row["question"], tuple(row["answers"]), tuple(found))


def trial_articles(questions: Path, articles: Path) -> list[Article]:
    """The articles that the trials need: all that are listed with a quiz question, and the wire ones."""
    wanted = {row["article_id"] for row in read_records(WIRE_QUESTIONS)}
    for row in _held_out(questions):
        wanted.update(row["articles"])
    return [
        Article(
            row["id"], row["title"], row["text"], iso_date(row.get("published")), source=row.get("source")
        )
        for row in read_records(articles)
        if row["id"] in wanted and row["text"].strip()
    ]


def quizzes(questions: Path) -> Iterator[Asked]:
    """The held-out quiz questions that stand alone and have their answer in the articles."""
    for row in _held_out(questions):
        yield Asked(row["question"], tuple(row["answers"]), iso_date(row["date"]))


def standalone(archive: Archive) -> Iterator[Asked]:
    """The wire questions that stand alone, asked on the day of their article."""
    for row in read_records(WIRE_QUESTIONS):
        if row.get("standalone"):
            published = archive.article(row["article_id"]).published
            yield Asked(row["question"], tuple(row["answers"]), published)


def _held_out(questions: Path) -> Iterator[dict[str, Any]]:
    for row in read_records(questions):
        spoken = row["answers"][0].lower() not in UNSPOKEN
        if row["strict"] and held_out(row["question"]) and spoken:
            yield row


def _bears(archive: Archive, found: ScoredPassage, answers: Sequence[str]) -> bool:
    return bool(occurrences(archive.article(found.passage.article_id).text, answers))
