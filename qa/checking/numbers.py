"""Numbers as values, however they are written: two dozen is 24, 1.5 million is 1,500,000, a third is 33.3 %.

>>> [(amount.value, amount.unit) for amount in amounts("Two dozen of 1.5 million, 40 percent, a quarter of")]
[(24.0, ''), (1500000.0, ''), (40.0, '%'), (25.0, '%')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.checking.number_words import (
    ORDINALS,
    PARTS,
    RUN,
    SMALL,
    TENS,
    any_of,
    value_of,
    values,
    with_plain_digits,
)

MONEY = "$£€¥₹"
_SHORT = {"k": 10**3, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_LETTER = {"m": 10**6, "b": 10**9}  # £5m, 5M and 5m people; but 150m are a distance
_VAGUE = {"dozens": 12, "hundreds": 100, "thousands": 10**3, "millions": 10**6, "billions": 10**9}
_CURRENCIES = {"dollar": "$", "pound": "£", "euro": "€", "yen": "¥", "rupee": "₹"}
_CLOCK = re.compile(
    r"\b([0-2]?[0-9])(?:[:.]([0-5][0-9]))?\s?([ap])\.?m\b\.?|\b([0-2]?[0-9]):([0-5][0-9])\b", re.IGNORECASE
)
_SHARE = re.compile(
    rf"\b(?:(?P<top>an?|{SMALL})[\s-]+)?(?P<part>{any_of(PARTS)}|halve)(?P<many>s)?\b"
    r"(?P<after>\s+(?:of|more|less|fewer|higher|lower|as)\b|\s*[.,;:!?]|\s*$)?",
    re.IGNORECASE,
)
_OF_A_POINT = re.compile(
    rf"\b(?:(?P<top>an?|{SMALL})[\s-]+)?(?P<part>half|(?:{any_of(PARTS)})s?)\s(?:of\s)?(?:an?|one)\s"
    r"(?:percentage\spoint|percent|per\scent)\b",
    re.IGNORECASE,
)
_BASIS_POINTS = re.compile(rf"\b({SMALL}|[0-9]{{1,3}})[\s-]basis[\s-]points?\b", re.IGNORECASE)
_OUT_OF = re.compile(
    rf"(?<!\btop )\b({SMALL}|[0-9]{{1,2}})\s(?:in|out\sof)\s(?:every\s)?({SMALL}|100|[0-9]{{1,2}})\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"\b(?:(?:{any_of(TENS)})-)?(?:{any_of(ORDINALS)})\b|(?<![\w.,-])([0-9]{{1,3}})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    rf"\b({any_of(_VAGUE)})(?:\sof\s({any_of(_VAGUE)}))?(?:\sof\s({any_of(_CURRENCIES)})s)?\b", re.IGNORECASE
)
_AMOUNT = re.compile(
    rf"(?P<sign>(?<![\w)])[-−](?=[{MONEY}]?[0-9])|\bminus\s)?(?P<money>[{MONEY}])?\s?(?<![\w.])(?<![A-Za-z]-)"
    rf"(?P<run>{RUN})(?:(?P<short>{any_of(_SHORT)}|[mb])(?![A-Za-z]))?"
    rf"(?:\s?(?P<percent>%|per\s?cent\b|pct\b|percentage[\s-]points?\b)|[\s-](?P<currency>{any_of(_CURRENCIES)})s?\b)?",
    re.IGNORECASE,
)
_FEWER = "(?:fewer|less|lower|smaller|shorter|younger) than"
_HEDGES = {
    sign: re.compile(rf"\b(?:{words})\s+(?:(?:an?|estimated)\s+){{0,2}}$", re.IGNORECASE)
    for sign, words in {
        "≥": rf"not? {_FEWER}|at least|over|above|upwards of|as (?:few|little|low) as",
        "≤": r"not? (?:more|\w+er) than|up to|at most|under|below|as (?:many|much|high) as",
        "<": rf"{_FEWER}|near(?:ly|ing)?|almost|approach(?:es|ed|ing)",
        ">": r"more than|(?!rather|other)\w+er than|top(?:s|ped|ping)|exceed(?:s|ed|ing)?",
        "~": "about|around|roughly|some|approximately|close to|estimated",
    }.items()
}
_OR = re.compile(r"(\+|-plus\b|\sor (?:more|over)\b)|\sor (?:less|fewer|under)\b", re.IGNORECASE)
_COUNTED = re.compile(r"[\s-]([a-z][a-z'’-]+|[A-Z][a-z]+s\b)")
_COUNTED_OF = re.compile(r"\s(?:of\s)?(?:the\s)?[A-Za-z]{3}")
_NOT_COUNTED = re.compile(
    r"(?:an?|and|as|at|between|but|by|during|each|every|for|from|had|has|have|he|if|in|into|is|it|its|last|less|"
    r"may|more|might|next|not|now|of|off|on|or|out|over|per|she|since|so|than|that|the|their|then|they|this|"
    r"through|to|too|under|until|up|was|went|were|when|where|which|while|who|will|with|within|would|"
    r"\w+(?:ed|ing|ly))$"
)
_MILLIONS_OF = re.compile(
    r"\s(?:people|children|users|customers|viewers|visitors|voters|passengers|subscribers|followers|workers|"
    r"homes|households|jobs|tonnes|barrels|doses|copies)\b"
)
_TIMED = re.compile(r"(?:[0-9]|one|per)[\s-]$", re.IGNORECASE)  # a 30-second film
_BEFORE_SHARE = re.compile(r"\b(?:by|than|about|nearly|almost|over|under|roughly)\s$", re.IGNORECASE)
_BEFORE = 28  # characters before a number that may hold "no fewer than an estimated"
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text: its value, or from `value` to `most` ("dozens"), and where it stands.

    `unit` is "%" (a half is 50 %), a currency's sign, "th" for a place in an order, "h" for minutes of the
    day, or "". `hedge` is what words before it make of it: "~" about, ">" more than, "≥" at least, "<" less
    than, "≤" up to. `loose` says that it needs no source ("one of them", "at first"), `fraction` that it is a
    share in words, and `counts` that what it counts follows ("24 people").
    """

    value: float
    unit: str
    text: str
    start: int
    end: int
    most: float | None = None
    hedge: str = ""
    loose: bool = False
    fraction: bool = False
    counts: bool = False


