"""A folder kept in step: what is new or changed in it goes into the archive, what is gone from it goes out.

The file system says when to look (watchfiles), and every few seconds Byline looks anyway: a network drive
may say nothing. What to do is told by comparing the folder with what the catalog remembers of it, so that it
is right after a pause of any length too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from index.archive import Archive
from index.articles import Article, IngestReport, Skipped
from index.changes import Changes
from index.errors import ArchiveBusyError, SourceError
from index.origins import Watched
from index.progress import Progress, silent
from index.sources import read_source
from index.sources.files import walk

SETTLE = 1.0  # seconds in which a file must not change before it is read
LOOK_EVERY = 10.0  # seconds


class Watch:
    """One folder and the archive that is kept in step with it. The archive's lock is held only while writing."""

    def __init__(self, archive: Archive, folder: Path, *, settle: float = SETTLE) -> None:
        """Raises SourceError where there is no such folder."""
        if not folder.is_dir():
            raise SourceError(f"{str(folder)!r} is no folder; give one to keep in step with.")
        self._archive = archive
        self._folder = folder.resolve()
        self._settle = settle

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
        where the folder is gone: a drive that is not there must not empty the archive.
        """
        known = self._archive.catalog.watched(str(self._folder))
        before = self._files()
        if _same(before, known):
            return None
        time.sleep(self._settle)
        now = self._files()
        changed = {
            path: stamp
            for path, stamp in now.items()
            if before.get(path) == stamp and (path not in known or known[path].stamp != stamp)
        }
        gone = [path for path in known if path not in now and path not in before]
        if not changed and not gone:
            return None
        reading = _Reading(str(self._folder), changed)
        report = self._archive.ingest(reading.articles(), progress, reading.keep)
        given = {article_id for file in reading.done for article_id in file.article_ids}
        had = {one for path in (*gone, *changed) if path in known for one in known[path].article_ids}
        return report, len(self._take_out(gone, had - given))

    def _take_out(self, gone: list[str], candidates: set[str]) -> list[str]:
        """Forget the files that are gone; the articles that nothing else gives go out."""
        with self._archive.catalog.writing() as changes:
            for path in gone:
                changes.forget_watched(str(self._folder), path)
            alone = [one for one in sorted(candidates) if not changes.comes_from_elsewhere(one)]
        return self._archive.remove(alone) if alone else []

    def _files(self) -> dict[str, str]:
        """Each file's size and time of change, by path."""
        found: dict[str, str] = {}
        for path in walk(self._folder):
            if isinstance(path, Path):
                try:
                    told = path.stat()
                except OSError:  # gone since, or a link to nothing
                    continue
                found[str(path)] = f"{told.st_size}:{told.st_mtime_ns}:{told.st_ino}"
        return found


class _Reading:
    """Files read for the archive, and what each of them gave."""

    def __init__(self, folder: str, files: dict[str, str]) -> None:
        self._folder = folder
        self._files = files
        self._kept = 0
        self.done: list[Watched] = []

    def articles(self) -> Iterator[Article | Skipped]:
        for path, stamp in sorted(self._files.items()):
            given: list[str] = []
            try:
                for item in read_source(Path(path)):
                    if isinstance(item, Article):
                        given.append(item.article_id)
                    yield item
            except SourceError as error:
                yield Skipped(path, str(error).removeprefix(f"{path!r} "))
            self.done.append(Watched(path, stamp, tuple(dict.fromkeys(given))))

    def keep(self, changes: Changes) -> None:
        for file in self.done[self._kept :]:
            changes.remember_watched(self._folder, file)
        self._kept = len(self.done)


def _same(files: dict[str, str], known: dict[str, Watched]) -> bool:
    return files == {path: file.stamp for path, file in known.items()}
