"""What every request passes on its way in, and every response on its way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from ui.access import is_loopback
from ui.refusals import refusal

# Gradio makes functions from strings ('unsafe-eval'); its page holds scripts and styles ('unsafe-inline').
# Nothing may be fetched from, sent to, or framed by anyone else.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

# Elsewhere browsers ignore it, with an error in the console of every page.
ALONE = {"cross-origin-opener-policy": "same-origin"}

LARGEST_BODY = 1_000_000  # bytes of a question, with all that was said before it
LARGEST_PASTE = 25_000_000  # bytes of an article pasted into the page
LARGEST_UPLOAD = 500_000_000  # bytes of all files that are sent at a time
UPLOADS = "/gradio_api/upload"  # Gradio itself counts the bytes of each file

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


def headers_of(scope: Message) -> dict[str, str]:
    """The headers of a request; of one given twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}


def _name(headers: Mapping[str, str]) -> str:
    """What this machine is called by, without the port."""
    given = headers.get("host", "").lower()
    return given.rpartition("]")[0].removeprefix("[") or given.partition(":")[0]


async def refuse(
    scope: Message,
    receive: Receive,
    send: Send,
    sentence: str,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with a refusal; a web socket is closed, since it cannot be told."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await refusal(scope.get("path", ""), sentence, status, headers)(scope, receive, send)


class Headers:
    """Adds `HEADERS` to every HTTP response, streams included; `ALONE` where browsers trust the way here."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        trusted = scope.get("scheme") == "https" or is_loopback(_name(headers_of(scope)))
        given = {**HEADERS, **ALONE} if trusted else HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(name.encode(), value.encode()) for name, value in given.items()]
                message["headers"] = [*message.get("headers", ()), *ours]
            await send(message)

        await self._app(scope, receive, send_with_headers)


FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
PROXIED = "This came through a proxy, and there is no password here; set one with `byline password`."


class OwnNameOnly:
    """Refuses requests that call this machine by a stranger's name, or that a proxy passed on.

    A web site may point its own name at 127.0.0.1, and its page could then read the answers as its own
    (DNS rebinding).
    """

    def __init__(self, app: Asgi, host: str) -> None:
        self._app = app
        self._names = {host, "localhost", "127.0.0.1", "::1"}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = headers_of(scope)
            if any(header in headers for header in FORWARDED):
                await refuse(scope, receive, send, PROXIED, 403)
                return
            if _name(headers) not in self._names:
                given = headers.get("host", "")
                sentence = f"{given!r} is no name of this machine's own; open http://127.0.0.1 at this port."
                await refuse(scope, receive, send, sentence, 400)
                return
        await self._app(scope, receive, send)


class OwnPagesOnly:
    """Refuses what another web site's page would have done here: a POST whose Origin is not this address."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or (
            scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
        )
        if changes and origin is not None and origin.partition("://")[2] != headers.get("host"):
            sentence = f"A page of {origin!r} may not do this; open Byline's own page by its address."
            await refuse(scope, receive, send, sentence, 403)
        else:
            await self._app(scope, receive, send)


class SmallBodies:
    """Refuses a body that is larger than its address can need, as soon as that shows.

    With `adding`, the page takes files and pasted articles, within the limits that it has for them.
    """

    def __init__(self, app: Asgi, *, adding: bool) -> None:
        self._app = app
        self._adding = adding

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        sentence = f"The body is larger than {limit:,} bytes, the most that is taken here; send less"
        length = headers_of(scope).get("content-length", "")
        if length.isdigit() and int(length) > limit:
            await refuse(scope, receive, send, f"{sentence}.", 413, {"connection": "close"})
            return
        taken = 0

        async def receive_so_much() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, sentence)
            return message

        await self._app(scope, receive_so_much, send)

    def _limit(self, path: str) -> int:
        if self._adding and path.startswith("/gradio_api/"):
            return LARGEST_UPLOAD if path.rstrip("/") == UPLOADS else LARGEST_PASTE
        return LARGEST_BODY
