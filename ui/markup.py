"""Text from outside, made safe for the page: escaped first, then given our own marks.

Titles, articles and questions are other people's text. This is the only room that turns them into HTML, so
that what a reader sees is the text itself, to the character, whatever markup it holds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# No place in a page: controls other than tab and newline, and halves of surrogate pairs (they have no UTF-8).
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text to stand out, `[start, end)` in its characters; `name` becomes the CSS class."""

    start: int
    end: int
    name: str


def visible(text: str) -> str:
    """What of `text` can be shown: each unshowable character becomes U+FFFD, so that offsets still hold."""
    return _UNSHOWABLE.sub("\ufffd", text)


def escape(text: str) -> str:
    """`text` as HTML, in an element or in a quoted attribute."""
    return html.escape(visible(text), quote=True)


def marked(text: str, marks: Iterable[Mark] = (), *, start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` as HTML; `marks`, which may overlap, count in the whole text."""
    end = len(text) if end is None else end
    marks = [mark for mark in marks if mark.start < end and mark.end > start and mark.start < mark.end]
    edges = {start, end}
    for mark in marks:
        edges |= {max(mark.start, start), min(mark.end, end)}
    cuts = sorted(edges)
    return "".join(_piece(text, left, right, marks) for left, right in pairwise(cuts) if left < right)


def paragraphs(text: str, marks: Iterable[Mark] = ()) -> str:
    """A whole article as HTML: each line that is not blank a paragraph, the newlines kept between them."""
    marks = list(marks)
    html_lines, place = [], 0
    for line in text.split("\n"):
        inner = marked(text, marks, start=place, end=place + len(line))
        html_lines.append(f'<p dir="auto">{inner}</p>' if line.strip() else inner)
        place += len(line) + 1
    return "\n".join(html_lines)


def _piece(text: str, left: int, right: int, marks: list[Mark]) -> str:
    names = sorted({mark.name for mark in marks if mark.start <= left and right <= mark.end})
    inner = escape(text[left:right])
    return f'<mark class="{" ".join(names)}">{inner}</mark>' if names else inner
