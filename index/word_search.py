"""Searching the passages by their words: BM25 (Robertson and Zaragoza 2009), by SQLite's FTS5.

FTS5 scores every passage that holds any word of the question, which takes a second over a million of them.
So in a large archive only passages that hold one of the question's rarer words are scored, by all its words:
what holds none but the common ones is not among the best but by chance. Of the hundred best of 200,000
passages, 99 are the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.terms import fts_terms

TITLE_WEIGHT = 1.0
SMALL = 100_000  # passages: so many are scored one and all
ENOUGH = 10_000  # passages that hold one of the rarer words; the rarest of the common ones makes up for fewer
_STALE = 1.1  # how often a word stands in the archive is counted again when it has grown by so much


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a word search found. `bm25`: higher is better."""

    passage_id: str
    bm25: float


class WordSearch:
    """Over one catalog, from many threads; each brings its own connection."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._counted_at = 0

    def find(
        self,
        db: sqlite3.Connection,
        question: str,
        k: int,
        title_weight: float,
        within: tuple[str, Sequence[str]] | None,
    ) -> list[Found]:
        """The k passages that rank highest, best first; `within` is a condition on articles, in SQL."""
        query, doubled = self._query(db, question)
        if not query:
            return []
        condition, values = within or ("", ())
        # With the plus, FTS5 walks the words once; without it, it would look for them again for every row.
        restricted = (
            "AND +passage_words.rowid IN (SELECT passages.number FROM passages "
            f"JOIN articles ON articles.number = article WHERE {condition})"
            if within
            else ""
        )
        rows = db.execute(
            "SELECT passage_id, score FROM (SELECT rowid AS number, bm25(passage_words, ?, 1.0) AS score "
            f"FROM passage_words WHERE passage_words MATCH ? {restricted} ORDER BY score LIMIT ?) "
            "JOIN passages USING (number) ORDER BY score, number",
            (title_weight, query, *values, k),
        ).fetchall()
        return [Found(passage_id, -score / (2 if doubled else 1)) for passage_id, score in rows]

    def _query(self, db: sqlite3.Connection, question: str) -> tuple[str, bool]:
        """What to match, and whether every word counts twice in it."""
        terms = fts_terms(question)
        size = db.execute("SELECT max(number) FROM passages").fetchone()[0] or 0
        if size <= SMALL:
            return " OR ".join(terms), False
        if not self._counted_at <= size <= self._counted_at * _STALE:
            self._counts, self._counted_at = {}, size
        return narrowed(terms, lambda term: self._count(db, term))

    def _count(self, db: sqlite3.Connection, term: str) -> int:
        """How many passages hold the term."""
        if term not in self._counts:
            counted = db.execute("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", (term,))
            self._counts[term] = int(counted.fetchone()[0])
        return self._counts[term]


def narrowed(terms: Sequence[str], count: Callable[[str], int]) -> tuple[str, bool]:
    """The query for passages with one of the rarer terms, and whether every term counts twice in it.

    The rarer ones stand in it twice, to choose and to score; so that the scores keep their proportions, the
    common ones do too.
    """
    rare: list[str] = []
    enough = 0
    common = sorted(terms, key=count)
    while common and enough < ENOUGH:
        enough += count(common[0])
        rare.append(common.pop(0))
    chosen = " OR ".join(rare)
    if not common:
        return chosen, False
    return f"({chosen}) AND ({' OR '.join([*rare, *common, *common])})", True
