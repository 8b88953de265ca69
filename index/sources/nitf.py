"""NITF, the News Industry Text Format (IPTC, 3.6), into an Article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin, web_url
from index.sources.blocks import block_texts, name_of, words_of
from index.sources.cleaning import clean, one_line
from index.sources.dates import compact_date, moment_of
from index.sources.masthead import Masthead
from index.sources.text import build

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HELD = ("canceled", "cancelled", "withheld", "held", "embargoed")
_BY = re.compile(r"(?:written )?by:? ", re.IGNORECASE)


def parse_nitf(root: Element, origin: Origin) -> Article:
    """Read the article in an <nitf> element, which may stand in NewsML too. SourceError where it has no text,
    or is not to be used.

    An article is known by its doc-id, wherever it is saved. The dateline stays in the text, as a line.
    """
    status = _attribute(root, "docdata", "management-status").strip()
    if status.lower() in _HELD:
        raise SourceError(
            f"{origin.shown!r} is not to be used, says its agency ({status}); remove it if it was ingested "
            "before."
        )
    until = _date(root, "date.release")
    if until and is_to_come(until):
        raise SourceError(
            f"{origin.shown!r} may not be used before {until}, says its agency; ingest it then."
        )
    content = _first(root, "body.content")
    lines = [*_above(root), *(block_texts(content) if content is not None else [])]
    tagline = _first(root, "tagline")
    lines += block_texts(tagline) if tagline is not None else []
    key = _attribute(root, "doc-id", "id-string")
    return build(clean("\n\n".join(lines)), masthead_of(root), replace(origin, key=key or origin.key))


def is_to_come(stated: str) -> bool:
    """Whether a day or a moment, as ISO 8601, has not come yet."""
    return moment_of(stated) > datetime.now(UTC).isoformat()


def masthead_of(root: Element) -> Masthead:
    """Return what the head and the top of the body say of the article."""
    return Masthead(
        title=words_of(_first(root, "hl1"))
        or words_of(_first(root, "hedline"))
        or words_of(_first(root, "title"))
        or None,
        author=_author(root),
        published=_date(root, "date.issue") or _date(root, "date.release") or _date(root, "story.date"),
        source=one_line(
            _attribute(root, "pubdata", "name")
            or _attribute(root, "doc.copyright", "holder")
            or words_of(_first(root, "distributor"))
        )
        or None,
        url=web_url(_attribute(root, "pubdata", "ex-ref")),
        modified=max(
            filter(None, (compact_date(e.get("norm")) for e in _all(root, "revision-history"))), default=None
        ),
        section=one_line(_attribute(root, "pubdata", "position.section") or _subject(root)) or None,
    )


def _above(root: Element) -> Iterator[str]:
    """Give what stands above the text and is read with it: the second headline, the dateline."""
    for name in ("hl2", "dateline"):
        head = _first(root, "body.head")
        if head is not None and (words := words_of(_first(head, name))):
            yield words


def _author(root: Element) -> str | None:
    byline = _first(root, "byline")
    if byline is None:
        return None
    people = [words_of(person) for person in _all(byline, "person")]
    return ", ".join(filter(None, people)) or _BY.sub("", words_of(byline), count=1) or None


def _subject(root: Element) -> str:
    return _attribute(root, "tobject.subject", "tobject.subject.type")


def _date(root: Element, name: str) -> str | None:
    return next((day for e in _all(root, name) if (day := compact_date(e.get("norm") or words_of(e)))), None)


def _attribute(root: Element, name: str, attribute: str) -> str:
    return next((value for e in _all(root, name) if (value := e.get(attribute))), "")


def _first(root: Element, name: str) -> Element | None:
    return next(_all(root, name), None)


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if name_of(element) == name)
