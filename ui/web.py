"""The chat as a Gradio page. The only file that imports gradio.

Gradio carries questions in and HTML out; what the page shows is drawn in `turns` and `source`, and the
little that runs in the browser is in `static/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from fastapi import FastAPI

from index.archive import Archive
from index.errors import BylineError
from qa.answers import Answer
from qa.feedback import keep
from ui.adding import add
from ui.desk import AT_ONCE
from ui.judging import history_of, judge
from ui.markup import escape
from ui.refusals import CRASHED
from ui.source import EMPTY, UNQUOTED, Place, draw_missing, draw_source
from ui.turns import RECENT_SHOWN, Turn, draw_turns, draw_welcome
from ui.words import count, unembedded

STATIC = Path(__file__).parent / "static"
KEPT_SECONDS = 12 * 3600  # how long an idle conversation is remembered
LARGEST_FILE = 100_000_000  # bytes
NO_FILES = 1  # byte: where the page does not add articles, it takes no files
STOPPED = "Stopped."
ADDING = (
    "<h2>Add articles</h2><p>Text, Markdown, HTML pages, or records in JSONL, JSON or CSV. They stay on this"
    " machine.</p>"
)
SANS = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Liberation Sans", "sans-serif"]
MONO = ["ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace"]


class Answers(Protocol):
    """What the page needs of an assistant."""

    def ask(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        """Answer `question`, asked after `history`; raises a `BylineError` that can be shown as it is."""


class Chat:
    """What happens on the page. Each method takes and gives what one Gradio event carries."""

    def __init__(self, archive: Archive, assistant: Answers, examples: Sequence[str] = ()) -> None:
        self._archive = archive
        self._assistant = assistant
        self._examples = tuple(examples)

    def welcome(self) -> str:
        """The page before the first question."""
        return draw_welcome(self._archive.articles(limit=RECENT_SHOWN), self._examples)

    def front(self) -> str:
        """The source before the first question: an only article can be read at once."""
        newest = self._archive.articles(limit=2)
        return draw_source(newest[0], Place(newest[0].article_id)) if len(newest) == 1 else EMPTY

    def total(self) -> str:
        """How much there is to ask about, for the head of the page."""
        waiting = self._archive.catalog.unembedded()
        said = count(self._archive.status().articles, "article")
        if waiting:
            said += f", {count(waiting, 'passage')} still to be embedded"
        return f'<p class="total" title="{unembedded(waiting)}">{said}</p>'

    def ask(self, question: str, turns: Sequence[Turn]) -> Iterator[tuple[Any, ...]]:
        """Ask: box, turns, conversation and source, first with the question alone, then with its answer."""
        question = question.strip()
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        asked = (*turns, Turn(question))
        yield "", asked, draw_turns(asked), gr.skip()
        turn = self._answered(question, turns)
        done = (*turns, turn)
        yield gr.skip(), done, draw_turns(done), self._source(turn)

    def example(self, turns: Sequence[Turn], event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """An example was chosen: ask it."""
        yield from self.ask(str(event._data.get("question", "")), turns)

    def retry(self, turns: Sequence[Turn]) -> Iterator[tuple[Any, ...]]:
        """Ask the last question again, in place of what came of it."""
        if turns:
            yield from self.ask(turns[-1].question, turns[:-1])
        else:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def stopped(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        """The reading was stopped; unless its answer was quicker."""
        return self._ended(turns, STOPPED)

    def failed(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        """An answer broke off, for a reason that only the log can tell: say so, where it would have stood."""
        return self._ended(turns, CRASHED)

    def _ended(self, turns: Sequence[Turn], sentence: str) -> tuple[Any, ...]:
        if turns and turns[-1].answer is None and turns[-1].error is None:
            turns = (*turns[:-1], Turn(turns[-1].question, error=sentence))
        return turns, draw_turns(turns)

    def add(
        self, files: Sequence[str] | None, pasted: str, turns: Sequence[Turn]
    ) -> Iterator[tuple[Any, ...]]:
        """Add articles: what is said of it, files, paste, total and conversation; the last four when done."""
        for said, done in add(self._archive, [Path(file) for file in files or ()], pasted):
            if not done:
                yield said, gr.skip(), gr.skip(), gr.skip(), gr.skip()
            else:
                yield said, None, "", self.total(), gr.skip() if turns else self.welcome()

    def thumb(self, turns: Sequence[Turn], event: gr.EventData) -> tuple[Any, ...]:
        """An answer was called right or wrong (once more: that is taken back), or the reason was told."""
        try:
            judged, thumb = judge(turns, event._data)
            keep(self._archive.path, thumb)
        except BylineError as error:
            gr.Warning(escape(str(error)))
            return gr.skip(), gr.skip()
        return judged, draw_turns(judged)

    def open(self, event: gr.EventData) -> str:
        """A mark or a title was chosen: the article, at that place."""
        try:
            where = Place.from_json(event._data)
            return draw_source(self._archive.article(where.article_id), where)
        except BylineError as error:
            return draw_missing(str(error))

    def begin(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        """The page as it is opened: the count, the welcome, the source; unless somebody was quicker."""
        if turns:
            return self.total(), gr.skip(), gr.skip()
        return self.total(), self.welcome(), self.front()

    def again(self) -> tuple[Any, ...]:
        """A new conversation."""
        return "", (), self.welcome(), self.front()

    def _answered(self, question: str, turns: Sequence[Turn]) -> Turn:
        try:
            return Turn(question, answer=self._assistant.ask(question, history_of(turns)))
        except BylineError as error:
            return Turn(question, error=str(error))

    def _source(self, turn: Turn) -> Any:
        if turn.answer is None:
            return gr.skip()
        if not turn.answer.citations:
            return UNQUOTED
        first = turn.answer.citations[0]
        place = Place(
            first.article_id, first.start, first.end, first.answer_start, first.answer_end, first.number
        )
        return draw_source(self._archive.article(first.article_id), place)


def build_page(chat: Chat, *, adding: bool = True) -> gr.Blocks:
    """The page: the conversation and the question box on one side, the source on the other.

    With `adding`, whoever sees the page may put articles into the archive.
    """
    with gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True) as page:
        turns = gr.State((), time_to_live=KEPT_SECONDS)
        with gr.Row(elem_id="byline"):
            with gr.Column(elem_id="talk"):
                with gr.Row(elem_id="masthead"):
                    gr.HTML("<h1>Byline</h1>", apply_default_css=False, js_on_load=None)
                    total = gr.HTML(chat.total(), apply_default_css=False, js_on_load=None)
                    gr.Button("Add articles", elem_id="add", size="sm", visible=adding)
                    again = gr.Button("New conversation", elem_id="again", size="sm")
                conversation = gr.HTML(
                    chat.welcome(),
                    elem_id="conversation",
                    apply_default_css=False,
                    js_on_load=_static("conversation.js"),
                )
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label="Your question",
                        placeholder="Ask a question",
                        show_label=False,
                        container=False,
                        max_lines=5,
                        elem_id="question",
                        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                    )
                    send = gr.Button("Ask", variant="primary", elem_id="send")
            source = gr.HTML(
                chat.front(), elem_id="source", apply_default_css=False, js_on_load=_static("source.js")
            )

        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [question, turns, conversation, source]
        reading = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "reading"}
        asked = [
            gr.on([question.submit, send.click], chat.ask, [question, turns], outputs, **reading),
            conversation.example(chat.example, [turns], outputs, **reading),
            conversation.retry(chat.retry, [turns], outputs, **reading),
        ]
        for reader in asked:
            reader.failure(chat.failed, [turns], [turns, conversation], **quiet)
        conversation.halt(chat.stopped, [turns], [turns, conversation], cancels=asked, **quiet)
        conversation.cite(chat.open, None, source, concurrency_limit=None, **quiet)
        conversation.thumb(chat.thumb, [turns], [turns, conversation], **quiet)
        again.click(chat.again, None, outputs, **quiet)
        if adding:
            _adding_panel(chat, turns, total, conversation, quiet)
        page.load(chat.begin, [turns], [total, conversation, source], queue=False, **quiet)
    return page


def _adding_panel(chat: Chat, turns: Any, total: Any, conversation: Any, quiet: dict[str, Any]) -> None:
    with gr.Column(elem_id="adding"), gr.Column(elem_id="adding-card"):
        gr.HTML(ADDING, apply_default_css=False, js_on_load=_static("adding.js"))
        files = gr.File(
            label="Files",
            show_label=False,
            file_count="multiple",
            elem_id="files",
            height=130,
            container=False,
        )
        pasted = gr.Textbox(
            label="Or paste one article’s text, or its web address", lines=5, max_lines=5, elem_id="pasted"
        )
        said = gr.HTML(elem_id="said", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="adding-buttons"):
            gr.Button("Close", elem_id="added", size="sm")
            put = gr.Button("Add", variant="primary", elem_id="put", size="sm")
    put.click(chat.add, [files, pasted, turns], [said, files, pasted, total, conversation], **quiet)


def mount_page(app: FastAPI, page: gr.Blocks, *, adding: bool = True) -> None:
    """Serve `page` at the root of `app`: no analytics, no foreign font or script, no file but its own."""
    page.queue(api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        allowed_paths=[],
        show_error=False,
        max_file_size=LARGEST_FILE if adding else NO_FILES,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=SANS, font_mono=MONO),
        head=f"<style>{_static('chat.css')}</style>",  # as `css`, Gradio would rewrite its selectors
    )


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
