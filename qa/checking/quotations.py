"""What a sentence puts within quotation marks, and whether a passage has those very words.

White space, the style of the marks, punctuation and capitals do not matter; every word does.

    >>> quotations("He called it “a blatant attack”, and left.")
    ['a blatant attack']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.shingles import words

_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|«([^«»]{1,2000})»|\"([^\"]{1,2000})\"|(?<!\w)‘([^‘]{1,2000}?)’(?!\w)|(?<!\w)'([^']{1,2000})'(?!\w)"
)
_GAP = re.compile(r"\[[^\[\]]{0,200}\]|…|\.{3,}")  # what an editor put in or left out


def quotations(sentence: str) -> list[str]:
    """The pieces that a sentence quotes, each of one word or more."""
    found = (next(filter(None, match.groups())) for match in _QUOTED.finditer(sentence))
    return [piece.strip(" ,.;:") for quoted in found for piece in _GAP.split(quoted) if words(piece)]


def quoted_in(quotation: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has the words of the quotation, in their order, with nothing between."""
    wanted = _spaced(quotation)
    return any(wanted in _spaced(text) for text in texts)


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order, and some."""
    return _spaced(one) == _spaced(other) != _spaced("")


def _spaced(text: str) -> str:
    return f" {' '.join(words(text)).casefold()} "
