"""Numbers as values, however they are written: two dozen is 24, 1.5 million is 1,500,000, a third is 33.3 %.

The libraries for it were tried and left: word2number reads "two dozen" as 2 and "a hundred and five" as 500,
number-parser makes "1.5 1000000" of 1.5 million, and text2num knows no dozen and no third.

    >>> [(amount.value, amount.unit) for amount in amounts("Two dozen of 1.5 million, 40 percent, a third of
    it")] [(24.0, ''), (1500000.0, ''), (40.0, '%'), (33.333333333333336, '%')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def _numbered(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split())}


_ONES = _numbered(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    1,
)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "decade": 10,
}
_SHORT = {"k": 10**3, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_MONEY_SHORT = {"m": 10**6, "b": 10**9}  # £5m is money, 150m a distance
_ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    1,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4} | {
    word: number for word, number in _ORDINALS.items() if 4 <= number <= 10
}
_VAGUE = {"dozens": 12, "hundreds": 100, "thousands": 10**3, "millions": 10**6, "billions": 10**9}
_CURRENCIES = {"$": "$", "£": "£", "€": "€", "¥": "¥", "dollar": "$", "euro": "€", "pound": "£", "yen": "¥"}


def _any(words: Sequence[str] | dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_SIMPLE = f"{_any(_ONES)}|{_any(_TENS)}"
_CLOCK = re.compile(
    r"\b([0-2]?[0-9])(?:[:.]([0-5][0-9]))?\s?([ap])\.?m\b\.?|\b([0-2]?[0-9]):([0-5][0-9])\b", re.IGNORECASE
)
_SHARE = re.compile(
    rf"\b(?:(?P<top>an?|{_SIMPLE})[\s-]+)?(?P<part>{_any(_PARTS)}|halve)(?P<many>s)?\b"
    r"(?P<after>\s+(?:of|more|less|fewer|higher|lower|as)\b|\s*[.,;:!?]|\s*$)?",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    rf"(?<!\btop )\b({_SIMPLE}|[0-9]{{1,2}})\s(?:in|out\sof)\s(?:every\s)?({_SIMPLE}|100|[0-9]{{1,2}})\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"\b(?:(?:{_any(_TENS)})-)?(?:{_any(_ORDINALS)})\b|(?<![\w.,-])([0-9]{{1,3}})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_MANY = re.compile(rf"\b(?:{_any(_VAGUE)})\b", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?P<money>[$£€¥])?\s?(?<![\w.])(?<![A-Za-z]-)"
    rf"(?P<run>(?:half\s+an?\s+(?:{_any(_SCALES)})|(?:{_DIGITS}|(?:an?\s+)?(?:{_any(_SCALES)})\b|(?:{_SIMPLE})\b)"
    rf"(?:(?:\s+and\s+an?\s+|[\s-]+(?:and\s+)?)(?:(?:{_any(_SCALES)}|{_SIMPLE}|half)\b|{_DIGITS}))*))"
    rf"(?P<short>{_any(_SHORT)}|[mb])?(?![A-Za-z])?"
    rf"(?:\s?(?P<percent>%|per\s?cent\b|percentage points?\b)|[\s-](?P<currency>dollar|euro|pound|yen)s?\b)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"{_DIGITS}|[a-z]+", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|some|approximately|more than|over|at least|up to|less than|"
    r"fewer than|under|as many as|close to|estimated|above|below|just)\s+(?:an?\s+)?[$£€¥]?$",
    re.IGNORECASE,
)
_TIMED = re.compile(r"(?:[0-9]|one|per)[\s-]$", re.IGNORECASE)  # a 30-second film
_BEFORE_SHARE = re.compile(r"\b(?:by|than|about|nearly|almost|over|under|roughly)\s$", re.IGNORECASE)
_HEDGED = 0.1  # how far off, of the value, "about" may be
_CLOSE = 1e-6
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text: its value, or from `value` to `most` ("dozens"), and where it stands.

    `unit` is "%" (a half is 50 %), a currency's sign, "th" for a place in an order, "h" for minutes of the
    day, or "". `about` says that words before it make it less than exact; `loose` that it needs no source
    ("one of them", "at first").
    """

    value: float
    unit: str
    text: str
    start: int
    end: int
    most: float | None = None
    about: bool = False
    loose: bool = False


def amounts(text: str) -> list[Amount]:
    """All numbers of the text, in order."""
    found: list[Amount] = []
    taken: list[tuple[int, int]] = []
    for kind in (_clocks, _out_of, _shares, _places, _vague, _plain):
        for amount in kind(text):
            if all(amount.end <= start or end <= amount.start for start, end in taken):
                found.append(amount)
                taken.append((amount.start, amount.end))
    return sorted(found, key=lambda amount: amount.start)


def occurs(wanted: Amount, there: Sequence[Amount]) -> bool:
    """Whether one of the amounts of a source is the one that a sentence gives."""
    return wanted.loose or any(_same(wanted, one) for one in there)


def _same(wanted: Amount, there: Amount) -> bool:
    if not _alike(wanted, there):
        return False
    if wanted.most is not None:
        return wanted.value <= there.value and (there.most or there.value) <= wanted.most
    if there.most is not None:
        return False
    off = abs(wanted.value - there.value)
    if off <= _CLOSE * max(1.0, abs(there.value)) or (
        wanted.unit == "%" and off < 0.5 and wanted.value % 1 > 0
    ):
        return True
    digits = _significant(wanted.value)
    rounder = digits < _significant(there.value)
    if wanted.about and rounder and digits <= 2:
        return off <= _HEDGED * abs(there.value)
    return (
        rounder
        and digits >= 2
        and abs(wanted.value) >= 10**6
        and float(f"{there.value:.{digits - 1}e}") == wanted.value
    )


