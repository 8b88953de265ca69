"""Progress of long work on stderr: bars where someone watches, plain lines where nobody does."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from index.progress import Progress

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown_progress(stream: TextIO | None = None) -> Iterator[Progress]:
    """A `Progress` that shows on `stream` (stderr by default) for as long as the block runs."""
    stream = sys.stderr if stream is None else stream
    if stream.isatty():
        with _bars(stream) as progress:
            yield progress
    else:
        yield Lines(stream)


class Lines:
    """One line when a stage begins, every few seconds while it runs, and when it is done.

    A stage that does not know its total is done when the next one begins.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._began = self._said = 0.0
        self._start = 0
        self._last = self._unsaid = ""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if new := stage != self._stage:
            self._say(self._unsaid)
            self._stage, self._began, self._start, self._last = stage, now, done, ""
        self._unsaid = self._line(done, total, now - self._began)
        if new or done == total or now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            self._say(self._unsaid)

    def _say(self, line: str) -> None:
        if line and line != self._last:
            print(line, file=self._stream, flush=True)
        self._last, self._unsaid = line, ""

    def _line(self, done: int, total: int | None, seconds: float) -> str:
        line = f"{self._stage}: {done:,}" if total is None else f"{self._stage}: {done:,} of {total:,}"
        fresh = done - self._start
        if fresh <= 0 or seconds < 0.1:
            return line
        rate = fresh / seconds
        line += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
        if total is not None and done < total:
            line += f", {_duration((total - done) / rate)} left"
        return line


@contextmanager
def _bars(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(file=stream)) as bars:

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage.capitalize(), total=total, rate="")
            speed = next((task.speed for task in bars.tasks if task.id == tasks[stage]), None)
            rate = f"{speed:,.0f}/s" if speed else ""
            bars.update(tasks[stage], completed=done, total=total, rate=rate)

        yield progress


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
