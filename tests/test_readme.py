"""Every example of the README, run as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def environment(archive: Path) -> dict[str, str]:
    beside_python = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{beside_python}{os.pathsep}{os.environ['PATH']}",
        "BYLINE_ARCHIVE": str(archive),
        "COLUMNS": "110",
    }


def sessions() -> list[list[tuple[str, list[str]]]]:
    """Each console block as (command, the lines it shows)."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        found.append([(lines[0], lines[1:]) for lines in (part.strip().split("\n") for part in parts)])
    return found


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("session", sessions(), ids=lambda session: session[0][0])
def test_console(session: list[tuple[str, list[str]]], tmp_path: Path) -> None:
    for command, shown in session:
        done = subprocess.run(
            command,
            shell=True,
            cwd=ROOT,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed = flat(done.stdout + done.stderr)
        for piece in flat("\n".join(shown)).split("…"):
            assert piece.strip() in printed, command


@pytest.mark.slow
@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python(code: str, tmp_path: Path) -> None:
    (tmp_path / "index").symlink_to(ROOT / "index")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Kataib Hezbollah" in done.stdout
