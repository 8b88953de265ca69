"""An answer that an LLM wrote, as each face tells it: the terminal, /api and /v1, whole and as it comes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import httpx
import pytest
from openai import OpenAI
from rich.console import Console

from index.archive import Archive
from qa.answers import Answer
from qa.assistant import Assistant
from qa.checking import Checked
from qa.conversations import Conversations
from qa.settings import LlmSettings
from qa.writer import writer_of
from tests.qa.faulty_server import MODEL, Script, faulty
from ui import render
from ui.chat import STOPPED, Chat
from ui.cli import main
from ui.message import answer_in, message_of
from ui.page import Page
from ui.turns import Turn, draw_turns
from ui.words import ABSTENTION

QUESTION = "How many weapons depots were hit?"
TRUE = "U.S. retaliatory strikes hit five weapons depots of the Iranian-backed group Kataib Hezbollah in Iraq"
FALSE = (
    "U.S. retaliatory strikes hit nine weapons depots of the Iranian-backed group Kataib Hezbollah in Iraq"
)


@pytest.fixture
def written(answer: Answer) -> Answer:
    """Two sentences: one that stands, and one that does not."""
    stands = Checked("The group denied it.", answer.citations, None)
    struck = Checked("It paid.", (), "The passages do not say this.")
    return replace(answer, text=stands.text, sentences=(stands, struck), writer="tiny")


@pytest.fixture
def died(answer: Answer) -> Answer:
    """The LLM wrote a sentence with a quote, and the reader answers with another."""
    (cited,) = answer.citations
    whole = replace(cited, answer_end=cited.end)
    own = replace(cited, number=2, quote="It was late.", start=85, end=97, answer_start=92, answer_end=96)
    sentence = Checked("The group denied it.", (whole,), None)
    note = "The LLM 'x' broke off."
    return replace(answer, text="late", sentences=(sentence,), citations=(whole, own), note=note)


def printed(what: Any) -> str:
    stream = io.StringIO()
    Console(file=stream, width=200, highlight=False, markup=False, emoji=False).print(what)
    return stream.getvalue()


def test_the_terminal_shows_what_stands_and_what_does_not(written: Answer) -> None:
    lines = printed(render.answer(written)).splitlines()
    assert lines[:4] == [
        "The group denied it. [1]",
        "[struck] It paid.",
        "    The passages do not say this.",
        "Written by tiny; 1 of 2 sentences hold, as of 13 March 2020.",
    ]
    assert lines[5].startswith("  “The group [red] denied it")
    begun = printed(render.answer(written, begun=True)).splitlines()
    assert begun == lines[3:]
    fresh = printed(render.answer(written, date(2020, 3, 16))).splitlines()
    assert fresh[3] == "Written by tiny; 1 of 2 sentences hold."


def test_the_terminal_marks_the_readers_answer_with_the_readers_quotes(died: Answer) -> None:
    lines = printed(render.answer(died, begun=True)).splitlines()
    assert lines[0] == "The LLM 'x' broke off."
    assert lines[1].startswith("late [2]   High confidence")
    assert [line[:3] for line in lines if line.startswith("[")] == ["[1]", "[2]"]


def test_the_terminal_says_why_the_reader_answers(written: Answer) -> None:
    instead = replace(written, writer=None, text="The group", note="The LLM 'x' broke off.", sentences=())
    lines = printed(render.answer(instead)).splitlines()
    assert lines[0] == "The LLM 'x' broke off."
    assert lines[1].startswith("The group [1]   High confidence")


def test_a_message_holds_the_sentences_and_gives_back_those_that_stand(written: Answer) -> None:
    message = message_of(written)
    first = message.content.split("\n\n")[0]
    assert first == "The group denied it. [1] ~~It paid.~~ (struck: The passages do not say this.)"
    assert answer_in(message.content) == "The group denied it."
    refused = replace(written, text=None, sentences=(), citations=())
    assert message_of(refused).content == ABSTENTION
    for citation, (start, end) in zip(written.citations, message.places, strict=True):
        assert message.content[start:end] == citation.quote


def test_a_message_goes_on_from_what_was_sent(written: Answer) -> None:
    instead = replace(written, writer=None, text="The group", note="It broke off.", sentences=())
    message = message_of(instead, "The group denied it. [1]")
    assert message.content.startswith(
        "The group denied it. [1]\n\nThe group [1]\n\nAs of 13 March 2020.\n\n“"
    )
    assert message.content.endswith("\n\nIt broke off.")
    for citation, (start, end) in zip(instead.citations, message.places, strict=True):
        assert message.content[start:end] == citation.quote


def test_a_message_marks_the_readers_answer_with_the_readers_quotes(died: Answer) -> None:
    content = message_of(died, "The group denied it. [1]").content
    assert content.startswith("The group denied it. [1]\n\nlate [2]\n\nAs of 13 March 2020.\n\n“The group")
    assert "“It was late.” [2]" in content and content.endswith("\n\nThe LLM 'x' broke off.")


def test_the_page_shows_what_stands_and_what_does_not(written: Answer) -> None:
    hostile = Checked("It <b>paid</b>.", (), "No & no.")
    page = draw_turns([Turn("Who?", replace(written, sentences=(*written.sentences, hostile)))])
    assert page.count('class="written"') == 1 and "The group denied it.<button" in page
    assert page.count("<s>") == 2 and "<s>It &lt;b&gt;paid&lt;/b&gt;.</s>" in page and "No &amp; no." in page
    assert "Written by tiny; 1 of 3 sentences hold, as of 13 March 2020." in page
    assert "High confidence" not in page
    instead = replace(written, writer=None, text="The group", note="It broke <off>.", sentences=())
    page = draw_turns([Turn("Who?", instead)])
    assert "It broke &lt;off&gt;." in page and "High confidence" in page


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    with faulty(script):
        yield script


@pytest.fixture
def writing(sample: Archive, script: Script) -> Assistant:
    """An assistant that asks the script's LLM, which says what is so and what is not."""
    own = Assistant(sample)
    writer = writer_of(sample, own.reader, LlmSettings(use=script.address, timeout=120.0))
    found = own.ask(QUESTION).passages
    number = next(n for n, one in enumerate(found, 1) if "five weapons depots" in one.passage.text)
    script.texts = [f"{TRUE} [{number}]. {FALSE} [{number}]. And that is all there is to say of it today."]
    return Assistant(sample, reader=own.reader, writer=writer)


