"""A question as it should be read: without what leads up to it, and without its slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

LONG = 45  # words: more do not fit into what the reader takes for a question
SHORTEST = 3  # words that the heart of a long one has at least
MISSPELT = 5  # letters of a word that may be taken for another; a shorter one is like too many
SLIPS = 8  # in a question; one with more is in another language, or made to be slow
ALIKE, NEARLY = 0.82, 0.88  # of two words' letters, by difflib's ratio

_ASKED_AFTER = (
    r"(?:^|(?:[,;:.!?–—]|\b(?:me|us|know|tell|say|asked?|wonder|wondering|remember|find out|see|is|simply|"
    r"just|exactly|namely|and|please))\s+)"
)
_ASKS = r"(?:who|whom|whose|what|which|when|where|why|how)\b"
_NOT_YET = r"(?!what i\b|what we\b|how i\b|why i\b|and\b)"  # "what I would like to know is …" asks nothing
_HEART = re.compile(f"{_ASKED_AFTER}(?={_NOT_YET}(?P<asks>{_ASKS}))", re.IGNORECASE)
_CLAUSE = re.compile(r".{1,400}?(?:(?:\?|(?<![A-Z])[.!])(?=\s|$)|$)")
_WORD = re.compile(r"[^\W\d_]+")


def heart(question: str) -> str | None:
    """The clause of a long question that asks: the last with a question mark, or the last; None if none does.

    >>> heart("I only skimmed the news this week, as I was away, and I am trying to put together a short "
    ...       "timeline of what happened for a friend of mine, so could you please tell me, if you know it "
    ...       "at all, which organization translated the statement of the group? Thank you.")
    'which organization translated the statement of the group?'
    """
    if len(question.split()) <= LONG:
        return None
    begun = (question[match.start("asks") :] for match in _HEART.finditer(question))
    asked = [clause[0] for rest in begun if (clause := _CLAUSE.match(rest))]
    asked = [clause for clause in asked if SHORTEST <= len(clause.split()) <= LONG]
    return max(reversed(asked), key=lambda clause: clause.endswith("?"), default=None)


def spelled(question: str, texts: Iterable[str], vocabulary: Collection[str]) -> str:
    """The question in the spelling of what it is asked of.

    A word that stands neither in the texts nor in the vocabulary (of small letters) gives way to the one in
    the texts that is most like it and begins alike, or to one of the vocabulary that is nearly it, if any is.
    A name that nobody has heard of stays: there it may be another one's.
    """
    unknown = {
        match[0]: match[0].lower() for match in _WORD.finditer(question) if _may_be_a_slip(match, vocabulary)
    }
    if not unknown:  # as most questions are: the texts are not looked through
        return question
    there = {word.lower() for text in texts for word in _WORD.findall(text)}
    slips = {written: word for written, word in unknown.items() if word not in there}
    if not there or len(slips) > SLIPS:
        return question
    for written, word in slips.items():
        found = _most_like(word, there, ALIKE) or _most_like(word, vocabulary, NEARLY)
        if found:
            question = re.sub(rf"\b{written}\b", found[0], question)
    return question


def _may_be_a_slip(match: re.Match[str], vocabulary: Collection[str]) -> bool:
    name = match[0][0].isupper() and match.start() > 0 and not match.string.isupper()
    return len(match[0]) >= MISSPELT and not name and match[0].lower() not in vocabulary


def _most_like(word: str, others: Iterable[str], ratio: float) -> list[str]:
    begun_alike = [other for other in others if other[:1] == word[0] and abs(len(other) - len(word)) <= 2]
    return get_close_matches(word, begun_alike, 1, ratio)
