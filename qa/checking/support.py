"""How well the passages that a sentence cites support it: a probability from meaning, words, reader and cues.

None of the signals is enough alone: a swapped name leaves the meaning where it was, a paraphrase leaves no
word in its place. A logistic regression weighs them; `bench/checking.py` fits it on labelled sentences.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from qa.checking.claims import Claims, Ground, ground_of, has
from qa.checking.cues import negated, opposed, reversed_roles
from qa.checking.names import Name
from qa.checking.questions import Heard, hear, specifics
from qa.checking.sources import Evidence, Source, evidence_of
from qa.checking.vocabulary import weights
from qa.reader import Reader

WEIGHTS = Path(__file__).with_name("support.json")
SIGNALS = (
    "cosine",  # of the sentence with the nearest sentence of the passages, or clause of the best two
    "cosine_two",  # with the best two of them together
    "clause_cosine",  # the lowest of any clause with its nearest sentence, or clause of the best two
    "words",  # the share of its words, by rarity, in the best sentence
    "words_two",  # in the best two
    "words_all",  # in all of the passages and their titles
    "clause_words",  # the lowest such share of any clause
    "pairs",  # the share of its neighbouring words that stand together in one sentence of the passages
    "near",  # the mean nearness of its names, numbers and dates to the best two sentences
    "farthest",  # the least of them
    "lead",  # how far the reader prefers the sentence's own words to others, in the mean
    "worst_lead",  # at worst
    "rival",  # how far, at worst, the reader prefers another answer to theirs and to none at all
    "name_rival",  # the same of names alone
    "certainty",  # how far to no answer at all, in the mean
    "worst_certainty",  # at worst
    "negated",  # 1 where one of the sentence and its evidence is negated and the other is not
    "clause_negated",  # 1 where that is so of a clause and the clause that is nearest to it by words
    "opposed",  # antonyms between the two
    "reversed",  # 1 where names stand in the other order without a change of voice
)
_BEGINS = re.compile(
    r"[,;:—–]\s+|\s+(?:and|but|while|which|who|because|after|before|although|when|where|with)\s+",
    re.IGNORECASE,
)
_CLAUSE_WORDS = 3
_ALIKE = 0.3  # of a clause's words, for another to speak of the same
_NEIGHBOURS = 2  # words ahead that a word is paired with
_LONGEST = 2000  # characters of a sentence that are looked at

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

    def judge(self, sentence: str, claims: Claims, cited: Sequence[Source]) -> Judged:
        """Judge a sentence without its marks by the passages that it cites."""
        found = evidence_of(cited)
        if not found:
            return Judged(0.0, (), dict.fromkeys(SIGNALS, 0.0), ())
        sentence = sentence[:_LONGEST]
        parts = clauses(sentence)
        said = self._embed([sentence, *parts])
        cosines = said @ self._embed([one.text for one in found]).T
        best = best_two(sentence, found, cosines[0])
        told = [clause for one in best for clause in clauses(one.text)]
        nearer = said @ self._embed([" ".join(one.text for one in best), *told]).T
        each = np.concatenate([cosines, nearer[:, 1:]], axis=1).max(axis=1)
        heard = hear(sentence, claims, cited, self._reader)
        signals = {
            "cosine": float(each[0]),
            "cosine_two": float(max(cosines[0].max(), nearer[0, 0])),
            "clause_cosine": float(each[1:].min() if parts else each[0]),
            **_of_words(sentence, parts, best, found, cited),
            **_of_places(claims, best, found),
            **_of_reader(heard),
            **_of_cues(sentence, claims, best),
        }
        return Judged(self._fitted.score(signals), best, signals, tuple(heard))


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence that say something of their own; none where it is all one."""
    parts = [part.strip() for part in _BEGINS.split(sentence)]
    kept = [part for part in parts if len(part.split()) >= _CLAUSE_WORDS]
    return kept if len(kept) > 1 else []


