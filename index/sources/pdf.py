"""A PDF document into one Article: PDFium reads its letters and where they stand, `layout` makes paragraphs.

It runs inside `index.sources.sandbox`: a PDF is a program of somebody else's.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from statistics import median_low
from typing import Any

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources.cleaning import clean, one_line
from index.sources.dates import compact_date
from index.sources.layout import HYPHEN, Line, Sheet, paragraphs
from index.sources.masthead import Masthead, stated
from index.sources.text import build, drop_cut_off

MOST_PAGES = 2000
_BROKEN_WORD = "\x02"  # as PDFium writes it
_LINE_ENDS = ("\n", _BROKEN_WORD)
_SMALLEST = 0.1  # points
_LONGEST_SECTION = 40  # characters; a longer subject is a summary
_UNREADABLE = "cannot be read as a PDF; open it in a viewer, print it to a new PDF, and give that."
_NO_TITLE = re.compile(
    r"Microsoft \w+ - .*|untitled.*|.*\.(?:docx?|indd|qxp?d?|pdf|rtf|odt|tex|dvi|ps|html?)|document\d*",
    re.IGNORECASE,
)


def parse_pdf(data: bytes, origin: Origin) -> Iterator[Article | Skipped]:
    """Read the one article of a PDF. A damaged page is Skipped.

    Title, author and last change are those of the document; the day it was made is no more than a hint of
    the day of publication, and a short subject one of the section: both are marked as inferred. Raises
    SourceError where it holds no text, or asks for a password.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{origin.shown!r} {_why(error)}") from error
    try:
        if len(document) > MOST_PAGES:
            raise SourceError(
                f"{origin.shown!r} has {len(document):,} pages, more than {MOST_PAGES:,}; split it."
            )
        pages = [_sheet(document, number) for number in range(len(document))]
        facts = document.get_metadata_dict()
    finally:
        document.close()
    sheets = [sheet for sheet in pages if sheet is not None]
    if not sheets:
        raise SourceError(f"{origin.shown!r} {_UNREADABLE}")
    if not any(line.text.strip() for sheet in sheets for line in sheet.lines):
        raise SourceError(
            f"{origin.shown!r} holds pictures of pages, not text; run OCR over it and try again."
        )
    title = one_line(facts.get("Title", ""))
    said = Masthead(
        title=None if _NO_TITLE.fullmatch(title) else title or None,
        author=one_line(facts.get("Author", "")) or None,
        modified=compact_date(facts.get("ModDate")),
    )
    fields, text = stated(drop_cut_off(clean("\n\n".join(paragraphs(sheets)))))
    subject = one_line(facts.get("Subject", ""))
    hints = Masthead(
        published=compact_date(facts.get("CreationDate")),
        section=subject if 0 < len(subject) <= _LONGEST_SECTION else None,
    )
    yield build(text, fields.filled_from(said), origin, hints=hints)
    for number, sheet in enumerate(pages, 1):
        if sheet is None:
            yield Skipped(f"{origin.shown}, page {number}", "is damaged; fetch the file again for it.")


def _why(error: Exception) -> str:
    if "assword" in str(error):
        return "is locked with a password; save it without one and try again."
    return _UNREADABLE


def _sheet(document: Any, number: int) -> Sheet | None:
    """Read one page; None where it is damaged."""
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return None
    try:
        return Sheet(tuple(_lines(text.raw)), float(page.get_height()))
    finally:
        text.close()
        page.close()


def _lines(text: Any) -> Iterator[Line]:
    """Give the lines of a page: PDFium puts a line break between them, and a mark where a word is broken."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(raw.FPDFText_CountChars(text)):
        letter = chr(raw.FPDFText_GetUnicode(text, index))
        if letter not in "\r\n":
            letters.append(HYPHEN if letter == _BROKEN_WORD else letter)
            if not letter.isspace() and raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
                boxes.append((box.left, box.right, box.bottom, box.top - box.bottom))
        if letter in _LINE_ENDS and boxes:
            yield _line(letters, boxes)
            letters, boxes = [], []
    if boxes:
        yield _line(letters, boxes)


def _line(letters: list[str], boxes: list[tuple[float, float, float, float]]) -> Line:
    lefts, rights, bottoms, heights = zip(*boxes, strict=True)
    return Line(
        text="".join(letters).strip(),
        left=min(lefts),
        right=max(rights),
        bottom=median_low(bottoms),
        size=max(median_low(heights), _SMALLEST),
    )
