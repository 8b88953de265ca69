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
from datetime import date

from index.sources.dates import month_number

FADES = 14.0  # days outside the period after which nearness has fallen to 1/e
LATELY = 14  # days: what a question means that names no time

_EARLIEST, _LATEST = date(20, 1, 1), date(9980, 12, 31)  # between them every period can be counted
_MONTH = (
    r"(?P<month>january|february|(?-i:March|MARCH|May|MAY)|april|june|july|august|september|october|november"
    r"|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
_MONTH_WITH_YEAR = _MONTH.replace("(?-i:March|MARCH|May|MAY)", "march|may")  # "march 2020" is no verb
# May, but not in "since May resigned"
_NOT_A_NAME = r"(?:(?<!\bmay)|(?=$|[?.!,;:)–-]| (?:and|or|to|until|till|through|in|at|on|for)\b))"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})(?! (?-i:[A-Z][a-z]))"  # not Friday Night Lights
_ALONE = r"(?=$|[?.!,;)]|['’]s\b| (?:morning|afternoon|evening|night)\b)"  # not Black Friday
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # by their first months
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "several": 4}
_COUNTS |= {"five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_COUNT = rf"(?:a )?(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?: of)?"
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25, "decade": 3652.5}
_UNIT = rf"(?P<unit>{'|'.join(_DAYS)})s?"
_PARTS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}  # thirds
_PART = r"(?:(?:the )?(?P<part>early|mid|late|(?:beginning|start|middle|end)(?= of))(?: of| in)?[ -])?"


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
    """The period that the question's words name, counted from `today`; the last two weeks where none does.

    What is to come is written about before: its period begins two weeks ago.
    """
    today = min(max(today, _EARLIEST), _LATEST)
    question = " ".join(question.split())
    lately = _from(today, -LATELY)
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
                first = _from(time.last, 1)
                return Period(first, max(first, today))
            case "before":
                first = date.min if time.first <= today else _from(today, -LATELY)
                return Period(first, max(first, _from(time.first, -1)))
        to = _TO.match(question, end)
        if to and (until := _read(question, to.end(), today)):
            # March, in "March to May 2021", is the one before that May
            start = _read(question, bound.end(), min(max(until[0].last, _EARLIEST), today)) or read
            return Period(min(start[0].first, until[0].first), max(start[0].last, until[0].last))
    return None


def _named(question: str, today: date) -> Period | None:
    """The first kind of time in `_TIMES` that is named; but the present year says no more than lately."""
    for words, meaning in _TIMES:
        match = words.search(question)
        if match and match[0] != str(today.year) and (time := _meant(match, meaning, today)):
            # a day is reported a day later, often enough
            return time if time.first < time.last else Period(time.first, _from(time.last, 1))
    return None


def _read(question: str, start: int, today: date) -> tuple[Period, int] | None:
    """The time that is named just there, and where its words end."""
    for words, meaning in (*_TIMES, *_TIMES_IF_BOUNDED):
        match = words.match(question, start)
        if match and (time := _meant(match, meaning, today)):
            return time, match.end()
    return None


Meaning = Callable[[re.Match[str], date], Period | None]


def _meant(match: re.Match[str], meaning: Meaning, today: date) -> Period | None:
    """What the words mean, or a third of that: early 2021. Of a short time it is the whole."""
    time = meaning(match, today)
    if not time or not match["part"] or (time.last - time.first).days < 27:
        return time
    third, part = ((time.last - time.first).days + 1) / 3, _PARTS[match["part"].lower()]
    return Period(_from(time.first, round(third * part)), _from(time.first, round(third * (part + 1)) - 1))


def _from(day: date, days: int) -> date:
    """That many days after it, or before it, but not before all counting."""
    return date.fromordinal(max(day.toordinal() + days, 1))


def _days(first: int, last: int) -> Meaning:
    return lambda _, today: Period(_from(today, first), _from(today, last))


def _count(match: re.Match[str]) -> int:
    word = (match.groupdict().get("count") or "a").lower()
    return int(word) if word.isdecimal() else _COUNTS[word]


def _ago(match: re.Match[str], today: date) -> Period:
    """Two weeks ago: half a week more or less."""
    unit = _DAYS[match["unit"].lower()]
    day = _from(today, -round(_count(match) * unit))
    return Period(_from(day, -int(unit / 2)), _from(day, int(unit / 2)))


def _past(match: re.Match[str], today: date) -> Period:
    """The past three weeks."""
    return Period(_from(today, -max(round(_count(match) * _DAYS[match["unit"].lower()]), 1)), today)


def _a_day(match: re.Match[str], today: date) -> Period | None:
    """13 March 2020; without a year the latest such day."""
    year, month = match["year"], month_number(match["month"])
    for candidate in [int(year)] if year else range(today.year, today.year - 9, -1):
        day = _date(candidate, month, int(match["day"]))
        if day and (year or day <= today):
            return Period(day, day)
    return None


