"""A news page into an Article: trafilatura finds the article in it, this file writes that as text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin, web_url
from index.sources.cleaning import clean, one_line
from index.sources.dates import iso_date
from index.sources.decoding import decode
from index.sources.head import read_head
from index.sources.masthead import Masthead
from index.sources.text import build, drop_cut_off

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?+\s*+([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE
)
_LATIN_1 = ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}
_BLOCKS = frozenset({"p", "head", "item", "row", "quote", "code", "table", "list"})
_MID_SENTENCE = re.compile(r"(?<=[^\W\d_]|,)\n(?=[a-z])")  # a <br> for looks, inside a sentence
_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔]")
_NO_SCRIPTS = re.compile(
    r"enable\s+java ?script|javascript\s+(?:is|to be)\s+(?:disabled|enabled)", re.IGNORECASE
)
_SHORTEST = 60  # characters; below stand the remains of menus and of pages drawn by a script
_LONGEST_CAPTION = 800
_SEAM = re.compile(r"(?<=[.!?)\]])\0(?=[A-Z(])")  # where a caption ends and its credit begins
_quiet = logging.NullHandler()
# What the libraries stumble with over markup made to be odd, or cut short.
_STUMBLES = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def parse_html(data: bytes, origin: Origin, charset: str | None = None) -> Article:
    """Read the article of one HTML page: title, author, date, source, canonical URL and main text.

    Menus, scripts, styles, comments and "related" boxes are left out; captions of the article's pictures
    stay, as lines of their own. `charset` is what a server said. What the page does not state is taken from
    the text's first lines, and a date also from the address. Raises SourceError where no article is found.
    """
    from lxml.etree import LxmlError

    try:
        return _parse(data, origin, charset)
    except (LxmlError, *_STUMBLES) as error:
        raise SourceError(
            f"{origin.shown!r} is a page too damaged to read ({type(error).__name__}); save its text as .txt."
        ) from error


def _parse(data: bytes, origin: Origin, charset: str | None) -> Article:
    text, guessed = decode(data, origin.shown, charset or _declared(data))
    page, head = _extract(text, origin.url)
    body = drop_cut_off(clean("\n\n".join(_paragraphs(page.body)))) if page is not None else ""
    if not _is_article(body):
        raise SourceError(
            f"{origin.shown!r} holds no article that stands out from its menus; save its text as .txt."
        )
    found = _masthead(page, origin.url)
    hints = Masthead(
        published=None if _is_told_in(body, found.published) else found.published,
        source=found.source if _is_host(found.source, found.url) else None,
    )
    stated = replace(found, published=None, source=None if hints.source else found.source)
    return build(body, stated.filled_from(head), origin, ("encoding",) if guessed else (), hints)


def _declared(data: bytes) -> str | None:
    """Return the encoding that the page names; Latin-1 means Windows-1252, as the HTML standard has it."""
    match = _CHARSET.search(data[:4096])
    label = match[1].decode("ascii").lower() if match else None
    return "cp1252" if label in _LATIN_1 else label


def _extract(text: str, url: str | None) -> tuple[Any, Masthead]:
    """Return trafilatura's document, or None where it finds no article; and what the head says."""
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    for library in ("trafilatura", "htmldate", "courlan"):
        # They log a page that they cannot use; our reason says it. Whoever sets up logging still gets it.
        logging.getLogger(library).addHandler(_quiet)
    tree = load_html(text)
    if tree is None:
        return None, Masthead()
    head = read_head(tree)
    _captions_as_paragraphs(tree)
    page = bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, date_extraction_params=dict(_DATES)
    )
    return page, head


def _captions_as_paragraphs(tree: Any) -> None:
    """Put each picture's caption as a paragraph where the picture stands: trafilatura drops both."""
    for holder in tree.xpath("//figure|//*[contains(@class, 'caption')][not(ancestor::figure)]"):
        parts = holder.xpath(".//figcaption") if holder.tag == "figure" else [holder]
        caption = one_line(_SEAM.sub(" ", "\0".join(text for part in parts for text in part.itertext())))
        parent = holder.getparent()
        if parent is None or not caption or len(caption) > _LONGEST_CAPTION:
            continue
        paragraph = holder.makeelement("p")
        paragraph.text, paragraph.tail = caption, holder.tail
        parent.replace(holder, paragraph)


def _is_told_in(body: str, day: str | None) -> bool:
    """Whether a day stands in the text in figures: trafilatura takes it, whatever it is the day of."""
    return day is not None and (day in body or ".".join(reversed(day.split("-"))) in body)


def _is_host(source: str | None, url: str | None) -> bool:
    """Whether a source is but the host of the page, which trafilatura gives where the page names none."""
    host = urlsplit(url or "").netloc
    return source is not None and (host == source or host.endswith(f".{source}"))


def _is_article(body: str) -> bool:
    if len(body) < _SHORTEST or not _SENTENCE_END.search(body):
        return False
    return len(body) > 10 * _SHORTEST or not _NO_SCRIPTS.search(body)


def _masthead(page: Any, url: str | None) -> Masthead:
    def said(value: str | None) -> str | None:
        return one_line(value or "") or None

    source = said(page.sitename)
    authors = [one_line(name) for name in (page.author or "").split(";")]
    return Masthead(
        title=said(page.title),
        author=", ".join(name for name in authors if name and name != source) or None,
        published=iso_date(page.date),
        source=source,
        url=web_url(page.url) or web_url(url),
    )


def _paragraphs(element: Any) -> Iterator[str]:
    """Give each paragraph, heading, list item and table row of trafilatura's body, in order.

    Written from its elements, not taken from its text: that would mark lists and tables, and unescape
    twice, so that a page which shows `&lt;b&gt;` would read as `<b>`.
    """
    if element.tag == "row":
        cells = [list(_paragraphs(cell)) for cell in element]
        layout = any(len(lines) > 1 for lines in cells)  # a page laid out as a table, not a table of facts
        lines = [line for lines in cells for line in lines]
        yield from lines if layout else [" | ".join(one_line(line) for line in lines)]
        return
    if element.tag in ("list", "table"):
        yield "\n".join(line for child in element for line in _paragraphs(child))
        return
    if element.tag == "code":
        yield clean("".join(_inline(element)))
        return
    pending: list[str] = [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS:
            yield from _finished(pending)
            pending = []
            yield from _paragraphs(child)
        else:
            pending.extend(_inline(child))
        pending.append(child.tail or "")
    yield from _finished(pending)


def _finished(pending: Iterable[str]) -> Iterator[str]:
    text = _MID_SENTENCE.sub(" ", clean("".join(pending)))
    if text:
        yield text


def _inline(element: Any) -> Iterator[str]:
    """Give an inline element's text; a line break ends a line."""
    if element.tag == "lb":
        yield "\n"
        return
    yield element.text or ""
    for child in element:
        yield from _inline(child)
        yield child.tail or ""
