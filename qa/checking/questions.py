"""Questions made of a sentence, one for each name, number and date in it, and what the reader answers.

A sentence that its passages support answers its own questions as they do: "Keller resigned on Friday" asks
who resigned on Friday, and the reader should find Keller (Wang, Cho and Lewis 2020, and Durmus, He and Diab
2020, check summaries so).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import ScoredPassage
from qa.checking.claims import Claims, Ground, Specific, has
from qa.checking.dates import Moment
from qa.checking.names import Name, names
from qa.checking.numbers import MONEY, Amount
from qa.reader import Reader

MOST = 5  # questions of one sentence
MOST_ASIDES = 2
_LEAST = 4  # words of a question
_FARTHEST = 20.0  # logits: beyond this a lead says no more
_PLACE = re.compile(r"\b(?:in|at|near|from|to|outside|across)\s+(?:the\s+)?$", re.IGNORECASE)
_BEFORE_DATE = re.compile(r"\b(?:on|in|by|since|until|during)\s+$", re.IGNORECASE)
_WH = {"%": "what percentage", "th": "which", "h": "what time", "": "how many"}

_ASIDE = re.compile(
    r"(?:,\s|\s)(?:(who|which|where)\s|and\s(?=(?:[a-z]+ed|said|told|sold|met|led|fell|rose|ran|came|went|got|found|won|lost|left|took|gave|made|had|has|"
    r"was|were|will|would|kept|sent|put|brought|is|are)\s))([^,;]{8,200})"
)
_PRONOUNS = frozenset(("he", "she", "it", "they", "we", "you", "his", "her", "their"))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the reader made of one question.

    `lead` is how far, in logits, the sentence's own words stand before the best other answer, `certainty` how
    far before "none of these", and `rival` how far the other answer before both, 0 where it is not; all
    within 20 of 0. `instead` is the other answer where it is ahead.
    """

    asked: Specific
    lead: float
    certainty: float
    rival: float
    instead: str


def specifics(claims: Claims) -> list[Specific]:
    """What can be asked for, in the order of the sentence."""
    counted = [amount for amount in claims.amounts if not amount.loose]
    return sorted([*claims.names, *counted, *claims.moments], key=lambda one: one.start)


def question(sentence: str, asked: Specific) -> str:
    """The sentence with a question word in the place of one of its names, numbers or dates."""
    before, after = sentence[: asked.start], sentence[asked.end :].rstrip(" .!?")
    match asked:
        case Amount():
            word = "how much" if asked.unit and asked.unit in MONEY else _WH[asked.unit]
        case Moment():
            before, word = _BEFORE_DATE.sub("", before), "when"
        case _:
            word = "what" if _PLACE.search(before) else "who"
    return f"{before}{word}{after}?"


def hear(sentence: str, claims: Claims, passages: Sequence[ScoredPassage], reader: Reader) -> list[Heard]:
    """Ask the reader for each of the first few specifics of a sentence."""
    told = {one.passage.article_id: one.published for one in passages}
    heard = []
    for asked in specifics(claims)[:MOST]:
        reading = reader.read(question(sentence, asked), passages)
        floor = min([span.score for span in reading.spans], default=reading.null_score) - 1
        right, wrong, instead = floor, floor, ""
        for span in reading.spans:
            if _answers(asked, Ground(span.text, told.get(span.article_id))):
                right = max(right, span.score)
            elif span.score > wrong and _of_its_kind(asked, span.text):
                wrong, instead = span.score, span.text
        lead, certainty = right - wrong, right - reading.null_score
        rival = max(0.0, wrong - max(right, reading.null_score))
        heard.append(
            Heard(asked, _within(lead), _within(certainty), _within(rival), instead if rival else "")
        )
    return heard


def asides(sentence: str) -> list[str]:
    """Questions that a sentence's relative and further clauses ask: who founded it in a garage?

    >>> asides("Kuhn, who founded Teqna in a garage, will stay and kept 18 percent of it.")
    ['who founded Teqna in a garage?', 'who kept 18 percent of it?']
    """
    found = [f"{match[1] or 'who'} {match[2].rstrip(' .!?')}?" for match in _ASIDE.finditer(sentence)]
    return [asked for asked in found if len(asked.split()) >= _LEAST][:MOST_ASIDES]


def unanswered(sentence: str, passages: Sequence[ScoredPassage], reader: Reader) -> float:
    """How far, at worst, the reader prefers no answer to any for such a question; within 20 of 0."""
    worst = 0.0
    for asked in asides(sentence):
        reading = reader.read(asked, passages)
        best = max((span.score for span in reading.spans), default=reading.null_score - _FARTHEST)
        worst = max(worst, reading.null_score - best)
    return _within(worst)


def _answers(asked: Specific, ground: Ground) -> bool:
    if has(asked, [ground]):
        return True
    return isinstance(asked, Name) and asked.words[-1] in ground.known.words  # the last name alone


def _of_its_kind(asked: Specific, answer: str) -> bool:
    """Whether an answer could stand in its place: "she" and "the mayor" do not speak against a name."""
    said = Claims(answer, answer)
    match asked:
        case Amount():
            return bool(said.amounts)
        case Moment():
            return bool(said.moments)
        case _:
            return bool(names(answer, "", all_capitals=True)) and answer.lower() not in _PRONOUNS


def _within(score: float) -> float:
    return max(-_FARTHEST, min(_FARTHEST, score))
