"""What the words of a sentence and its clauses tell: which the passages have, and which turn it round."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa.checking.claims import Claims, text_of
from qa.checking.cues import negated, reversed_roles
from qa.checking.sources import Evidence, Source
from qa.checking.vocabulary import share, weights

_BEGINS = re.compile(
    r"[,;:—–]\s+|\s+(?:and|but|while|which|who|because|after|before|although|when|where|with)\s+",
    re.IGNORECASE,
)
_CLAUSE_WORDS = 3
_NEIGHBOURS = 2  # words ahead that a word is paired with
_ALIKE = 0.3  # of a clause's words, for another to speak of the same


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence that say something of their own; none where it is all one."""
    parts = [part.strip() for part in _BEGINS.split(sentence)]
    kept = [part for part in parts if len(part.split()) >= _CLAUSE_WORDS]
    return kept if len(kept) > 1 else []


def of_words(
    sentence: str,
    parts: Sequence[str],
    best: Sequence[Evidence],
    found: Sequence[Evidence],
    cited: Sequence[Source],
) -> dict[str, float]:
    """The shares of its words, and of its clauses' and neighbouring ones, that the passages have."""
    wanted = weights(sentence)
    everything = set(weights("\n".join(map(text_of, cited))))
    held = [set(weights(one.text)) for one in best]
    order = list(wanted)
    pairs = [(one, other) for i, one in enumerate(order) for other in order[i + 1 : i + 1 + _NEIGHBOURS]]
    each = [set(weights(one.text)) for one in found]
    together = sum(any(one in words and other in words for words in each) for one, other in pairs)
    return {
        "words": share(wanted, held[0]),
        "words_all": share(wanted, everything),
        "clause_words": min(
            (share(weights(part), everything) for part in parts), default=share(wanted, everything)
        ),
        "pairs": together / len(pairs) if pairs else 1.0,
    }


def of_cues(sentence: str, claims: Claims, best: Sequence[Evidence]) -> dict[str, float]:
    """Small words and orders that turn a sentence round."""
    told = " ".join(one.text for one in best)
    return {
        "negated": float(negated(sentence) != negated(told) and negated(sentence) != negated(best[0].text)),
        "clause_negated": float(_clause_negated(sentence, best)),
        "reversed": float(any(reversed_roles(sentence, claims.names, one.text) for one in best)),
    }


def _clause_negated(sentence: str, best: Sequence[Evidence]) -> bool:
    told = [clause for one in best for clause in clauses(one.text) or [one.text]]
    held = [set(weights(clause)) for clause in told]
    for part in clauses(sentence) or [sentence]:
        wanted = weights(part)
        shares = [share(wanted, words) for words in held]
        nearest = int(np.argmax(shares))
        if shares[nearest] >= _ALIKE and negated(part) != negated(told[nearest]):
            return True
    return False
