"""Serving the chat: the sample article on a first run, the port, and a clean stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import warnings
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

import typer

from index.articles import Filters
from index.errors import SettingsError
from ui.bars import shown_progress
from ui.context import assistant_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from index.archive import Archive
    from qa.settings import Settings
    from ui.access import Access
    from ui.desk import Asks, Desk

SAMPLE_QUESTIONS = (
    "Who denied responsibility?",
    "How many weapons depots were hit?",
    "Who founded Kataib Hezbollah?",
    "What did Russia say about the strikes?",  # it is not in the article, and Byline says so
)
SECONDS_TO_STOP = 2  # an open page holds a connection for as long as it is open


def serve(archive: Archive, settings: Settings) -> None:
    """Serve the chat until it is stopped, and print its address.

    Raises `SettingsError` for a port in use, and for a host that others can reach where there is no password.
    """
    from ui.access import Access

    access = Access.of(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the archive is closed
    with listening(settings.host, settings.port) as listener:
        add_sample(archive)
        typer.echo("Starting…", err=True)  # the page and the models take seconds
        import uvicorn

        from qa.assistant import Assistant

        assistant = assistant_of(archive, settings)
        examples = example_questions(archive)
        # Loads the models, or says what they lack; an LLM is not asked before somebody wants to know.
        reading = Assistant(archive, reader=assistant.reader, k=settings.k, threshold=settings.threshold)
        reading.ask(examples[0] if examples else "Who said what?")
        app = chat_app(
            archive,
            assistant,
            examples,
            access=access,
            allow_hosts=settings.allow_hosts,
            suggesting=reading,
        )
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

    def news(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return "graceful" not in f"{record.getMessage()} {error}"

    logging.getLogger("uvicorn.error").addFilter(news)


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


def chat_app(
    archive: Archive,
    assistant: Asks,
    examples: tuple[str, ...] = (),
    *,
    access: Access,
    allow_hosts: tuple[str, ...] = (),
    suggesting: Asks | None = None,
) -> FastAPI:
    """The web application: the page at its root, and beside it the same answers for programs.

    `allow_hosts` are the private ones whose pages may be added. `suggesting` is asked the questions that the
    page suggests before it does, several for an answer: one without an LLM. None: the assistant itself.
    """
    from ui.chat import Chat
    from ui.desk import Desk
    from ui.exports import add_exports
    from ui.latest import Latest
    from ui.suggesting import Suggesting
    from ui.web import build_page, mount_page

    desk = Desk(assistant)
    suggests = Suggesting(archive, suggesting or assistant, lambda: desk.busy)
    app = api_app(archive, desk, access=access)
    add_exports(app, archive.path)
    chat = Chat(archive, desk, examples, suggests=suggests, allow_hosts=allow_hosts)
    latest = Latest()
    page = build_page(chat, latest, adding=access.adding, locked=access.password_hash is not None)
    mount_page(app, page, latest, adding=access.adding)
    return app


def api_app(archive: Archive, desk: Desk, *, access: Access) -> FastAPI:
    """The part without the page: /api, /v1, /mcp and /metrics, and in front of everything our guards."""
    from fastapi import FastAPI

    from ui.access import guard
    from ui.api import add_api
    from ui.completions import add_completions
    from ui.guards import HEADERS
    from ui.metrics import add_metrics
    from ui.refusals import add_refusals
    from ui.tools import add_tools

    routes, lifespan = add_tools(archive, desk)
    app = FastAPI(
        title="Byline",
        version=version("byline"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        routes=routes,
        lifespan=lifespan,
    )
    add_api(app, archive, desk)
    add_completions(app, desk)
    add_metrics(app, archive, desk)
    add_refusals(app, HEADERS)
    guard(app, access)
    return app
