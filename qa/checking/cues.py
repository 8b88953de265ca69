"""What turns a sentence round: negations, and names that changed places.

>>> negated("The group denied it."), negated("The group confirmed it.")
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.checking.names import Name
from qa.checking.vocabulary import share, stem, weights

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
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NOT = re.compile(r"not|never|cannot|\w+n['’]t", re.IGNORECASE)
_BETWEEN = re.compile(r"be|been|being|to|the|an?|any|yet|ever|also|even|longer|still|\w+ly", re.IGNORECASE)
_NO_VERB = re.compile(r"only|just|all|every|until|had|has|have|having|in|on|at|of|for|that", re.IGNORECASE)
# Words after which a verb need not be said of anything: a negation, a doubt, a condition.
_TURNS = re.compile(
    r"not|no|never|cannot|without|n?either|n?or|none|nobody|hardly|barely|den(?:y|ied|ies|ying)|refus\w+|"
    r"reject\w*|fail\w*|declin\w+|unable|unlikely|\w+n['’]t|little|few|against|instead|rather|despite|"
    r"although|though|if|unless|whether|until",
    re.IGNORECASE,
)
_REACH = 7  # words
_ALIKE = 0.6  # of a sentence's words


def negated(text: str) -> bool:
    """Whether a text says of something that it is not so."""
    return bool(_NEGATION.search(text))


def denied(sentence: str, told: str) -> str | None:
    """The word of a sentence that one of the two puts "not" before and the other says plainly, if any.

    Only of sentences that have most of their words in common: of others it tells little.

    >>> denied("Keller did not resign on Friday.", "Maria Keller, the mayor, resigned on Friday.")
    'resign'
    """
    wanted = weights(sentence)
    if share(wanted, set(weights(told))) < _ALIKE:
        return None
    said, there = _Polarity(sentence), _Polarity(told)
    both = [*(said.denied.keys() & there.plain.keys()), *(said.plain.keys() & there.denied.keys())]
    return min(((said.denied | said.plain)[one] for one in both), default=None)


class _Polarity:
    """The words of a text that it denies, and those that no negation stands before; each by its stem."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text)
        self.denied: dict[str, str] = {}
        self.plain: dict[str, str] = {}
        for place, word in enumerate(words):
            if _NOT.fullmatch(word):
                following = (one for one in words[place + 1 : place + 5] if not _BETWEEN.fullmatch(one))
                one = next(following, "")
                if one and not _NO_VERB.fullmatch(one):
                    self.denied[stem(one)] = one
        unclear = {
            stem(word)
            for place, word in enumerate(words)
            if any(_TURNS.fullmatch(one) for one in words[max(0, place - _REACH) : place])
        }
        self.plain = {stem(word): word for word in words if stem(word) not in unclear}


def reversed_roles(sentence: str, found: Sequence[Name], told: str) -> bool:
    """Whether two names change places between the sentence and its source, both in one voice."""
    if bool(_PASSIVE.search(sentence)) != bool(_PASSIVE.search(told)):
        return False
    folded = told.lower()
    places = [folded.find(name.words[-1]) for name in found]
    ordered = [place for place in places if place >= 0]
    return any(one > other for one, other in pairwise(ordered))
