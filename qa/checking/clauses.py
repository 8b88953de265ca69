"""What the words of a sentence and its clauses tell: which the passages have, and which turn it round."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.articles import ScoredPassage
from qa.checking.claims import Claims, ground_of
from qa.checking.cues import negated, opposed, reversed_roles, sweeping
from qa.checking.sources import Evidence, Source
from qa.checking.vocabulary import weights

_BEGINS = re.compile(
    r"[,;:—–]\s+|\s+(?:and|but|while|which|who|because|after|before|although|when|where|with)\s+",
    re.IGNORECASE,
)
_CLAUSE_WORDS = 3
_NEIGHBOURS = 2  # words ahead that a word is paired with
_WIDEST = 5.0  # tens of bits


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
    wanted = weights(sentence)
    everything = set(weights("\n".join(ground_of(source).text for source in cited)))
    held = [set(weights(one.text)) for one in best]
    order = list(wanted)
    pairs = [(one, other) for i, one in enumerate(order) for other in order[i + 1 : i + 1 + _NEIGHBOURS]]
    each = [set(weights(one.text)) for one in found]
    together = sum(any(one in words and other in words for words in each) for one, other in pairs)
    return {
        "words": share(wanted, held[0]),
        "words_two": share(wanted, set().union(*held)),
        "words_all": share(wanted, everything),
        "clause_words": min(
            (share(weights(part), everything) for part in parts), default=share(wanted, everything)
        ),
        "pairs": together / len(pairs) if pairs else 1.0,
    }


def of_clauses(
    sentence: str,
    parts: Sequence[str],
    cosines: NDArray[np.float32],
    around: Sequence[ScoredPassage],
    cited: Sequence[Source],
) -> dict[str, float]:
    """How much of a clause stands around the evidence. `cosines` are the sentence's and of its parts."""
    held = set(weights("\n".join(f"{one.title}\n{one.passage.text}" for one in around)))
    shares = [share(weights(part), held) for part in (sentence, *parts)]
    both = [(float(cosine) + part) / 2 for cosine, part in zip(cosines, shares, strict=True)]
    everything = set(weights("\n".join(ground_of(source).text for source in cited)))
    return {
        "words_near": shares[0],
        "clause_near": min(shares[1:], default=shares[0]),
        "clause_both": min(both[1:], default=both[0]),
        "gap": _gap(sentence, everything),
    }


def _gap(sentence: str, held: set[str]) -> float:
    longest = run = 0.0
    for word, bits in weights(sentence).items():
        run = 0.0 if word in held else run + bits
        longest = max(longest, run)
    return min(_WIDEST, longest / 10)


def of_cues(sentence: str, claims: Claims, best: Sequence[Evidence]) -> dict[str, float]:
    told = " ".join(one.text for one in best)
    return {
        "negated": float(negated(sentence) and not negated(told)),
        **_negations(sentence, best),
        "opposed": float(opposed(sentence, told)),
        "sweeping": float(bool(sweeping(sentence) - sweeping(told))),
        "reversed": float(any(reversed_roles(sentence, claims.names, one.text) for one in best)),
    }


def _negations(sentence: str, best: Sequence[Evidence]) -> dict[str, float]:
    """Of the clauses that are negated on one side only, how much of the words the two have in common."""
    told = [clause for one in best for clause in clauses(one.text) or [one.text]]
    held = [set(weights(clause)) for clause in told]
    found = {"added_not": 0.0, "dropped_not": 0.0}
    for part in clauses(sentence) or [sentence]:
        wanted = weights(part)
        shares = [share(wanted, words) for words in held]
        nearest = int(np.argmax(shares))
        if negated(part) != negated(told[nearest]):
            side = "added_not" if negated(part) else "dropped_not"
            found[side] = max(found[side], shares[nearest])
    return found


def share(wanted: dict[str, float], held: set[str]) -> float:
    whole = sum(wanted.values())
    return sum(bits for word, bits in wanted.items() if word in held) / whole if whole else 1.0
