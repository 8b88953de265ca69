"""The examples of docs/interfaces.md, run as they are written against a real `byline chat`, and its end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from index.archive import Archive
from ui.server import listening

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
STANDARD = "127.0.0.1:7860"


@dataclass(frozen=True)
class Served:
    """A chat that runs: its process, where, and on which archive."""

    process: subprocess.Popen[str]
    place: str
    archive: Path

    def here(self, example: str) -> str:
        """An example of the documentation with this chat's address in it."""
        return example.replace(STANDARD, self.place)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    archive = tmp_path_factory.mktemp("served") / "archive"
    with listening("127.0.0.1", 0) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", "from ui.cli import main; main()", "--archive", str(archive), "chat"]
    process = subprocess.Popen(
        [*command, "--port", port],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    assert f"127.0.0.1:{port}" in process.stdout.readline()
    yield Served(process, f"127.0.0.1:{port}", archive)
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(
    "line",
    [line.strip() for text in (README, PAGE) for line in re.findall(r"^    curl .*", text, re.MULTILINE)],
)
def test_curl(line: str, served: Served) -> None:
    done = subprocess.run(
        served.here(line), shell=True, capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(done.stdout)["answer"] == "Kataib Hezbollah"


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_python(code: str, served: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-c", served.here(code)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Kataib Hezbollah")


@pytest.mark.parametrize("address", re.findall(r"`GET (/[\w/.]+)`", PAGE))
def test_every_address_to_get_is_there(address: str, served: Served) -> None:
    assert httpx.get(f"http://{served.place}{address}", timeout=60).status_code == 200


def test_sigterm_finishes_what_is_read_and_frees_the_archive(served: Served) -> None:
    """The last of this module: nothing is served after it."""
    asked = {"question": "Who denied responsibility?"}
    answers: list[int] = []

    def ask() -> None:
        answers.append(httpx.post(f"http://{served.place}/api/ask", json=asked, timeout=60).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    while "byline_questions_in_progress 0.0" in httpx.get(f"http://{served.place}/metrics", timeout=60).text:
        if answers:
            break
    served.process.send_signal(signal.SIGTERM)
    asking.join(60)
    assert answers == [200]
    assert served.process.wait(timeout=60) == 0
    with Archive.open(served.archive) as archive:
        assert archive.status().articles == 1
