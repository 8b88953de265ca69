"""What turns a sentence round: negations, and names that changed places.

>>> negated("The group denied it."), negated("The group confirmed it.")
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.checking.names import Name

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|den(?:y|ies|ied|ying)|refus(?:e[sd]?|ing)|"
    r"reject(?:s|ed|ing)?|fail(?:s|ed|ing)?|declin(?:e[sd]?|ing) to|dismiss(?:ed|es|ing)?|lack(?:s|ed)?|"
    r"ruled out|unable|unlikely|hardly|barely|stopped short)\b|n['’]t\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|is|are|be)\s+(?:\w+ly\s+)?\w+(?:ed|en|wn|ught|ade|ut|it|ld|nt)\b.*?\bby\b",
    re.IGNORECASE,
)


def negated(text: str) -> bool:
    """Whether a text says of something that it is not so."""
    return bool(_NEGATION.search(text))


def reversed_roles(sentence: str, found: Sequence[Name], told: str) -> bool:
    """Whether two names change places between the sentence and its source, both in one voice."""
    if bool(_PASSIVE.search(sentence)) != bool(_PASSIVE.search(told)):
        return False
    folded = told.lower()
    places = [folded.find(name.words[-1]) for name in found]
    ordered = [place for place in places if place >= 0]
    return any(one > other for one, other in pairwise(ordered))