def best_two(sentence: str, found: Sequence[Evidence], cosines: NDArray[np.float32]) -> tuple[Evidence, ...]:
    """The sentence that supports best, by meaning and words, and the one that adds most, if any does."""
    wanted = weights(sentence)
    held = [set(weights(one.text)) for one in found]
    scores = [float(cosine) + _share(wanted, words) for cosine, words in zip(cosines, held, strict=True)]
    first = int(np.argmax(scores))
    left = {word: bits for word, bits in wanted.items() if word not in held[first]}
    whole = sum(wanted.values()) or 1.0
    added = [sum(bits for word, bits in left.items() if word in words) / whole for words in held]
    second = int(np.argmax([gain + 0.1 * score for gain, score in zip(added, scores, strict=True)]))
    return (found[first],) if second == first or added[second] < 0.1 else (found[first], found[second])


def _of_words(
    sentence: str,
    parts: Sequence[str],
    best: Sequence[Evidence],
    found: Sequence[Evidence],
    cited: Sequence[Source],
) -> dict[str, float]:
    wanted = weights(sentence)
    everything = set(weights("\n".join(ground_of(source).text for source in cited)))
    held = [set(weights(one.text)) for one in best]
    order = list(wanted)
    pairs = [(one, other) for i, one in enumerate(order) for other in order[i + 1 : i + 1 + _NEIGHBOURS]]
    each = [set(weights(one.text)) for one in found]
    together = sum(any(one in words and other in words for words in each) for one, other in pairs)
    return {
        "words": _share(wanted, held[0]),
        "words_two": _share(wanted, set().union(*held)),
        "words_all": _share(wanted, everything),
        "clause_words": min(
            (_share(weights(part), everything) for part in parts), default=_share(wanted, everything)
        ),
        "pairs": together / len(pairs) if pairs else 1.0,
    }


def _of_places(claims: Claims, best: Sequence[Evidence], found: Sequence[Evidence]) -> dict[str, float]:
    """How near to the evidence the specifics stand: 1 in it, a half beside it, 0 elsewhere."""
    beside = [
        one
        for one in found
        if any(one.source is near.source and abs(one.place - near.place) == 1 for near in best)
    ]
    here, there = (
        [Ground(one.text, one.source.passage.published) for one in some] for some in (best, beside)
    )
    nearness = [
        1.0 if has(one, here) else 0.5 if has(one, [*here, *there]) else 0.0 for one in specifics(claims)
    ]
    return {"near": float(np.mean(nearness or [1.0])), "farthest": min(nearness, default=1.0)}


def _of_reader(heard: Sequence[Heard]) -> dict[str, float]:
    leads, certainties = [one.lead for one in heard] or [0.0], [one.certainty for one in heard] or [0.0]
    return {
        "lead": float(np.mean(leads)),
        "worst_lead": min(leads),
        "rival": max((one.rival for one in heard), default=0.0),
        "name_rival": max((one.rival for one in heard if isinstance(one.asked, Name)), default=0.0),
        "certainty": float(np.mean(certainties)),
        "worst_certainty": min(certainties),
    }


def _of_cues(sentence: str, claims: Claims, best: Sequence[Evidence]) -> dict[str, float]:
    told = " ".join(one.text for one in best)
    return {
        "negated": float(negated(sentence) != negated(told) and negated(sentence) != negated(best[0].text)),
        "clause_negated": float(_clause_negated(sentence, best)),
        "opposed": float(opposed(sentence, told)),
        "reversed": float(any(reversed_roles(sentence, claims.names, one.text) for one in best)),
    }


def _clause_negated(sentence: str, best: Sequence[Evidence]) -> bool:
    told = [clause for one in best for clause in clauses(one.text) or [one.text]]
    held = [set(weights(clause)) for clause in told]
    for part in clauses(sentence) or [sentence]:
        wanted = weights(part)
        shares = [_share(wanted, words) for words in held]
        nearest = int(np.argmax(shares))
        if shares[nearest] >= _ALIKE and negated(part) != negated(told[nearest]):
            return True
    return False


def _share(wanted: dict[str, float], held: set[str]) -> float:
    whole = sum(wanted.values())
    return sum(bits for word, bits in wanted.items() if word in held) / whole if whole else 1.0
