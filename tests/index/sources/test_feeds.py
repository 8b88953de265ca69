"""Feeds and sitemaps, served here: what is fetched, what is taken, and what is not asked for again."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import IngestReport
from index.errors import SourceError
from index.remembered import Remembered
from index.sources import Web, read_sources
from index.sources.listing import listing_in
from index.sources.manners import Manners
from index.sources.web import Page
from tests.index.sources.mutations import inputs, mutated

BODY = "The city council voted 7-2 on Tuesday to build bridge {0} over the river, officials said. "


def page(name: str, title: str = "") -> bytes:
    head = f"<title>{title}</title>" if title else ""
    body = f"<article><p>{BODY.format(name) * 4}</p></article>"
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


class Site:
    """A site of pages by path, which counts who asked for what, and knows ETags."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.etags: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.asked: Counter[str] = Counter()
        self.root = ""


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked[self.path] += 1
            etag = here.etags.get(self.path)
            if etag and self.headers.get("If-None-Match") == etag:
                here.asked[f"304 {self.path}"] += 1
                self.send_response(304)
                self.end_headers()
                return
            data = here.pages.get(self.path)
            self.send_response(here.statuses.get(self.path, 200 if data is not None else 404))
            kind = (
                "text/plain" if self.path.endswith(".txt") else "text/html" if "." not in self.path else "x/y"
            )
            self.send_header("Content-Type", kind)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    here.root = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


Ingest = Callable[..., IngestReport]


@pytest.fixture
def ingest(site: Site, archive: Archive) -> Ingest:
    def run(path: str, most: int = 500) -> IngestReport:
        memory = Remembered(archive.catalog)
        web = Web(("127.0.0.1",), memory, most=most, pause=0.0)
        return archive.ingest(read_sources([site.root + path], web=web), keep=memory.keep)

    return run


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>The Bridge Post</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


def item(site: Site, name: str, more: str = "") -> str:
    return (
        f"<item><title>Bridge {name}</title><link>{site.root}/{name}</link><category>City</category>"
        f"<author>a@b.example (Ann Lee)</author><pubDate>Fri, 13 Mar 2020 18:05:00 GMT</pubDate>{more}</item>"
    )


