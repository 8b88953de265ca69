"""Kill -9 in the middle of whatever writes, and the next run completes it: nothing lost, nothing doubled.

Forty points here; `killed.py` itself tries as many as it is told to (docs/archive.md).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("killed.py")
TIMES = 20  # archives, each killed twice


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_whenever_an_ingest_is_killed_the_next_one_completes_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM, tmp_path, "1", str(TIMES)],
        env=os.environ | {"PYTHONPATH": str(PROGRAM.parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == TIMES
    assert [report for report in reports if report["faults"]] == []
