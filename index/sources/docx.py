"""A Word document into one Article, read with python-docx inside `index.sources.sandbox`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin
from index.sources.blocks import name_of, words_of
from index.sources.cleaning import clean, one_line
from index.sources.dates import iso_date
from index.sources.masthead import Masthead, stated
from index.sources.packed import check_zip
from index.sources.text import build, drop_cut_off
from index.sources.xml import parse_xml

if TYPE_CHECKING:
    from docx.document import Document

LARGEST_UNPACKED = 300_000_000  # bytes
_TITLES = ("Title", "Heading 1")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (  # a second form of a text box, and what was deleted
    _FALLBACK,
    f"{_WORD}moveFrom",
    f"{_WORD}del",
)
_PARAGRAPH, _TABLE, _ROW, _CELL = (f"{_WORD}{name}" for name in ("p", "tbl", "tr", "tc"))
_FIELD = f"{_WORD}sdt"
_PROMPT = f"{_WORD}sdtPr/{_WORD}showingPlcHdr"  # "Click here to enter text", in a field left empty
_BREAKS = {f"{_WORD}tab": " ", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}


def parse_docx(data: bytes, origin: Origin) -> Iterator[Article]:
    """Read the one article of a .docx file: paragraphs and table rows, changes as if they were accepted.

    Headers, footers, notes and comments are left out. Title, author and last change are those of the
    document; the day it was made is a hint of the day of publication, and the company that Word is registered
    to one of the source, both marked as inferred. Raises SourceError where it is no Word document.
    """
    document = _open(data, origin)
    lines = list(_lines(document))
    facts = document.core_properties
    said = Masthead(
        title=one_line(facts.title) or _title(document),
        author=one_line(facts.author) or None,
        modified=_moment(facts.modified),
        section=one_line(facts.category) or None,
    )
    fields, text = stated(drop_cut_off(clean("\n\n".join(lines))))
    hints = Masthead(published=_moment(facts.created), source=_company(document))
    yield build(text, fields.filled_from(said), origin, hints=hints)


def _open(data: bytes, origin: Origin) -> Document:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            check_zip(packed, origin.shown, LARGEST_UNPACKED)
        return docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError) as error:
        raise SourceError(
            f"{origin.shown!r} is no Word document (.docx) that can be read; save it as .docx again."
        ) from error


def _lines(document: Document) -> Iterator[str]:
    for part in _within(document.element.body, _PARAGRAPH, _TABLE):
        yield "\n".join(_rows(part)) if part.tag == _TABLE else _words(part)


def _within(element: Any, *tags: str) -> Iterator[Any]:
    """Give what is called so, the outermost of each, also in a template's fields (content controls)."""
    for child in element:
        if child.tag in tags:
            yield child
        elif not _is_left_out(child):
            yield from _within(child, *tags)


def _is_left_out(element: Any) -> bool:
    return element.tag in _LEFT_OUT or (element.tag == _FIELD and element.find(_PROMPT) is not None)


def _rows(table: Any) -> Iterator[str]:
    for row in _within(table, _ROW):
        cells = [one_line(" ".join(map(_words, _within(cell, _PARAGRAPH)))) for cell in _within(row, _CELL)]
        yield " | ".join(cell for cell in cells if cell)


def _words(element: Any) -> str:
    """Return what a paragraph's element says: also what was inserted, and linked, and is in text boxes."""
    if _is_left_out(element):
        return ""
    if element.tag == f"{_WORD}t":
        return element.text or ""
    if element.tag in _BREAKS:
        return _BREAKS[element.tag]
    inner = "".join(_words(child) for child in element)
    return f"{inner}\n" if element.tag == _PARAGRAPH else inner


def _title(document: Document) -> str | None:
    """Return the first paragraph that is set as a title."""
    from docx.text.paragraph import Paragraph

    for part in islice(_within(document.element.body, _PARAGRAPH), 20):
        style = Paragraph(part, document).style
        if style and style.name in _TITLES and (title := one_line(_words(part))):
            return title
    return None


def _company(document: Document) -> str | None:
    """Return the company that docProps/app.xml names; None where it names none, or cannot be read."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    try:
        part = document.part.package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
        facts = parse_xml(part.blob, "docProps/app.xml")
    except (KeyError, ValueError, SourceError):  # not there, there twice, damaged
        return None
    return next((words for fact in facts if name_of(fact) == "company" and (words := words_of(fact))), None)


def _moment(value: datetime | None) -> str | None:
    """Return the time as ISO 8601. Word states it in UTC, and python-docx without saying so."""
    return (
        iso_date(f"{value:%Y-%m-%dT%H:%M:%S}+00:00")
        if value and value.tzinfo is None
        else iso_date(str(value or ""))
    )
