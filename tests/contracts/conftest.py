"""A real Chroma server, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ui.server import listening

SECONDS_TO_START = 120.0


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `chroma run` on a free port; gives its address."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    program = shutil.which("chroma", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS_TO_START
    while not _answers(address):
        assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/v2/heartbeat", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