@pytest.fixture
def address(serve: Callable[..., str], writing: Assistant) -> str:
    """A server where that one is asked."""
    return serve(assistant=writing)


def asked(stream: bool = True) -> dict[str, Any]:
    return {"model": "byline", "messages": [{"role": "user", "content": QUESTION}], "stream": stream}


def test_over_http(address: str) -> None:
    plain = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=120).json()
    assert (plain["answer"], plain["writer"]) == (f"{TRUE}.", MODEL)
    assert [bool(one["reason"]) for one in plain["sentences"]] == [False, True, True]
    assert "note" not in plain
    assert [one["number"] for one in plain["citations"]] == plain["sentences"][0]["citations"] == [1]


def test_streamed_to_openais_client(address: str) -> None:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=120) as client:
        whole = client.chat.completions.create(**asked(stream=False)).choices[0].message
        chunks = [chunk.choices[0].delta for chunk in client.chat.completions.create(**asked())]
    content = [delta.content for delta in chunks if delta.content]
    assert "".join(content) == whole.content
    assert content[:2] == [f"{TRUE}. [1]", content[1]] and content[1].startswith(" ~~")
    last = next(delta.model_extra["byline"] for delta in chunks if (delta.model_extra or {}).get("byline"))
    assert last["writer"] == MODEL and len(last["sentences"]) == 3
    for citation in last["citations"]:
        assert "".join(content)[citation["message_start"] : citation["message_end"]] == citation["quote"]


def test_a_server_that_dies_while_it_is_streamed(address: str, script: Script) -> None:
    script.dies_after = len(script.texts[0]) // 3 - 3
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=120) as client:
        chunks = [chunk.choices[0].delta for chunk in client.chat.completions.create(**asked())]
    content = "".join(delta.content or "" for delta in chunks)
    assert content.startswith(f"{TRUE}. [1]")
    assert "\n\nfive [1]\n\nAs of 13 March 2020.\n\n“" in content
    assert "broke off" in content.splitlines()[-1]


def test_who_hangs_up_stops_the_llm(address: str, script: Script) -> None:
    script.waits = True
    script.texts = [script.texts[0] + " And on it goes." * 40]
    with httpx.stream("POST", f"{address}/v1/chat/completions", json=asked(), timeout=120) as response:
        for line in response.iter_lines():
            if "depots" in line:
                break
    assert script.gone.wait(60)
    counted = httpx.get(f"{address}/metrics", timeout=60).text
    assert "byline_questions_in_progress 0.0" in counted


