"""Who waits while the server stops is told so."""

from __future__ import annotations

import asyncio
import threading
import time

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from ui.leaving import unless_gone
from ui.refusals import add_refusals
from ui.server import listening


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_a_question_that_the_server_s_end_cuts_off_is_refused_in_words(path: str) -> None:
    app = FastAPI()
    begun = threading.Event()

    @app.post(path)
    async def ask(request: Request) -> str | None:
        begun.set()
        return await unless_gone(request, asyncio.sleep(60, "too late"))

    add_refusals(app, {})
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.05)

    def stop() -> None:
        begun.wait()
        server.should_exit = True

    threading.Thread(target=stop).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
    answer = httpx.post(address, json={}, timeout=30)
    thread.join()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    error = answer.json()["error"]
    said = error["message"] if path.startswith("/v1/") else error
    assert said == "Byline was stopped before it had an answer; ask again when it serves."
