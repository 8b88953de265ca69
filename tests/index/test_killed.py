"""Kill -9 in the middle of whatever writes, and the next run completes it: nothing lost, nothing doubled.

Two hundred points here; `killed.py` itself tries as many as it is told to (docs/archive.md).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("killed.py")
TIMES = 50  # archives for each seed, each killed twice
SEEDS = (1, 2)  # at once: a run waits for the disk as often as for a processor


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_whenever_an_ingest_is_killed_the_next_one_completes_it(tmp_path: Path) -> None:
    running = [run(tmp_path / str(seed), seed) for seed in SEEDS]
    said = [program.communicate() for program in running]
    assert [program.returncode for program in running] == [0] * len(SEEDS), said
    reports = [json.loads(line) for out, _ in said for line in out.splitlines()]
    assert len(reports) == TIMES * len(SEEDS)
    assert [report for report in reports if report["faults"]] == []


def run(folder: Path, seed: int) -> subprocess.Popen[str]:
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, PROGRAM, folder, str(seed), str(TIMES)],
        env=os.environ | {"PYTHONPATH": str(PROGRAM.parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
