"""Feeds and sitemaps: documents that name articles. Told by what they hold, not by their names."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import date, timedelta

from index.errors import SourceError
from index.identity import short_hash
from index.sources.decoding import decode

LARGEST = 50_000_000  # bytes unpacked; the sitemap protocol's own bound
# Atomic throughout: it is run on whatever a stranger sends, and must not try each way to divide it.
_TOP = r"\s*+(?:(?:(?><\?.*?\?>)|(?><!--.*?-->))\s*+)*+"
_DOCTYPE = r"<!DOCTYPE(?:[^>\[\"']|\"[^\"]*+\"|'[^']*+')*+"
_ROOT = re.compile(
    rf"{_TOP}(?:{_DOCTYPE}(?:\[[^\]]*+\]\s*+)?+>{_TOP})?+<(?:[\w.-]++:)?(rss|feed|rdf|urlset|sitemapindex)\b",
    re.DOTALL | re.IGNORECASE,
)
_SUBSET = re.compile(rf"{_TOP}{_DOCTYPE}\[", re.DOTALL | re.IGNORECASE)  # where a document declares things
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_BEFORE_MARKUP = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
_PROLOGUE = re.compile(r"\s*+<\?xml\b[^>]*+>")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
MENDED_DAYS = 14  # in which most corrections of a story come
_LARGEST_FEED = 10_000_000  # characters; feedparser takes up to some ten seconds for each million
_KINDS = {"rss": "feed", "feed": "feed", "rdf": "feed", "urlset": "sitemap", "sitemapindex": "sitemap"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a listing names, and what the listing says of it. `content` is HTML.

    `guid` is what the feed knows the entry by, where that is not its page's address.
    """

    url: str | None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    section: str | None = None
    content: str | None = None
    inferred: tuple[str, ...] = ()  # the fields that it does not say in so many words
    guid: str | None = None

    @property
    def state(self) -> str | None:
        """What tells whether it has changed: when it last did, else its date of publication and its title."""
        if self.updated or not self.published:
            return self.updated
        return f"{self.published} {short_hash(self.title or '')}"

    @property
    def may_change(self) -> bool:
        """Whether its page may be another though all is said here as before: news is mended in days."""
        if self.updated or not self.published:
            return False
        return date.fromisoformat(self.published[:10]) >= date.today() - timedelta(days=MENDED_DAYS)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or a sitemap names: articles, or further sitemaps. `title` is the publication's."""

    title: str | None
    entries: tuple[Entry, ...]
    sitemaps: tuple[str, ...] = ()


def listing_in(data: bytes, url: str, charset: str | None = None) -> Listing | None:
    """Read the feed (RSS, Atom) or the sitemap in these bytes, gzipped or not; None where it is neither.

    Raises SourceError for one that is damaged, too large, or defines entities: those can make a document
    of a page grow to gigabytes, or read files of this machine.
    """
    data = _unpacked(data, url)
    if not data.lstrip(_BEFORE_MARKUP).startswith(b"<"):
        return None
    text = _text(data, url, charset)
    root = _ROOT.match(text)
    if (root or _SUBSET.match(text)) and _ENTITY.search(text):
        raise SourceError(
            f"{url!r} defines XML entities, which Byline does not read; fetch its articles one by one."
        )
    if not root:
        return None
    kind = _KINDS[root[1].lower()]
    prologue = _PROLOGUE.match(text)  # what it says of its encoding is no longer so
    text = text[prologue.end() :] if prologue else text
    if kind == "feed":
        if len(text) > _LARGEST_FEED:
            raise SourceError(
                f"{url!r} is a feed of more than {_LARGEST_FEED // 1_000_000} MB; give its pages instead."
            )
        from index.sources.feeds import read_feed

        return read_feed(text, url)
    from index.sources.sitemaps import read_sitemap

    return read_sitemap(text, url)


def _unpacked(data: bytes, url: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(data, LARGEST)
    except zlib.error as error:
        raise SourceError(f"{url!r} is a damaged gzip file ({error}); try it again later.") from error
    if unzip.unconsumed_tail:
        raise SourceError(
            f"{url!r} unpacks to more than {LARGEST // 1_000_000} MB; give the sitemaps that it is made of."
        )
    return plain


def _text(data: bytes, url: str, charset: str | None) -> str:
    declared = _DECLARED.match(data[:1024])
    return decode(data, url, charset or (declared[1].decode("ascii") if declared else None))[0]
