"""One writer at a time: a lock file in the archive, held only while something is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import ArchiveBusyError, ArchiveError

_PATIENCE = 1.0  # seconds; long enough to outlast somebody who only asks whether the lock is free


@dataclass(frozen=True, slots=True)
class Writer:
    """Who holds the lock. `since` is ISO 8601 in UTC."""

    pid: int
    since: str


class WriterLock:
    """The lock of the archive in `folder`. The system frees it when its process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = folder / "writer.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. ArchiveBusyError, which says who writes, when another process or thread does."""
        lock = self._lock()
        try:
            lock.acquire(timeout=_PATIENCE, poll_interval=0.05)
        except Timeout:
            raise ArchiveBusyError(self._busy()) from None
        except OSError as error:
            raise ArchiveError(
                f"The archive at {str(self._folder)!r} cannot be written ({error.strerror}); check that you "
                "may write there, or choose another folder with --archive."
            ) from error
        try:
            self._sign()
            yield
        finally:
            with suppress(OSError):
                self._note.unlink()
            lock.release()

    def writer(self) -> Writer | None:
        """Who is writing now, if anybody is."""
        lock = self._lock()
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return self._signed() or Writer(0, "")
        except OSError:
            return None  # a folder that cannot be written has no writer
        lock.release()
        return None

    def _lock(self) -> FileLock:
        return FileLock(self._folder / "writer.lock", thread_local=False)

    def _busy(self) -> str:
        writer = self._signed()
        who = f"process {writer.pid!r}, since {writer.since}" if writer else "another process"
        return (
            f"The archive at {str(self._folder)!r} is being written to ({who}); questions can be asked "
            "meanwhile, run this again when it has finished."
        )

    def _sign(self) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with suppress(OSError):  # a courtesy to others: a full disk is reported by the writing itself
            self._note.write_text(json.dumps({"pid": os.getpid(), "since": now}), encoding="utf-8")

    def _signed(self) -> Writer | None:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return Writer(int(note["pid"]), str(note["since"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
