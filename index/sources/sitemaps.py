"""Sitemaps (sitemaps.org), indexes of them, and news sitemaps with titles and dates."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError

from index.errors import SourceError
from index.sources.cleaning import one_line
from index.sources.dates import iso_date
from index.sources.identity import web_url
from index.sources.listing import Entry, Listing


def read_sitemap(text: str, url: str) -> Listing:
    """Read the pages, or the further sitemaps, that it names. Raises SourceError where it is no XML."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(text.strip().encode("utf-8", "replace"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(
            f"{url!r} is a damaged sitemap ({error}); try it again later, or give its pages."
        ) from error
    entries: list[Entry] = []
    sitemaps: list[str] = []
    publication: str | None = None
    for item in root:
        fields = _fields(item)
        where = web_url(fields.get("loc"))
        if where is None:
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
