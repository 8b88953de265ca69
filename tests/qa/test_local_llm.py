"""The LLM that runs here: a real server, SmolLM2 in llama.cpp, asked over loopback as any other."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from index.archive import Archive
from index.errors import ModelError
from qa import local_llm
from qa.answers import Answer
from qa.assistant import Assistant
from qa.llm import Llm, OverlongError, Said
from qa.settings import LlmSettings
from qa.writer import writer_of
from tests.qa.small_server import busy, idle_soon, in_a_child, started

pytestmark = pytest.mark.slow
QUESTION = "How many weapons depots were hit?"
LONG = [Said("user", "Write a very long story about the sea, its ships and their many sailors.")]


@pytest.fixture(scope="module")
def running() -> local_llm.Running:
    return started()


@pytest.fixture
def llm(running: local_llm.Running, monkeypatch: pytest.MonkeyPatch) -> Llm:
    monkeypatch.setenv("BYLINE_LLM_KEY", running.key)
    return Llm(LlmSettings(use=running.address, tokens=64, timeout=280.0))


def test_it_streams(llm: Llm) -> None:
    pieces = list(llm.stream([Said("user", "What is the capital of France? Answer in one sentence.")]))
    assert len(pieces) > 3
    assert "Paris" in "".join(pieces)
    assert (llm.name, llm.context) == (local_llm.NAME, 2048)


def test_closed_in_the_middle_the_server_stops(
    running: local_llm.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_LLM_KEY", running.key)
    pieces = Llm(LlmSettings(use=running.address, tokens=1500, timeout=280.0)).stream(LONG)
    next(pieces)
    assert busy(running)
    pieces.close()
    assert idle_soon(running)


def test_out_of_time_the_server_stops(running: local_llm.Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_LLM_KEY", running.key)
    llm = Llm(LlmSettings(use=running.address, tokens=1500, timeout=280.0))
    with pytest.raises(ModelError, match="took over 1 seconds"):
        list(llm.stream(LONG, timeout=1.0))
    assert idle_soon(running)


def test_more_than_it_can_take(llm: Llm) -> None:
    with pytest.raises(OverlongError, match="too long for the LLM"):
        list(llm.stream([Said("user", "hello there " * 3000)]))


def test_a_wrong_key_is_one_sentence(running: local_llm.Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_LLM_KEY", "wrong")
    with pytest.raises(ModelError, match=r"refuses the key \(401\); set BYLINE_LLM_KEY") as caught:
        list(Llm(LlmSettings(use=running.address)).stream(LONG))
    assert "wrong" not in str(caught.value)


def test_killed_in_the_middle_of_a_stream_it_leaves_the_reader(
    archive: Archive, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_a_child() as (running, child):
        monkeypatch.setenv("BYLINE_LLM_KEY", running.key)
        settings = LlmSettings(use=running.address, tokens=1000, timeout=280.0)
        writer = writer_of(archive, assistant.reader, settings)
        spoken = writer.llm.stream
        pieces: list[str] = []

        def stream(*asked: Any, **how: Any) -> Iterator[str]:
            for piece in spoken(*asked, **how):
                pieces.append(piece)
                child.kill()
                yield piece

        monkeypatch.setattr(writer.llm, "stream", stream)
        answer = Assistant(archive, reader=assistant.reader, writer=writer).ask(QUESTION)
    assert pieces and child.returncode == -signal.SIGKILL
    assert (answer.text, answer.writer) == (assistant.ask(QUESTION).text, None)
    assert "broke off" in str(answer.note) and running.address in str(answer.note)


@pytest.fixture
def written(archive: Archive, assistant: Assistant, llm: Llm) -> Iterator[Answer]:
    writer = writer_of(archive, assistant.reader, llm.settings)
    yield Assistant(archive, reader=assistant.reader, writer=writer).ask(QUESTION)


def test_whatever_it_writes_only_what_is_checked_is_said(written: Answer, archive: Archive) -> None:
    assert written.text is not None
    assert "took over" not in str(written.note) and "broke off" not in str(written.note)
    for citation in written.citations:
        assert archive.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    standing = [sentence.text for sentence in written.sentences if sentence.stands]
    assert written.text == " ".join(standing) if written.writer else not standing
