"""The catalog: every article and passage, the words to find them by, and how far ingest has come.

One SQLite file. It is the truth: whatever else an archive holds can be made again from it. Any number of
threads and processes read at once; a writer holds the archive's lock (see `index.lock`).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.articles import Article, Filters, Passage
from index.changes import ARTICLE_COLUMNS, Changes, article_in
from index.condition import condition_of
from index.errors import ArchiveBusyError, ArchiveError
from index.origins import Fetched, Watched, name_of
from index.schema import connect, prepare
from index.soundness import damaged, unsearchable
from index.stories import Story, read_stories
from index.word_search import TITLE_WEIGHT, Found, WordSearch


@dataclass(frozen=True, slots=True)
class Listed:
    """A passage with what a reader of it wants to know of its article."""

    passage: Passage
    title: str
    published: str | None
    embedded: bool
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A passage that is still to be embedded. `number` is its place in the order of storing."""

    number: int
    passage_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalog holds."""

    articles: int
    passages: int
    embedded: int
    words: int
    first_published: str | None
    last_published: str | None
    sources: dict[str, int]


class Catalog:
    """The SQLite file at `path`, made when it is not there. Safe to use from many threads.

    Raises ArchiveVersionError for a file of a newer Byline and ArchiveError for one that is not a catalog.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._words = WordSearch()
        with self._reading() as db:
            prepare(db, path)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of the pool; SQLite's own errors leave as ArchiveError."""
        with self._explained():
            connection = self._idle.pop() if self._idle else connect(self.path)
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[Changes]:
        """One transaction: all of it, or on any exception nothing."""
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Changes(db)
            except BaseException:
                if db.in_transaction:  # a full disk may have rolled back already
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        folder = str(self.path.parent)
        try:
            yield
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "full" in reason or "disk I/O" in reason:
                raise ArchiveError(
                    f"There is no room left to write to the archive at {folder!r} ({reason}); free some "
                    "space and run the same command again, what was stored before is kept."
                ) from error
            if "locked" in reason:
                raise ArchiveBusyError(
                    f"The archive at {folder!r} is being written to by another process ({reason}); run the "
                    "same command again when that has finished."
                ) from error
            if "readonly" in reason:
                raise ArchiveError(
                    f"The archive at {folder!r} may not be written to by this user, which reading needs too "
                    f"({reason}); check that you may write to the folder and its files, or ask through the "
                    "`byline chat` of somebody who may."
                ) from error
            raise ArchiveError(
                f"The archive at {folder!r} cannot be read or written ({reason}); check that you may "
                "write to it."
            ) from error
        except sqlite3.DatabaseError as error:
            raise ArchiveError(
                f"The catalog {str(self.path)!r} is damaged or not a catalog ({error}); move it away and "
                "ingest the articles again, or choose another folder with --archive."
            ) from error

    # Reading

    def meta(self) -> dict[str, str]:
        with self._reading() as db:
            return dict(db.execute("SELECT key, value FROM meta"))

    def article(self, article_id: str) -> Article | None:
        with self._reading() as db:
            row = db.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE article_id = ?", (article_id,)
            ).fetchone()
        return article_in(row) if row else None

    def articles(self, filters: Filters, limit: int | None, offset: int) -> list[Article]:
        """Newest first; those without a date last."""
        condition, values = condition_of(filters)
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE {condition} "
                "ORDER BY day IS NULL, day DESC, published DESC, article_id LIMIT ? OFFSET ?",
                (*values, -1 if limit is None else limit, offset),
            ).fetchall()
        return [article_in(row) for row in rows]

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Listed]:
        """Those of the passages that are in the catalog, by id."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT passage_id, article_id, passages.text, start, stop, title, published, embedded, "
                "source FROM json_each(?) JOIN passages ON passage_id = json_each.value "
                "JOIN articles ON articles.number = passages.article",
                (json.dumps(list(passage_ids)),),
            ).fetchall()
        return {row[0]: Listed(Passage(*row[:5]), row[5], row[6], bool(row[7]), row[8]) for row in rows}

    def search(
        self, question: str, k: int, filters: Filters, title_weight: float = TITLE_WEIGHT
    ) -> list[Found]:
        """The k passages that BM25 ranks highest for the question's words, best first."""
        with self._reading() as db:
            return self._words.find(db, question, k, title_weight, condition_of(filters) if filters else None)

    def embedded_ids(self, filters: Filters = Filters(), most: int | None = None) -> list[str]:
        """The passages that have a vector, of the articles that the filters let through; at most so many."""
        condition, values = condition_of(filters)
        with self._reading() as db:
            rows = db.execute(
                "SELECT passage_id FROM passages JOIN articles ON articles.number = article "
                f"WHERE embedded = 1 AND {condition} ORDER BY passages.number LIMIT ?",
                (*values, -1 if most is None else most),
            ).fetchall()
        return [row[0] for row in rows]

    def passing(self, passage_ids: Iterable[str], filters: Filters) -> list[str]:
        """Those of the passages that are of articles which the filters let through."""
        condition, values = condition_of(filters)
        with self._reading() as db:
            rows = db.execute(
                "SELECT passage_id FROM json_each(?) JOIN passages ON passage_id = json_each.value "
                f"JOIN articles ON articles.number = article WHERE {condition}",
                (json.dumps(list(passage_ids)), *values),
            ).fetchall()
        return [row[0] for row in rows]

    def waiting(self, limit: int, after: int = 0, anew: bool = False) -> list[Waiting]:
        """Passages that are still to be embedded, `anew` all, by number, from the first above `after`."""
        which = "" if anew else "embedded = 0 AND"
        with self._reading() as db:
            rows = db.execute(
                "SELECT passages.number, passage_id, title, passages.text FROM passages "
                f"JOIN articles ON articles.number = article WHERE {which} passages.number > ? "
                "ORDER BY passages.number LIMIT ?",
                (after, limit),
            ).fetchall()
        return [Waiting(*row) for row in rows]

    def uncompared(self) -> int:
        """How many articles have not been compared with the others yet."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM articles WHERE compared = 0").fetchone()[0])

    def stories(self, article_ids: Iterable[str], filters: Filters = Filters()) -> dict[str, Story]:
        """The story of each of the articles that has twins; `filters` say which may be answered from."""
        condition, values = condition_of(filters)
        if filters.before:
            condition += " AND coalesce(substr(modified, 1, 10) <= ?, 1)"
            values = (*values, filters.before)
        with self._reading() as db:
            return read_stories(db, article_ids, condition, values)

    def removals(self) -> list[str]:
        with self._reading() as db:
            return [row[0] for row in db.execute("SELECT passage_id FROM removals")]

    def counts(self) -> Counts:
        with self._reading() as db:
            articles, words, first, last = db.execute(
                "SELECT count(*), coalesce(sum(words), 0), min(published), max(published) FROM articles"
            ).fetchone()
            passages, waiting = db.execute(
                "SELECT count(*), (SELECT count(*) FROM passages WHERE embedded = 0) FROM passages"
            ).fetchone()
            sources = dict(
                db.execute(
                    "SELECT min(source), count(*) FROM articles WHERE source_key IS NOT NULL "
                    "GROUP BY source_key ORDER BY count(*) DESC, source_key"
                )
            )
        return Counts(articles, passages, passages - waiting, words, first, last, sources)

    def fetched(self, url: str) -> Fetched | None:
        """What is known of a web address."""
        with self._reading() as db:
            row = db.execute("SELECT * FROM fetched WHERE url = ?", (url,)).fetchone()
        return Fetched(*row) if row else None

    def fetched_of(self, listing: str) -> list[Fetched]:
        """The addresses that a feed or a sitemap named."""
        with self._reading() as db:
            rows = db.execute("SELECT * FROM fetched WHERE listing = ? ORDER BY url", (listing,)).fetchall()
        return [Fetched(*row) for row in rows]

    def watched(self, folder: str) -> dict[str, Watched]:
        """The files of a folder that is kept in step, by path, as they were when they were read."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT path, stamp, json_group_array(article_id) FROM watched WHERE folder = ? "
                "GROUP BY path, stamp",
                (name_of(folder),),
            ).fetchall()
        files = [(os.fsdecode(path), stamp, json.loads(given)) for path, stamp, given in rows]
        return {path: Watched(path, stamp, tuple(filter(None, given))) for path, stamp, given in files}

    def unembedded(self) -> int:
        """How many passages are still to be embedded."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM passages WHERE embedded = 0").fetchone()[0])

    def any_embedded(self) -> bool:
        with self._reading() as db:
            return bool(db.execute("SELECT EXISTS (SELECT 1 FROM passages WHERE embedded = 1)").fetchone()[0])

    def problems(self) -> tuple[list[str], list[str]]:
        """What is wrong with file and texts, and with passages and words; both empty when all is well."""
        with self._reading() as db:
            return damaged(db), unsearchable(db)
