"""When a question is about: the days that its words name, or else lately; and how near to them an article is.

News is dated, and most questions about it mean what has just happened. The period is a preference, never a
filter: see `index.retriever`.

    >>> period_of("Who was elected last month?", date(2020, 3, 13))
    Period(first=datetime.date(2020, 2, 1), last=datetime.date(2020, 2, 29))
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.sources.dates import month_number

FADES = 14.0  # days outside the period after which nearness has fallen to 1/e
LATELY = 14  # days: what a question means that names no time

_MONTH = (
    r"(?P<month>january|february|(?-i:March|MARCH|May|MAY)|april|june|july|august|september|october|november"
    r"|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both days included."""

    first: date
    last: date

    def nearness(self, published: str | None) -> float | None:
        """How near an article of that day is: 1 in the period, falling to 0 outside; None without a day."""
        if not published:
            return None
        try:
            day = date.fromisoformat(published[:10])
        except ValueError:
            return None
        outside = max((self.first - day).days, (day - self.last).days, 0)
        return math.exp(-outside / FADES)


def period_of(question: str, today: date) -> Period:
    """The period that the question's words name, counted from `today`; the last two weeks where none does."""
    today = min(max(today, date(2, 1, 1)), date(9998, 12, 31))  # so that every period can be counted
    for words, period in _NAMED:
        if match := words.search(question):
            found = period(match, today)
            if found:
                return found
    return Period(today - timedelta(days=LATELY), today)


Meaning = Callable[[re.Match[str], date], Period | None]


def _ago(first: int, last: int) -> Meaning:
    return lambda _, today: Period(today - timedelta(days=first), today - timedelta(days=last))


def _month_before(_: re.Match[str], today: date) -> Period:
    return _month(*((today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)))


def _a_day(match: re.Match[str], today: date) -> Period | None:
    """13 March 2020; without a year the latest such day."""
    year, month = match["year"], month_number(match["month"])
    for candidate in [int(year)] if year else [today.year, today.year - 1]:
        try:
            day = date(candidate, month, int(match["day"]))
        except ValueError:
            continue
        if year or day <= today:
            return Period(day, day + timedelta(days=1))  # it is reported a day later, often enough
    return None


def _a_month(match: re.Match[str], today: date) -> Period:
    """March 2020; without a year the latest March."""
    month = month_number(match["month"])
    year, word = match.groupdict().get("year"), match[0].split()[0].lower()
    if not year and word == "this":
        return _month(today.year, month)
    past = month > today.month or (word == "last" and month == today.month)
    return _month(int(year) if year else today.year - past, month)


def _since_month(match: re.Match[str], today: date) -> Period:
    first = _a_month(match, today).first
    return Period(first, max(first, today))


def _since_year(match: re.Match[str], today: date) -> Period:
    first = date(int(match["year"]), 1, 1)
    return Period(first, max(first, today))


def _a_year(match: re.Match[str], today: date) -> Period | None:
    """A year, unless it is the present one: that says no more than lately."""
    year = int(match["year"])
    return Period(date(year, 1, 1), date(year, 12, 31)) if year != today.year else None


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)


_NAMED: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (_words(rf"since {_MONTH}(?:,? (?:of )?{_YEAR})?"), _since_month),
    (_words(rf"since {_YEAR}"), _since_year),
    (_words(rf"{_MONTH} {_DAY}(?:,? {_YEAR})?"), _a_day),
    (_words(rf"{_DAY} {_MONTH}(?:,? {_YEAR})?"), _a_day),
    (_words(rf"(?:in |since |last |this )?{_MONTH},? (?:of )?{_YEAR}"), _a_month),
    (_words(rf"(?:in|last|this) {_MONTH}"), _a_month),
    (_words("today|tonight|this (?:morning|afternoon|evening)"), _ago(1, 0)),
    (_words("yesterday|last night"), _ago(2, 0)),
    (_words("last week"), _ago(14, 5)),
    (_words("(?:this|this past|past) (?:week|weekend)|last weekend"), _ago(8, 0)),
    (_words("last month"), _month_before),
    (_words("this month"), lambda _, today: Period(today.replace(day=1), today)),
    (_words("last year"), lambda _, today: Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
    (_words(_YEAR), _a_year),
)