@pytest.mark.parametrize("path", ["api/ask", "v1/chat/completions"])
def test_who_hangs_up_on_a_whole_answer_stops_the_llm(address: str, script: Script, path: str) -> None:
    script.waits = True
    script.texts = [script.texts[0] + " And on it goes." * 40]
    body = {"question": QUESTION} if path == "api/ask" else asked(stream=False)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{address}/{path}", json=body, timeout=3)
    assert script.gone.wait(60)
    counted = httpx.get(f"{address}/metrics", timeout=60).text
    assert "byline_questions_in_progress 0.0" in counted
    assert 'byline_questions_total{outcome="stopped"} 1.0' in counted


def test_who_hangs_up_before_anything_is_streamed_stops_the_llm(address: str, script: Script) -> None:
    script.waits = True
    script.texts = ["And on it goes and on" * 200]
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{address}/v1/chat/completions", json=asked(), timeout=3)
    assert script.gone.wait(60)


def test_on_the_page_sentences_come_as_they_are_checked(writing: Assistant, sample: Archive) -> None:
    chat = Chat(sample, writing)
    (first,) = chat.ask(Page(QUESTION))
    assert first.talk
    drawn = [view.conversation or "" for view in (first, *chat.read(Page(talk=first.talk)))]
    seen = [(html.count('"written"'), html.count("<s>"), 'data-event="halt"' in html) for html in drawn]
    assert seen == [(0, 0, True), (1, 0, True), (1, 1, True), (1, 2, True), (1, 2, False)]
    assert "Source 1:" in drawn[1] and "Writing" in drawn[1]


def test_stop_on_the_page_stops_the_llm_and_leaves_what_it_wrote(
    writing: Assistant, script: Script, sample: Archive
) -> None:
    script.waits = True
    script.texts = [script.texts[0] + " And on it goes." * 40]
    chat = Chat(sample, writing)
    (first,) = chat.ask(Page(QUESTION))
    assert first.talk
    page = Page(talk=first.talk)
    views = chat.read(page)
    talk = next(views).talk
    assert talk and not script.gone.is_set()
    page.left.set()
    assert list(views) == []
    assert script.gone.wait(60)
    (stopped,) = chat.stopped(Page(talk=talk), {})
    assert f"{TRUE}." in str(stopped.conversation) and STOPPED in str(stopped.conversation)
    kept = Conversations(sample.path).one(str(stopped.talk and stopped.talk.conversation.conversation_id))
    assert [one.text for one in kept.turns[0].sentences] == [f"{TRUE}."]


def wait_for(script: Script) -> None:
    while not script.asked:
        sleep(0.01)


def test_stop_reaches_the_rewriting_of_a_follow_up(writing: Assistant, script: Script) -> None:
    script.waits = True
    script.texts = ["Who was it who hit the five weapons depots of Kataib Hezbollah in Iraq?"]
    stop = Event()
    parts = writing.stream("Who hit them?", [(QUESTION, "five")], stop=stop)
    Thread(target=lambda: (wait_for(script), stop.set())).start()
    assert list(parts) == []
    assert script.gone.wait(60)
    assert len(script.asked) == 1  # nothing was to be written any more


def test_what_cannot_be_asked_is_refused_though_streamed(address: str) -> None:
    body = {**asked(), "messages": [{"role": "user", "content": "?"}]}
    refused = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60)
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.fixture
def byline(
    sample: Archive, script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> Callable[..., tuple[int, str, str]]:
    """Run `byline ask` in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BYLINE_THREADS", "1")
    monkeypatch.setenv("BYLINE_ARCHIVE", str(sample.path))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["byline", "ask", QUESTION, *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        return (int(stop.value.code or 0), *capsys.readouterr())

    return run


def test_on_the_command_line(
    address: str, script: Script, byline: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, _ = byline("--llm", script.address)
    lines = out.splitlines()
    assert (code, lines[0]) == (0, f"{TRUE}. [1]")
    assert lines[1].startswith("[struck] ")
    assert f"Written by {MODEL}; 1 of 3 sentences hold, as of 13 March 2020." in lines
    assert json.loads(byline("--llm", script.address, "--json")[1])["writer"] == MODEL


@pytest.mark.parametrize(
    ("llm", "sentence"),
    [
        ("gpt", "'llm.use' cannot be 'gpt'"),
        ("openai:gpt-4.1-mini", "set OPENAI_API_KEY in the environment."),
    ],
)
def test_a_wrong_llm_is_one_sentence(
    byline: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, llm: str, sentence: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    code, out, err = byline("--llm", llm)
    assert (code, out) == (1, "")
    assert sentence in err and err.count("\n") == 1
