"""The whole application as it is served, its page included, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from index.archive import Archive
from qa.answers import Answer, Checked
from qa.assistant import Assistant
from qa.conversations import Conversations
from qa.settings import LlmSettings
from qa.writer import writer_of
from tests.qa.faulty_server import Script, faulty
from ui.access import Access
from ui.chat import STOPPED
from ui.desk import AT_ONCE
from ui.password import hash_password

pytestmark = [  # Gradio leaves sockets and a loop of its start behind, and uses an old name of Starlette's
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:'HTTP_422"),
]

QUESTION = "Who denied responsibility?"


@dataclass
class Tab:
    """An open page without a browser: sends what Gradio's script sends."""

    client: httpx.Client
    name: str

    def ask(self, question: str, filters: dict[str, Any] | None = None, here: str = "/") -> None:
        """Type and Enter; and, as the page then does by itself, have it read for."""
        self.put(question, filters, here)
        self.read(filters, here)

    def put(self, question: str, filters: dict[str, Any] | None = None, here: str = "/") -> None:
        """Type and Enter."""
        self._happen(self._events()[0], [question, "", None, filters], here)

    def read(self, filters: dict[str, Any] | None = None, here: str = "/") -> None:
        """What follows once the question has been drawn."""
        self._happen(self._events()[1], ["", "", None, filters], here)

    def _events(self) -> tuple[int, int]:
        config = self.client.get("/config").json()
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
        ask = next(e["id"] for e in config["dependencies"] if [box, "submit"] in e["targets"])
        return ask, next(e["id"] for e in config["dependencies"] if e["trigger_after"] == ask)

    def _happen(self, event: int, data: list[Any], here: str) -> None:
        body = {"data": data, "fn_index": event, "session_hash": self.name, "event_data": None}
        referer = {"referer": f"{self.client.base_url}{here}"}
        self.client.post("/gradio_api/queue/join", json=body, headers=referer).raise_for_status()
        stream = self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.name})
        with stream as response:
            for line in response.iter_lines():
                told = json.loads(line.removeprefix("data: ") or "{}")
                if told.get("msg") == "process_completed":
                    assert told["success"], told
                    return


@pytest.fixture(scope="module")
def client(serve: Callable[..., str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(page=True), timeout=120) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/api/nothing", 404, "There is nothing to GET at '/api/nothing'; see /api/openapi.json."),
        ("GET", "/api/ask", 405, "'/api/ask' takes POST, not GET; see /api/openapi.json."),
        ("POST", "/v1/embeddings", 404, "There is nothing to POST at '/v1/embeddings'; see"),
        ("GET", "/v1/chat/completions", 405, "'/v1/chat/completions' takes POST, not GET; see"),
        ("DELETE", "/v1/models/byline", 405, "'/v1/models/byline' takes GET, not DELETE; see"),
        ("POST", "/metrics", 405, "'/metrics' takes GET, not POST; see /api/openapi.json."),
        ("GET", "/api", 404, "There is nothing to GET at '/api'; see /api/openapi.json."),
    ],
)
def test_what_is_not_there_is_refused_as_everything_else_is(
    client: httpx.Client, method: str, path: str, status: int, sentence: str
) -> None:
    refused = client.request(method, path)
    error = refused.json()["error"]
    assert (refused.status_code, refused.headers.get("allow") is not None) == (status, status == 405)
    assert (error["message"] if path.startswith("/v1/") else error).startswith(sentence)


def test_the_page_is_served_beside_it(client: httpx.Client) -> None:
    assert "Byline" in client.get("/").text
    assert client.get("/api/health").json()["status"] == "ok"
    assert client.get("/gradio_api/nothing").status_code == 404  # Gradio's own


def test_a_page_that_was_forgotten_goes_on_with_its_conversation_and_filters(
    client: httpx.Client, sample: Archive
) -> None:
    kept = Conversations(sample.path)
    Tab(client, "one").ask(QUESTION)
    (listed,) = kept.listed()
    only: dict[str, Any] = {"after": None, "before": "2030-01-01", "sources": []}
    Tab(client, "as after a restart").ask("And who else?", only, f"/?conversation={listed.conversation_id}")
    first, second = kept.one(listed.conversation_id).turns
    assert (first.question, second.question) == (QUESTION, "And who else?")
    assert second.answer and second.filters.before == "2030-01-01"


