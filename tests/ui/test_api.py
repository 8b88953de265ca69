"""The API: the same answers as the other faces, errors as one sentence, and its description kept true."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client

from index.archive import Archive
from index.sources import sample_article
from qa.assistant import Assistant
from ui.api import add_api
from ui.server import address, listening

QUESTION = "Who denied responsibility?"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("api") / "archive") as archive:
        archive.ingest([sample_article()])
        yield archive


@pytest.fixture(scope="module")
def client(archive: Archive) -> Iterator[Client]:
    """Of a real server, on a port of its own."""
    app = FastAPI(openapi_url="/api/openapi.json")
    add_api(app, archive, Assistant(archive))
    with listening("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        with Client(base_url=address("127.0.0.1", listener), timeout=60) as client:
            yield client
        server.should_exit = True
        serving.join()


def test_an_answer_is_that_of_the_other_faces(client: Client, archive: Archive) -> None:
    found = client.post("/api/ask", json={"question": QUESTION}).json()
    asked = Assistant(archive).ask(QUESTION).to_json()
    assert {**found, "timings": None} == {**asked, "timings": None} | {"citations": found["citations"]}
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
        ({"question": "x " * 4000}, 400),
        ({}, 422),
        ({"question": QUESTION, "k": 0}, 422),
        ({"question": QUESTION, "after": "yesterday"}, 422),
        ({"question": QUESTION, "colour": "red"}, 422),
    ],
)
def test_what_cannot_be_asked(client: Client, body: dict[str, Any], status: int) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"].endswith((".", "…"))


def test_articles(client: Client) -> None:
    (listed,) = client.get("/api/articles").json()
    assert (listed["title"], listed["published"]) == ("US strikes Kataib Hezbollah", "2020-03-13")
    assert "text" not in listed
    assert client.get("/api/articles", params={"source": "CNN"}).json() == []
    assert client.get("/api/articles", params={"offset": 1}).json() == []
    missing = client.get("/api/articles/nobody")
    assert (missing.status_code, "'nobody'" in missing.json()["error"]) == (404, True)


def test_health(client: Client) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "articles": 1, "passages": 9, "embedded": 9}


def test_the_description_names_every_address(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/ask",
        "/api/articles",
        "/api/articles/{article_id}",
        "/api/health",
    }
    assert all(way["description"] for path in described["paths"].values() for way in path.values())


def test_nothing_is_served_from_the_disk(client: Client, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    for path in (f"/api/articles/..%2f..%2f{tmp_path}%2fsecret", f"/api{tmp_path}/secret"):
        assert "secret" not in client.get(path).text.replace(str(tmp_path), "").replace("secret'", "")