def counted(report: IngestReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.unchanged


def test_a_feed_gives_its_articles_with_what_the_pages_lack(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    site.pages = {"/news": rss(item(site, "a"), item(site, "b")), "/a": page("a"), "/b": page("b")}
    assert counted(ingest("/news")) == (2, 0, 0)
    found = {article.url: article for article in archive.articles()}[f"{site.root}/a"]
    assert (found.title, found.section, found.source) == ("Bridge a", "City", "The Bridge Post")
    assert found.published == "2020-03-13T18:05:00Z"
    assert found.author is not None and "Ann Lee" in found.author


def test_a_feed_that_has_not_changed_is_not_read_again(site: Site, ingest: Ingest) -> None:
    site.pages = {"/f.xml": rss(item(site, "a")), "/a": page("a")}
    site.etags = {"/f.xml": '"1"'}
    ingest("/f.xml")
    assert counted(ingest("/f.xml")) == (0, 0, 1)
    assert (site.asked["304 /f.xml"], site.asked["/a"]) == (1, 1)


def test_only_the_new_and_the_changed_are_fetched(site: Site, ingest: Ingest, archive: Archive) -> None:
    def entry(name: str, updated: str) -> str:
        return (
            f"<entry><title>Bridge {name}</title><link href='{site.root}/{name}'/><id>{name}</id>"
            f"<updated>{updated}</updated></entry>"
        )

    def atom(*entries: str) -> bytes:
        return (
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Post</title>{''.join(entries)}</feed>".encode()
        )

    first, later = "2020-03-13T10:00:00Z", "2020-03-14T10:00:00Z"
    site.pages = {"/a": page("a"), "/b": page("b"), "/c": page("c")}
    site.pages["/f"] = atom(entry("a", first), entry("b", first))
    assert counted(ingest("/f")) == (2, 0, 0)
    site.pages["/f"] = atom(entry("a", first), entry("b", later), entry("c", first))
    site.pages["/b"] = page("b, mended")
    assert counted(ingest("/f")) == (1, 1, 1)
    assert (site.asked["/a"], site.asked["/b"], site.asked["/c"]) == (1, 2, 1)


def test_without_a_date_the_pages_etag_says_whether_it_changed(site: Site, ingest: Ingest) -> None:
    site.pages = {"/f": rss(f"<item><link>{site.root}/a</link></item>"), "/a": page("a", "Bridge")}
    site.etags = {"/a": '"x"'}
    ingest("/f")
    assert counted(ingest("/f")) == (0, 0, 1)
    assert site.asked["304 /a"] == 1


def test_a_date_of_publication_alone_says_that_nothing_changed(site: Site, ingest: Ingest) -> None:
    site.pages = {"/f": rss(item(site, "a")), "/a": page("a")}
    ingest("/f")
    site.pages["/f"] = rss(item(site, "a"), item(site, "b"))
    site.pages["/b"] = page("b")
    assert counted(ingest("/f")) == (1, 0, 1)
    assert site.asked["/a"] == 1


def test_a_corrected_title_or_a_young_page_is_asked_for_again(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    site.pages = {"/f": rss(item(site, "a")), "/a": page("a")}
    ingest("/f")
    site.pages = {
        "/f": rss(item(site, "a").replace("Bridge a", "CORRECTED: Bridge a")),
        "/a": page("a, mended"),
    }
    assert counted(ingest("/f")) == (0, 1, 0)
    young = f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
    entry = f"<item><title>Bridge b</title><link>{site.root}/b</link>{young}</item>"
    site.pages |= {"/f": rss(entry), "/b": page("b")}
    site.etags = {"/b": '"1"'}
    assert counted(ingest("/f")) == (1, 0, 0)
    assert counted(ingest("/f")) == (0, 0, 1)
    assert site.asked["304 /b"] == 1
    site.pages["/b"], site.etags["/b"] = page("b, mended"), '"2"'
    assert counted(ingest("/f")) == (0, 1, 0)


def test_entries_that_share_a_page_each_have_their_own_text(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    def notice(name: str) -> str:
        text = f"&lt;p&gt;{BODY.format(name) * 4}&lt;/p&gt;"
        return (
            f"<item><title>Notice {name}</title><link>{site.root}/a</link>"
            f"<description>{text}</description></item>"
        )

    site.pages = {"/f": rss(notice("a"), notice("b"), notice("b"), notice("c")), "/a": page("a")}
    assert counted(ingest("/f")) == (3, 0, 0)
    assert {article.title for article in archive.articles()} == {"Notice a", "Notice b", "Notice c"}
    assert counted(ingest("/f")) == (0, 0, 3)


@pytest.mark.parametrize("guids", [True, False])
def test_entries_of_one_page_and_one_title_with_another_text(
    site: Site, ingest: Ingest, archive: Archive, guids: bool
) -> None:
    def brief(number: int, path: str) -> str:
        guid = f"<guid isPermaLink='false'>n{number}</guid>" if guids else ""
        text = f"&lt;p&gt;{BODY.format(f'n{number}') * 4}&lt;/p&gt;"
        date = f"<pubDate>Tue, 0{number} Mar 2022 10:00:00 GMT</pubDate>"
        where = f"<link>{site.root}{path}</link>"
        return f"<item><title>In brief</title>{where}{guid}{date}<description>{text}</description></item>"

    site.pages = {"/f": rss(brief(1, "/a"), brief(2, "/a"), brief(3, "/a#later")), "/a": page("n1")}
    assert counted(ingest("/f")) == (3, 0, 0)
    assert sorted(number for a in archive.articles() for number in "123" if f"n{number} " in a.text) == [
        *"123"
    ]
    assert counted(ingest("/f")) == (0, 0, 3)


def test_a_date_that_a_feed_does_not_call_that_of_publication_is_marked(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    site.pages = {
        "/f": (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Post</title><entry><title>Bridge</title>"
            f"<link href='{site.root}/a'/><updated>2020-03-13T10:00:00Z</updated></entry></feed>"
        ).encode(),
        "/a": page("a"),
    }
    ingest("/f")
    (article,) = archive.articles()
    assert (article.published, article.inferred) == ("2020-03-13T10:00:00Z", ("published",))


def test_what_no_listing_gives_says_what_to_do(site: Site, ingest: Ingest) -> None:
    site.pages = {"/f": rss(item(site, "a"), "<item><title>No link</title></item>")}
    first, second = ingest("/f").skipped
    assert first.reason.endswith("; save it from a browser and ingest the file.")
    assert second.reason.endswith("; tell whoever runs the feed.")


def test_an_article_taken_out_comes_again(site: Site, ingest: Ingest, archive: Archive) -> None:
    site.pages = {"/f": rss(item(site, "a")), "/a": page("a")}
    site.etags = {"/f": '"1"', "/a": '"1"'}
    ingest("/f")
    archive.remove([article.article_id for article in archive.articles()])
    assert counted(ingest("/f")) == (1, 0, 0)


def test_the_feeds_own_text_is_taken_where_the_page_cannot_be_had(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    content = f"<description>&lt;p&gt;{BODY.format('a') * 4}&lt;/p&gt;</description>"
    site.pages = {"/f": rss(item(site, "gone", content), item(site, "lost"))}
    site.etags = {"/f": '"1"'}
    report = ingest("/f")
    assert counted(report) == (1, 0, 0)
    first, second = report.skipped
    assert "404" in first.reason and "text that the feed gives was taken" in first.reason
    assert second.origin.endswith("/lost") and "404" in second.reason
    site.pages["/lost"] = page("lost")
    assert counted(ingest("/f"))[0] == 1  # its ETag was not kept, since not all of it was had


def test_robots_txt_is_heeded(site: Site, ingest: Ingest) -> None:
    site.pages = {
        "/f": rss(item(site, "a"), item(site, "b")),
        "/a": page("a"),
        "/b": page("b"),
        "/robots.txt": b"User-agent: *\nDisallow: /b\n",
    }
    report = ingest("/f")
    assert counted(report) == (1, 0, 0)
    assert "robots.txt" in report.skipped[0].reason
    assert site.asked["/b"] == 0


@pytest.mark.parametrize(("status", "fetched"), [(404, 1), (403, 1), (500, 0), (503, 0)])
def test_while_a_site_cannot_give_its_robots_txt_no_page_is_fetched(
    site: Site, ingest: Ingest, status: int, fetched: int
) -> None:
    """RFC 9309, sections 2.3.1.3 and 2.3.1.4."""
    site.pages |= {"/f": rss(item(site, "a")), "/a": page("a")}
    site.statuses = {"/robots.txt": status}
    report = ingest("/f")
    assert (site.asked["/a"], report.added) == (fetched, fetched)
    if not fetched:
        (skipped,) = report.skipped
        assert f"robots.txt cannot be read (the server answered {status}" in skipped.reason
        assert "try again later" in skipped.reason
        site.statuses = {}
        assert ingest("/f").added == 1  # and nothing was remembered that would keep it away


@pytest.mark.parametrize(
    "rules", ["Crawl-delay: \u00b2", "Disallow: //[x", "Request-rate: \u00b2/1", "Crawl-delay: " + "9" * 5000]
)
def test_a_damaged_robots_txt_ends_nothing(site: Site, ingest: Ingest, rules: str) -> None:
    site.pages |= {"/feed": rss(item(site, "a")), "/a": page("a")}
    site.pages["/robots.txt"] = f"User-agent: *\n{rules}".encode()
    assert counted(ingest("/feed")) == (1, 0, 0)


def test_one_unreadable_address_does_not_end_a_feed(site: Site, ingest: Ingest) -> None:
    bad = "<item><title>Bridge</title><link>http://a%5B/x</link></item>"
    worse = "<item><title>Bridge two</title><link>http://[x/</link></item>"
    site.pages |= {"/feed": rss(bad, worse, item(site, "a")), "/a": page("a")}
    report = ingest("/feed")
    assert counted(report) == (1, 0, 0)
    assert len(report.skipped) == 2


def test_more_than_the_most_are_left_for_the_next_time(site: Site, ingest: Ingest) -> None:
    names = "abcde"
    site.pages = {f"/{name}": page(name) for name in names}
    urls = (f"<url><loc>{site.root}/{name}</loc><lastmod>2020-01-01</lastmod></url>" for name in names)
    site.pages["/f"] = f"<urlset>{''.join(urls)}</urlset>".encode()
    first = ingest("/f", 3)
    assert counted(first) == (3, 0, 0)
    assert "2 of its articles were left for the next time" in first.skipped[0].reason
    assert counted(ingest("/f", 3)) == (2, 0, 3)


def test_an_index_of_sitemaps_and_a_packed_news_sitemap(site: Site, ingest: Ingest, archive: Archive) -> None:
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{site.root}/a</loc><news:news><news:publication><news:name>The Bridge Post</news:name>"
        "</news:publication><news:publication_date>2020-03-13T18:05:00Z</news:publication_date>"
        "<news:title>Bridge built</news:title></news:news></url></urlset>"
    )
    index = f"<sitemapindex><sitemap><loc>{site.root}/n.xml.gz</loc></sitemap></sitemapindex>"
    site.pages = {"/s": index.encode(), "/n.xml.gz": gzip.compress(news.encode()), "/a": page("a")}
    assert counted(ingest("/s")) == (1, 0, 0)
    (found,) = archive.articles()
    assert (found.title, found.published) == ("Bridge built", "2020-03-13T18:05:00Z")
    assert found.source == "The Bridge Post"


SYSTEM = '<!ENTITY a SYSTEM "file:///etc/passwd">'
DECLARED = (
    f"rss [{SYSTEM}]",
    f'rss SYSTEM "a>b" [{SYSTEM}]',
    f"rss [<!-- ] -->{SYSTEM}]",
    'rss [<!ENTITY b "]>">]',
)


@pytest.mark.parametrize("declared", DECLARED, ids=["plain", "quoted", "comment", "value"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("root", ["rss", "urlset", "nitf"])
def test_entities_are_never_read(root: str, encoding: str, declared: str) -> None:
    data = f'<?xml version="1.0"?><!DOCTYPE {declared}><{root}>&a;</{root}>'.encode(encoding)
    with pytest.raises(SourceError, match="defines XML entities"):
        listing_in(data, "http://example.org/")


def test_a_feed_that_declares_other_things_is_a_feed() -> None:
    data = (
        b'<!DOCTYPE rss SYSTEM "a>b" [<!ELEMENT rss ANY>]>' + rss("<item><title>Bridge</title></item>")[21:]
    )
    found = listing_in(data, "http://example.org/")
    assert found is not None and [entry.title for entry in found.entries] == ["Bridge"]


def test_a_page_that_tells_of_entities_is_a_page() -> None:
    page = b"<!DOCTYPE html><html><body><pre><!ENTITY a></pre></body></html>"
    assert listing_in(page, "http://example.org/") is None


def test_the_last_change_taken_as_the_publication_is_marked() -> None:
    one, other = (
        f"<entry><title>{name}</title><updated>2020-03-13T10:00:00Z</updated>{more}</entry>"
        for name, more in (("a", ""), ("b", "<published>2020-03-12T10:00:00Z</published>"))
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{one}{other}</feed>"
    found = listing_in(feed.encode(), "http://example.org/")
    assert found is not None
    assert [(entry.published, entry.inferred) for entry in found.entries] == [
        ("2020-03-13T10:00:00Z", ("published",)),
        ("2020-03-12T10:00:00Z", ()),
    ]


def test_an_entry_of_a_sitemap_that_names_no_page_is_named(site: Site, ingest: Ingest) -> None:
    entries = (f"<url><loc>{loc}</loc></url>" for loc in (f"{site.root}/a", "/b", ""))
    site.pages = {"/s": f"<urlset>{''.join(entries)}</urlset>".encode(), "/a": page("a")}
    report = ingest("/s")
    assert counted(report) == (1, 0, 0)
    assert [skipped.origin for skipped in report.skipped] == ["/b", f"{site.root}/s"]
    assert all("names no page" in skipped.reason for skipped in report.skipped)


def test_a_thousand_instructions_before_the_root_cost_no_time() -> None:
    began = time.monotonic()
    assert listing_in(b"<??>" * 50_000 + b"<nothing>", "http://example.org/") is None
    assert time.monotonic() - began < 30


def test_spaces_in_a_sitemap_cost_no_time() -> None:
    found = listing_in(b"<urlset>" + b" " * 300_000 + b"</urlset>", "http://example.org/")
    assert found is not None and found.entries == ()


def test_a_sitemap_of_many_elements_is_never_held_whole() -> None:
    page = "<url><loc>http://a.example/b</loc></url>"
    tracemalloc.start()
    try:
        found = listing_in(f"<urlset>{'<a/>' * 200_000}{page}</urlset>".encode(), "http://example.org/")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found is not None and len(found.entries) == 1
    assert most < 8_000_000  # bytes; the elements all at once take 18 million
    with pytest.raises(SourceError, match="more than 10000 elements"):
        listing_in(f"<urlset><url>{'<a/>' * 20_000}</url></urlset>".encode(), "http://example.org/")


def test_a_feed_too_large_to_read_in_good_time_is_refused() -> None:
    with pytest.raises(SourceError, match="more than 10 MB"):
        listing_in(b"<rss>" + b"<a" * 5_000_000, "http://example.org/")


PARTS = st.sampled_from(
    [
        *("<rss>", "<channel>", "<item>", "</item>", "<title>", "<link>", "http://a.example/b", "<feed>"),
        *("<entry>", "<urlset>", "<url>", "<loc>", "<sitemapindex>", "<sitemap>", "<!--", "-->", "<![CDATA["),
        *(
            "]]>",
            "&amp;",
            "&#0;",
            "&x;",
            "<?xml version='1.0' encoding='utf-16'?>",
            "<pubDate>",
            "0000-00-00",
        ),
        *(
            "Fri, 99 Foo 2020",
            "<content:encoded>",
            "<!DOCTYPE x>",
            "\x00",
            "\ud7ff",
            "<media:content>",
            "<updated>",
        ),
        *(
            "</title>",
            "</link>",
            "</loc>",
            "</url>",
            "</urlset>",
            "</channel>",
            "</rss>",
            "<guid>",
            "<author>",
        ),
    ]
)
ROOTS = st.sampled_from(["<rss version='2.0'><channel>", "<feed>", "<rdf:RDF>", "<urlset>", "<sitemapindex>"])


def readable(data: bytes) -> None:
    try:
        listing_in(data, "http://example.org/f")
    except SourceError as error:
        assert "http://example.org/f" in str(error)


@settings(max_examples=inputs(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ROOTS, st.lists(st.one_of(PARTS, st.text(max_size=8))), st.sampled_from(["utf-8", "utf-16", "latin-1"])
)
def test_whatever_a_feed_or_sitemap_holds_it_is_read_or_refused(
    root: str, parts: list[str], encoding: str
) -> None:
    readable((root + "".join(parts)).encode(encoding, "replace"))


@settings(max_examples=inputs(100), deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_read_or_refused(tail: bytes) -> None:
    for start in (b"", b"<rss>", b"\x1f\x8b\x08\0", b"<urlset><url>"):
        readable(start + tail)


WHOLE = [
    b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    b"xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Post</title><item>"
    b"<title>A &amp; b</title><link>http://a.example/b</link><pubDate>Fri, 13 Mar 2020 09:15:00 GMT</pubDate>"
    b"<dc:creator>Jane Doe</dc:creator><category>World</category><description>&lt;p>It is so.</description>"
    b"<content:encoded><![CDATA[<p>It is so, they said.</p>]]></content:encoded></item></channel></rss>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'><title>Post</title><entry><title type='html'>A</title><link "
    b"rel='alternate' href='http://a.example/b'/><author><name>Jane Doe</name></author><published>"
    b"2020-03-13T09:15:00Z</published><updated>2020-03-14</updated><content type='xhtml'><div>It is so.</div>"
    b"</content></entry></feed>",
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/"
    b"sitemap-news/0.9'><url><loc>http://a.example/b</loc><lastmod>2020-03-13</lastmod><news:news>"
    b"<news:publication><news:name>Post</news:name></news:publication><news:publication_date>2020-03-13"
    b"</news:publication_date><news:title>A</news:title></news:news></url></urlset>",
]


@settings(max_examples=inputs(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated(WHOLE))
def test_whatever_is_changed_in_a_feed_or_sitemap_it_is_read_or_refused(data: bytes) -> None:
    readable(data)


RULES = st.sampled_from(
    [
        *("User-agent: *", "User-agent: Byline", "Disallow: ", "Allow: ", "Crawl-delay: ", "Request-rate: "),
        *(
            "Visit-time: ",
            "Sitemap: ",
            "\n",
            "\r",
            "/",
            "*",
            "$",
            "//[x",
            "%zz",
            "%5B",
            "1/2",
            "\u00b2",
            "9" * 5000,
        ),
    ]
)


@settings(max_examples=inputs(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(RULES, st.text(max_size=8))), st.text(max_size=12))
def test_whatever_robots_txt_holds_a_page_is_fetched_or_not(parts: list[str], path: str) -> None:
    rules = "\n".join(["User-agent: *", "".join(parts)]).encode("utf-8", "replace")
    manners = Manners(lambda place: Page(place, rules, "text/plain", None), 0.0)
    assert manners.may_fetch(f"http://a.example/{path}") in (True, False)
    assert manners.may_fetch(f"http://{path}a.example/") in (True, False)


def test_what_the_feed_states_stands_above_what_is_inferred_from_the_page(
    site: Site, ingest: Ingest, archive: Archive
) -> None:
    top = "<p>By Jane Doe</p><p>March 3, 2021</p><p>RIVERTON (AP) - It is so.</p>"
    html = page("a").replace(b"<article>", f"<article>{top}".encode())
    site.pages = {"/news": rss(item(site, "a")), "/a": html}
    ingest("/news")
    (found,) = archive.articles()
    assert (found.source, found.published) == ("The Bridge Post", "2020-03-13T18:05:00Z")
    assert found.author is not None and "Ann Lee" in found.author
    assert found.inferred == ()
