"""How well the passages that a sentence cites support it: a probability from meaning, words, reader and cues.

None of the signals is enough alone: a swapped name leaves the meaning where it was, a paraphrase leaves no
word in its place. A logistic regression weighs them; `bench/checking.py` fits it on labelled sentences.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from qa.checking.claims import Claims, Ground, has
from qa.checking.clauses import clauses, of_cues, of_words
from qa.checking.questions import Heard, hear, specifics, unanswered
from qa.checking.sources import Evidence, Source, evidence_of, near, surroundings
from qa.checking.vocabulary import share, weights
from qa.reader import Reader

WEIGHTS = Path(__file__).with_name("support.json")
SIGNALS = (
    "cosine",  # of the sentence with the nearest sentence of the passages, or clause of the best two
    "clause_cosine",  # the lowest of any clause with its nearest sentence, or clause of the best two
    "words",  # the share of its words, by rarity, in the best sentence
    "words_all",  # in all of the passages and their titles
    "clause_words",  # the lowest such share of any clause
    "pairs",  # the share of its neighbouring words that stand together in one sentence of the passages
    "farthest",  # how near its name, number or date that is farthest from it stands to the evidence
    "lead",  # how far the reader prefers the sentence's own words to others, in the mean
    "worst_lead",  # at worst
    "rival",  # how far, at worst, the reader prefers another answer to theirs and to none at all
    "certainty",  # how far to no answer at all, in the mean
    "worst_certainty",  # at worst
    "negated",  # 1 where one of the sentence and its evidence is negated and the other is not
    "clause_negated",  # 1 where that is so of a clause and the clause that is nearest to it by words
    "reversed",  # 1 where names stand in the other order without a change of voice
    "unanswered",  # how far, at worst, the reader finds no answer to what a clause asks
)
_LONGEST = 2000  # characters of a sentence that are looked at
_REMEMBERED = 32  # sets of passages: the sentences of an answer cite the same ones

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability that the passages support a sentence, the evidence, best first, and the signals."""

    score: float
    evidence: tuple[Evidence, ...]
    signals: dict[str, float]
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over SIGNALS, and the probability from which a sentence stands."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def score(self, signals: dict[str, float]) -> float:
        """The probability, in (0, 1)."""
        logit = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The fitted weights. Raises ModelError where they are missing or not what is expected."""
    try:
        found = Weights(**json.loads(path.read_text(encoding="utf-8")))
        found.score(dict.fromkeys(SIGNALS, 0.0))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(
            f"The weights of support in {str(path)!r} cannot be used ({error}); reinstall Byline."
        ) from error
    return found


class Support:
    """Judges sentences. `embed` gives unit rows, (n, dim), for any texts: an `Embedder.embed_passages`."""

    def __init__(self, embed: Embed, reader: Reader, fitted: Weights) -> None:
        self._embed = embed
        self._reader = reader
        self._fitted = fitted
        self._told = lru_cache(_REMEMBERED)(embed)

    def judge(self, sentence: str, claims: Claims, cited: Sequence[Source]) -> Judged:
        """Judge a sentence without its marks by the passages that it cites."""
        found = evidence_of(cited)
        if not found:
            return Judged(0.0, (), dict.fromkeys(SIGNALS, 0.0), ())
        sentence = sentence[:_LONGEST]
        parts = clauses(sentence)
        said = self._embed([sentence, *parts])
        cosines = said @ self._told(tuple(one.text for one in found)).T
        best = best_two(sentence, found, cosines[0])
        told = [clause for one in best for clause in clauses(one.text)]
        nearer = [said @ self._embed(told).T] if told else []
        each = np.concatenate([cosines, *nearer], axis=1).max(axis=1)
        around = surroundings(best, found)
        heard = hear(sentence, claims, around, self._reader)
        signals = {
            "cosine": float(each[0]),
            "clause_cosine": float(each[1:].min() if parts else each[0]),
            **of_words(sentence, parts, best, found, cited),
            "farthest": _farthest(claims, best, found),
            **_of_reader(heard),
            **of_cues(sentence, claims, best),
            "unanswered": unanswered(sentence, around, self._reader),
        }
        return Judged(self._fitted.score(signals), best, signals, tuple(heard))


def best_two(sentence: str, found: Sequence[Evidence], cosines: NDArray[np.float32]) -> tuple[Evidence, ...]:
    """The sentence that supports best, by meaning and words, and the one that adds most, if any does."""
    wanted = weights(sentence)
    held = [set(weights(one.text)) for one in found]
    scores = [float(cosine) + share(wanted, words) for cosine, words in zip(cosines, held, strict=True)]
    first = int(np.argmax(scores))
    left = {word: bits for word, bits in wanted.items() if word not in held[first]}
    whole = sum(wanted.values()) or 1.0
    added = [sum(bits for word, bits in left.items() if word in words) / whole for words in held]
    second = int(np.argmax([gain + 0.1 * score for gain, score in zip(added, scores, strict=True)]))
    return (found[first],) if second == first or added[second] < 0.1 else (found[first], found[second])


def _farthest(claims: Claims, best: Sequence[Evidence], found: Sequence[Evidence]) -> float:
    """How near to the evidence all specifics stand: 1 in it, a half beside it, 0 elsewhere."""
    beside = [one for one in near(best, found, 1) if one not in best]
    here, there = (
        [Ground(one.text, one.source.passage.published) for one in some] for some in (best, beside)
    )
    nearness = [
        1.0 if has(one, here) else 0.5 if has(one, [*here, *there]) else 0.0 for one in specifics(claims)
    ]
    return min(nearness, default=1.0)


def _of_reader(heard: Sequence[Heard]) -> dict[str, float]:
    leads, certainties = [one.lead for one in heard] or [0.0], [one.certainty for one in heard] or [0.0]
    return {
        "lead": float(np.mean(leads)),
        "worst_lead": min(leads),
        "rival": max((one.rival for one in heard), default=0.0),
        "certainty": float(np.mean(certainties)),
        "worst_certainty": min(certainties),
    }
