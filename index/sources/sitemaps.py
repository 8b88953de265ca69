"""Sitemaps (sitemaps.org), indexes of them, and news sitemaps with titles and dates."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError

from index.errors import SourceError
from index.identity import web_url
from index.sources.cleaning import one_line
from index.sources.dates import iso_date
from index.sources.listing import Entry, Listing

_LARGEST_ITEM = 10_000  # elements: a page with all its pictures and languages has some hundred


def read_sitemap(text: str, url: str) -> Listing:
    """Read the pages, or the further sitemaps, that it names. Raises SourceError where it is no XML."""
    from defusedxml.common import DefusedXmlException

    try:
        return _listing(_items(text.strip().encode("utf-8", "replace")))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(
            f"{url!r} is a damaged sitemap ({error}); try it again later, or give its pages."
        ) from error


def _items(data: bytes) -> Iterator[Element]:
    """Give what stands right under the root, one after another: never more than one is held in memory."""
    from defusedxml.ElementTree import iterparse

    root: Element | None = None
    depth = held = 0
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            root = element if root is None else root
            depth, held = depth + 1, held + 1
            if held > _LARGEST_ITEM:
                raise ValueError(f"one of its items holds more than {_LARGEST_ITEM} elements")
            continue
        depth -= 1
        if depth == 1 and root is not None:
            yield element
            root.clear()
            held = 0


def _listing(items: Iterable[Element]) -> Listing:
    entries: list[Entry] = []
    sitemaps: list[str] = []
    publication: str | None = None
    for item in items:
        fields = _fields(item)
        where = web_url(fields.get("loc"))
        if where is None:
            if _name(item) in ("url", "sitemap"):  # an entry without an address: whoever reads it says so
                entries.append(Entry(url=None, title=fields.get("loc") or fields.get("title")))
            continue
        if _name(item) == "sitemap":
            sitemaps.append(where)
            continue
        publication = publication or fields.get("name")
        entries.append(
            Entry(
                url=where,
                title=fields.get("title"),
                published=iso_date(fields.get("publication_date")),
                updated=iso_date(fields.get("lastmod")),
            )
        )
    return Listing(publication, tuple(entries), tuple(sitemaps))


def _fields(item: Element) -> dict[str, str]:
    """The texts of a page and of its `news` part by name. Pictures and films have titles of their own."""
    parts: list[Iterable[Element]] = [item]
    for part in item:
        if _name(part) == "news":
            parts += [part, *(inner for inner in part if _name(inner) == "publication")]
    fields: dict[str, str] = {}
    for elements in parts:
        for element in elements:
            if text := one_line(element.text or ""):
                fields.setdefault(_name(element), text)
    return fields


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
