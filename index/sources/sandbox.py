"""Documents parsed in a child process, so that a hostile or broken file costs itself and nothing else.

One child serves many files. It is bound in memory and processor time (`index.sources.cell`), here in the time
that is waited for it; if it ends, the file at hand is refused and the next gets a new child.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources.cell import CPU_SECONDS, MEMORY

SECONDS = 120.0  # by the clock: a machine at work on other things gives the child little of it
_FILES = 1000  # for one child: libraries lose some memory with each
_LARGEST_REPLY = 200_000_000  # bytes
_GRACE = 5.0  # seconds
_LATE = 1 << 16  # stands for an exit code: it was not waited for any longer
_ROOT = Path(__file__).resolve().parent.parent.parent


class Sandbox:
    """Parses documents in a child process, one at a time; safe to use from many threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._lock = threading.Lock()

    def parse(self, kind: str, data: bytes, origin: Origin) -> list[Article | Skipped]:
        """Return what the file holds. Raises SourceError where it cannot be used, or goes over a limit."""
        with self._lock:
            reply = self._ask(kind, data, origin)
        if "refused" in reply:
            raise SourceError(reply["refused"])
        return [_item(item) for item in reply["items"]]

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, kind: str, data: bytes, origin: Origin) -> dict[str, Any]:
        header = json.dumps({"kind": kind, "size": len(data), **asdict(origin)}).encode() + b"\n"
        line, ended = self._exchange(header, data)
        if ended == -_signal("SIGALRM"):  # it had waited too long for a file, and went when this one came
            line, ended = self._exchange(header, data)
        if ended is None:
            self._files += 1
            reply: dict[str, Any] = json.loads(line)
            if reply.get("last") or self._files >= _FILES:
                self._end()
            return reply
        too_slow = ended in (_LATE, -_signal("SIGXCPU"))
        raise SourceError(f"{origin.shown!r} {_TOO_SLOW if too_slow else _TOO_MUCH}")

    def _exchange(self, header: bytes, data: bytes) -> tuple[bytes, int | None]:
        """Send a request. Return the reply and None; where the child has ended, b"" and its exit code.

        Whatever interrupts this ends the child: a reply that is read later would be taken for another file's.
        """
        child = self._running()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            line = _send(child, header, data)
        except BaseException:
            self._end()
            raise
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            return line, None
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)  # it is ending; killed before, it would not say of what
        self._end()
        return b"", _LATE if late.is_set() else child.returncode

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.sources.cell"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,  # Ctrl-C is for the parent, which ends the child
            )
            self._files = 0
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with suppress(OSError, ValueError):  # what it was not sent any more
                child.communicate()
            child.wait()


def _signal(name: str) -> int:
    """The number of a signal; one that is no exit code where the system has no such signal."""
    return int(getattr(signal, name, _LATE))


_TOO_SLOW = (
    f"takes its reader longer than the {CPU_SECONDS} s that one file may have; split it, or leave it out."
)
_TOO_MUCH = (
    f"breaks its reader, or needs more than the {MEMORY / 1e9:.1f} GB that one file may have; open it and "
    "save it again, or leave it out."
)
_sandbox = Sandbox()
atexit.register(_sandbox.close)


def parse_document(kind: str, data: bytes, origin: Origin) -> list[Article | Skipped]:
    """Parse one file in the child process that all files share. As `Sandbox.parse`."""
    return _sandbox.parse(kind, data, origin)


def _send(child: subprocess.Popen[bytes], header: bytes, data: bytes) -> bytes:
    """Send a request and return the reply's line; what is short of a line when the child has ended."""
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(header)
        child.stdin.write(data)
        child.stdin.flush()
        return child.stdout.readline(_LARGEST_REPLY)
    except (BrokenPipeError, ValueError):  # it has ended meanwhile
        return b""


def _item(item: dict[str, Any]) -> Article | Skipped:
    if "reason" in item:
        return Skipped(**item)
    return Article(**item | {"inferred": tuple(item["inferred"])})
