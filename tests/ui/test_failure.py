"""A question that crashes, and a server that stops while questions are read: told, and survived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from qa.answers import Answer, Checked
from qa.assistant import Assistant
from ui.guards import HEADERS
from ui.refusals import CRASHED

ASK = {"question": "Who denied responsibility?"}


class Crashing:
    """The assistant, but for one question, which nobody foresaw."""

    def __init__(self, own: Assistant) -> None:
        self._own = own

    def stream(self, question: str, *given: Any, **named: Any) -> Iterator[Checked | Answer]:
        if "crash" in question:
            raise ZeroDivisionError("a secret of the inside")
        return self._own.stream(question, *given, **named)


def test_a_crash_is_one_sentence_and_the_server_goes_on(serve: Callable[..., str], sample: Any) -> None:
    with httpx.Client(base_url=serve(assistant=Crashing(Assistant(sample))), timeout=60) as client:
        crashed = client.post("/api/ask", json={"question": "Will it crash?"})
        assert (crashed.status_code, crashed.json()) == (500, {"error": CRASHED})
        assert crashed.headers.items() >= HEADERS.items()
        openai = client.post(
            "/v1/chat/completions",
            json={"model": "byline", "messages": [{"role": "user", "content": "crash"}]},
        )
        assert (openai.status_code, openai.json()["error"]["message"]) == (500, CRASHED)
        assert client.post("/api/ask", json=ASK).json()["answer"] == "Kataib Hezbollah"
        counted = client.get("/metrics").text
        assert 'byline_questions_total{outcome="failed"} 2.0' in counted
        assert 'byline_questions_total{outcome="answered"} 1.0' in counted
        assert "byline_questions_in_progress 0.0" in counted


class Slow:
    """The assistant with a second's delay."""

    def __init__(self, own: Assistant) -> None:
        self._own = own
        self.begun = threading.Event()

    def stream(self, question: str, *given: Any, **named: Any) -> Iterator[Checked | Answer]:
        self.begun.set()
        time.sleep(1)
        return self._own.stream(question, *given, **named)


def test_what_is_being_read_is_finished_when_the_server_stops(
    serve: Callable[..., str], stop: Callable[[str], None], sample: Any
) -> None:
    slow = Slow(Assistant(sample))
    address = serve(assistant=slow)
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(httpx.post(f"{address}/api/ask", json=ASK, timeout=60))

    asking = threading.Thread(target=ask)
    asking.start()
    assert slow.begun.wait(30)
    stop(address)
    asking.join()
    assert answers[0].json()["answer"] == "Kataib Hezbollah"
