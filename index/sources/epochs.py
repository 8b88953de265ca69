"""Moments as databases write them: the seconds, or the milliseconds, since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LEAST, _MOST = 100_000_000, 10_000_000_000  # seconds: from 1973 to 2286, and as far before 1970
_WRITTEN = re.compile(r"1[0-8]\d{8}(?:\d{3})?", re.ASCII)  # from 2001 to 2030: no day, and no hour, reads so


def moment_since_1970(value: float | str) -> str | None:
    """Return the moment in UTC as ISO 8601; None of what is no such count: 2020, 20200313, "March 13".

    >>> moment_since_1970(1584133200), moment_since_1970("1584133200000")
    ('2020-03-13T21:00:00+00:00', '2020-03-13T21:00:00+00:00')
    """
    if isinstance(value, str):
        if not _WRITTEN.fullmatch(value.strip()):
            return None
        value = int(value)
    if not _LEAST < abs(value) < _MOST * 1000:
        return None
    return datetime.fromtimestamp(value if abs(value) < _MOST else value / 1000, UTC).isoformat()
