"""The MCP tools, as the protocol's own client meets them: over stdio, and over HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from index.archive import Archive
from index.errors import SettingsError
from index.sources import sample_article
from qa.assistant import Assistant
from ui.desk import Desk
from ui.tools import tools_server

QUESTION = "Who denied responsibility?"
ROOT = Path(__file__).parents[2]


async def use(client: Client) -> None:
    """Everything that there is to use."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "read_article"}
    assert all(tool.output_schema and tool.description for tool in tools.values())
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())

    asked = await call(client, "ask", question=QUESTION)
    assert asked["answer"] == "Kataib Hezbollah"
    (cited,) = asked["citations"]
    article = await call(client, "read_article", article_id=cited["article_id"])
    assert article["title"] == "US strikes Kataib Hezbollah"
    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]

    found = (await call(client, "search", query="weapons depots", k=3))["result"]
    assert len(found) == 3
    for passage in found:
        assert article["text"][passage["start"] : passage["end"]] == passage["text"]
    assert (await call(client, "search", query="depots", before="2019-01-01"))["result"] == []

    follow_up = await call(client, "ask", question="Where did they deny it?", history=[[QUESTION, "They"]])
    assert QUESTION[:-1] in follow_up["understood"]
    soup = await call(client, "ask", question="How is onion soup made?")
    assert (soup["answer"], soup["citations"]) == (None, [])

    assert "'nobody'" in await refusal(client, "read_article", article_id="nobody")
    assert "no words in it" in await refusal(client, "ask", question="?!")
    assert "k" in await refusal(client, "search", query="depots", k=0)
    late = await refusal(client, "ask", question=QUESTION, after="yesterday")
    assert late == "'after' cannot be 'yesterday' (a day is written as 2020-03-13)."


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    done: Any = await client.call_tool(tool, arguments)
    assert not done.is_error, done.content
    return done.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    done: Any = await client.call_tool(tool, arguments)
    assert done.is_error
    return done.content[0].text


def run(check: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        with anyio.fail_after(200):
            await check()

    anyio.run(bounded)


def test_over_http(serve: Callable[..., str]) -> None:
    address = serve()

    async def check() -> None:
        async with Client(f"{address}/mcp") as client:
            await use(client)

    run(check)
    page = {"origin": "http://evil.example", "accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}/mcp", json={}, headers=page).status_code == 403


@pytest.mark.slow
def test_over_stdio(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", threads=1) as archive:
        archive.ingest([sample_article()])

    @asynccontextmanager
    async def byline() -> AsyncIterator[Any]:
        command = ["-c", "from ui.cli import main; main()", "--archive", str(tmp_path / "archive"), "mcp"]
        server = StdioServerParameters(
            command=sys.executable, args=command, cwd=ROOT, env={**os.environ, "BYLINE_THREADS": "1"}
        )
        async with stdio_client(server) as streams:
            yield streams

    async def check() -> None:
        async with Client(byline()) as client:
            await use(client)

    run(check)


def test_a_crash_in_a_tool_says_nothing_of_itself(sample: Archive) -> None:
    class Broken:
        def ask(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("/secret/place")

    async def check() -> None:
        async with Client(tools_server(sample, Desk(Broken()))) as client:
            assert await refusal(client, "ask", question=QUESTION) == "Error executing tool ask"
            assert (await call(client, "search", query="depots", k=1))["result"]

    run(check)


def test_without_the_extra_it_says_how_to_get_it(
    sample: Archive, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with pytest.raises(SettingsError, match=r"pip install 'byline\[mcp\]'"):
        tools_server(sample, Desk(Assistant(sample)))
    address = serve()
    answer = httpx.post(f"{address}/mcp", json={})
    assert answer.status_code == 501
    assert "byline[mcp]" in answer.json()["error"]
    assert httpx.get(f"{address}/api/health").status_code == 200
