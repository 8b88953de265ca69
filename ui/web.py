"""The chat as a Gradio page. The only file that imports gradio.

Gradio carries what is typed and chosen in, and HTML out. What happens is in `chat`, what is drawn in
`turns`, `source`, `history` and `narrowing`, and the little that runs in the browser in `static/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gradio as gr
from fastapi import FastAPI

from index.articles import Filters
from index.errors import BylineError
from ui.adding import LARGEST_FILE, PANEL
from ui.chat import Chat
from ui.desk import AT_ONCE
from ui.latest import Begun, Latest
from ui.login import owner_of
from ui.markup import escape
from ui.narrowing import narrowed_by
from ui.page import Given, Page, Talk, View
from ui.rates import take

STATIC = Path(__file__).parent / "static"
KEPT_SECONDS = 12 * 3600  # how long the conversation on an idle page is remembered, and a file never added
# What is asked for in vain at the programs' addresses is refused as there, not as Gradio does.
EVERYWHERE_ELSE = re.compile(r"/(?!(?:api|v1|mcp|metrics)(?:/|$))(?P<path>.*)$")
NO_FILES = 1  # byte: where the page does not add articles, it takes no files
SANS = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Liberation Sans", "sans-serif"]
MONO = ["ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace"]
DRAWN = [field.name for field in fields(View) if field.name != "warning"]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

LEFT = (
    '<div class="group"><button type="button" class="opener" aria-label="Conversations">'
    '<span aria-hidden="true">☰</span></button><h1>Byline</h1></div>'
)
ADD = (
    '<button type="button" id="add" aria-label="Add articles">Add<span class="wide"> articles</span></button>'
)
AGAIN = (
    '<button type="button" id="again" aria-label="New conversation">New'
    '<span class="wide"> conversation</span></button>'
)
LOG_OUT = '<form method="post" action="logout"><button type="submit" class="quiet">Log out</button></form>'
HISTORY = (
    "<h2>Conversations</h2>"
    '<button type="button" class="close" aria-label="Close the conversations">×</button>'
)

Act = Callable[[Chat, Page, Given], Iterator[View]]
Parts = dict[str, Any]  # the components by what they are in `Page` and `View`


def build_page(chat: Chat, latest: Latest, *, adding: bool = True, locked: bool = False) -> gr.Blocks:
    """The page: the kept conversations, the one at hand with its question box, and the source.

    With `adding`, whoever sees the page may put articles into the archive; `locked`, they have logged in.
    """
    cache = (3600, KEPT_SECONDS)
    with gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True, delete_cache=cache) as page:
        parts: Parts = {
            "talk": gr.State(None, time_to_live=KEPT_SECONDS),
            "filters": gr.JSON(visible=False),  # the browser holds them: they are as old as the page
        }
        with gr.Row(elem_id="byline"):
            with gr.Column(elem_id="history"):
                _html(HISTORY)
                parts["looking"] = _box("Search conversations", "looking", "search")
                parts["history"] = _html(elem_id="list", script="history")
            with gr.Column(elem_id="talk"):
                with gr.Row(elem_id="masthead"):
                    _html(LEFT, script="session")
                    parts["total"] = _html()
                    buttons = _html(
                        f'<div class="group">{LOG_OUT if locked else ""}{ADD if adding else ""}{AGAIN}</div>',
                        script="masthead",
                    )
                with gr.Column(elem_id="thread"):
                    parts["conversation"] = _html(elem_id="conversation", script="conversation")
                    parts["suggested"] = _html(elem_id="suggested", script="suggested")
                parts["narrowing"] = _html(elem_id="narrowing", script="narrowing")
                with gr.Row(elem_id="composer"):
                    parts["question"] = _box("Your question", "question", "send", "Ask a question", 5)
                    send = gr.Button("Ask", variant="primary", elem_id="send")
            parts["source"] = _html(elem_id="source", script="source")
        _wire(chat, latest, page, parts, buttons, send)
        if adding:
            _adding_panel(chat, parts)
    return page


def _wire(chat: Chat, latest: Latest, page: gr.Blocks, parts: Parts, buttons: Any, send: Any) -> None:
    """What happens when something is typed or chosen.

    A question is drawn at once, and read for when its turn comes: until then it can be stopped. An answer
    that comes after the page has left it (`latest`) is dropped. Gradio's own cancelling would not do: an
    answer that comes after it empties every part that it could have drawn.
    """
    conversation, question, history = parts["conversation"], parts["question"], parts["history"]
    inputs = [parts[name] for name in ("question", "looking", "talk", "filters")]
    on: dict[str, Any] = {"inputs": inputs, "outputs": _drawn(parts), **QUIET}
    asking = {**on, "concurrency_limit": None}
    reading = {**on, "concurrency_limit": AT_ONCE, "concurrency_id": "reading"}
    beside: dict[str, Any] = {"queue": False, **QUIET}
    act, draws = partial(_act, chat), partial(_drawing, chat)

    def begin(talk: Talk | None, filters: Any, request: gr.Request) -> list[Any]:
        opened = Page(talk=talk or Talk(), filters=narrowed_by(filters or {}), owner=_owner(request))
        return _outputs(chat.begin(opened, request.query_params.get("conversation", "")))

    def suggest(talk: Talk | None, filters: Any, request: gr.Request) -> Any:
        left = latest.now(str(request.session_hash))
        suggested = chat.suggest(_page(chat, "", "", talk, filters, request))
        return gr.skip() if left.is_set() else suggested

    ask = act(Chat.ask, latest.begin, asks=True, only=Page.asks)
    example = act(Chat.example, latest.begin, asks=True)
    asked = [
        gr.on([question.submit, send.click], ask, **asking),
        conversation.example(example, **asking),
        parts["suggested"].example(example, **asking),
        conversation.retry(act(Chat.retry, latest.begin, asks=True), **asking),
    ]
    read = [one.success(act(Chat.read, latest.go_on), **reading) for one in asked]
    for answered in read:
        answered.failure(act(Chat.failed), **on)
    shown = [
        *read,
        page.load(begin, [parts["talk"], parts["filters"]], _drawn(parts), **beside),
        history.choose(act(Chat.choose, latest.begin), **on),
        parts["narrowing"].narrow(act(Chat.narrow), **on),
    ]
    for one in shown:
        one.success(suggest, [parts["talk"], parts["filters"]], parts["suggested"], **beside)
    conversation.halt(act(Chat.stopped, latest.begin), **on)
    conversation.edit(act(Chat.edit), **on)
    conversation.cite(draws(Chat.cite, "source"), inputs, parts["source"], **beside)
    conversation.thumb(act(Chat.thumb), **on)
    buttons.again(act(Chat.again, latest.begin), **on)
    history.rename(act(Chat.rename), **on)
    history.delete(act(Chat.delete, latest.begin, only=Page.shows), **on)
    look = draws(Chat.look, "history")
    parts["looking"].change(look, inputs, parts["history"], trigger_mode="always_last", **beside)


def _adding_panel(chat: Chat, parts: Parts) -> None:
    with gr.Column(elem_id="adding"), gr.Column(elem_id="adding-card"):
        _html(PANEL, script="adding")
        files = gr.File(
            label="Files",
            show_label=False,
            file_count="multiple",
            elem_id="files",
            height=130,
            container=False,
        )
        pasted = gr.Textbox(
            label="Or paste one article’s text, or web addresses, one a line",
            lines=5,
            max_lines=5,
            elem_id="pasted",
        )
        said = _html(elem_id="said")
        with gr.Row(elem_id="adding-buttons"):
            gr.Button("Close", elem_id="added", size="sm")
            put = gr.Button("Add", variant="primary", elem_id="put", size="sm")

    def add(
        given: list[str] | None, text: str, talk: Talk | None, filters: Any, request: gr.Request
    ) -> Iterator[list[Any]]:
        page = _page(chat, "", "", talk, filters, request)
        for line, done, view in chat.add(given, text, page):
            kept = [None, ""] if done else [gr.skip(), gr.skip()]
            yield [line, *kept, *_outputs(view)]

    inputs = [files, pasted, parts["talk"], parts["filters"]]
    put.click(add, inputs, [said, files, pasted, *_drawn(parts)], **QUIET)


def _act(
    chat: Chat,
    act: Act,
    begin: Callable[[str], Begun] | None = None,
    *,
    asks: bool = False,
    only: Callable[[Page, Given], bool] = lambda *_: True,
) -> Callable[..., Iterator[list[Any]]]:
    """An act of the chat's as Gradio calls it; with `begin` one that ends the reading before it, or goes on.

    One that `asks` takes one of the client's questions of this minute. Both only where `only` says so. An
    error to be mended is a sentence for a while, and leaves the page as it was.
    """

    def happen(
        question: str, looking: str, talk: Talk | None, filters: Any, event: gr.EventData, request: gr.Request
    ) -> Iterator[list[Any]]:
        given = event._data if isinstance(event._data, Mapping) else {}
        try:
            page = _page(chat, question, looking, talk, filters, request)
            begun = Begun()
            if begin and only(page, given):
                if asks:
                    take(_scope(request))
                begun = begin(str(request.session_hash))
            yield from map(_outputs, begun.drawn(act(chat, replace(page, left=begun.left), given)))
        except BylineError as error:
            yield _outputs(View(warning=str(error)))

    return happen


def _drawing(chat: Chat, act: Act, part: str) -> Callable[..., Any]:
    """An act that draws one part anew, at once and outside the queue."""

    def happen(
        question: str, looking: str, talk: Talk | None, filters: Any, event: gr.EventData, request: gr.Request
    ) -> Any:
        page = _page(chat, question, looking, talk, filters, request)
        given = event._data if isinstance(event._data, Mapping) else {}
        return getattr(next(act(chat, page, given)), part)

    return happen


def _page(
    chat: Chat, question: str, looking: str, talk: Talk | None, filters: Any, request: gr.Request
) -> Page:
    """What is on the page. A conversation that is no longer remembered is that of the page's address."""
    owner = _owner(request)
    if talk is None:
        address = urlsplit(request.headers.get("referer", ""))
        talk = chat.talk(parse_qs(address.query).get("conversation", [""])[0], owner)
    return Page(question or "", looking or "", talk, narrowed_by(filters or {}), owner)


