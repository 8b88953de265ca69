"""Words that name a time, and the days that they mean, counted from a day: "last month", "13 March 2020"."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from index.sources.dates import month_number

FADES = 14.0  # days outside the period after which nearness has fallen to 1/e

_MONTH = (
    r"(?P<month>january|february|(?-i:March|MARCH|May|MAY)|april|june|july|august|september|october|november"
    r"|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
_MONTH_WITH_YEAR = _MONTH.replace("(?-i:March|MARCH|May|MAY)", "march|may")  # "march 2020" is no verb
# May, but not in "since May resigned"
_NOT_A_NAME = r"(?:(?<!\bmay)|(?=$|[?.!,;:)–-]| (?:and|or|to|until|till|through|in|at|on|for)\b))"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OR_SHORT = r"(?P<year>(?:19|20)\d\d|['’]\d\d)"  # Feb '19
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})(?! (?-i:[A-Z][a-z]))"  # not Friday Night Lights
_ALONE = r"(?=$|[?.!,;)]|['’]s\b| (?:morning|afternoon|evening|night)\b)"  # not Black Friday
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # by their first months
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "several": 4}
_COUNTS |= {"five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_COUNT = rf"(?:a )?(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?: of)?"
_DAYS = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.44,
    "year": 365.25,
    "decade": 3652.5,
}
_UNIT = rf"(?P<unit>{'|'.join(_DAYS)})s?"
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3}
_NTH = rf"(?P<nth>{'|'.join(_ORDINALS)}|last)"
_QUARTER = rf"(?:Q(?P<quarter>[1-4])|(?:the )?(?P<ordinal>{'|'.join(_ORDINALS)})[ -]quarter)"
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


Meaning = Callable[[re.Match[str], date], Period | None]


def meant(match: re.Match[str], meaning: Meaning, today: date) -> Period | None:
    """What the words mean, or a third of that: early 2021. Of a short time it is the whole."""
    time = meaning(match, today)
    if not time or not match["part"] or (time.last - time.first).days < 27:
        return time
    third, part = ((time.last - time.first).days + 1) / 3, _PARTS[match["part"].lower()]
    return Period(
        counted(time.first, round(third * part)), counted(time.first, round(third * (part + 1)) - 1)
    )


def counted(day: date, days: int) -> date:
    """That many days after it, or before it, but not before all counting."""
    return date.fromordinal(max(day.toordinal() + days, 1))


def _days(first: int, last: int) -> Meaning:
    return lambda _, today: Period(counted(today, first), counted(today, last))


def _count(match: re.Match[str]) -> int:
    word = (match.groupdict().get("count") or "a").lower()
    return int(word) if word.isdecimal() else _COUNTS[word]


def _ago(match: re.Match[str], today: date) -> Period:
    """Two weeks ago: half a week more or less."""
    unit = _DAYS[match["unit"].lower()]
    day = counted(today, -round(_count(match) * unit))
    return Period(counted(day, -int(unit / 2)), counted(day, int(unit / 2)))


def _ago_today(match: re.Match[str], today: date) -> Period:
    """A year ago today: that day, give or take one."""
    day = counted(today, -round(_count(match) * _DAYS[match["unit"].lower()]))
    return Period(counted(day, -1), counted(day, 1))


def _past(match: re.Match[str], today: date) -> Period:
    """The past three weeks."""
    return Period(counted(today, -max(round(_count(match) * _DAYS[match["unit"].lower()]), 1)), today)


def _a_day(match: re.Match[str], today: date) -> Period | None:
    """13 March 2020; without a year the latest such day."""
    year, month = match["year"], month_number(match["month"])
    for candidate in [_year(year)] if year else range(today.year, today.year - 9, -1):
        day = _date(candidate, month, int(match["day"]))
        if day and (year or day <= today):
            return Period(day, day)
    return None


def _in_numbers(match: re.Match[str], _: date) -> Period | None:
    """13/03/2020, and 03/13/2020, since there is no thirteenth month."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    found = _date(year, month, day) or _date(year, day, month)
    return Period(found, found) if found else None


def _year(written: str) -> int:
    """2019, or '19."""
    if written.isdecimal():
        return int(written)
    return 2000 + int(written[1:]) if int(written[1:]) < 50 else 1900 + int(written[1:])


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
        "last": counted(today, -(ago or 7)),
        "this": counted(today, weekday - today.weekday()),
        "next": counted(today, 7 - ago),
    }.get(which.lower(), counted(today, -ago))
    return Period(day, day)


def _a_weekend(match: re.Match[str], today: date) -> Period:
    """Until the Monday after it. Within the week, this weekend may be the one before or the one to come."""
    which, within = match["which"].lower(), today.weekday() < 5
    saturday = counted(today, -((today.weekday() - 5) % 7))
    if which == "next":
        saturday = counted(saturday, 7)
    elif which in {"last", "past"} and not within:
        saturday = counted(saturday, -7)
    return Period(saturday, counted(saturday, 9 if which == "this" and within else 2))


def _a_month(match: re.Match[str], today: date) -> Period:
    """March 2020; without a year the latest March, this year's, or the next."""
    month, year = month_number(match["month"]), match.groupdict().get("year")
    which = (match.groupdict().get("which") or "in").lower()
    if year or which == "this":
        return _month(_year(year) if year else today.year, month)
    if which == "next":
        return _month(today.year + (month <= today.month), month)
    return _month(today.year - (month > today.month or (which == "last" and month == today.month)), month)


def _a_month_in_numbers(match: re.Match[str], _: date) -> Period:
    """2020-02, and 02/2020."""
    return _month(int(match["year"]), int(match["month"]))


