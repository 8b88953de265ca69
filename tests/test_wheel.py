"""The wheel: what `pip install .` gives is whole, the models included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = (
    "index/models/all-MiniLM-L6-v2/model.onnx",
    "index/models/all-MiniLM-L6-v2/tokenizer.json",
    "index/sample/us-strikes-kataib-hezbollah.txt",
    "qa/models/reader/reader.onnx",
    "qa/models/reader/calibration.json",
    "qa/checking/support.json",
    "qa/checking/words.txt",
    "eval/suites/sample.jsonl",
    "eval/templates/report.html",
    "ui/static/chat.css",
)


@pytest.mark.slow
def test_the_wheel_holds_all_that_byline_needs(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("byline-*.whl")
    names = set(ZipFile(wheel).namelist())
    assert set(NEEDED) <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"index", "qa", "ui", "eval"}
    for model in NEEDED[0], NEEDED[3]:
        assert ZipFile(wheel).read(model) == (ROOT / model).read_bytes()