def _outputs(view: View) -> list[Any]:
    if view.warning:
        gr.Warning(escape(view.warning))
    drawn = (getattr(view, name) for name in DRAWN)
    return [gr.skip() if part is None else _told(part) for part in drawn]


def _told(part: object) -> object:
    """Filters as the form of the page sends them, so that they come back like that; all else as it is."""
    if not isinstance(part, Filters):
        return part
    return {"after": part.after, "before": part.before, "sources": list(part.sources)}


def _drawn(parts: Parts) -> list[Any]:
    return [parts[name] for name in DRAWN]


def _owner(request: gr.Request) -> str | None:
    return owner_of(_scope(request))


def _scope(request: gr.Request) -> Any:
    return request.request.scope if request.request else {}


def _html(value: str = "", *, elem_id: str | None = None, script: str | None = None) -> Any:
    """HTML of our own; `script` is the file in `static/` that runs when it is first drawn."""
    return gr.HTML(
        value,
        elem_id=elem_id,
        apply_default_css=False,
        js_on_load=_static(f"{script}.js") if script else None,
    )


def _box(label: str, elem_id: str, enter: str, placeholder: str = "", lines: int = 1) -> Any:
    """A box to type into, without Gradio's frame; `enter` is what a phone's key says."""
    return gr.Textbox(
        label=label,
        placeholder=placeholder or label,
        show_label=False,
        container=False,
        max_lines=lines,
        elem_id=elem_id,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint=enter),
    )


def mount_page(app: FastAPI, page: gr.Blocks, latest: Latest, *, adding: bool = True) -> None:
    """Serve `page` at the root of `app`: no analytics, no foreign font or script, no file but its own."""
    page.queue(api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        app_kwargs={"lifespan": latest.until_stopped},
        footer_links=[],
        favicon_path=str(STATIC / "icon.svg"),
        show_error=False,
        max_file_size=LARGEST_FILE if adding else NO_FILES,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=SANS, font_mono=MONO),
        head=f"<style>{_static('chat.css')}</style>",  # as `css`, Gradio would rewrite its selectors
    )
    mounted: Any = app.routes[-1]
    mounted.path_regex = EVERYWHERE_ELSE


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
