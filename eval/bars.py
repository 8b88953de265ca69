"""How far a run is, on stderr: a bar with rate and time left in a terminal, plain lines elsewhere.

The faces do not know each other, so the command line's bars in `ui` are not used here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

from index.progress import Progress as Told

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def shown() -> Iterator[Told]:
    """A progress to hand to long work, shown while the block lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeLeft())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield told


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.1f}/s" if task.speed else "")


class _Lines:
    def __init__(self) -> None:
        self._stage, self._began, self._said, self._from = "", 0.0, 0.0, 0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        fresh = stage != self._stage
        if fresh:
            self._stage, self._began, self._from = stage, now, done
        if not fresh and done != total and now - self._said < SECONDS_BETWEEN_LINES:
            return
        self._said = now
        rate = (done - self._from) / max(now - self._began, 1e-9)
        line = f"{stage}: {done:,}" if total is None else f"{stage}: {done:,} of {total:,}"
        if done > self._from:
            line += f", {rate:,.1f}/s"
            if total and done < total:
                line += f", {round((total - done) / rate):,} s left"
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress is what a person watches here
