"""An EPUB into articles, one a chapter; read with zipfile and lxml, inside `index.sources.sandbox`.

EPUB 2 and 3: META-INF/container.xml names the package, whose spine lists the chapters in their order
(EPUB 3.3, sections 4 to 5). The libraries that read EPUBs are under the AGPL, which Byline is not.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources.blocks import block_texts, name_of, parse_markup, words_of
from index.sources.cleaning import one_line
from index.sources.dates import compact_date
from index.sources.decoding import decode
from index.sources.masthead import Masthead
from index.sources.packed import check_zip
from index.sources.text import build
from index.sources.xml import parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_UNPACKED = 300_000_000  # bytes
LARGEST_CHAPTER = 10_000_000
_MOST_CHAPTERS = 10_000
_HEADINGS = ("h1", "h2", "h3")
_NO_CHAPTER = ("toc", "cover", "nav", "landmarks")
_EVENT = "{http://www.idpf.org/2007/opf}event"  # what happened on a dc:date, in EPUB 2
_LONGEST_SECTION = 100  # characters
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError)  # Runtime: locked, or an unknown packing
_PAGES = ("application/xhtml+xml", "text/html", "application/html+xml")


def parse_epub(data: bytes, origin: Origin) -> Iterator[Article | Skipped]:
    """Read the chapters that hold text, in the book's order; each is called `book.epub/chapter.xhtml`.

    A chapter's title is its first heading, else the book's; its source the publisher, else the book. One that
    cannot be read is Skipped. Raises SourceError where the file is no EPUB, or protected.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            check_zip(packed, origin.shown, LARGEST_UNPACKED)
            yield from _chapters(packed, origin)
    except (*_DAMAGED, KeyError) as error:
        raise SourceError(f"{origin.shown!r} is no EPUB that can be read; fetch or save it again.") from error


def _chapters(packed: zipfile.ZipFile, origin: Origin) -> Iterator[Article | Skipped]:
    names = set(packed.namelist())
    if "META-INF/encryption.xml" in names and "META-INF/rights.xml" in names:
        raise SourceError(f"{origin.shown!r} is protected against copying; give it without its protection.")
    container = parse_xml(packed.read("META-INF/container.xml"), f"{origin.shown}/META-INF/container.xml")
    where = next((e.get("full-path") or "" for e in container.iter() if name_of(e) == "rootfile"), "")
    package = parse_xml(packed.read(where), f"{origin.shown}/{where}")
    book, made = _book(package)
    for href in _spine(package, origin):
        if isinstance(href, Skipped):
            yield href
            continue
        name = posixpath.normpath(posixpath.join(posixpath.dirname(where), unquote(href)))
        shown = f"{origin.shown}/{name}"
        if name not in names:
            yield Skipped(shown, "is named in the book and is not in it; the other chapters were read.")
        elif packed.getinfo(name).file_size > LARGEST_CHAPTER:
            yield Skipped(
                shown, f"is larger than the {LARGEST_CHAPTER // 1_000_000} MB that a chapter may have."
            )
        else:
            chapter = replace(origin, shown=shown, key=f"{origin.key}/{name}", name=book.title or origin.name)
            try:
                yield from _chapter(packed.read(name), book, made, chapter)
            except SourceError as error:
                yield Skipped.because(shown, error)
            except _DAMAGED:
                yield Skipped(shown, "is damaged; fetch or save the book again for this chapter.")


def _chapter(data: bytes, book: Masthead, made: Masthead, origin: Origin) -> Iterator[Article]:
    """Give the article of a chapter, or nothing where it is a picture or a blank page."""
    tree = parse_markup(decode(data, origin.shown)[0])
    lines = block_texts(tree) if tree is not None else []
    if any(character.isalnum() for line in lines for character in line):
        headings: Iterator[Any] = tree.iter(*_HEADINGS)
        title = next((words for heading in headings if (words := words_of(heading))), None)
        yield build("\n\n".join(lines), replace(book, title=title), origin, hints=made)


def _book(package: Element) -> tuple[Masthead, Masthead]:
    """Return what the package says of the book (Dublin Core), and, as a hint, the day it was made."""
    said: dict[str, list[str]] = {}
    for element in package.iter():
        if name_of(element) == "metadata":
            for fact in element:
                key = (fact.get("property") or name_of(fact)).removeprefix("dcterms:")
                if event := fact.get(_EVENT):
                    key = f"{key} of {event.lower()}"
                if words := words_of(fact):
                    said.setdefault(key, []).append(words)
    first = {key: values[0] for key, values in said.items()}
    section = first.get("subject", "")
    book = Masthead(
        title=first.get("title"),
        author=", ".join(said.get("creator", [])) or None,
        published=compact_date(first.get("date of publication")) or compact_date(first.get("date")),
        source=first.get("publisher") or first.get("title"),
        modified=compact_date(first.get("modified")) or compact_date(first.get("date of modification")),
        section=section if 0 < len(section) <= _LONGEST_SECTION else None,
    )
    return book, Masthead(published=compact_date(first.get("date of creation")))


def _spine(package: Element, origin: Origin) -> Iterator[str | Skipped]:
    """Give the addresses of the chapters in order, without covers and tables of contents.

    What is named there and is no page that can be read is Skipped; so is, in one, what is beyond the limit.
    """
    items = {e.get("id"): e for e in package.iter() if name_of(e) == "item"}
    left_out = {e.get("href", "").partition("#")[0] for e in package.iter() if _is_guide(e)}
    places = [e.get("idref") for e in package.iter() if name_of(e) == "itemref"]
    for place in places[:_MOST_CHAPTERS]:
        item = items.get(place)
        if item is None:
            yield Skipped(
                f"{origin.shown}, chapter {place!r}", "is not among the book's files; save it again."
            )
            continue
        href, kind = item.get("href", ""), one_line(item.get("media-type", ""))
        if href in left_out or "nav" in item.get("properties", "").split():
            continue
        if kind in _PAGES:
            yield href
        else:
            said = f"is {kind or 'of no kind'}, not a page; save its text as .txt if it has any."
            yield Skipped(f"{origin.shown}/{href}", said)
    if len(places) > _MOST_CHAPTERS:
        yield Skipped(
            origin.shown,
            f"names {len(places):,} chapters, of which {_MOST_CHAPTERS:,} were read; split it.",
        )


def _is_guide(element: Element) -> bool:
    return name_of(element) == "reference" and element.get("type") in _NO_CHAPTER
