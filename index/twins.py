"""Twins: two articles that tell the same story in mostly the same words, a wire story in two papers, say.

Articles of one event share background and galleries too, and are not one story for that: what is new in them
stands in their leads. And a form filled in for two towns, or two days, differs in little but its names and
figures. So most of one of two twins stands in the other: of the whole, of the lead, of the names and figures.
A shorter text is a twin only of what says the same, and versions of one page (see `index.versions`) are twins
whatever they say. The bounds were chosen on the news of 2023; `bench/duplicates.py` measures them on that of
2022.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.identity import url_identity
from index.shingles import Shingles, bands, covered, shingles, words
from index.versions import versions_of

LEAST_SHARE = 0.75  # of the words of one, as a rule the shorter
LEAST_LEAD = 0.8  # of the words of one of the leads
LEAST_FACTS = 0.7  # of the names and figures of one, each where it stands
NEAR_DAYS = 60
FAR_SHARE = 0.9  # between articles further apart: each year's eclipse is told in last year's words
LEAD_WORDS = 80
FEWEST_RUNS = 30  # shorter texts are alike by chance, unless they are the same but for case and punctuation
MOST_COMPARED = 32  # with an article: those that share the most bands with it


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of an article is compared with others. `facts` marks the words that are names or figures."""

    runs: Shingles
    facts: NDArray[np.bool_]
    day: int | None
    url: str | None


def sketch(text: str, day: int | None = None, url: str | None = None) -> Sketch:
    """The sketch of an article: `day` as a number of days, `url` as `url_identity` gives it."""
    found = words(text)
    facts = np.array([word[0].isupper() or not word.isalpha() for word in found], np.bool_)
    return Sketch(shingles(found), facts, day, url)


def twin_shares(one: Sketch, other: Sketch) -> tuple[float, float] | None:
    """How much of each of two twins stands in the other; None where they are not twins."""
    if min(len(one.runs), len(other.runs)) < FEWEST_RUNS:
        return (1.0, 1.0) if np.array_equal(one.runs, other.runs) else None
    held = _held(one, other)
    shares = _shares(held)
    if max(shares) < (FAR_SHARE if _far(one, other) else LEAST_SHARE):
        return None
    lead = max(float(words[:LEAD_WORDS].mean()) for words in held)
    facts = max(_marked(held[0], one.facts), _marked(held[1], other.facts))
    return shares if lead >= LEAST_LEAD and facts >= LEAST_FACTS else None


def _held(one: Sketch, other: Sketch) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each word of the one, whether it stands in the other; and the other way round."""
    return covered(one.runs, other.runs), covered(other.runs, one.runs)


def _shares(held: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> tuple[float, float]:
    return float(held[0].mean()), float(held[1].mean())


def _marked(held: NDArray[np.bool_], facts: NDArray[np.bool_]) -> float:
    return float(held[facts].mean()) if facts.any() else 1.0


def compare_next(db: sqlite3.Connection, limit: int) -> int:
    """Find the twins of the next `limit` articles that wait for it. How many there were."""
    waiting = db.execute(
        "SELECT number FROM articles WHERE compared = 0 ORDER BY number LIMIT ?", (limit,)
    ).fetchall()
    stored = lru_cache(maxsize=512)(lambda number: _stored(db, number))
    for (number,) in waiting:
        own = stored(number)
        numbers = sorted(bands(own.runs))[: None if len(own.runs) >= FEWEST_RUNS else 1]
        versions = versions_of(db, number)
        for other in versions.union(_worth_comparing(db, numbers)):
            there = stored(other)
            if shares := _shares(_held(own, there)) if other in versions else twin_shares(own, there):
                both = [(number, other, shares[0]), (other, number, shares[1])]
                db.executemany("INSERT INTO twins VALUES (?, ?, ?)", both)
        rows = [(band, number) for band in numbers]
        db.executemany("INSERT OR IGNORE INTO story_bands VALUES (?, ?)", rows)
        db.execute("UPDATE articles SET compared = 1 WHERE number = ?", (number,))
    return len(waiting)


def _worth_comparing(db: sqlite3.Connection, numbers: list[int]) -> list[int]:
    rows = db.execute(
        "SELECT article FROM json_each(?) JOIN story_bands ON band = json_each.value "
        "GROUP BY article ORDER BY count(*) DESC, article LIMIT ?",
        (json.dumps(numbers), MOST_COMPARED),
    )
    return [row[0] for row in rows]


def _stored(db: sqlite3.Connection, number: int) -> Sketch:
    text, day, url = db.execute(
        "SELECT text, CAST(julianday(day) AS INTEGER), url FROM articles WHERE number = ?", (number,)
    ).fetchone()
    return sketch(text, day, url_identity(url))


def _far(one: Sketch, other: Sketch) -> bool:
    """Whether two articles are of different times; two versions of a page are not, nor what has no day."""
    if one.day is None or other.day is None or (one.url and one.url == other.url):
        return False
    return abs(one.day - other.day) > NEAR_DAYS
