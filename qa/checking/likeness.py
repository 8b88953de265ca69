"""Whether a number of a sentence is one that its source gives, as exactly as the sentence puts it.

>>> from qa.checking.numbers import amounts
>>> [occurs(amounts(said)[0], amounts("107")) for said in ("more than 100", "fewer than 100", "100")]
[True, False, False]
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.checking.numbers import Amount

_HEDGED = 0.1  # how far off, of the value, "about" may be
_CLOSE = 1e-6
_UPWARD, _DOWNWARD = (">", "≥"), ("<", "≤")


def occurs(wanted: Amount, there: Sequence[Amount]) -> bool:
    """Whether one of the amounts of a source is the one that a sentence gives."""
    return wanted.loose or any(_same(wanted, one) for one in there)


def _same(wanted: Amount, there: Amount) -> bool:
    if not _alike(wanted, there) or _opposed(wanted.hedge, there.hedge):
        return False
    if wanted.most is not None:
        return wanted.value <= there.value and (there.most or there.value) <= wanted.most
    if there.most is not None:
        return False
    off = wanted.value - there.value
    if abs(off) <= _CLOSE * max(1.0, abs(there.value)):
        return wanted.hedge not in (">", "<") or there.hedge != ""  # more than 100 are not 100
    if (wanted.hedge in _UPWARD and off > 0) or (wanted.hedge in _DOWNWARD and off < 0):
        return False
    return _in_words(wanted, there, abs(off)) or _rounded(wanted, there, abs(off))


def _in_words(wanted: Amount, there: Amount, off: float) -> bool:
    """Whether one is a share in words and the other its value as far as it is written: a third, 33 %."""
    exact = there if wanted.fraction else wanted
    return wanted.fraction != there.fraction and off <= _last_place(exact.value)


def _rounded(wanted: Amount, there: Amount, off: float) -> bool:
    digits = _significant(wanted)
    rounder = digits < _significant(there)
    if wanted.hedge:
        coarse = rounder and digits <= 2 and off <= _HEDGED * abs(there.value)
        place = _last_place(wanted.value)
        return coarse or (off <= place and place > _last_place(there.value))
    return (
        rounder
        and digits >= 2
        and abs(wanted.value) >= 10**6
        and float(f"{there.value:.{digits - 1}e}") == wanted.value
    )


def _alike(one: Amount, other: Amount) -> bool:
    """Whether the units allow it: "12%" may be 12, not 12 people; the 84th 84, the fifth is not five."""
    units = {one.unit, other.unit}
    if len(units) == 1 or "" not in units or "h" in units:
        return len(units) == 1
    if "th" in units:
        return one.value >= 10
    return not (one.counts or other.counts)


def _opposed(one: str, other: str) -> bool:
    return (one in _UPWARD and other in _DOWNWARD) or (one in _DOWNWARD and other in _UPWARD)


def _significant(amount: Amount) -> int:
    if amount.fraction:
        return 1
    return len(f"{abs(amount.value):.6e}".split("e")[0].replace(".", "").rstrip("0")) or 1


def _last_place(value: float) -> float:
    """Half of one in the last place behind the point that is written, and a little more."""
    decimals = f"{value:.6f}".rstrip("0").partition(".")[2]
    return 0.5 / 10.0 ** len(decimals) * (1 + _CLOSE)
