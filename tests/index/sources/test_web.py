"""Fetching one page: from a real server here, and never from where it should not."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources import Web, read_source
from index.sources.web import fetch_article
from tests.index.sources.mutations import inputs

FACT = (
    "The city council voted 7-2 on Tuesday to build a new bridge over the river, officials said on Friday. "
)
PAGE = (
    "<!doctype html><html><head><title>Bridge</title></head><body><article>"
    f"<p>{FACT * 3}</p></article></body></html>"
)
NITF = f"<?xml version='1.0'?><nitf><body><body.content><p>{FACT}</p></body.content></body></nitf>"
ITEM = f"<newsItem><contentSet><inlineData>{FACT}</inlineData></contentSet></newsItem>"
KINDS = {
    "nitf": ("text/xml; charset=utf-8", NITF),
    "item": ("application/xml", ITEM),
    "items": ("text/xml", f"<newsMessage>{ITEM * 2}</newsMessage>"),
    "withdrawn": (
        "text/xml",
        ITEM.replace("<con", "<itemMeta><pubStatus qcode='stat:canceled'/></itemMeta><con", 1),
    ),
    "xhtml": ("text/xml", f"<?xml version='1.0'?>{PAGE}"),
    "plain": ("text/plain", FACT),
    "other": ("text/xml", f"<article>{FACT}</article>"),
    "script": ("text/javascript", f"say('{FACT}')"),
    "table": ("text/csv", f"title,text\nBridge,{FACT}"),
    "document": ("text/plain", "%PDF-1.7"),
    "picture": ("image/png", "PNG"),
}
HERE = ("127.0.0.1",)


class _Site(BaseHTTPRequestHandler):
    """Answers by path: see KINDS, and /page, /zipped, /brotli, /loop, /inside, /bomb, /slow, /dribble."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        moved = {
            "loop": "/loop",
            "moved": "/page",
            "inside": "http://169.254.169.254/latest",
            "file": "file:///etc/passwd",
            "nonsense": "http://[x",
            "raw": "/br\u00fccke".encode().decode("latin-1"),  # as UTF-8, which goes out byte for byte
        }
        if name in moved:
            self._head(302, {"Location": moved[name]})
        elif name in KINDS:
            self._head(200, {"Content-Type": KINDS[name][0]})
            self.wfile.write(KINDS[name][1].encode())
        elif name == "brotli":
            self._head(200, {"Content-Type": "text/html", "Content-Encoding": "br"})
        elif name in ("page", "br%C3%BCcke"):
            self._head(200, {"Content-Type": "text/html; charset=utf-8"})
            self.wfile.write(PAGE.encode())
        elif name == "zipped":
            self._head(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"})
            self.wfile.write(gzip.compress(PAGE.encode()))
        elif name == "bomb":
            self._head(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"})
            self.wfile.write(gzip.compress(b" " * 20_000_000, 1))
        elif name == "slow":
            self._head(200, {"Content-Type": "text/html"})
            for _ in range(20):
                self.wfile.write(b"<p>")
                self.wfile.flush()
                time.sleep(0.1)
        elif name == "dribble":  # each header comes well before a socket's timeout
            for number in range(30):
                self.wfile.write(b"X: y\r\n" if number else b"HTTP/1.0 200 OK\r\n")
                self.wfile.flush()
                time.sleep(0.2)
        else:
            self._head(404, {})

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # who fetched has hung up, as they should
            self.close_connection = True

    def finish(self) -> None:
        with suppress(ConnectionError):
            super().finish()

    def log_message(self, format: str, *values: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["page", "zipped", "moved", "xhtml"])
def test_a_page_is_fetched(site: str, path: str) -> None:
    article = fetch_article(f"{site}/{path}", allow_hosts=HERE)
    assert article.text == (FACT * 3).strip()
    assert article.url == f"{site}/{'page' if path == 'moved' else path}"


@pytest.mark.parametrize("path", ["nitf", "item", "plain"])
def test_wire_copy_and_plain_text_are_read_as_such(site: str, path: str) -> None:
    article = fetch_article(f"{site}/{path}", allow_hosts=HERE)
    assert (article.text, article.url) == (FACT.strip(), f"{site}/{path}")


def test_a_redirect_may_be_written_in_utf_8(site: str) -> None:
    article = fetch_article(f"{site}/raw", allow_hosts=HERE)
    assert article.url == f"{site}/br\u00fccke"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone", "the server answered 404"),
        ("loop", "redirects more than 5 times"),
        ("inside", "a private network"),
        ("file", "no http"),
        ("bomb", "is not fetched: it is larger than 5 MB; download it"),
        ("brotli", "is not fetched: its server packs it as 'br', .* save it from a browser"),
        ("items", "holds 2 items, not one article; download it"),
        ("withdrawn", "was withdrawn by its agency"),
        ("other", r"is XML that Byline does not read \(<article>\); give it as"),
        ("script", "is text/javascript, not a page; download it"),
        ("table", "is text/csv, not a page; download it"),
        ("document", "is text/plain, not a page; download it"),
        ("picture", "image/png, not a page"),
        ("slow", "it took too long"),
        ("dribble", "it took too long"),
        ("nonsense", "no http"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(site: str, path: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        fetch_article(f"{site}/{path}", allow_hosts=HERE, seconds=1.0)
    assert f"{site}/{path}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[64:ff9b:1::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[4000::1]/",
        "http://192.0.0.8/",
        "http://168.63.129.16/machine",
        "http://8.8.8.8:22/",
        "http://user:secret@8.8.8.8/",
    ],
)
def test_private_addresses_are_never_fetched(url: str) -> None:
    with pytest.raises(SourceError, match="where Byline does not fetch"):
        read_source(url)


def test_a_refusal_names_the_address_and_the_setting() -> None:
    with pytest.raises(SourceError) as caught:
        read_source("http://localhost/")
    assert "127.0.0.1" in str(caught.value) or "::1" in str(caught.value)
    assert 'allow_hosts = ["localhost"] in byline.toml' in str(caught.value)


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]

    def connect(*_: object) -> None:
        raise AssertionError("connected before every address was checked")

    monkeypatch.setattr("socket.getaddrinfo", answers)
    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(SourceError, match=r"10\.0\.0\.1"):
        fetch_article("http://news.example/")


def test_the_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    reached: list[object] = []

    def answers(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 80))]

    def connect(_: object, address: object) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.getaddrinfo", answers)
    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(SourceError):
        fetch_article("http://rebinding.example/")
    assert (asked, reached) == (["rebinding.example"], [("8.8.8.8", 80)])


