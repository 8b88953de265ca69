"""Numbers written in words, digits or both, as values: two hundred and five, 1.5 million, half a dozen.

The libraries for it were tried and left: word2number reads "two dozen" as 2 and "a hundred and five" as 500,
number-parser makes "1.5 1000000" of 1.5 million, and text2num knows no dozen and no third.

>>> [value for value, _, _ in values("two hundred and five")], [value for value, _, _ in values("3 lakh")]
([205.0], [300000.0])
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def _numbered(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split())}


ONES = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    0,
)
TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "decade": 10,
}
ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    1,
)
PARTS = {"half": 2, "third": 3, "quarter": 4} | {
    word: number for word, number in ORDINALS.items() if 4 <= number <= 10
}
DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


SMALL = f"{any_of(ONES)}|{any_of(TENS)}"
RUN = (
    rf"(?:half\s+an?\s+(?:{any_of(SCALES)})|(?:{DIGITS}|(?:an?\s+)?(?:{any_of(SCALES)})\b|(?:{SMALL})\b)"
    rf"(?:(?:\s+and\s+an?\s+|[\s-]+(?:and\s+)?)(?:(?:{any_of(SCALES)}|{SMALL}|half)\b|{DIGITS}))*)"
)
_TOKEN = re.compile(rf"{DIGITS}|[a-z]+", re.IGNORECASE)


def with_plain_digits(text: str) -> str:
    """The text with the digits of any script, and full-width signs, as ASCII; no place in it moves."""
    return text if text.isascii() else "".join(map(_plain, text))


def value_of(word: str) -> float:
    """What one word or figure is worth."""
    small = word.lower()
    return float((ONES | TENS).get(small, small.replace(",", "")))


def values(run: str) -> Iterator[tuple[float, int, int]]:
    """The values in a run of number words and digits: one, or more where they do not add up to one."""
    total = current = 0.0
    start = end = -1
    halved = scaled = False
    for token in _TOKEN.finditer(run):
        word = token[0].lower()
        if word in ("a", "an", "and"):
            start = token.start() if start < 0 and word != "and" else start
            scaled = False
            continue
        if word == "half":
            halved, start = start < 0, token.start() if start < 0 else start
            current += 0.0 if halved else 0.5
        elif word in SCALES:
            scale = SCALES[word]
            start = token.start() if start < 0 else start
            if scale <= 100:
                current = (current or 1) * scale
            elif scaled and total and not current:  # a lakh crore
                total *= scale
            else:
                total, current = total + (current or 1) * scale, 0.0
        else:
            value = value_of(word)
            if start >= 0 and end >= 0 and not _continues(total, current, value, word):
                yield total + current, start, end
                total = current = 0.0
                start = -1
            start = token.start() if start < 0 else start
            current += value
        scaled = word in SCALES
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


def _plain(letter: str) -> str:
    if letter.isdecimal():
        return str(int(letter))
    return chr(ord(letter) - 0xFEE0) if "！" <= letter <= "～" else letter
