"""Dates in sentences, however they are written, counted from the day on which an article was published.

>>> said = moments("It happened on Thursday.")[0]
>>> agrees(moments("on March 12, 2020")[0], None, [said], "2020-03-13")
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.sources.dates import month_number

_LONG = "january|february|april|june|july|august|september|october|november|december"
_MONTH = rf"(?P<month>{_LONG}|(?-i:March|May|Mar\.|May\.)|(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_YEAR = r"(?P<year>1[5-9][0-9]{2}|20[0-9]{2})(?![0-9]|,[0-9]|\.[0-9]|%|s\b)"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "this morning": 0, "last night": -1}
_MEANT = r"(?:in|of|since|last|this|next|early|late|mid|until|by|from|to|before|after|during|through)[\s-]"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])\b",
        rf"\b{_MONTH}\s{_DAY}(?!:)(?:,?\s(?:of\s)?{_YEAR})?",
        rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?![a-z])(?:,?\s(?:of\s)?{_YEAR})?",
        rf"\b{_MONTH},?\s(?:of\s)?{_YEAR}",
        rf"\b(?P<month>{_LONG})\b",
        rf"\b{_MEANT}{_MONTH}(?![a-z])",
        rf"(?<![\w$£€.,]){_YEAR}",
        rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})(?:s|['’]s)?\b",
        rf"\b(?P<relative>{'|'.join(_RELATIVE)})\b",
    )
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as a text names it: `weekday` from 0, Monday; `away` in days from the day it is told."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    away: int | None = None


def moments(text: str) -> list[Moment]:
    """All dates that the text names, in order."""
    found: list[Moment] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                moment = _moment(match)
                found += [moment] if moment else []
    return sorted(found, key=lambda moment: moment.start)


def agrees(wanted: Moment, published: str | None, there: Iterable[Moment], told: str | None) -> bool:
    """Whether a source published on the day `told` names the date that a sentence does.

    `published` is the day from which the sentence's own "Thursday" is counted. The year and the month of
    publication count as named.
    """
    asked = list(_readings(wanted, published))
    day = _day(told)
    named: list[Moment] = [Moment("", 0, 0, day.year, day.month)] if day else []
    for moment in there:
        named += _readings(moment, told)
    return any(_within(one, other) for one in asked for other in named)


def _moment(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    start, end = match.span()
    if parts.get("month") and not parts.get("day"):
        start = min(match.start("month"), match.start("year") if parts.get("year") else start + len(match[0]))
    moment = Moment(match.string[start:end], start, end)
    if weekday := parts.get("weekday"):
        return replace(moment, weekday=_WEEKDAYS.index(weekday.lower()))
    if relative := parts.get("relative"):
        return replace(moment, away=_RELATIVE[relative.lower()])
    month = parts.get("month")
    number = None if month is None else int(month) if month.isdigit() else month_number(month)
    year, day = (int(parts[name]) if parts.get(name) else None for name in ("year", "day"))
    if not 1 <= (number or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return replace(moment, year=year, month=number, day=day)


def _readings(moment: Moment, told: str | None) -> Iterator[Moment]:
    """The moment as it stands, and the days that it may mean."""
    if moment.away is None:
        yield moment
    day = _day(told)
    days: Sequence[date | None] = ()
    if day and moment.away is not None:
        days = [_moved(day, moment.away)]
    elif day and moment.weekday is not None:
        back = (day.weekday() - moment.weekday) % 7
        days = [_moved(day, -back), _moved(day, 7 - back), *([_moved(day, -7)] if not back else [])]
    elif moment.month and moment.day:
        years = [moment.year] if moment.year else [day.year - 1, day.year, day.year + 1] if day else []
        exact = [_exact(year, moment.month, moment.day) for year in years]
        days = (
            exact
            if moment.year or not day
            else [min(filter(None, exact), key=lambda one: abs(one - day), default=None)]
        )
    elif moment.month and not moment.year and day:
        yield replace(moment, year=day.year if moment.month <= day.month else day.year - 1)
    for one in filter(None, days):
        yield replace(moment, year=one.year, month=one.month, day=one.day, weekday=one.weekday(), away=None)


def _within(wanted: Moment, there: Moment) -> bool:
    pairs = [(getattr(wanted, name), getattr(there, name)) for name in ("year", "month", "day", "weekday")]
    return any(one is not None for one, _ in pairs) and all(
        one is None or one == other for one, other in pairs
    )


def _day(told: str | None) -> date | None:
    try:
        return date.fromisoformat((told or "")[:10])
    except ValueError:
        return None


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
