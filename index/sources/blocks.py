"""The paragraphs of an element tree whose elements are blocks or words, as in XHTML and NITF.

For trees that hold the article and nothing else: chapters, wire copy, mails. A page of a web site has menus,
which `html` takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.sources.cleaning import clean, one_line

_HTML = """
address article aside blockquote body caption center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
header hr html li main ol p pre section table ul
"""
_NITF = """
abstract block body.content body.end body.head bq byline credit dateline fn hedline hl1 hl2 media
media-caption media-producer nitf-table note tagline
"""
_BLOCKS = frozenset((_HTML + _NITF).split())
_ASIDE = "button form head math media-reference nav noscript script select style svg template title"
_LEFT_OUT = frozenset(_ASIDE.split())
_DEEPEST = 200  # levels of elements; beyond, nobody wrote it


def name_of(element: Any) -> str:
    """Return an element's name without its namespace, in lower case; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def parse_markup(text: str) -> Any:
    """Return the root element of HTML or XHTML, however broken; None where there is none."""
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def block_texts(element: Any) -> list[str]:
    """Return each paragraph, heading, list item and table row in the element, in order, cleaned."""
    pending: list[str] = []
    texts = list(_texts(element, pending, _DEEPEST))
    return texts + list(_finished(pending))


def words_of(element: Any) -> str:
    """Return all that an element says, on one line; "" for None."""
    return one_line("".join(element.itertext())) if element is not None else ""


def _texts(element: Any, pending: list[str], deeper: int) -> Iterator[str]:
    name = name_of(element)
    if not name or name in _LEFT_OUT or not deeper:
        return
    if name == "br":
        pending.append("\n")
        return
    if name == "tr":
        yield from _finished(pending)
        cells = [words_of(cell) for cell in element]
        yield from _finished([" | ".join(cell for cell in cells if cell)])
        return
    if name in _BLOCKS:
        yield from _finished(pending)
    pending.append(_spaced(element.text, name))
    for child in element:
        yield from _texts(child, pending, deeper - 1)
        pending.append(_spaced(child.tail, name))
    if name in _BLOCKS:
        yield from _finished(pending)


def _spaced(text: str | None, name: str) -> str:
    """A newline in a source file is a space; in preformatted text it is a newline."""
    return (text or "") if name == "pre" else re.sub(r"[\r\n]", " ", text or "")


def _finished(pending: list[str]) -> Iterator[str]:
    text = clean("".join(pending))
    pending.clear()
    if text:
        yield text
