"""Exact match and token F1, as the official SQuAD 2.0 script counts them (Rajpurkar, Jia and Liang 2018).

Lower case, no punctuation, no articles, white space squeezed; F1 over the multiset of tokens; the best of
the gold answers counts; a refusal is right where there is no gold answer and wrong elsewhere. One thing is
stricter: the script takes an answer that normalises to nothing ("the") for a refusal; here it is an answer.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """SQuAD's normalisation.

    >>> normalise("The  White House,")
    'white house'
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str | None, gold: Sequence[str]) -> float:
    """1.0 where the normalised answer equals a gold one, else 0.0. None is a refusal, as is empty gold."""
    if answer is None or not gold:
        return float(answer is None and not gold)
    given = normalise(answer)
    return float(any(given == normalise(text) for text in _gold(gold)))


def token_f1(answer: str | None, gold: Sequence[str]) -> float:
    """The best F1 of the answer's tokens with those of a gold answer, in [0, 1].

    >>> round(token_f1("two American troops", ["two troops"]), 2)
    0.8
    """
    if answer is None or not gold:
        return float(answer is None and not gold)
    return max(_f1(normalise(answer).split(), normalise(text).split()) for text in _gold(gold))


def _gold(gold: Sequence[str]) -> Sequence[str]:
    """The official script drops gold that normalises to nothing, unless nothing else is left."""
    return [text for text in gold if normalise(text)] or [""]


def _f1(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    common = sum((Counter(given) & Counter(gold)).values())
    if not common:
        return 0.0
    precision, recall = common / len(given), common / len(gold)
    return 2 * precision * recall / (precision + recall)