def amounts(text: str) -> list[Amount]:
    """All numbers of the text, in order."""
    text = with_plain_digits(text)
    found: list[Amount] = []
    taken: list[tuple[int, int]] = []
    for kind in (_clocks, _points, _out_of, _shares, _places, _vague, _plain):
        for amount in kind(text):
            if all(amount.end <= start or end <= amount.start for start, end in taken):
                found.append(amount)
                taken.append((amount.start, amount.end))
    return sorted(found, key=lambda amount: amount.start)


def _clocks(text: str) -> Iterator[Amount]:
    for match in _CLOCK.finditer(text):
        hour, minute, half, hour_24, minute_24 = match.groups()
        if half:
            hours = int(hour) % 12 + 12 * (half.lower() == "p")
            yield _amount(text, match.span(), 60 * hours + int(minute or 0), "h")
        elif int(hour_24) < 24:
            yield _amount(text, match.span(), 60 * int(hour_24) + int(minute_24), "h")


def _points(text: str) -> Iterator[Amount]:
    """A quarter of a percentage point, 25 basis points: shares of one per cent."""
    for match in _OF_A_POINT.finditer(text):
        parts = 2 if match["part"].lower() == "half" else PARTS[match["part"].lower().removesuffix("s")]
        above = 1 if (match["top"] or "a").lower() in ("a", "an") else value_of(match["top"])
        yield _amount(text, match.span(), above / parts, "%")
    for match in _BASIS_POINTS.finditer(text):
        yield _amount(text, match.span(), value_of(match[1]) / 100, "%")


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
        parts = 2 if half else PARTS[part]
        above = 1 if top in ("", "a", "an") else value_of(top)
        if 0 < above < parts or (above == 1 == parts):
            span = match.start(), match.end() - len(match["after"] or "")
            yield _amount(text, span, 100 * above / parts, "%", fraction=True)


def _out_of(text: str) -> Iterator[Amount]:
    for match in _OUT_OF.finditer(text):
        part, whole = map(value_of, match.groups())
        if 0 < part < whole:
            yield _amount(text, match.span(), 100 * part / whole, "%", fraction=True)


def _places(text: str) -> Iterator[Amount]:
    for match in _PLACE.finditer(text):
        if match[1]:
            value = int(match[1])
        else:
            tens, _, word = match[0].lower().rpartition("-")
            value = TENS.get(tens, 0) + ORDINALS[word]
        timed = match[0].lower() == "second" and _TIMED.search(text, max(0, match.start() - 5), match.start())
        if not timed:
            yield _amount(text, match.span(), value, "th", loose=value == 1)


def _vague(text: str) -> Iterator[Amount]:
    for match in _MANY.finditer(text):
        many, further, currency = (word and word.lower() for word in match.groups())
        least = _VAGUE[many] * _VAGUE.get(further or "", 1)
        unit = _CURRENCIES[currency] if currency else ""
        counts = bool(not currency and _COUNTED_OF.match(text, match.end()))
        yield _amount(text, match.span(), least * 1.5, unit, most=least * 1000.0, counts=counts)


def _plain(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        unit = match["money"] or _CURRENCIES.get((match["currency"] or "").lower(), "")
        unit = "%" if match["percent"] else unit
        base = match.start("run")
        lead = min(place for place in (match.start("sign"), match.start("money"), base) if place >= 0)
        parts = list(values(match["run"]))
        for place, (value, start, end) in enumerate(parts):
            last = place == len(parts) - 1
            begin = base + start if place else lead
            stop = match.end() if last else base + end
            worth = value * (_factor(match, unit) if last else 1)
            yield _amount(
                text,
                (begin, stop),
                min(worth, _LARGEST) * (-1 if match["sign"] and not place else 1),
                unit if last or match["money"] else "",
                loose=text[begin:stop].lower() == "one",
                counts=last and not unit and _counts(text, stop),
            )


def _factor(match: re.Match[str], unit: str) -> int:
    short = match["short"] or ""
    money = bool(unit) and unit in MONEY
    if short in _LETTER and not money and _MILLIONS_OF.match(match.string, match.end()):
        return _LETTER[short]
    return _SHORT.get(short.lower()) or _LETTER.get(short.lower() if money else short.swapcase(), 1)


def _counts(text: str, end: int) -> bool:
    """Whether what is counted follows: a word that is no small one, and no verb as far as that is seen."""
    following = _COUNTED.match(text, end)
    return bool(following and not _NOT_COUNTED.match(following[1]))


def _amount(
    text: str,
    span: tuple[int, int],
    value: float,
    unit: str,
    most: float | None = None,
    *,
    loose: bool = False,
    fraction: bool = False,
    counts: bool = False,
) -> Amount:
    start, end = span
    before = text[max(0, start - _BEFORE) : start]
    hedge = next((sign for sign, pattern in _HEDGES.items() if pattern.search(before)), "")
    if following := _OR.match(text, end):
        hedge = "≥" if following[1] else "≤"
    return Amount(float(value), unit, text[start:end], start, end, most, hedge, loose, fraction, counts)