def _alike(one: Amount, other: Amount) -> bool:
    """Whether the units allow it: "12%" may be 12, the 84th may be 84, the fifth is not five."""
    units = {one.unit, other.unit}
    if len(units) == 1 or "" not in units or "h" in units:
        return len(units) == 1
    return "th" not in units or one.value >= 10


def _significant(value: float) -> int:
    return len(f"{abs(value):.6e}".split("e")[0].replace(".", "").rstrip("0")) or 1


def _clocks(text: str) -> Iterator[Amount]:
    for match in _CLOCK.finditer(text):
        hour, minute, half, hour_24, minute_24 = match.groups()
        if half:
            hours = int(hour) % 12 + 12 * (half.lower() == "p")
            yield _amount(match, 60 * hours + int(minute or 0), "h")
        elif int(hour_24) < 24:
            yield _amount(match, 60 * int(hour_24) + int(minute_24), "h")


def _shares(text: str) -> Iterator[Amount]:
    for match in _SHARE.finditer(text):
        top, part = (match["top"] or "").lower(), match["part"].lower()
        after = (match["after"] or "").strip().lower()
        half = part in ("half", "halve")
        if half and not top and after != "of":
            continue  # the first half, half a million
        if half and top and text[: match.start()].endswith("and "):
            continue  # two and a half million
        if not half and not top:
            continue
        if top in ("a", "an") and not half and not after and not _BEFORE_SHARE.search(text, 0, match.start()):
            continue  # a third attack
        parts = 2 if half else _PARTS[part]
        above = 1 if top in ("", "a", "an") else (_ONES | _TENS)[top]
        if above < parts or (above == 1 == parts):
            end = match.end() - len(match["after"] or "")
            yield Amount(
                100 * above / parts,
                "%",
                text[match.start() : end],
                match.start(),
                end,
                about=_hedged(text, match.start()),
            )


def _out_of(text: str) -> Iterator[Amount]:
    for match in _OUT_OF.finditer(text):
        part, whole = (_number(word) for word in match.groups())
        if 0 < part < whole:
            yield _amount(match, 100 * part / whole, "%")


def _number(word: str) -> int:
    small = word.lower()
    return int(small) if small.isdigit() else _ONES.get(small) or _TENS[small]


def _places(text: str) -> Iterator[Amount]:
    for match in _PLACE.finditer(text):
        if match[1]:
            value = int(match[1])
        else:
            tens, _, word = match[0].lower().rpartition("-")
            value = _TENS.get(tens, 0) + _ORDINALS[word]
        timed = match[0].lower() == "second" and _TIMED.search(text, max(0, match.start() - 5), match.start())
        if not timed:
            yield _amount(match, value, "th", loose=value == 1)


def _vague(text: str) -> Iterator[Amount]:
    for match in _MANY.finditer(text):
        least = _VAGUE[match[0].lower()]
        yield _amount(match, least * 1.5, "", most=least * 1000.0)


def _plain(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        unit = match["money"] or _CURRENCIES.get((match["currency"] or "").lower(), "")
        unit = "%" if match["percent"] else unit
        short = (match["short"] or "").lower()
        factor = _SHORT.get(short) or (_MONEY_SHORT.get(short, 1) if unit in "$£€¥" and unit else 1)
        base = match.start("run")
        parts = list(_values(match["run"]))
        for place, (value, start, end) in enumerate(parts):
            last = place == len(parts) - 1
            begin, stop = base + start, match.end() if last else base + end
            written = text[begin:stop]
            yield Amount(
                min(value * (factor if last else 1), _LARGEST),
                unit if last or match["money"] else "",
                written,
                begin,
                stop,
                about=_hedged(text, match.start("run") if not place else begin),
                loose=written.lower() == "one",
            )


def _values(run: str) -> Iterator[tuple[float, int, int]]:
    """The values in a run of number words and digits: one, or more where they do not add up to one."""
    total = current = 0.0
    start = end = -1
    halved = False
    for token in _TOKEN.finditer(run):
        word = token[0].lower()
        if word in ("a", "an", "and"):
            start = token.start() if start < 0 and word != "and" else start
            continue
        if word == "half":
            halved, start = start < 0, token.start() if start < 0 else start
            current += 0.0 if halved else 0.5
        elif word in _SCALES:
            scale = _SCALES[word]
            start = token.start() if start < 0 else start
            if scale <= 100:
                current = (current or 1) * scale
            else:
                total, current = total + (current or 1) * scale, 0.0
        else:
            value = float(_ONES.get(word) or _TENS.get(word) or word.replace(",", ""))
            if start >= 0 and end >= 0 and not _continues(total, current, value, word):
                yield total + current, start, end
                total = current = 0.0
                start = -1
            start = token.start() if start < 0 else start
            current += value
        end = token.end()
    if start >= 0 and end >= 0:
        yield (total + current) * (0.5 if halved else 1), start, end


def _continues(total: float, current: float, value: float, word: str) -> bool:
    """Whether a further number is part of the one so far: twenty|-four, two hundred and|five."""
    if word[0].isdigit():
        return total > 0 and current == 0 and value < 1000
    if current == 0:
        return total > 0
    if current < 100:
        return value < 10 and current >= 20 and current % 10 == 0
    return value < 100 and current % 100 == 0


def _amount(
    match: re.Match[str], value: float, unit: str, most: float | None = None, loose: bool = False
) -> Amount:
    start, end = match.span()
    return Amount(float(value), unit, match[0], start, end, most, _hedged(match.string, start), loose)


def _hedged(text: str, start: int) -> bool:
    return bool(_HEDGE.search(text[max(0, start - 20) : start]))
