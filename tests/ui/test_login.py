"""The password before everything else: a session for people, a header for programs, few attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.access import Access
from ui.login import (
    ATTEMPTS,
    COOKIE,
    ENDED,
    LOCKED,
    OWNER,
    OWNER_COOKIE,
    SESSION_SECONDS,
    WRONG,
    Door,
    PasswordFirst,
    Sessions,
    add_login,
    owner_of,
)
from ui.password import hash_password

PASSWORD = "correct horse"
PAGE = {"accept": "text/html"}


@pytest.fixture
def client(serve: Callable[..., str]) -> Iterator[httpx.Client]:
    """Somebody at a server that asks for the password."""
    with httpx.Client(base_url=serve(Access("127.0.0.1", hash_password(PASSWORD))), timeout=60) as client:
        yield client


def log_in(client: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    return client.post("/login", data={"password": password})


@pytest.mark.parametrize(
    "path",
    ["/api/health", "/api/articles", "/v1/models", "/metrics", "/mcp", "/api/openapi.json", "/nowhere"],
)
def test_nothing_is_open(client: httpx.Client, path: str) -> None:
    refused = client.get(path)
    assert refused.status_code == 401
    assert LOCKED in refused.text
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_browser_is_sent_to_the_page_that_asks(client: httpx.Client) -> None:
    sent = client.get("/", headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    page = client.get("/login", headers=PAGE)
    assert page.status_code == 200
    assert "<label for=" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_session_opens_and_logging_out_ends_it(client: httpx.Client) -> None:
    assert log_in(client).status_code == 303
    assert client.get("/api/health").status_code == 200
    kept = client.cookies[COOKIE]
    client.post("/logout")
    client.cookies.set(COOKIE, kept)
    assert client.get("/api/health").status_code == 401


def test_the_password_leads_back_to_the_conversation_and_nowhere_else(client: httpx.Client) -> None:
    sent = client.get("/", params={"conversation": "a1" * 16}, headers=PAGE)
    assert sent.headers["location"] == f"/login?conversation={'a1' * 16}"
    back = client.post(sent.headers["location"], data={"password": PASSWORD})
    assert back.headers["location"] == f"/?conversation={'a1' * 16}"
    for other in ("//evil.example", "a1\r\nset-cookie: x=y", "A1" * 16, "a1" * 17):
        back = client.post("/login", params={"conversation": other}, data={"password": PASSWORD})
        assert back.headers["location"] == "/"
    assert ENDED in client.get("/login?ended").text


def test_the_cookie_is_no_script_s_and_no_other_site_s(client: httpx.Client) -> None:
    given = log_in(client).headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert f"max-age={SESSION_SECONDS}" in given


@pytest.mark.parametrize("tried", ["", "correct hors", "correct horse ", "\ud800", "x" * 900_000])
def test_a_wrong_password_opens_nothing(client: httpx.Client, tried: str) -> None:
    refused = log_in(client, tried.encode("utf-8", "replace").decode())
    assert refused.status_code == 401
    assert WRONG in refused.text and "byline password" not in refused.text  # no visitor's to set
    assert COOKIE not in client.cookies


def test_a_program_sends_it_as_a_header(client: httpx.Client) -> None:
    assert client.get("/v1/models", headers={"authorization": f"Bearer {PASSWORD}"}).status_code == 200
    assert client.get("/v1/models", headers={"authorization": "Bearer wrong horse"}).status_code == 401


def test_it_can_be_tried_a_few_times_only() -> None:
    now = 0.0  # a clock that stands: ten hashes may take so long that there is an eleventh to try
    door = Door(hash_password(PASSWORD), lambda: now)
    app = FastAPI()
    add_login(app, door)
    app.add_middleware(PasswordFirst, door=door)
    header = {"authorization": f"Bearer {PASSWORD}"}
    with TestClient(app, follow_redirects=False) as client:
        tried = [log_in(client, f"guess {number}").status_code for number in range(ATTEMPTS)]
        assert set(tried) == {401}
        locked = log_in(client)
        assert (locked.status_code, locked.headers["retry-after"]) == (429, "6")
        assert client.get("/nowhere", headers=header).status_code == 429
        now = 6.0
        assert log_in(client).status_code == 303


def test_a_session_expires() -> None:
    now = 0.0
    sessions = Sessions(lambda: now)
    token = sessions.begin()
    now = SESSION_SECONDS - 1
    assert sessions.holds(token)
    assert not sessions.holds(token[:-1])
    now = SESSION_SECONDS
    assert not sessions.holds(token)


def test_a_conversation_is_of_the_browser_that_it_was_had_in(client: httpx.Client) -> None:
    log_in(client)
    mine = client.cookies[OWNER_COOKIE]
    assert (owner_of({}), owner_of({OWNER: None}), owner_of({OWNER: "a"})) == ("", None, "a")
    client.post("/logout")
    log_in(client)
    assert client.cookies[OWNER_COOKIE] == mine  # it outlives the session
    client.cookies.delete(OWNER_COOKIE)
    log_in(client)
    assert client.cookies[OWNER_COOKIE] != mine
