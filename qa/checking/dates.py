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
from qa.checking.number_words import with_plain_digits

_LONG = "january|february|april|june|july|august|september|october|november|december"
_MONTH = rf"(?P<month>{_LONG}|(?-i:March|May|Mar\.|May\.)|(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_YEAR = r"(?P<year>1[5-9][0-9]{2}|20[0-9]{2})(?![0-9]|,[0-9]|\.[0-9]|%|s\b)"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = {
    "yesterday": ("day", -1),
    "last night": ("day", -1),
    "today": ("day", 0),
    "tonight": ("day", 0),
    "this morning": ("day", 0),
    "tomorrow": ("day", 1),
} | {
    f"{which} {unit}": (unit, away)
    for which, away in (("last", -1), ("this", 0), ("next", 1))
    for unit in ("week", "month", "year")
}
_COUNTED = "|".join(_RELATIVE).replace(" ", r"\s")
_PARTS = ("year", "month", "day", "weekday", "week")
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
        rf"(?<!the\s)\b(?P<relative>{_COUNTED})\b",
    )
)
_REPORTED = re.compile(
    r"\b(?:report(?:s|ed|ing)?|writes|wrote|published|according to|as of)\b", re.IGNORECASE
)
_BESIDE = 60  # characters


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as a text names it: `weekday` from 0, Monday; `week` counts from that of the first year.

    `away` counts `unit`s (days, weeks, months, years) from the day it is told. `reported` says that words
    beside it speak of a report.
    """

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    week: int | None = None
    away: int | None = None
    unit: str = ""
    reported: bool = False


def moments(text: str) -> list[Moment]:
    """All dates that the text names, in order."""
    text = with_plain_digits(text)
    found: list[Moment] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                moment = _moment(match)
                found += [moment] if moment else []
    return sorted(found, key=lambda moment: moment.start)


def agrees(wanted: Moment, published: str | None, there: Iterable[Moment], told: str | None) -> bool:
    """Whether a source published on the day `told` names the date that a sentence does.

    `published` is the day from which the sentence's own "Thursday" is counted. What both say in the
    same words needs no day.
    """
    asked = list(_readings(wanted, published))
    named: list[Moment] = []
    for moment in there:
        if moment.unit and (moment.unit, moment.away) == (wanted.unit, wanted.away):
            return True
        named += _readings(moment, told)
    return any(_within(one, other) for one in asked for other in named)


def counted_from(moment: Moment, day: str) -> Moment:
    """What "yesterday" or "last year" is on a day; any other moment, and one of no day, as it is."""
    return next(_readings(moment, day), moment) if moment.unit else moment


def day_of(told: str | None, *, whole: bool) -> list[Moment]:
    """A day as a moment, or only its month; none where it is no day."""
    day = _day(told)
    if not day:
        return []
    month = Moment("", 0, 0, day.year, day.month)
    return [_on(month, day) if whole else month]


def _moment(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    start, end = match.span()
    if parts.get("month") and not parts.get("day"):
        start = min(match.start("month"), match.start("year") if parts.get("year") else start + len(match[0]))
    beside = match.string[max(0, start - _BESIDE) : end + _BESIDE]
    moment = Moment(match.string[start:end], start, end, reported=bool(_REPORTED.search(beside)))
    if weekday := parts.get("weekday"):
        return replace(moment, weekday=_WEEKDAYS.index(weekday.lower()))
    if relative := parts.get("relative"):
        unit, away = _RELATIVE[" ".join(relative.lower().split())]
        return replace(moment, unit=unit, away=away)
    month = parts.get("month")
    number = None if month is None else int(month) if month.isdigit() else month_number(month)
    year, day = (int(parts[name]) if parts.get(name) else None for name in ("year", "day"))
    if not 1 <= (number or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return replace(moment, year=year, month=number, day=day)


def _readings(moment: Moment, told: str | None) -> Iterator[Moment]:
    """The moment as it stands, and the days that it may mean."""
    day = _day(told)
    if moment.unit:
        if day and (found := _away(moment, day)):
            yield found
        return
    yield moment
    days: Sequence[date | None] = ()
    if day and moment.weekday is not None:
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
        past = day.year if moment.month <= day.month else day.year - 1
        yield from (replace(moment, year=year) for year in (past, past + 1))
    for one in filter(None, days):
        yield _on(moment, one)


def _away(moment: Moment, day: date) -> Moment | None:
    """The day, week, month or year that lies so far from a day."""
    away, bare = moment.away or 0, replace(moment, unit="", away=None)
    if moment.unit in ("day", "week"):
        there = _moved(day, away * (7 if moment.unit == "week" else 1))
        if not there:
            return None
        return _on(bare, there) if moment.unit == "day" else replace(bare, week=_week(there))
    months = day.year * 12 + day.month - 1 + away * (12 if moment.unit == "year" else 1)
    year, month = divmod(months, 12)
    return replace(bare, year=year, month=month + 1 if moment.unit == "month" else None)


def _on(moment: Moment, day: date) -> Moment:
    return replace(
        moment, year=day.year, month=day.month, day=day.day, weekday=day.weekday(), week=_week(day)
    )


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7


def _within(wanted: Moment, there: Moment) -> bool:
    pairs = [(getattr(wanted, name), getattr(there, name)) for name in _PARTS]
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
