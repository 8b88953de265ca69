"""The LLM that runs here, its real server, for the tests: started once, and asked what it is doing; or, where
it is to be killed, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from index.errors import SettingsError
from qa import local_llm

_CHILD = """
from qa import local_llm
running = local_llm.start(2048, 1)
print(running.address, running.key, flush=True)
input()
"""


def started() -> local_llm.Running:
    """The server; where it is not installed the test is left out, which `make test` sees to."""
    pytest.importorskip("xllamacpp")
    try:
        return local_llm.start(2048, 1)
    except SettingsError as error:
        pytest.skip(str(error))


@contextmanager
def in_a_child() -> Iterator[tuple[local_llm.Running, subprocess.Popen[str]]]:
    """The same server in a process of its own, which can be killed."""
    started()  # or the test is left out
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _CHILD], stdin=pipe, stdout=pipe, text=True) as child:
        try:
            address, key = child.stdout.readline().split()  # type: ignore[union-attr]
            yield local_llm.Running(address, key, None), child
        finally:
            child.kill()


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
