"""What a web address gives: the article of a page, or the articles that a feed or a sitemap names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from typing import Protocol

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin, short_hash, url_identity
from index.origins import Fetched
from index.sources.html import parse_html
from index.sources.listing import Entry, Listing, listing_in
from index.sources.manners import Manners
from index.sources.masthead import Masthead
from index.sources.web import Page, article_in, fetch, fetch_changed

MOST_ARTICLES = 500
MOST_SITEMAPS = 50
_LARGEST = 50_000_000  # bytes of what may be a sitemap
_SITEMAP_SECONDS = 60.0

Said = tuple[str | None, str | None]  # the title and the content of an entry


class Memory(Protocol):
    """What is known of addresses from before. `index.remembered.Remembered` is one; `Nothing` another."""

    def fetched(self, url: str, /) -> Fetched | None: ...

    def fetched_of(self, listing: str, /) -> list[Fetched]: ...

    def article(self, article_id: str, /) -> Article | None: ...

    def note(self, fetched: Fetched) -> None: ...


class Nothing:
    """A memory that holds nothing and keeps nothing."""

    def fetched(self, _: str, /) -> Fetched | None:
        return None

    def fetched_of(self, _: str, /) -> list[Fetched]:
        return []

    def article(self, _: str, /) -> Article | None:
        return None

    def note(self, fetched: Fetched) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Web:
    """How addresses are read: hosts that may be private, what is known already, and the bounds.

    `most` counts the pages that one feed or sitemap may have fetched at a time; `pause` is the least number
    of seconds between two of one host.
    """

    allow_hosts: tuple[str, ...] = ()
    memory: Memory = field(default_factory=Nothing)
    most: int = MOST_ARTICLES
    pause: float = 0.5


def read_address(url: str, web: Web) -> Iterator[Article | Skipped]:
    """Read what is at an http(s) address. Raises SourceError at once where that cannot be had.

    What is known already and has not changed is not fetched again, but given as it is in the archive.
    """
    known = web.memory.fetched(url)
    had = _had(url, known, web)
    page = fetch_changed(
        url,
        known.headers if known and had else {},
        allow_hosts=web.allow_hosts,
        largest=_LARGEST,
        seconds=_SITEMAP_SECONDS,
    )
    if page is None:
        return iter(had)
    listing = listing_in(page.data, page.url, page.charset)
    if listing is None:
        article = article_in(page, url)
        return _Reading(url, web).one(article, _told(url, page, article))
    return _Reading(url, web).listed(listing, _told(url, page, None))


def _had(url: str, known: Fetched | None, web: Web) -> list[Article]:
    """The articles that the address gave before; none where one of them is no longer in the archive."""
    if known is None:
        return []
    told = [known] if known.article_id else web.memory.fetched_of(url)
    had = [web.memory.article(one.article_id or "") for one in told]
    return [article for article in had if article] if all(had) else []


def _told(url: str, page: Page, article: Article | None) -> Fetched:
    return Fetched(url, article.article_id if article else None, None, page.etag, page.last_modified)


class _Reading:
    """One address read, with what has been counted so far."""

    def __init__(self, url: str, web: Web) -> None:
        self._url = url
        self._web = web
        self._manners = Manners(lambda place: fetch(place, allow_hosts=web.allow_hosts), web.pause)
        self._left = web.most
        self._whole = True  # nothing failed, nothing was left for the next time
        self._seen: dict[str, set[Said]] = {}  # by page, what the entries that name it say

    def one(self, article: Article, told: Fetched) -> Iterator[Article | Skipped]:
        self._web.memory.note(told)
        yield article

    def listed(self, listing: Listing, told: Fetched) -> Iterator[Article | Skipped]:
        """The articles of a listing; what to ask it with next time is noted only if all of it was had."""
        if not listing.entries and not listing.sitemaps:
            yield Skipped(self._url, "it names no article; give the address of one, or of another feed.")
        yield from self._entries(listing)
        for place in listing.sitemaps[:MOST_SITEMAPS]:
            yield from self._sitemap(place)
        if len(listing.sitemaps) > MOST_SITEMAPS:
            yield self._missed(
                self._url,
                f"it names {len(listing.sitemaps)} sitemaps, of which {MOST_SITEMAPS} were read; give the "
                "others by their own addresses.",
            )
        if self._left < 0:
            yield self._missed(
                self._url,
                f"{-self._left} of its articles were left for the next time, {self._web.most} were fetched; "
                "run the same command again.",
            )
        if self._whole and not listing.sitemaps:
            self._web.memory.note(told)

    def _missed(self, place: str, reason: str) -> Skipped:
        self._whole = False
        return Skipped(place, reason)

    def _sitemap(self, place: str) -> Iterator[Article | Skipped]:
        try:
            self._manners.wait(place)
            page = fetch(place, allow_hosts=self._web.allow_hosts, largest=_LARGEST, seconds=_SITEMAP_SECONDS)
            listing = listing_in(page.data, page.url, page.charset)
        except SourceError as error:
            yield self._missed(place, Skipped.because(place, error).reason)
            return
        if listing is None:
            yield self._missed(place, "it is no sitemap; tell whoever runs the site.")
            return
        if listing.sitemaps:
            yield self._missed(place, "it is an index within an index; give it by its own address.")
        yield from self._entries(listing)

    def _entries(self, listing: Listing) -> Iterator[Article | Skipped]:
        for entry in listing.entries:
            page = url_identity(entry.url) or entry.url
            told = self._seen.setdefault(page, set()) if page else set()
            if not told:
                yield from self._entry(entry, listing)
            elif (entry.title, entry.content) not in told:
                yield self._own_text(entry, listing, "its page is that of another entry", apart=True)
            told.add((entry.title, entry.content))

    def _entry(self, entry: Entry, listing: Listing) -> Iterator[Article | Skipped]:
        if entry.url is None:
            yield self._own_text(entry, listing, "it names no page")
            return
        known, dated = self._web.memory.fetched(entry.url), entry.state
        had = self._web.memory.article(known.article_id) if known and known.article_id else None
        same = dated is not None and known is not None and dated == known.updated
        if known and had and same and not (known.headers and entry.may_change):
            yield had
            return
        self._left -= 1
        if self._left < 0:
            return
        try:
            if not self._manners.may_fetch(entry.url):
                yield self._own_text(entry, listing, "the site's robots.txt asks not to fetch the page")
                return
            self._manners.wait(entry.url)
            page = fetch_changed(
                entry.url, known.headers if known and had else {}, allow_hosts=self._web.allow_hosts
            )
            if page is None and known and had:
                self._web.memory.note(replace(known, updated=dated))
                yield had
            elif page is not None:
                article = _filled(article_in(page, entry.url), entry, listing)
                told = _told(entry.url, page, article)
                self._web.memory.note(replace(told, listing=self._url, updated=dated))
                yield article
        except SourceError as error:
            self._whole = False
            reason = Skipped.because(entry.url, error).reason
            if had:
                yield had
                yield Skipped(entry.url, f"{reason} What the archive has of it stays.")
                return
            own = self._own_text(entry, listing, reason.rstrip("."))
            yield own
            if isinstance(own, Article):
                yield Skipped(entry.url, f"{reason} The text that the feed gives was taken instead.")

    def _own_text(
        self, entry: Entry, listing: Listing, why: str, *, apart: bool = False
    ) -> Article | Skipped:
        """The article that the listing itself holds; `apart`, it is not the one that its page names."""
        place = entry.url or entry.title or self._url
        todo = "save it from a browser and ingest the file" if entry.url else "tell whoever runs the feed"
        if not entry.content:
            return Skipped(place, f"{why}, and its text is not in {self._url!r} either; {todo}.")
        title = escape(entry.title or "")
        page = (
            f"<html><head><title>{title}</title></head><body><article>{entry.content}</article></body></html>"
        )
        page_key = None if apart else url_identity(entry.url)
        own = (entry.guid,) if entry.guid else (entry.title or "", entry.published or "")
        key = page_key or short_hash(entry.url or self._url, *own)
        origin = Origin(shown=place, key=key, name=entry.title or "", url=entry.url)
        try:
            article = parse_html(page.encode("utf-8", "replace"), origin, "utf-8")
        except SourceError:
            return Skipped(
                place, f"{why}, and what {self._url!r} gives of its text is too short for an article; {todo}."
            )
        return _filled(replace(article, article_id=short_hash(key)), entry, listing)


def _filled(article: Article, entry: Entry, listing: Listing) -> Article:
    """The article with what the listing says where the page does not. A day alone gives way to a time."""
    listed = Masthead(
        title=entry.title,
        author=entry.author,
        published=entry.published,
        source=listing.title,
        url=entry.url,
        modified=entry.updated if entry.updated != entry.published else None,
        section=entry.section,
    )
    taken = {
        name: getattr(listed, name)
        for name in listed.known()
        if not getattr(article, name)
        or (name in article.inferred and name not in entry.inferred)
        or (name == "published" and (listed.published or "").startswith(f"{article.published}T"))
    }
    inferred = {*article.inferred} - {*taken} | {*entry.inferred} & {*taken}
    return replace(article, **taken, inferred=tuple(sorted(inferred)))
