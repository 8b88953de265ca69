"""What a page's head states in so many words: the section, the day of publication and of the last change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.sources.cleaning import one_line
from index.sources.dates import iso_date
from index.sources.masthead import Masthead

_PUBLISHED = (
    *("article:published_time", "article:published", "og:published_time", "datepublished", "date", "dc.date"),
    *("dc.date.issued", "dcterms.issued", "dcterms.date", "citation_publication_date", "parsely-pub-date"),
    *("sailthru.date", "pubdate", "publishdate", "publish-date", "publication_date", "date_published"),
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_SECTION = ("article:section", "articlesection", "section")
_DEEPEST = 5  # levels of a JSON-LD graph in which an article is looked for
_LONGEST = 100  # characters of a section's name


def read_head(tree: Any) -> Masthead:
    """Return the section and the dates of an lxml tree, from its meta and time elements, else from JSON-LD.

    Open Graph's `article:` properties, schema.org's `datePublished`, `dateModified` and `articleSection`.
    """
    metas: dict[str, str] = {}
    for meta in tree.iter("meta", "time"):
        name = meta.get("property") or meta.get("itemprop") or meta.get("name") or ""
        metas.setdefault(name.lower(), meta.get("content") or meta.get("datetime") or "")
    said = [
        Masthead(
            published=next((day for name in _PUBLISHED if (day := iso_date(metas.get(name)))), None),
            modified=next((day for name in _MODIFIED if (day := iso_date(metas.get(name)))), None),
            section=next((part for name in _SECTION if (part := _section(metas.get(name)))), None),
        )
    ]
    said += [
        Masthead(
            published=_date(thing.get("datePublished")),
            modified=_date(thing.get("dateModified")),
            section=_section(thing.get("articleSection")),
        )
        for thing in _linked_data(tree)
    ]
    known = Masthead()
    for masthead in said:
        known = known.filled_from(masthead)
    return known


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Give the articles that the page's JSON-LD describes; what is no JSON is passed over."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            yield from _articles(json.loads(script.text or ""), _DEEPEST)
        except (ValueError, RecursionError):
            continue


def _articles(value: Any, deeper: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and deeper:
        for part in value:
            yield from _articles(part, deeper - 1)
    elif isinstance(value, dict):
        if str(value.get("@type")).strip("[']").endswith(("Article", "Posting", "Report")):
            yield value
        elif deeper:
            yield from _articles(value.get("@graph"), deeper - 1)


def _date(value: Any) -> str | None:
    return iso_date(value) if isinstance(value, str) else None


def _section(value: Any) -> str | None:
    """Return a section's name; of several, the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    name = one_line(value) if isinstance(value, str) else ""
    return name if 0 < len(name) <= _LONGEST else None
