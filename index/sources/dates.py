"""Publication dates as ISO 8601, or nothing: a date is never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = r"\d{1,2}(?::|\.)\d\d(?:(?::|\.)\d\d)?(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?"
_TIME = rf"(?:,? (?:at |[|•-] )?(?:{_CLOCK})(?: \(?[a-z]{{1,4}}\)?)?)?"
_WRITTEN = (
    re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}}){_TIME}", re.IGNORECASE | re.ASCII),
    re.compile(rf"{_WEEKDAY}{_DAY} {_MONTH},? (?P<year>\d{{4}}){_TIME}", re.IGNORECASE | re.ASCII),
)
_NUMBERS = re.compile(r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?:[ T].*)?", re.ASCII)
_EITHER = re.compile(r"(?P<one>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>\d{4})(?:,? .*)?", re.ASCII)
_ASCTIME = re.compile(
    rf"{_WEEKDAY}{_MONTH} {_DAY} \d{{2}}:\d{{2}}:\d{{2}} (?P<year>\d{{4}})", re.IGNORECASE | re.ASCII
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?", re.ASCII)
_COMPACT = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<clock>\d{4}(?:\d\d)?)(?P<zone>Z|[+-]\d\d(?:'?\d\d)?)?(?:'|00'00')?)?",
    re.ASCII,
)
_RFC_2822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[A-Z]{1,4})",
    re.ASCII,
)
_EARLIEST, _LATEST = 1600, 2199  # the first newspapers; beyond either end a "date" is a placeholder


def iso_date(value: str | None) -> str | None:
    """Return the date (2020-03-13), or date and time in the zone that it states, else None.

    Such a moment is 2020-03-13T21:05:00-04:00, or 2020-03-13T18:05:00Z in UTC: its day is the day on which
    the source says that it was. Taken: ISO 8601, 2020/03/13, 2020.3.13 and 13/03/2020, RFC 2822 (mail and
    feeds), what C's asctime writes, and English dates ("March 13, 2020", "13 Mar. 2020 at 5:45 PM"). A time
    without a zone is left out, since it names no moment; the day stays. 03/04/2020 is not taken: half the
    world reads it as April.
    """
    value = " ".join((value or "").split())
    if not value or len(value) > 60:
        return None
    if _ISO.fullmatch(value):
        return _from_iso(value)
    if _RFC_2822.fullmatch(value):
        return _from_rfc_2822(value)
    for pattern in (_NUMBERS, *_WRITTEN, _ASCTIME):
        if match := pattern.fullmatch(value):
            return _from_parts(match["year"], match["month"], match["day"])
    if match := _EITHER.fullmatch(value):
        return _from_either(match["year"], int(match["one"]), int(match["other"]))
    return None


def compact_date(value: str | None) -> str | None:
    """Return the same of a date without marks between its parts, as wire services and PDFs write it.

    20210304, 20210304T100000Z and 20210304T100000+0100 (ISO 8601, basic), and D:20210304100000+01'00'
    (PDF 32000-1, 7.9.4). What `iso_date` takes is taken too.
    """
    match = _COMPACT.fullmatch((value or "").strip())
    if not match:
        return iso_date(value)
    day = f"{match['year']}-{match['month']}-{match['day']}"
    zone = (match["zone"] or "").replace("'", "")
    return iso_date(f"{day}T{match['clock']}{zone}" if match["clock"] and zone else day)


def month_number(name: str) -> int:
    """1 to 12, of a month's English name or its first letters, in any case."""
    return _MONTHS.index(name[:3].lower()) + 1


def _from_iso(value: str) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return _from_parts(*value[:10].split("-"))
    return _stated(moment)


def _from_rfc_2822(value: str) -> str | None:
    try:
        return _stated(parsedate_to_datetime(value))
    except (TypeError, ValueError):
        return None


def _from_parts(year: str, month: str, day: str) -> str | None:
    number = int(month) if month.isdigit() else month_number(month)
    try:
        found = date(int(year), number, int(day))
    except ValueError:
        return None
    return found.isoformat() if _EARLIEST <= found.year <= _LATEST else None


def _from_either(year: str, one: int, other: int) -> str | None:
    """13/03/2020 and 03/13/2020: there is no thirteenth month. 03/03/2020 is one day either way."""
    if min(one, other) > 12 or (max(one, other) <= 12 and one != other):
        return None
    return _from_parts(year, str(min(one, other)), str(max(one, other)))


def moment_of(stated: str) -> str:
    """The same moment in UTC, so that moments of several zones can be put in order; a day stays that day."""
    if "T" not in stated:
        return stated
    return datetime.fromisoformat(stated).astimezone(UTC).isoformat()


def _stated(moment: datetime) -> str | None:
    if not _EARLIEST <= moment.year <= _LATEST:
        return None
    if moment.tzinfo is None:
        return moment.date().isoformat()
    written = moment.replace(microsecond=0).isoformat()
    return f"{written.removesuffix('+00:00')}Z" if written.endswith("+00:00") else written
