"""Serving the chat: the sample article on a first run, the port, the headers, and a clean stop."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import typer

from index.articles import Filters
from index.errors import SettingsError
from ui.bars import shown_progress
from ui.context import assistant_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from index.archive import Archive
    from qa.settings import Settings
    from ui.api import Asks

SAMPLE_QUESTIONS = (
    "Who denied responsibility?",
    "How many weapons depots were hit?",
    "Who founded Kataib Hezbollah?",
    "What did Russia say about the strikes?",  # it is not in the article, and Byline says so
)
SECONDS_TO_STOP = 2  # an open page holds a connection for as long as it is open

# Gradio makes functions from strings ('unsafe-eval'); its page holds scripts and styles ('unsafe-inline').
# Nothing may be fetched from, sent to, or framed by anyone else.
HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


def serve(archive: Archive, settings: Settings) -> None:
    """Serve the chat until it is stopped, and print its address; raises `SettingsError` for a port in use."""
    with listening(settings.host, settings.port) as listener:
        add_sample(archive)
        typer.echo("Starting…", err=True)  # the page and the models take seconds
        import uvicorn

        assistant = assistant_of(archive, settings)
        examples = example_questions(archive)
        assistant.ask(
            examples[0] if examples else "Who said what?"
        )  # loads the models, or says what they lack
        app = chat_app(archive, assistant, examples, host=settings.host)
        _hush()
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=SECONDS_TO_STOP
        )
        typer.echo(f"Byline is at {address(settings.host, listener)}  (Ctrl-C stops it)")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _hush() -> None:
    """Keep from the terminal what is no news to who reads it: that Gradio uses an old name of Starlette's,
    and that an open page's connection was cut when the server stopped."""
    warnings.filterwarnings("ignore", module=r"gradio\.")
    logging.getLogger("uvicorn.error").addFilter(lambda record: "graceful" not in record.getMessage())


def add_sample(archive: Archive) -> None:
    """On a first run, put the sample article into the archive, so that there is something to ask about."""
    if archive.articles(limit=1):
        return
    from index.sources import sample_article

    with shown_progress() as progress:
        archive.ingest([sample_article()], progress)


def example_questions(archive: Archive) -> tuple[str, ...]:
    """Questions to begin with: about the sample article, where the archive has it."""
    from index.sources import sample_article

    wanted = Filters(article_ids=(sample_article().article_id,))
    return SAMPLE_QUESTIONS if archive.articles(wanted, limit=1) else ()


def listening(host: str, port: int) -> socket.socket:
    """A socket on `host` and `port` (0: any free one); raises `SettingsError` where it cannot listen."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on the host {host!r} ({error.strerror}); choose another with --host."
        ) from error
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"Cannot serve on {host}:{port} ({reason}); choose another with --port or --host."
        ) from error
    return listener


def address(host: str, listener: socket.socket) -> str:
    """What to type into a browser."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def chat_app(archive: Archive, assistant: Asks, examples: tuple[str, ...] = (), *, host: str) -> FastAPI:
    """The web application: the page at its root, and the same answers as JSON under /api."""
    from ui.web import Chat, build_page, mount_page

    app = api_app(archive, assistant, host=host)
    adding = is_loopback(host)  # others may ask; what is asked about is for this machine's own to say
    mount_page(app, build_page(Chat(archive, assistant, examples), adding=adding), adding=adding)
    return app


def api_app(archive: Archive, assistant: Asks, *, host: str) -> FastAPI:
    """The part without the page: JSON under /api, and on everything our headers and guards."""
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.api import add_api

    app = FastAPI(title="Byline", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.add_middleware(OwnPagesOnly)
    app.add_middleware(Headers)
    if is_loopback(host):
        # A web site may point its own name at 127.0.0.1, and so read the answers: other names are refused.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[host, "localhost", "127.0.0.1", "[::1]"])
    add_api(app, archive, assistant)
    return app


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class OwnPagesOnly:
    """Refuses what another web site's page would have done here: a POST whose Origin is not this address."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        origin = headers.get(b"origin", b"").partition(b"://")[2]
        changes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if changes and b"origin" in headers and origin != headers.get(b"host"):
            from starlette.responses import PlainTextResponse

            refusal = PlainTextResponse("Only Byline's own page may do this; open it by its address.", 403)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Headers:
    """Adds `HEADERS` to every HTTP response, streams included."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *ours]
            await send(message)

        await self._app(scope, receive, send_with_headers)
