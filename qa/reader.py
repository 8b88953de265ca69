"""Reading: from a question and some passages to the exact spans that answer it, or to none.

The trained reader and the plain ones all stand behind the same protocol, so that the assistant, the
evaluation and a test can put one in the place of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.articles import ScoredPassage


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer, at its place in the article: `text == article.text[start:end]`."""

    text: str
    passage_id: str
    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of the passages: spans, best first, and how sure it is of the first.

    `null_score` is the score for "none of these", on the scale of `Span.score`. `confidence` is the
    calibrated probability that the first span is right, 0.0 where there is none. `threshold` is the
    confidence from which this reading is given as an answer; None: the reader's own, as for any other.
    `question` is what was read where that is not the question to the letter: its slips put right.
    """

    spans: tuple[Span, ...]
    null_score: float
    confidence: float
    threshold: float | None = None
    question: str | None = None


class Reader(Protocol):
    """Reads passages for the answer to a question."""

    @property
    def name(self) -> str:
        """What to call this reader in a report."""

    @property
    def threshold(self) -> float:
        """The confidence from which an answer is given; chosen on the dev questions."""

    def read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """Read all passages (any number, none included) for the question."""
