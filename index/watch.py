"""A folder kept in step: what is new or changed in it goes into the archive, what is gone from it goes out.

The file system says when to look (watchfiles), and every few seconds Byline looks anyway: a network drive
may say nothing. What to do is told by comparing the folder with what the catalog remembers of it, so that it
is right after a pause of any length too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from index.archive import Archive
from index.articles import IngestReport, Skipped
from index.errors import ArchiveBusyError, SourceError
from index.origins import Watched
from index.progress import Progress, silent
from index.sources.files import walk
from index.watched_files import UNREAD, WatchedFiles, given

SETTLE = 1.0  # seconds in which a file must not change before it is read
LOOK_EVERY = 10.0  # seconds
AGAIN_EVERY = 600.0  # seconds after which a file that could not be read is tried again


class Watch:
    """One folder and the archive that is kept in step with it. Its lock is held only while writing."""

    def __init__(self, archive: Archive, folder: Path, *, settle: float = SETTLE) -> None:
        """Raises SourceError where there is no such folder."""
        if not folder.is_dir():
            raise SourceError(f"{str(folder)!r} is no folder; give one to keep in step with.")
        self._archive = archive
        self._folder = folder.resolve()
        self._settle = settle
        self._device = _device(self._folder)
        self._closed: list[Skipped] = []  # subfolders that could not be opened, as last told
        self._told: tuple[Skipped, ...] = ()  # what was left out, as last told
        self._again_at = 0.0

    def run(
        self,
        tell: Callable[[IngestReport, int], None],
        busy: Callable[[str], None],
        stop: threading.Event | None = None,
        progress: Progress = silent,
    ) -> None:
        """Keep in step until `stop` is set or Ctrl-C raises KeyboardInterrupt.

        `tell` hears of each time that something was done: the report, and how many articles went out.
        `busy` hears why nothing could be done now; it is tried again.
        """
        from watchfiles import watch

        self._once(tell, busy, progress)  # what has changed since the last time
        for _ in watch(
            self._folder,
            stop_event=stop,
            rust_timeout=int(LOOK_EVERY * 1000),
            yield_on_timeout=True,
            raise_interrupt=True,
            ignore_permission_denied=True,
        ):
            self._once(tell, busy, progress)

    def _once(
        self, tell: Callable[[IngestReport, int], None], busy: Callable[[str], None], progress: Progress
    ) -> None:
        try:
            done = self.step(progress)
        except (ArchiveBusyError, SourceError) as error:
            busy(str(error))
            return
        if done:
            tell(*done)

    def step(self, progress: Progress = silent) -> tuple[IngestReport, int] | None:
        """Bring the archive in step once. None: there was nothing to do.

        A file that changes while this waits for it to settle is left for the next time. Raises SourceError
        where the folder is gone, or nothing of it is there any more: a drive that is not there must not empty
        the archive.
        """
        known = self._archive.catalog.watched(str(self._folder))
        again = time.monotonic() >= self._again_at
        if not again:  # what could not be read waits for its turn, or until it changes
            known = {path: _as_read(file) for path, file in known.items()}
        before, closed = self._files(known)
        if _same(before, known) and closed == self._closed:
            return None
        time.sleep(self._settle)
        now, closed = self._files(known)
        changed = {
            path: stamp
            for path, stamp in now.items()
            if before.get(path) == stamp and (path not in known or known[path].stamp != stamp)
        }
        gone = [path for path in known if path not in now and path not in before]
        if not changed and not gone and closed == self._closed:
            return None
        self._insist_on_the_drive(known, now, gone)
        files = WatchedFiles(self._archive, str(self._folder), known, now, changed, gone)
        files.make_way()
        report = self._archive.ingest(chain(closed, files.articles()), progress, files.keep)
        told, self._told, self._closed = self._told, report.skipped, closed
        if again:
            self._again_at = time.monotonic() + AGAIN_EVERY
        nothing_done = not (report.added or report.updated or files.removed)
        if nothing_done and report.skipped and report.skipped == told:
            return None  # it was tried again; there is no more to tell
        return report, files.removed

    def _insist_on_the_drive(self, known: dict[str, Watched], now: dict[str, str], gone: list[str]) -> None:
        """Raise SourceError where all known files are gone as they are when their drive is taken away.

        Not where their articles were taken out of the archive since: then somebody means it.
        """
        device = _device(self._folder)
        if len(gone) < len(known) or not known:
            self._device = device
            return
        taken_away = (not now and len(gone) > 1) or device != self._device
        if taken_away and any(map(self._archive.catalog.article, given(known))):
            raise SourceError(
                f"{str(self._folder)!r} holds none of the {len(gone)} files that were read from it, and "
                "nothing was removed; attach its drive again, or if they are to go, take their articles out "
                "with `byline articles remove`."
            )

    def _files(self, known: dict[str, Watched]) -> tuple[dict[str, str], list[Skipped]]:
        """Each file's size and time of change, by path; and the subfolders that cannot be opened.

        A known file that cannot be looked at just now counts as it was: that is no sign that it is gone.
        """
        found: dict[str, str] = {}
        closed: list[Skipped] = []
        for path in walk(self._folder):
            if isinstance(path, Skipped):
                closed.append(path)
                inside = f"{path.origin}{os.sep}"
                found |= {name: file.stamp for name, file in known.items() if name.startswith(inside)}
                continue
            if self._archive.path.resolve() in path.parents:
                continue
            try:
                told = path.stat()
            except FileNotFoundError:  # gone since, or a link to nothing
                continue
            except OSError:
                if file := known.get(str(path)):
                    found[file.path] = file.stamp
                continue
            found[str(path)] = f"{told.st_size}:{told.st_mtime_ns}:{told.st_ctime_ns}:{told.st_ino}"
        return found, closed


def _device(folder: Path) -> int | None:
    try:
        return folder.stat().st_dev
    except OSError:
        return None


def _as_read(file: Watched) -> Watched:
    return replace(file, stamp=file.stamp.removesuffix(UNREAD))


def _same(files: dict[str, str], known: dict[str, Watched]) -> bool:
    return files == {path: file.stamp for path, file in known.items()}
