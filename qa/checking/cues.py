"""Small words that turn a sentence round: negations, antonyms, and names that changed places.

>>> negated("The group denied it."), opposed("Prices rose in May.", "Prices fell in May.")
(True, True)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.checking.names import Name
from qa.checking.vocabulary import stem

_NEGATION = re.compile(
    r"\b(?:not(?! only)|no(?! (?:more|less|fewer|later|sooner) than)|never|none|nobody|nothing|neither|nor|"
    r"without|cannot|den(?:y|ies|ied|ying)|refus(?:e[sd]?|ing)|reject(?:s|ed|ing)?|fail(?:s|ed|ing)?|"
    r"declin(?:e[sd]?|ing) to|dismiss(?:ed|es|ing)?|lack(?:s|ed)?|rul(?:ed?|ing) out|dropped out|away from|"
    r"instead of|rather than|(?<!\ba )(?:little|few)|unable|unlikely|hardly|barely|stopped short)\b|n['’]t\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|is|are|be)\s+(?:\w+ly\s+)?\w+(?:ed|en|wn|ught|ade|ut|it|ld|nt)\b.*?\bby\b",
    re.IGNORECASE,
)
_SWEEPING = re.compile(
    r"\b(?:all|every|each|none|no|never|always|only|any|alone|both|entirely|completely|nobody|everyone|first|"
    r"at once|immediately|still|already|again|longer|most|few|hardly)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    "rise rose risen increase grow grew climb gain jump soar surge"
    " | fall fell fallen decrease drop decline plunge slump shrink cut",
    "more above exceed | fewer less below under",
    "win won victory beat | lose lost defeat",
    "accept approve approved agree back support endorse welcome praise"
    " | reject refuse oppose condemn criticise criticize veto block",
    "deny denied | admit confess confirm claim acknowledge",
    "allow permit legal lift | ban forbid prohibit illegal impose",
    "before earlier | after later",
    "open opened reopen | close closed shut",
    "begin began start launch | end ended finish stop halt cancel",
    "arrest jail detain convict guilty | release free acquit innocent",
    "hire appoint | fire dismiss sack",
    "buy bought | sell sold",
    "expand widen | reduce narrow",
    "higher highest largest biggest most best | lower lowest smallest least worst",
    "first | last",
    "north northern | south southern",
    "east eastern | west western",
    "son brother father husband man men boy | daughter sister mother wife woman women girl",
    "alive survive | dead die died killed",
    "safe | dangerous unsafe",
    "success succeed | failure fail",
    "enter arrive | leave left depart",
    "majority | minority",
    "minimum | maximum",
    "public | private",
    "import | export",
    "remain stay keep | resign quit leave",
    "possible | impossible",
    "likely | unlikely",
    "delay postpone | advance accelerate",
    "healthy | sick ill",
    "stronger | weaker",
    "young younger youngest | old older oldest",
    "success triumph strong good well | disappoint fizzle weak bad poor slump muted",
    "easy | hard difficult",
    "large big wide | small narrow thin razor-thin",
    "many most | few",
    "continue keep | stop end abandon cancel",
    "defend protect preserve | overturn abolish attack",
    "improve | worsen deteriorate",
    "show reveal publish | hide conceal",
    "innocent | guilty",
    "known | unknown unclear",
    "legal | illegal",
    "same | different",
    "full | empty",
    "present | absent",
    "early | late delayed",
    "cheap | expensive",
    "warm hot | cold cool",
    "friend ally | enemy rival",
    "include | exclude",
    "resume restart | halt stall suspend",
)
_SIDES = tuple(tuple(frozenset(map(stem, side.split())) for side in pair.split("|")) for pair in _OPPOSITES)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def negated(text: str) -> bool:
    """Whether a text says of something that it is not so."""
    return bool(_NEGATION.search(text))


def negation_ends(text: str) -> list[int]:
    """Where the negations of a text end: what follows them is negated."""
    return [match.end() for match in _NEGATION.finditer(text)]


def passive(text: str) -> tuple[int, int] | None:
    """Where the text says what was done by whom, up to "by"; None where it does not."""
    found = _PASSIVE.search(text)
    return found.span() if found else None


def sweeping(text: str) -> set[str]:
    """The words of a text that leave no exception: all, never, only."""
    return {match[0].lower() for match in _SWEEPING.finditer(text)}


def opposed(sentence: str, told: str) -> bool:
    """Whether the sentence has a word, and its source only the opposite of it."""
    said, source = ({stem(word) for word in _WORD.findall(text)} for text in (sentence, told))
    new, gone = said - source, source - said
    return any((new & one and gone & other) or (new & other and gone & one) for one, other in _SIDES)


def reversed_roles(sentence: str, found: Sequence[Name], told: str) -> bool:
    """Whether two names change places between the sentence and its source, both in one voice."""
    if bool(_PASSIVE.search(sentence)) != bool(_PASSIVE.search(told)):
        return False
    folded = told.lower()
    places = [folded.find(name.words[-1]) for name in found]
    ordered = [place for place in places if place >= 0]
    return any(one > other for one, other in pairwise(ordered))
