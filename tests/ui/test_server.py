"""Who may reach the page, on which port, and with which headers."""

from __future__ import annotations

import asyncio
import socket

import pytest

from index.errors import SettingsError
from ui.server import (
    HEADERS,
    Asgi,
    Headers,
    Message,
    OwnPagesOnly,
    Receive,
    Send,
    address,
    is_loopback,
    listening,
)


def test_a_free_port_is_listened_on() -> None:
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address("127.0.0.1", listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_a_port_in_use_is_one_sentence() -> None:
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port} .*in use.*--port"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_one_sentence(host: str) -> None:
    with pytest.raises(SettingsError, match="--host"):
        listening(host, 0)


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("news.example", False)],
)
def test_loopback(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


def test_an_ipv6_address_is_written_in_brackets() -> None:
    with listening("127.0.0.1", 0) as listener:
        assert address("::1", listener).startswith("http://[::1]:")


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
    scope = {"type": "http", "method": method, "headers": headers}
    assert responses(OwnPagesOnly(hello), scope)[0]["status"] == status