ANSWERS = st.sampled_from(
    [
        *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n", b"HTTP/1.1 304 Not\r\n", b"HTTP/1.1 100 Go\r\n"),
        *(b"Location: ", b"http://[x", b"//10.0.0.1/", b"\xff", b"\r\n", b"\r\n\r\n", b"\n", b"\x00", b": "),
        *(b"Content-Type: ", b"text/html", b"; charset*=x'y'%zz", b"; charset=", b"rot13", b"idna", b"\t"),
        *(b"Content-Length: ", b"5", b"-1", b"\xb2", b"9" * 5000, b"Content-Encoding: gzip", b"<rss><item>"),
        *(b"Transfer-Encoding: chunked", b"ffffffffffff", b"0\r\n", b"ETag: ", b"<p>", b"\x1f\x8b\x08\x00"),
    ]
)


@pytest.fixture(scope="module")
def anything() -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers with the bytes in the list, whatever it is asked for."""
    answer = [b""]

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                self.request.recv(1 << 16)
                self.request.sendall(answer[0])

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", answer
    server.shutdown()
    thread.join()
    server.server_close()


@settings(max_examples=inputs(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.booleans(), st.lists(st.one_of(ANSWERS, st.binary(max_size=8)), max_size=20))
def test_whatever_a_server_answers_it_is_read_or_refused(
    anything: tuple[str, list[bytes]], whole: bool, parts: list[bytes]
) -> None:
    url, answer = anything
    answer[0] = (b"HTTP/1.1 200 OK\r\n" if whole else b"") + b"".join(parts)
    try:
        for _ in read_source(url, web=Web(HERE, pause=0.0)):
            pass
    except SourceError as error:
        assert url in str(error)
