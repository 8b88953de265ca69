"""The API: the same answers as the other faces, errors as one sentence, and its description kept true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from index.archive import Archive
from index.articles import Article
from qa.assistant import Assistant
from ui.guards import HEADERS

QUESTION = "Who denied responsibility?"


@pytest.fixture(scope="module")
def archive(sample: Archive) -> Archive:
    """The one that is served."""
    return sample


@pytest.fixture(scope="module")
def client(serve: Callable[..., str]) -> Iterator[Client]:
    """Of a real server, on a port of its own."""
    with Client(base_url=serve(), timeout=60) as client:
        yield client


def test_an_answer_is_that_of_the_other_faces(client: Client, archive: Archive) -> None:
    found = client.post("/api/ask", json={"question": QUESTION}).json()
    asked = Assistant(archive).ask(QUESTION).to_json()
    assert {**found, "timings": None} == {**asked, "timings": None}
    assert found["answer"] == "Kataib Hezbollah"
    (cited,) = found["citations"]
    text = client.get(f"/api/articles/{cited['article_id']}").json()["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_filters_and_history_are_heard(client: Client) -> None:
    nothing = client.post("/api/ask", json={"question": QUESTION, "before": "2019-01-01"}).json()
    assert (nothing["answer"], nothing["passages"]) == (None, [])
    follow_up = {"question": "Where did they deny it?", "history": [[QUESTION, "Kataib Hezbollah"]], "k": 2}
    found = client.post("/api/ask", json=follow_up).json()
    assert "Kataib Hezbollah" in found["understood"]
    assert len(found["passages"]) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "?!"}, 400),
        ({"question": "x " * 4000}, 422),
        ({}, 422),
        ({"question": QUESTION, "k": 0}, 422),
        ({"question": QUESTION, "after": "yesterday"}, 422),
        ({"question": QUESTION, "colour": "red"}, 422),
    ],
)
def test_what_cannot_be_asked(client: Client, body: dict[str, Any], status: int) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"question": QUESTION, "k": 5000}, "'body.k' cannot be 5000 (Input should be less than"),
        ({"question": "x " * 4000}, "'body.question' cannot be 'x x x x"),
        ({}, "'body.question' is wrong (Field required); see /api/openapi.json."),
    ],
)
def test_what_is_wrong_with_a_question_is_named(client: Client, body: dict[str, Any], sentence: str) -> None:
    error = client.post("/api/ask", json=body).json()["error"]
    assert error.startswith(sentence)
    assert len(error) < 300


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
@pytest.mark.parametrize("headers", [{}, {"content-type": "application/x-www-form-urlencoded"}])
def test_a_missing_content_type_is_named(client: Client, path: str, headers: dict[str, str]) -> None:
    error = client.post(path, content=b'{"question": "x"}', headers=headers).json()["error"]
    said = error["message"] if path.startswith("/v1/") else error
    assert said == "The header `content-type: application/json` is missing; see /api/openapi.json."


def test_what_is_not_there_is_named(client: Client) -> None:
    missing, wrong = client.get("/api/nothing"), client.get("/api/ask")
    assert missing.json() == {"error": "There is nothing to GET at '/api/nothing'; see /api/openapi.json."}
    assert wrong.json() == {"error": "'/api/ask' takes POST, not GET; see /api/openapi.json."}


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "x", "k": NaN}',
        b'{"question": "Who \\ud83d denied it?"}',
        b"[",
        b'{"question": 5}',
        b"\xff",
    ],
)
def test_odd_bodies_are_answered_with_a_sentence(client: Client, body: bytes) -> None:
    answer = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400, 422}
    assert {"answer", "error"} & set(answer.json())


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_can_be_asked_on(client: Client, day: str) -> None:
    assert client.post("/api/ask", json={"question": QUESTION, "as_of": day}).status_code == 200


def test_it_stands_behind_the_page_s_own_guards(client: Client) -> None:
    body = {"question": QUESTION}
    assert client.post("/api/ask", json=body, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/api/ask", json=body, headers={"host": "evil.example"}).status_code == 400
    assert set(HEADERS) <= set(client.get("/api/health").headers)


def test_more_questions_than_are_read_at_once(client: Client) -> None:
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(client.post, "/api/ask", json={"question": QUESTION}) for _ in range(12)]
        assert client.get("/api/health", timeout=5).status_code == 200
        assert {future.result().json()["answer"] for future in asked} == {"Kataib Hezbollah"}


def test_articles(client: Client) -> None:
    (listed,) = client.get("/api/articles").json()
    assert (listed["title"], listed["published"]) == ("US strikes Kataib Hezbollah", "2020-03-13")
    assert "text" not in listed
    assert client.get("/api/articles", params={"source": "CNN"}).json() == []
    assert client.get("/api/articles", params={"offset": 1}).json() == []
    missing = client.get("/api/articles/nobody")
    assert (missing.status_code, "'nobody'" in missing.json()["error"]) == (404, True)
    assert str(Path.cwd().anchor + "tmp") not in missing.json()["error"]


def test_an_id_may_hold_slashes(client: Client, archive: Archive) -> None:
    archive.ingest([Article("cnn/2020/1", "A bridge", "The bridge opened.", "1999-01-01")])
    assert client.get("/api/articles/cnn/2020/1").json()["title"] == "A bridge"
    assert client.get("/api/articles/cnn%2F2020%2F1").json()["title"] == "A bridge"
    archive.remove(["cnn/2020/1"])


def test_health(client: Client) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "articles": 1, "passages": 9, "embedded": 9}


def test_asking_works_while_vectors_fill_in_behind(client: Client, archive: Archive) -> None:
    with archive.catalog.writing() as changes:
        changes.put(Article("b", "A bridge", "Mayor Lee denied that the bridge had closed on Sunday."))
    held = client.get("/api/health").json()
    assert (held["passages"], held["embedded"]) == (10, 9)
    found = client.post("/api/ask", json={"question": "What did Mayor Lee deny?"}).json()
    assert "b" in [passage["article_id"] for passage in found["passages"]]
    archive.remove(["b"])


def test_the_description_names_every_address(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/ask",
        "/api/articles",
        "/api/articles/{article_id}",
        "/api/health",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
    }
    assert all(way["description"] for path in described["paths"].values() for way in path.values())
