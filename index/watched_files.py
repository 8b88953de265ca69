"""The files of a folder kept in step that are to be read or are gone, and what each of them gives and gave.

Several files may give an article with one id. The archive holds that of one of them; the others are named,
and one of them takes its place when that file is gone or gives it no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.archive import Archive
from index.article_store import ArticleChanges
from index.articles import Article, Skipped
from index.errors import SourceError
from index.origins import Watched
from index.sources import read_source
from index.versions import supersedes

UNREAD = ":unread"  # behind the stamp of a file that could not be read just then


class WatchedFiles:
    """What has happened to the files of one folder since they were read, for one ingest.

    `known` is what is remembered of all files, `now` their stamps; `changed` have another stamp, or are new.
    """

    def __init__(
        self,
        archive: Archive,
        folder: str,
        known: dict[str, Watched],
        now: dict[str, str],
        changed: dict[str, str],
        gone: list[str],
    ) -> None:
        self._archive = archive
        self._folder = folder
        self._known = known
        self._changed = changed
        self._gone = gone
        self._sharing = _sharing(known, now, {*changed, *gone})
        self._touched = {*changed, *gone, *self._sharing}
        self._held = set[str]()
        self._read: list[Watched] = []
        self._finished = False
        self.removed = 0

    def make_way(self) -> None:
        """Take out what a file that is gone has given, where another one gives something else by that id.

        What comes in its place may be an earlier version of it, which would not replace it. To be called
        before `articles` is read.
        """
        self._held = set(self._still_held())
        lost = {*self._given_by(self._gone)}.intersection(self._given_by(self._sharing)) - self._held
        if lost:
            self.removed = len(self._archive.remove(sorted(lost)))

    def articles(self) -> Iterator[Article | Skipped]:
        """What has changed, then what may take the place of something in it that is gone."""
        kept = {*self._given_by(self._known.keys() - self._touched)}
        for files, held in ((self._changed, kept | self._held), (self._sharing, kept)):
            for path, stamp in sorted(files.items()):
                yield from self._articles(path, stamp, held)
        self._finished = True

    def _articles(self, path: str, stamp: str, held: set[str]) -> Iterator[Article | Skipped]:
        """Those of one file, but for those whose id an article of a file that stays has: `held`."""
        ids = list[str]()
        try:
            for item in read_source(Path(path)):
                if isinstance(item, Article):
                    ids.append(item.article_id)
                taken = isinstance(item, Article) and item.article_id in held and self._taken(path, item)
                yield taken or item
        except SourceError as error:
            yield Skipped.because(path, error)
            if isinstance(error.__cause__, OSError):  # it may be readable in a while
                ids += self._given_by({path} & self._known.keys())
                stamp += UNREAD
        self._read.append(Watched(path, stamp, tuple(dict.fromkeys(ids))))

    def _taken(self, path: str, article: Article) -> Skipped | None:
        """What to say of an article whose id is that of another one, in a file that is still there."""
        stored = self._archive.catalog.article(article.article_id)
        if stored is None or stored.text == article.text or supersedes(article, stored):
            return None
        return Skipped(
            path,
            f"the id {article.article_id!r} of {article.title!r} is that of {stored.title!r} in another file "
            "of the folder; give each article an id of its own, or none.",
        )

    def _still_held(self) -> Iterator[str]:
        """The ids whose article in the archive is that of a file which has not changed."""
        for path in self._sharing:
            try:
                for item in read_source(Path(path)):
                    if isinstance(item, Article):
                        stored = self._archive.catalog.article(item.article_id)
                        if stored and stored.text == item.text:
                            yield item.article_id
            except SourceError:  # it is told when it is read for the archive
                yield from self._given_by([path])

    def keep(self, changes: ArticleChanges) -> None:
        """Once all is read, write down what each file gave, and take out what no file gives any more.

        Not before: an article may have moved to a file that is still to be read. After a kill, all is read
        again, and found to be as it is in the archive.
        """
        if not self._finished:
            return
        self._finished = False
        for path in self._gone:
            changes.forget_watched(self._folder, path)
        for file in self._read:
            changes.remember_watched(self._folder, file)
        self.removed += sum(
            changes.remove(article_id)
            for article_id in self._given_by(self._touched & self._known.keys())
            if not changes.comes_from_elsewhere(article_id)
        )

    def _given_by(self, paths: Iterable[str]) -> list[str]:
        return given({path: self._known[path] for path in paths})


def given(files: dict[str, Watched]) -> list[str]:
    """The ids of the articles that the files gave, each once."""
    return sorted({article_id for file in files.values() for article_id in file.article_ids})


def _sharing(known: dict[str, Watched], now: dict[str, str], others: set[str]) -> dict[str, str]:
    """The files that gave an article with an id that one of the others gave too: its turn may have come."""
    ids = set(given({path: known[path] for path in others & known.keys()}))
    return {
        path: now[path]
        for path, file in known.items()
        if path in now and path not in others and ids.intersection(file.article_ids)
    }
