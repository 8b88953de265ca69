"""RSS and Atom feeds, as feedparser reads them."""

from __future__ import annotations

import io
from typing import Any

from index.errors import SourceError
from index.identity import web_url
from index.sources.cleaning import one_line
from index.sources.dates import iso_date
from index.sources.listing import Entry, Listing


def read_feed(text: str, url: str) -> Listing:
    """Read a feed's entries in its own order. Raises SourceError where it cannot be read as one."""
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        feed: Any = feedparser.parse(io.BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise SourceError(f"{url!r} is a feed too damaged to read ({error}); try it again later.") from error
    dates_changes = not feed.version.startswith("rss")
    entries = tuple(_entry(entry, dates_changes) for entry in feed.entries)
    if not entries and feed.bozo:
        raise SourceError(
            f"{url!r} is a damaged feed ({feed.get('bozo_exception')}); try later, or give its pages."
        )
    return Listing(_said(feed.feed, "title"), entries)


def _entry(entry: Any, dates_changes: bool) -> Entry:
    """Read an entry. Of RSS, where feedparser gives `dc:date` as `updated`, that alone dates no change."""
    published = _day(entry, "published")
    contents = [part.get("value") or "" for part in entry.get("content") or ()] + [_raw(entry, "summary")]
    section = next((_line(tag.get("term")) for tag in entry.get("tags") or () if tag.get("term")), None)
    authors = [_line(author.get("name")) for author in entry.get("authors") or ()]
    updated = _day(entry, "updated")
    url, guid = web_url(_raw(entry, "link")), _said(entry, "id")
    return Entry(
        url=url,
        title=_said(entry, "title"),
        author=", ".join(dict.fromkeys(filter(None, authors))) or _said(entry, "author"),
        published=published or updated,
        updated=updated if published or dates_changes else None,
        section=section,
        content=max(contents, key=len) or None,
        inferred=("published",) if updated and not published else (),
        guid=guid if guid != url else None,
    )


def _raw(fields: Any, name: str) -> str:
    """The field itself: asked for by [], feedparser gives `published` for a missing `updated`, and warns."""
    value = dict.get(fields, name)
    return value if isinstance(value, str) else str(fields.get(name) or "") if name != "updated" else ""


def _said(fields: Any, name: str) -> str | None:
    return _line(_raw(fields, name))


def _line(value: Any) -> str | None:
    return (one_line(value) or None) if isinstance(value, str) else None


def _day(entry: Any, name: str) -> str | None:
    """The date as written, else the day that feedparser makes of it: it knows more ways to write one."""
    if found := iso_date(_raw(entry, name)):
        return found
    parsed = dict.get(entry, f"{name}_parsed")
    return iso_date(f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}") if parsed else None
