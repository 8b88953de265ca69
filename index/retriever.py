"""Question -> passages: by words (BM25), by meaning (vectors), or both, fused by rank.

Reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009. A passage's score is the sum of
weight / (offset + rank) over the lists that hold it, so scores of different kinds are never compared. News
is dated: what was published in the period that the question is about is raised, and nothing is left out. What
several articles of one story tell in the same words is given once (see `index.selection`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, Protocol

from index.archive import Archive
from index.articles import Filters, ScoredPassage
from index.catalog import Listed
from index.period import period_of
from index.selection import select

Mode = Literal["fused", "bm25", "dense"]

CANDIDATES = 100  # taken from each side
MOST_ROUNDS = 5  # where copies fill the lists
DENSE_WEIGHT = 0.75
RANK_OFFSET = 20
TIME_WEIGHT = 1.0  # by how much of itself a score is raised in the very period asked about


class Retriever(Protocol):
    """Finds the passages that a question is best answered from."""

    def retrieve(self, question: str, k: int = 8, filters: Filters = Filters()) -> list[ScoredPassage]:
        """At most k passages of the articles that the filters let through, best first; each once."""


class HybridRetriever:
    """Searches an archive. "fused" takes words and meaning together, the others one of the two."""

    def __init__(
        self,
        archive: Archive,
        mode: Mode = "fused",
        *,
        candidates: int = CANDIDATES,
        dense_weight: float = DENSE_WEIGHT,
        rank_offset: int = RANK_OFFSET,
        time_weight: float = TIME_WEIGHT,
    ) -> None:
        self._archive = archive
        self._mode = mode
        self._candidates = candidates
        self._dense_weight = dense_weight
        self._rank_offset = rank_offset
        self._time_weight = time_weight

    def retrieve(self, question: str, k: int = 8, filters: Filters = Filters()) -> list[ScoredPassage]:
        """Passages that are not embedded yet are found by their words; an empty archive gives none."""
        idle: frozenset[str] = frozenset()
        for _ in range(MOST_ROUNDS):
            chosen, more = self._found(question, max(k, self._candidates), filters, idle)
            if len(chosen) >= k or not more:
                break
            idle |= more  # copies have filled the lists: once more without them
        return chosen[:k]

    def _found(
        self, question: str, candidates: int, filters: Filters, idle: frozenset[str]
    ) -> tuple[list[ScoredPassage], frozenset[str]]:
        """The passages worth reading, best first, and the articles found of which none is.

        `idle` are articles that are not to be looked for.
        """
        within = replace(filters, without=(*filters.without, *idle))
        bm25: dict[str, float] = {}
        dense: dict[str, float] = {}
        if self._mode != "dense":
            words = self._archive.catalog.search(question, candidates, within)
            bm25 = {item.passage_id: item.bm25 for item in words}
        if self._mode != "bm25":
            dense = dict(self._nearest(question, candidates, within))
        ranked = _best(self._fuse(bm25, dense))
        listed = self._archive.catalog.passages(ranked)
        selection = select(ranked, listed, self._archive.catalog, filters)
        bm25, dense = selection.of(bm25), selection.of(dense)
        scores = self._fuse(bm25, dense)
        near = self._nearness(question, filters, listed) if self._mode == "fused" else {}
        if near:
            scores = {
                name: score * (1 + self._time_weight * near.get(name, 0)) for name, score in scores.items()
            }
        # An edited or removed passage may still have its old vector for a moment: the catalog decides.
        chosen = [
            ScoredPassage(
                passage=item.passage,
                score=scores[name],
                title=item.title,
                published=item.published,
                dense=dense.get(name),
                bm25=bm25.get(name),
                nearness=near.get(name, 0.0),
                story=selection.story(item.passage.article_id),
                source=item.source,
            )
            for name in _best(scores)
            if (item := listed.get(name)) and (item.embedded or name in bm25)
        ]
        there = {item.passage.article_id for item in listed.values()}
        return chosen, frozenset(there.difference(found.passage.article_id for found in chosen))

    def _nearness(self, question: str, filters: Filters, listed: Mapping[str, Listed]) -> dict[str, float]:
        """Of each passage; one without a date is as near as the others are on the average."""
        today = date.fromisoformat(filters.as_of) if filters.as_of else date.today()
        period = period_of(question, today)
        near = {name: period.nearness(item.published) for name, item in listed.items()}
        dated = [value for value in near.values() if value is not None]
        average = sum(dated) / len(dated) if dated else 0.0
        return {name: average if value is None else value for name, value in near.items()}

    def _nearest(self, question: str, k: int, filters: Filters) -> Iterable[tuple[str, float]]:
        if self._archive.vectors is None:
            return []
        return self._archive.nearest(self._archive.embedder.embed_question(question), k, filters)

    def _fuse(self, bm25: dict[str, float], dense: dict[str, float]) -> dict[str, float]:
        """A list that stands alone is scored as if the other agreed: scores mean the same either way."""
        return fuse(bm25 or dense, dense or bm25, self._dense_weight, self._rank_offset)


def _best(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda name: (-scores[name], name))


def fuse(
    bm25: Iterable[str],
    dense: Iterable[str],
    dense_weight: float = DENSE_WEIGHT,
    rank_offset: int = RANK_OFFSET,
) -> dict[str, float]:
    """The score of each passage in either list; both lists are of ids, best first."""
    scores: dict[str, float] = {}
    for weight, ranked in ((1.0, bm25), (dense_weight, dense)):
        for rank, name in enumerate(ranked, start=1):
            scores[name] = scores.get(name, 0.0) + weight / (rank_offset + rank)
    return scores
