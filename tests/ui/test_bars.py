"""Progress is a line now and then where nobody watches, and bars where somebody does."""

from __future__ import annotations

import io

import pytest

from ui import bars
from ui.bars import Lines, shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_tell_the_first_step_and_the_last_of_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(float(n) for n in range(100))
    monkeypatch.setattr(bars.time, "monotonic", lambda: next(clock))
    stream = io.StringIO()
    with shown_progress(stream) as progress:
        for done in (0, 100, 200, 300):
            progress("reading", done, 300)
        progress("embedding", 5, None)
        progress("embedding", 6, None)
    assert stream.getvalue().splitlines() == [
        "reading: 0 of 300",
        "reading: 300 of 300, 100/s",
        "embedding: 5",
    ]


def test_a_stage_without_a_total_is_done_when_the_next_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars.time, "monotonic", lambda: 0.0)
    stream = io.StringIO()
    lines = Lines(stream)
    for done in (256, 512, 600):
        lines("reading", done, None)
    lines("embedding", 10, 20)
    assert stream.getvalue().splitlines() == ["reading: 256", "reading: 600", "embedding: 10 of 20"]


def test_lines_tell_rate_and_time_left_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(bars.time, "monotonic", lambda: now[0])
    stream = io.StringIO()
    lines = Lines(stream)
    for done in range(0, 1001):
        now[0] = done / 20
        lines("embedding", done, 1000)
    said = stream.getvalue().splitlines()
    assert said[0] == "embedding: 0 of 1,000"
    assert said[1] == "embedding: 100 of 1,000, 20/s, 0:45 left"
    assert said[-1] == "embedding: 1,000 of 1,000, 20/s"
    assert len(said) == 11


def test_the_same_line_is_not_said_twice() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines("reading", 1, 1)
    lines("reading", 1, 1)
    assert stream.getvalue() == "reading: 1 of 1\n"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0:00"), (59.6, "1:00"), (61, "1:01"), (3600 * 2 + 65, "2:01:05")]
)
def test_durations(seconds: float, said: str) -> None:
    assert bars._duration(seconds) == said


def test_bars_name_the_stage_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with shown_progress(stream) as progress:
        progress("reading", 0, None)
        progress("reading", 10, 10)
        progress("embedding", 3, 10)
    assert "Reading" in stream.getvalue()
    assert "Embedding" in stream.getvalue()
    assert "10/10" in stream.getvalue()
