"""Printed lines, as a page shows them, back into paragraphs.

A page knows lines and where they stand; what belongs together is told by the space between lines, by
indents, by the size of the letters, and by where a line ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

HYPHEN = "\ufffe"  # ends a line whose last word was broken
_MARGIN = 0.12  # of the page's height: where running heads and page numbers stand
_OPEN = 0.3  # of the pages: from there on a line in the margin is a running head
_RAGGED = 6  # times the letters' size by which full lines of one paragraph may differ
_FEW = 8  # lines; fewer do not show how wide a column is
_SAMPLE = 2000  # lines that tell it for all
_NEAR = 20  # lines of a paragraph that tell its shape
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|] ?)?(?:page |p\. ?)?(?:\d{1,4}|[ivxl]{1,6})(?: ?(?:/|of) ?\d{1,4})?(?: ?[-–—|])?",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:;][\"”’')\]]*$")
_BULLET = re.compile(r"[•‣◦▪●] ")
_ITEM = re.compile(r"[–—*-] |\(?\d{1,2}[.)] ")  # prose may begin a line so, too


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its words, its box and the height of its letters, in points; y grows upward."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one page in reading order, and the page's height."""

    lines: tuple[Line, ...]
    height: float


def paragraphs(sheets: Sequence[Sheet]) -> list[str]:
    """Return the paragraphs of the pages, without running heads, running feet and page numbers.

    A word that was broken at the end of a line is whole again; a paragraph goes on over a page's end where
    its sentence does.
    """
    pages = [sheet.lines for sheet in without_margins(sheets)]
    lines = [line for page in pages for line in page]
    leading = _leading(pages)
    blocks: list[list[Line]] = []
    before: Line | None = None
    for page in pages:
        for line in page:
            if before is None or _begins(
                before, line, blocks[-1], leading, _edge(before, blocks[-1], page, lines)
            ):
                blocks.append([])
            blocks[-1].append(line)
            before = line
    words = Counter(re.findall(r"[\w-]+", " ".join(line.text for line in lines).lower()))
    return [_joined([line.text for line in block], words) for block in blocks]


def without_margins(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the pages without page numbers and without what the top or the bottom of many pages repeats."""
    seen = Counter(
        key for sheet in sheets for key in {_key(line) for line in sheet.lines if _is_marginal(line, sheet)}
    )

    def stays(line: Line, sheet: Sheet) -> bool:
        if not _is_marginal(line, sheet):
            return True
        key = _key(line)
        numbered = key.startswith("#") or key.endswith("#")  # of a chapter, perhaps: on few of the pages
        often = 2 if numbered else max(2, _OPEN * len(sheets))
        return seen[key] < often and not _PAGE_NUMBER.fullmatch(line.text.strip())

    return [
        Sheet(tuple(line for line in sheet.lines if stays(line, sheet)), sheet.height) for sheet in sheets
    ]


def _key(line: Line) -> str:
    """What is the same on every page: a running head without the page's number."""
    return re.sub(r"\d+", "#", line.text).strip().lower()


def _is_marginal(line: Line, sheet: Sheet) -> bool:
    return not _MARGIN * sheet.height < line.bottom < (1 - _MARGIN) * sheet.height


def _leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance between two lines of a paragraph, as a multiple of the letters' size."""
    steps = [
        (before.bottom - after.bottom) / before.size
        for page in pages
        for before, after in pairwise(page)
        if 0.5 * before.size < before.bottom - after.bottom < 4 * before.size
    ]
    return sorted(steps)[len(steps) // 5] if steps else 1.2  # the wider ones stand between paragraphs


def _edge(line: Line, block: Sequence[Line], page: Sequence[Line], lines: Sequence[Line]) -> float:
    """How far right a line may go: as far as its block does, or its column on this page, or on all pages."""
    rights = [other.right for other in block[-_NEAR:]]
    if len(rights) > 1 and max(rights) - min(rights) < _RAGGED * line.size:
        return max(rights)  # text beside a picture is narrower than its column
    column = [other.right for other in page if _is_beside(other, line)]
    if len(column) < _FEW:
        column = [other.right for other in lines[:_SAMPLE] if _is_beside(other, line)]
    return max(column, default=line.right)


def _is_beside(other: Line, line: Line) -> bool:
    """Whether two lines begin at one edge, in letters of one size."""
    return abs(other.left - line.left) < 2 * line.size and _is_like(other, line)


def _is_like(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.1 * max(one.size, other.size)


def _begins(before: Line, after: Line, block: Sequence[Line], leading: float, edge: float) -> bool:
    """Whether a new paragraph begins with `after`."""
    ended = bool(_ENDED.search(before.text))
    if not _is_like(before, after) or _BULLET.match(after.text) or (ended and _ITEM.match(after.text)):
        return True
    if before.text.endswith((HYPHEN, "-")):
        return False
    if _is_short(before, after, edge):
        return True
    step = (before.bottom - after.bottom) / before.size
    if not 0 <= step <= 4:  # the next column or page
        return ended
    if step > 1.25 * leading:
        return True
    start = min(line.left for line in block[1:][-_NEAR:] or block)
    return after.left > start + 0.8 * after.size and (len(block) > 1 or ended)


def _is_short(before: Line, after: Line, edge: float) -> bool:
    """Whether the next line's first word would have fitted: then the line was ended there on purpose."""
    first = len(after.text.split(" ", 1)[0]) + 1
    width = first * (after.right - after.left) / max(1, len(after.text))
    return before.right + width < edge - 0.5 * before.size


def _joined(lines: Sequence[str], words: Counter[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text = _join(text, line, words)
    return text.replace(HYPHEN, "-").strip()


def _join(text: str, line: str, words: Counter[str]) -> str:
    """Join two lines; a hyphen between them stays where the word is written so elsewhere ("state-owned")."""
    line = line.lstrip()
    if not text.endswith((HYPHEN, "-")):
        return f"{text.rstrip()} {line}"
    backwards = re.match(r"\w+", text[-2::-1])  # a search for what ends the text tries every place in it
    second = re.match(r"\w+", line)
    if not backwards or not second:
        return f"{text} {line}" if text.endswith(" -") else text + line
    first = backwards[0][::-1]
    whole, compound = f"{first}{second[0]}".lower(), f"{first}-{second[0]}".lower()
    keeps = not second[0][0].islower() or not first[-1].isalpha() or words[compound] > words[whole]
    return f"{text[:-1]}-{line}" if keeps else text[:-1] + line