def _in_numbers(match: re.Match[str], _: date) -> Period | None:
    """13/03/2020, and 03/13/2020, since there is no thirteenth month."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    found = _date(year, month, day) or _date(year, day, month)
    return Period(found, found) if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _a_weekday(match: re.Match[str], today: date) -> Period:
    """On Friday: the latest one, today included; last Friday: before today; this Friday: of this week."""
    weekday, which = _WEEKDAYS.index(match["weekday"].lower()), match.groupdict().get("which") or "on"
    ago = (today.weekday() - weekday) % 7
    day = {
        "last": _from(today, -(ago or 7)),
        "this": _from(today, weekday - today.weekday()),
        "next": _from(today, 7 - ago),
    }.get(which.lower(), _from(today, -ago))
    return Period(day, day)


def _a_weekend(match: re.Match[str], today: date) -> Period:
    """Until the Monday after it. Within the week, this weekend may be the one before or the one to come."""
    which, within = match["which"].lower(), today.weekday() < 5
    saturday = _from(today, -((today.weekday() - 5) % 7))
    if which == "next":
        saturday = _from(saturday, 7)
    elif which in {"last", "past"} and not within:
        saturday = _from(saturday, -7)
    return Period(saturday, _from(saturday, 9 if which == "this" and within else 2))


def _a_month(match: re.Match[str], today: date) -> Period:
    """March 2020; without a year the latest March, this year's, or the next."""
    month, year = month_number(match["month"]), match.groupdict().get("year")
    which = (match.groupdict().get("which") or "in").lower()
    if year or which == "this":
        return _month(int(year or today.year), month)
    if which == "next":
        return _month(today.year + (month <= today.month), month)
    return _month(today.year - (month > today.month or (which == "last" and month == today.month)), month)


def _a_season(match: re.Match[str], today: date) -> Period:
    """Spring 2021, last spring. Winter 2021 begins in December, as in "winter 2021-22"."""
    month, which = _SEASONS[match["season"].lower()], (match.groupdict().get("which") or "").lower()
    if not which:
        return _month(int(match["year"]), month, 3)
    near = [_month(today.year + years, month, 3) for years in (-2, -1, 0, 1)]
    if which == "last":
        return [season for season in near if season.last < today][-1]
    if which == "next":
        return next(season for season in near if season.first > today)
    return next((season for season in near if season.first <= today <= season.last), near[2])


def _month(year: int, month: int, months: int = 1) -> Period:
    """That month; or so many from it on."""
    more, last = divmod(month + months - 2, 12)
    return Period(date(year, month, 1), date(year + more, last + 1, monthrange(year + more, last + 1)[1]))


def _month_from(months: int) -> Meaning:
    """Last month, next month."""
    return lambda _, day: _month(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1)


def _years(year: int, years: int = 1) -> Period:
    return Period(date(year, 1, 1), date(year + years - 1, 12, 31))


def _this_year(match: re.Match[str], today: date) -> Period:
    year = _years(today.year)
    return year if match["part"] else Period(year.first, today)


def _next_week(_: re.Match[str], today: date) -> Period:
    return Period(_from(today, 7 - today.weekday()), _from(today, 13 - today.weekday()))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_PART}(?:{pattern})(?!\w)", re.IGNORECASE)


_BOUND = re.compile(r"\b(?<!\bday )(?P<word>between|from|in|during|since|after|before) ", re.IGNORECASE)
_TO = re.compile(r" (?:and|to|until|till|through) | ?[–-] ?", re.IGNORECASE)
_TIMES: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (_words(rf"{_YEAR}[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"), _in_numbers),
    (_words(rf"(?P<day>\d\d?)[-/.](?P<month>\d\d?)[-/.]{_YEAR}"), _in_numbers),
    (_words(rf"{_MONTH} {_DAY}(?:,? {_YEAR})?"), _a_day),
    (_words(rf"{_DAY}(?:(?<=[a-z]) of)? {_MONTH}(?:,? {_YEAR})?"), _a_day),
    (_words(rf"{_MONTH_WITH_YEAR},? (?:of )?{_YEAR}"), _a_month),
    (_words(rf"(?P<which>in|during|last|this|next) {_MONTH}"), _a_month),
    (_words(rf"(?(part)|(?!)){_MONTH}{_NOT_A_NAME}"), _a_month),
    (_words(rf"(?:the )?{_SEASON}(?: of|,)? {_YEAR}(?:[–/-]\d\d(?:\d\d)?)?"), _a_season),
    (_words(rf"(?P<which>last|this|next) {_SEASON}"), _a_season),
    (_words(rf"(?:(?:the|this) )?(?:past|last) {_COUNT} {_UNIT}"), _past),
    (_words(rf"(?:(?:the |this )?past|the last) {_UNIT}(?! of)"), _past),
    (_words("(?:the )?day before yesterday"), _days(-2, -2)),
    (_words("today|tonight|this (?:morning|afternoon|evening)"), _days(-1, 0)),
    (_words("yesterday|last night"), _days(-2, 0)),
    (_words("tomorrow"), _days(1, 1)),
    (_words("(?P<which>last|past|this|next|(?:over|at|during) the) weekend"), _a_weekend),
    (_words("last week"), _days(-14, -5)),
    (_words("this week"), _days(-8, 0)),
    (_words("next week"), _next_week),
    (_words("last month"), _month_from(-1)),
    (_words("this month"), lambda _, today: Period(today.replace(day=1), today)),
    (_words("next month"), _month_from(1)),
    (_words(rf"(?:this past|(?P<which>on|last|this|next)) {_WEEKDAY}"), _a_weekday),
    (_words(rf"(?:in|at|(?-i:[a-z])\w{{0,20}}) {_WEEKDAY}{_ALONE}"), _a_weekday),
    (_words(rf"{_COUNT} {_UNIT} ago"), _ago),
    (_words("last year"), lambda _, today: _years(today.year - 1)),
    (_words("this year"), _this_year),
    (_words("next year"), lambda _, today: _years(today.year + 1)),
    (_words(r"(?:the )?(?P<year>(?:19|20)\d0)['’]?s"), lambda match, _: _years(int(match["year"]), 10)),
    (_words(_YEAR), lambda match, _: _years(int(match["year"]))),
)
_TIMES_IF_BOUNDED: tuple[tuple[re.Pattern[str], Meaning], ...] = (  # "since March", "from 2019 to now"
    (_words(rf"{_MONTH}{_NOT_A_NAME}"), _a_month),
    (_words(_WEEKDAY), _a_weekday),
    (_words("now|(?:the )?present"), _days(0, 0)),
)
