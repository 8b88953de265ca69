"""What news agencies send: NITF and NewsML-G2; told by the root element, inside `index.sources.sandbox`."""

from __future__ import annotations

from collections.abc import Iterator

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources.blocks import name_of
from index.sources.newsml import parse_newsml
from index.sources.nitf import parse_nitf
from index.sources.xml import parse_xml

_FEEDS = ("rss", "feed", "rdf")


def parse_wire(data: bytes, origin: Origin) -> Iterator[Article | Skipped]:
    """Read a file of wire copy: one article of NITF, one or many of NewsML-G2. SourceError for other XML."""
    root = parse_xml(data, origin.shown)
    name = name_of(root)
    if name == "nitf":
        return iter([parse_nitf(root, origin)])
    if name in ("newsitem", "newsmessage"):
        return parse_newsml(root, origin)
    if name in _FEEDS:
        raise SourceError(
            f"{origin.shown!r} is a feed, which names articles; give the address that it came from."
        )
    raise SourceError(
        f"{origin.shown!r} is XML that Byline does not read (<{name}>); give it as NITF, NewsML-G2 or text."
    )
