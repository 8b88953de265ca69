"""When a question is about: the days that its words name, or else lately; and how near to them an article is.

News is dated, and most questions about it mean what has just happened. The period is a preference, never a
filter: see `index.retriever`.

    >>> period_of("Who was elected last month?", date(2020, 3, 13))
    Period(first=datetime.date(2020, 2, 1), last=datetime.date(2020, 2, 29))
"""

from __future__ import annotations

import re
from datetime import date

from index.times import TIMES, TIMES_IF_BOUNDED, Period, counted, meant

LATELY = 14  # days: what a question means that names no time

_EARLIEST, _LATEST = date(20, 1, 1), date(9980, 12, 31)  # between them every period can be counted
_BOUND = re.compile(r"\b(?<!\bday )(?P<word>between|from|in|during|since|after|before) ", re.IGNORECASE)
_TO = re.compile(r" (?:and|to|until|till|through) | ?[–-] ?", re.IGNORECASE)


def period_of(question: str, today: date) -> Period:
    """The period that the question's words name, counted from `today`; the last two weeks where none does.

    What is to come is written about before: its period begins two weeks ago.
    """
    today = min(max(today, _EARLIEST), _LATEST)
    question = " ".join(question.split())
    lately = counted(today, -LATELY)
    found = _bounded(question, today) or _named(question, today) or Period(lately, today)
    return Period(lately, found.last) if found.first > today else found


def _bounded(question: str, today: date) -> Period | None:
    """Since, after or before a time, or from one to another."""
    for bound in _BOUND.finditer(question):
        read = _read(question, bound.end(), today)
        if not read:
            continue
        time, end = read
        match bound["word"].lower():
            case "since":
                return Period(time.first, max(time.first, today))
            case "after":
                first = counted(time.last, 1)
                return Period(first, max(first, today))
            case "before":
                first = date.min if time.first <= today else counted(today, -LATELY)
                return Period(first, max(first, counted(time.first, -1)))
        to = _TO.match(question, end)
        if to and (until := _read(question, to.end(), today)):
            # March, in "March to May 2021", is the one before that May
            start = _read(question, bound.end(), min(max(until[0].last, _EARLIEST), today)) or read
            return Period(min(start[0].first, until[0].first), max(start[0].last, until[0].last))
    return None


def _named(question: str, today: date) -> Period | None:
    """The first kind of time in `TIMES` that is named; but the present year says no more than lately."""
    for words, meaning in TIMES:
        match = words.search(question)
        if match and match[0] != str(today.year) and (time := meant(match, meaning, today)):
            # a day is reported a day later, often enough
            return time if time.first < time.last else Period(time.first, counted(time.last, 1))
    return None


def _read(question: str, start: int, today: date) -> tuple[Period, int] | None:
    """The time that is named just there, and where its words end."""
    for words, meaning in (*TIMES, *TIMES_IF_BOUNDED):
        match = words.match(question, start)
        if match and (time := meant(match, meaning, today)):
            return time, match.end()
    return None
