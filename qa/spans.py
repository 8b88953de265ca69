"""From scores a token to clean answer spans: the search, the trimming, and adding up what agrees.

Everything here is arithmetic and text; no model. Offsets are characters of the passage's text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ANSWER_TOKENS = 30
_TOP = 12
_ABBREVIATION = re.compile(
    r"(?:\b[A-Za-z]\.(?:[A-Za-z]\.)*|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|St|No|Dr|Mr|Mrs|Ms|Gen|Gov|Sen|Rep|a\.m|p\.m)\.)$"
)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NOT_WORD = re.compile(r"[^\w\s]")
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’", '"': '"'}
_LEADING = " \t\n\r\u00a0,;:.!?)]}”…—–-/"
_TRAILING = " \t\n\r\u00a0,;:!?([{“‘—–-/…"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer in one window: characters [start, end) of its passage, and its score.

    `score` is the start logit plus the end logit; `margin` is that less the window's own null score.
    """

    passage: int
    start: int
    end: int
    score: float
    margin: float


def best_spans(
    start: NDArray[np.float32],
    end: NDArray[np.float32],
    first: int,
    offsets: Sequence[tuple[int, int]],
    text: str,
    passage: int,
    keep: int = 6,
) -> list[Candidate]:
    """The best spans of one window. `start` and `end` (length,) are its logits, [CLS] at 0 the null.

    At most 30 tokens, never across a line's end, trimmed to clean boundaries, best first.
    """
    null = float(start[0] + end[0])
    s = start[first : first + len(offsets)]
    e = end[first : first + len(offsets)]
    firsts, lasts = np.argsort(-s)[:_TOP], np.argsort(-e)[:_TOP]
    pairs = [
        (float(s[i] + e[j]), int(i), int(j)) for i in firsts for j in lasts if i <= j < i + MAX_ANSWER_TOKENS
    ]
    found: dict[tuple[int, int], Candidate] = {}
    for score, i, j in sorted(pairs, reverse=True):
        bounds = trim(text, offsets[i][0], offsets[j][1])
        if bounds[0] < bounds[1] and "\n" not in text[bounds[0] : bounds[1]] and bounds not in found:
            found[bounds] = Candidate(passage, *bounds, score, score - null)
            if len(found) == keep:
                break
    return list(found.values())


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to whole words, then drop punctuation, possessives, and quotes or brackets without a partner."""
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1 : end].isalnum():
        end += 1
    while True:
        before = (start, end)
        start, end = _strip(text, start, end)
        start, end = _unpaired(text, start, end)
        if (start, end) == before:
            return start, end


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _LEADING and not _signed(text, start):
        start += 1
    while start < end and text[end - 1] in _TRAILING:
        end -= 1
    if text[start:end].endswith(".") and not _ABBREVIATION.search(text, start, end):
        end -= 1
    if text[start:end].endswith(("’s", "'s")):
        end -= 2
    return start, end


def _signed(text: str, start: int) -> bool:
    """Whether a point or a dash belongs to a number: .5, -3."""
    return text[start] in ".-–" and text[start + 1 : start + 2].isdigit()


def _unpaired(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the partner of a quote or bracket where it stands next to the span; else drop a lone one."""
    for opening, closing in _PAIRS.items():
        inner = text[start:end]
        if _lone(inner, closing, opening):
            if text[start - 1 : start] == opening:
                return start - 1, end
            if inner.endswith(closing):
                return start, end - 1
        if _lone(inner, opening, closing):
            if beyond := re.compile(rf"[.,!?]?{re.escape(closing)}").match(text, end):
                return start, beyond.end()
            if inner.startswith(opening):
                return start + 1, end
    return start, end


def _lone(inner: str, mark: str, partner: str) -> bool:
    """Whether one kind of mark stands in the span without its partner; an apostrophe is no quote."""
    if mark == partner:
        return inner.count(mark) == 1
    return mark in inner and partner not in inner and not (mark == "’" and re.search(r"\w’", inner))


def normal(answer: str) -> str:
    """The answer as SQuAD compares it: lower case, without articles and punctuation, single spaces."""
    bare = _NOT_WORD.sub("", answer.lower().replace("-", " "))
    return " ".join(_ARTICLES.sub(" ", bare).split())


def same_answer(one: str, other: str) -> bool:
    """Whether two answers are the same words."""
    return normal(one) == normal(other)


def agreed(
    scores: Sequence[float], answers: Sequence[str], origins: Sequence[str], weight: float
) -> list[float]:
    """Each candidate's score with its fellows': the same answer from other origins adds evidence.

    An origin is an article, or all the articles of one story. Only the best of each counts: what is told
    twice in one article, or copied by ten sources, confirms nothing.
    `weight` in [0, 1] scales what the others add to the log of the summed odds.
    """
    best: dict[str, dict[str, float]] = {}
    for score, answer, origin in zip(scores, answers, origins, strict=True):
        held = best.setdefault(normal(answer), {})
        held[origin] = max(score, held.get(origin, -np.inf))
    totals = {answer: float(np.logaddexp.reduce(list(held.values()))) for answer, held in best.items()}
    tops = {answer: max(held.values()) for answer, held in best.items()}
    return [
        score + weight * (totals[key] - tops[key])
        for score, key in zip(scores, map(normal, answers), strict=True)
    ]