def _a_week_of(match: re.Match[str], today: date) -> Period:
    """The first week of February: its first seven days."""
    month, which = _a_month(match, today), match["nth"].lower()
    if which == "last":
        return Period(counted(month.last, -6), month.last)
    first = counted(month.first, 7 * _ORDINALS[which])
    return Period(first, counted(first, 6))


def _a_quarter(match: re.Match[str], today: date) -> Period:
    """Q1 2019; without a year the latest such quarter that has begun."""
    number = int(match["quarter"]) - 1 if match["quarter"] else _ORDINALS[match["ordinal"].lower()]
    month = 3 * number + 1
    year = _year(match["year"]) if match["year"] else today.year - (month > today.month)
    return _month(year, month, 3)


def _quarter_from(quarters: int) -> Meaning:
    """Last quarter, next quarter."""

    def meaning(_: re.Match[str], day: date) -> Period:
        years, quarter = divmod((day.month - 1) // 3 + quarters, 4)
        return _month(day.year + years, 3 * quarter + 1, 3)

    return meaning


def _a_season(match: re.Match[str], today: date) -> Period:
    """Spring 2021, last spring. Winter 2021 begins in December, as in "winter 2021-22"."""
    month, which = _SEASONS[match["season"].lower()], (match.groupdict().get("which") or "").lower()
    if not which:
        return _month(_year(match["year"]), month, 3)
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
    return Period(counted(today, 7 - today.weekday()), counted(today, 13 - today.weekday()))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_PART}(?:{pattern})(?!\w)", re.IGNORECASE)


TIMES: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (_words(rf"{_YEAR}[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"), _in_numbers),
    (_words(rf"(?P<day>\d\d?)[-/.](?P<month>\d\d?)[-/.]{_YEAR}"), _in_numbers),
    (_words(rf"{_YEAR}[-/](?P<month>0[1-9]|1[0-2])(?![-/\d])"), _a_month_in_numbers),
    (_words(rf"(?<![-/\d])(?P<month>0[1-9]|1[0-2])[-/]{_YEAR}"), _a_month_in_numbers),
    (_words(rf"(?:the )?{_NTH} (?:full )?week (?:of|in) {_MONTH}(?:,? {_OR_SHORT})?"), _a_week_of),
    (_words(rf"{_MONTH} {_DAY}(?:,? {_OR_SHORT})?"), _a_day),
    (_words(rf"{_DAY}(?:(?<=[a-z]) of)? {_MONTH}(?:,? {_OR_SHORT})?"), _a_day),
    (_words(rf"{_MONTH_WITH_YEAR},? (?:of )?{_OR_SHORT}"), _a_month),
    (_words(rf"(?P<which>in|during|last|this|next) {_MONTH}"), _a_month),
    (_words(rf"(?(part)|(?!)){_MONTH}{_NOT_A_NAME}"), _a_month),
    (_words(rf"(?:the )?{_SEASON}(?: of|,)? {_OR_SHORT}(?:[–/-]\d\d(?:\d\d)?)?"), _a_season),
    (_words(rf"(?P<which>last|this|next) {_SEASON}"), _a_season),
    (_words(rf"{_QUARTER}(?:(?: of|,)? {_OR_SHORT})?"), _a_quarter),
    (_words("(?:last|(?:the )?previous) quarter"), _quarter_from(-1)),
    (_words("this quarter"), _quarter_from(0)),
    (_words("next quarter"), _quarter_from(1)),
    (_words(rf"{_COUNT} {_UNIT} ago today"), _ago_today),
    (_words(rf"(?:(?:the|this) )?(?:past|last) {_COUNT} {_UNIT}"), _past),
    (_words(rf"(?:(?:the |this )?past|the last) {_UNIT}(?! of)"), _past),
    (_words("(?:the )?day before yesterday"), _days(-2, -2)),
    (_words("today|tonight|this (?:morning|afternoon|evening)"), _days(-1, 0)),
    (_words("yesterday|last night"), _days(-2, 0)),
    (_words("tomorrow"), _days(1, 1)),
    (_words("(?P<which>last|past|this|next|(?:over|at|during) the) weekend"), _a_weekend),
    (_words("(?:last|(?:the )?previous) week"), _days(-14, -5)),
    (_words("this week"), _days(-8, 0)),
    (_words("next week"), _next_week),
    (_words("(?:last|(?:the )?previous) month"), _month_from(-1)),
    (_words("this month"), lambda _, today: Period(today.replace(day=1), today)),
    (_words("next month"), _month_from(1)),
    (_words(rf"(?:this past|(?P<which>on|last|this|next)) {_WEEKDAY}"), _a_weekday),
    (_words(rf"(?:in|at|(?-i:[a-z])\w{{0,20}}) {_WEEKDAY}{_ALONE}"), _a_weekday),
    (_words(rf"{_COUNT} {_UNIT} ago"), _ago),
    (_words("(?:last|(?:the )?previous) year"), lambda _, today: _years(today.year - 1)),
    (_words("this year"), _this_year),
    (_words("next year"), lambda _, today: _years(today.year + 1)),
    (_words(r"(?:the )?(?P<year>(?:19|20)\d0)['’]?s"), lambda match, _: _years(int(match["year"]), 10)),
    (_words(_YEAR), lambda match, _: _years(int(match["year"]))),
)
TIMES_IF_BOUNDED: tuple[tuple[re.Pattern[str], Meaning], ...] = (  # "since March", "from 2019 to now"
    (_words(rf"{_MONTH}{_NOT_A_NAME}"), _a_month),
    (_words(_WEEKDAY), _a_weekday),
    (_words("now|(?:the )?present"), _days(0, 0)),
)