def test_what_the_page_was_told_counts_as_answered(client: httpx.Client) -> None:
    before = counted(client)
    Tab(client, "counting").ask(QUESTION)
    now = counted(client)
    assert now["answered"] == before["answered"] + 1
    assert (now["stopped"], now["read"]) == (before["stopped"], before["read"] + 1)


def counted(client: httpx.Client) -> dict[str, float]:
    """What became of the questions, and how often the time of reading was kept."""
    lines = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[0] != "#")
    names = {name: f'byline_questions_total{{outcome="{name}"}}' for name in ("answered", "stopped")}
    names["read"] = 'byline_stage_seconds_count{stage="read"}'
    return {name: float(lines.get(line, 0)) for name, line in names.items()}


class Held:
    """The assistant, which answers nobody before it is let go."""

    def __init__(self, own: Assistant) -> None:
        self._own = own
        self.asked: list[str] = []
        self.let_go = Event()

    def ask(self, *given: Any, **named: Any) -> Answer:
        return self._own.ask(*given, **named)

    def stream(self, question: str, *given: Any, **named: Any) -> Iterator[Checked | Answer]:
        self.asked.append(question)
        self.let_go.wait(60)
        yield from self._own.stream(question, *given, **named)


def test_who_waits_for_a_place_sees_the_question_and_may_put_another_instead(
    serve: Callable[..., str], sample: Archive
) -> None:
    held, kept = Held(Assistant(sample)), Conversations(sample.path)
    address = serve(assistant=held, page=True)
    with httpx.Client(base_url=address, timeout=120) as client, ThreadPoolExecutor() as pool:
        reading = [pool.submit(Tab(client, f"tab {n}").ask, f"Who is number {n}?") for n in range(AT_ONCE)]
        until = monotonic() + 60
        while len(held.asked) < AT_ONCE and monotonic() < until:
            sleep(0.05)
        fifth = Tab(client, "the fifth")
        fifth.put("Who came too late?")
        waiting = kept.one(kept.listed(words="came too late")[0].conversation_id)
        fifth.put(QUESTION)
        held.let_go.set()
        for one in reading:
            one.result(60)
        fifth.read()  # for the first
        fifth.read()
        first, second = kept.one(waiting.conversation_id).turns
    assert waiting.turns[0].waiting
    assert (first.error, second.answer is not None) == (STOPPED, True)
    assert held.asked[AT_ONCE:] == [QUESTION], "what was stopped is not read for, and the other once"


def test_who_has_logged_in_can_log_out_on_the_page(client: httpx.Client, serve: Callable[..., str]) -> None:
    assert "Log out" not in client.get("/").text  # nobody had to log in
    locked = serve(Access(password_hash=hash_password("correct horse")), page=True)
    with httpx.Client(base_url=locked, timeout=120) as here:
        here.post("/login", data={"password": "correct horse"})
        assert 'action=\\"logout\\"' in here.get("/").text
        assert here.post("/logout").headers["location"] == "/login"
        assert here.get("/", headers={"accept": "text/html"}).status_code == 303


def test_a_server_that_stops_stops_the_llm_that_writes_on_a_page(
    serve: Callable[..., str], stop: Callable[[str], None], sample: Archive
) -> None:
    script = Script(["And on it goes and on" * 200], waits=True)
    with faulty(script) as llm:
        own = Assistant(sample)
        writer = writer_of(sample, own.reader, LlmSettings(use=llm, timeout=300.0))
        address = serve(assistant=Assistant(sample, reader=own.reader, writer=writer), page=True)
        client = httpx.Client(base_url=address, timeout=120)
        asking = Thread(target=lambda: hung_up(Tab(client, "writing")), daemon=True)
        asking.start()
        until = monotonic() + 60
        while not script.asked and monotonic() < until:
            sleep(0.05)
        assert script.asked and not script.gone.is_set()
        stop(address)
        assert script.gone.wait(30)
        asking.join(30)
        client.close()


def hung_up(tab: Tab) -> None:
    """Ask, and be hung up on."""
    with pytest.raises((httpx.HTTPError, AssertionError)):
        tab.ask("How many weapons depots were hit?")
