"""What every request passes on its way in, and every response on its way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from ui.guards import (
    ALONE,
    HEADERS,
    LARGEST_BODY,
    LARGEST_UPLOAD,
    Asgi,
    Headers,
    Message,
    OwnNameOnly,
    OwnPagesOnly,
    Receive,
    Send,
    SmallBodies,
)


async def hello(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": b"hello"})


def responses(app: Asgi, scope: Message) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_every_response_has_the_headers() -> None:
    start, body = responses(Headers(hello), {"type": "http"})
    headers = dict(start["headers"])
    assert headers[b"x-own"] == b"1"
    assert {name.encode() for name in HEADERS} <= set(headers)
    assert body["body"] == b"hello"


@pytest.mark.parametrize(
    ("scheme", "name", "trusted"),
    [
        ("http", b"127.0.0.1:7860", True),
        ("http", b"[::1]:7860", True),
        ("https", b"news.example", True),
        ("http", b"192.168.1.5:7860", False),
    ],
)
def test_a_page_is_alone_where_browsers_heed_it(scheme: str, name: bytes, trusted: bool) -> None:
    start, _ = responses(Headers(hello), {"type": "http", "scheme": scheme, "headers": [(b"host", name)]})
    assert ({key.encode() for key in ALONE} <= set(dict(start["headers"]))) is trusted


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("POST", b"http://127.0.0.1:7860", 200),
        ("POST", None, 200),  # no browser's page: curl, say
        ("POST", b"http://evil.example", 403),
        ("POST", b"http://127.0.0.1:8000", 403),  # another program's page on this machine
        ("POST", b"null", 403),
        ("DELETE", b"http://evil.example", 403),
        ("GET", b"http://evil.example", 200),  # reads are refused by the browser itself
    ],
)
def test_only_our_own_page_may_change_anything(method: str, origin: bytes | None, status: int) -> None:
    headers = [(b"host", b"127.0.0.1:7860"), *([(b"origin", origin)] if origin else [])]
    scope = {"type": "http", "method": method, "path": "/", "headers": headers}
    assert responses(OwnPagesOnly(hello), scope)[0]["status"] == status


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("127.0.0.1", 200),
        ("LOCALHOST:7860", 200),
        ("[::1]:7860", 200),
        ("[::1]", 200),
        ("evil.example:7860", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.", 400),
        ("[::2]:7860", 400),
        ("", 400),
    ],
)
def test_only_this_machine_s_own_names_are_answered(name: str, status: int) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", name.encode())]}
    start, body = responses(OwnNameOnly(hello, host="127.0.0.1"), scope)
    assert start["status"] == status
    assert status == 200 or b"open http://127.0.0.1" in body["body"]


@pytest.mark.parametrize("header", [b"x-forwarded-for", b"forwarded"])
def test_what_comes_through_a_proxy_needs_a_password(header: bytes) -> None:
    headers = [(b"host", b"127.0.0.1:7860"), (header, b"203.0.113.9")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    start, body = responses(OwnNameOnly(hello, host="127.0.0.1"), scope)
    assert start["status"] == 403 and b"byline password" in body["body"]


def test_another_site_s_web_socket_is_closed() -> None:
    headers = [(b"host", b"127.0.0.1:7860"), (b"origin", b"http://evil.example")]
    (closed,) = responses(OwnPagesOnly(hello), {"type": "websocket", "path": "/", "headers": headers})
    assert closed == {"type": "websocket.close", "code": 1008}


@pytest.fixture(scope="module")
def client(serve: Callable[..., str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(), timeout=60) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/mcp"])
def test_a_body_that_is_too_large_is_refused(client: httpx.Client, path: str) -> None:
    whole = client.post(path, content=b" " * (LARGEST_BODY + 1))
    assert whole.status_code == 413
    assert "1,000,000 bytes" in whole.text

    def unannounced() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * (LARGEST_BODY // 10)

    streamed = client.post(path, content=unannounced())
    assert (streamed.status_code, "1,000,000 bytes" in streamed.text) == (413, True)
    assert client.get("/api/health").status_code == 200


def test_files_are_taken_where_articles_are_added_alone() -> None:
    def status(adding: bool, length: int) -> int:
        headers = [(b"content-length", str(length).encode())]
        scope = {"type": "http", "method": "POST", "path": "/gradio_api/upload", "headers": headers}
        return int(responses(SmallBodies(hello, adding=adding), scope)[0]["status"])

    assert status(True, 50_000_000) == 200  # Gradio counts each file
    assert status(True, LARGEST_UPLOAD + 1) == 413
    assert status(False, 50_000_000) == 413
