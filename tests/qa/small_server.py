"""The LLM that runs here, its real server, for the tests: started once, and asked what it is doing."""

from __future__ import annotations

import time

import httpx
import pytest

from index.errors import SettingsError
from qa import local_llm


def started() -> local_llm.Running:
    """The server; where it is not installed the test is left out, which `make test` sees to."""
    pytest.importorskip("xllamacpp")
    try:
        return local_llm.start(2048, 1)
    except SettingsError as error:
        pytest.skip(str(error))


def busy(running: local_llm.Running) -> bool:
    """Whether it is writing now."""
    slots = httpx.get(
        running.address.replace("/v1", "/slots"),
        headers={"authorization": f"Bearer {running.key}"},
        timeout=60,
    )
    return any(slot["is_processing"] for slot in slots.json())


def idle_soon(running: local_llm.Running) -> bool:
    """Whether the server stops by itself, long before a story would end."""
    ends = time.monotonic() + 60
    while busy(running) and time.monotonic() < ends:
        time.sleep(0.1)
    return not busy(running)
