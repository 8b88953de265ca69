"""Sentences and their marks: [1], [2][3], [1, 2] and [1-3], before the full stop or after it.

>>> marked_sentences("Rain fell [1]. The river rose. [1][2] Nobody was hurt.")
['Rain fell [1].', 'The river rose. [1][2]', 'Nobody was hurt.']
>>> marked("The river rose. [1, 3-4]")
Marked(text='The river rose.', numbers=(1, 3, 4), malformed=())
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from index.sentences import sentences

_WIDEST = 50  # passages in one range; a wider one is no citation
_ITEM = r"(?:passages?|sources?|articles?)?\s{0,3}[0-9]{1,4}"
_MARK = re.compile(
    rf"[\[【]\s{{0,3}}\^?{_ITEM}(?:\s{{0,3}}(?:,|;|&|\band\b|\bto\b|[-–—])\s{{0,3}}{_ITEM}){{0,20}}\s{{0,3}}[\]】]",
    re.IGNORECASE,
)
_MEANT_AS_MARK = re.compile(
    r"[\[【]\s{0,3}(?:[\]】]|(?:[0-9^]|(?:source|passage|article|citation)s?\b)[^\[\]【】\n]{0,60}(?:[\]】]|$))"
    r"|[\[【]\s{0,3}[0-9]{1,4}(?![^\[\]【】\n]{0,60}[\]】])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"([0-9]+)(?:\s*(?:[-–—]|\bto\b)\s*\D{0,10}([0-9]+))?")
_UNFINISHED = re.compile(r"\s*[\[【][^\[\]【】\n]{0,60}$")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|#+\s+|\(?[0-9]{1,2}[.)]\s+(?=\S))")
_EMPHASIS = re.compile(r"\*\*|__|`")
_WORD = re.compile(r"\w+")
_LOOKAHEAD = 6  # words of what follows, before a sentence is known to be over


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its marks, the passages that they name, and what was meant as a mark and is none."""

    text: str
    numbers: tuple[int, ...]
    malformed: tuple[str, ...]


def marked(sentence: str) -> Marked:
    """Take the marks out of one sentence. Each number once, in the order in which it is first named."""
    numbers: dict[int, None] = {}
    malformed = []
    for mark in _MARK.finditer(sentence):
        for first, last in _RANGE.findall(mark[0]):
            begin, end = int(first), int(last or first)
            if begin <= end <= begin + _WIDEST:
                numbers.update(dict.fromkeys(range(begin, end + 1)))
            else:
                malformed.append(mark[0])
    text = _without(sentence, _MARK)
    malformed += [mark[0] for mark in _MEANT_AS_MARK.finditer(text)]
    text = _EMPHASIS.sub("", _BULLET.sub("", _without(text, _MEANT_AS_MARK)))
    return Marked(" ".join(text.split()), tuple(numbers), tuple(dict.fromkeys(malformed)))


def marked_sentences(text: str) -> list[str]:
    """The sentences of an LLM's text as it wrote them, each with its own marks.

    A mark belongs to the sentence that it follows; at the beginning of a line, to the one that it precedes.
    """
    plain, places = _plain(text)
    cuts = [0]
    for start, _ in sentences(plain)[1:]:
        cut = places[start]
        line = text.rfind("\n", 0, cut) + 1
        cuts.append(line if not _without(text[line:cut], _MARK).strip() else cut)
    pieces = [text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [piece for piece in pieces if piece]


def finished(text: str) -> tuple[list[str], str]:
    """Of a text that still streams in: the sentences that are over, and the rest, to be kept for later.

    A sentence is over when six words of the next ones have come: until then a mark may follow it, or a word
    that continues it.
    """
    whole = text[: found.start()] if (found := _UNFINISHED.search(text)) else text
    done = marked_sentences(whole)
    rest = 0
    while done and rest < _LOOKAHEAD:
        rest += len(_WORD.findall(_without(done.pop(), _MARK)))
    position = 0
    for sentence in done:
        position = text.index(sentence, position) + len(sentence)
    return done, text[position:].lstrip() if done else text


def _without(text: str, marks: re.Pattern[str]) -> str:
    """The text without these marks, nor the space that set them off."""
    plain, _ = _plain(text, marks)
    return plain


def _plain(text: str, marks: re.Pattern[str] = _MARK) -> tuple[str, _Places]:
    """The text without marks, and where each of its characters stood."""
    kept: list[tuple[int, int]] = []
    position = 0
    for mark in marks.finditer(text):
        before = mark.start()
        while before > position and text[before - 1] in " \t\u00a0":
            before -= 1
        kept.append((position, before))
        position = mark.end()
    kept.append((position, len(text)))
    return "".join(text[a:b] for a, b in kept), _Places(kept)


class _Places:
    """Offsets of a text of kept stretches -> offsets of the text that they were kept from."""

    def __init__(self, kept: list[tuple[int, int]]) -> None:
        self._kept = kept
        self._ends = []
        length = 0
        for start, end in kept:
            length += end - start
            self._ends.append(length)

    def __getitem__(self, offset: int) -> int:
        stretch = bisect_left(self._ends, offset + 1)
        _, end = self._kept[stretch]
        return end - (self._ends[stretch] - offset)
