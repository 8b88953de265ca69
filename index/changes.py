"""Everything that can be changed in the catalog, within one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from hashlib import blake2b

from index.articles import Article, Passage
from index.origins import Fetched, Watched
from index.splitter import split
from index.twins import compare_next

ARTICLE_COLUMNS = "article_id, title, text, published, author, source, url, inferred, modified, section"


class Changes:
    """One transaction on the catalog; `Catalog.writing` begins and ends it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def set_meta(self, **values: str | None) -> None:
        for key, value in values.items():
            if value is None:
                self._db.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def put(self, article: Article) -> str:
        """Store the article and its passages. Gives "added", "updated" or "unchanged"."""
        digest = _content_hash(article)
        row = self._db.execute(
            "SELECT content_hash FROM articles WHERE article_id = ?", (article.article_id,)
        ).fetchone()
        if row and row[0] == digest:
            return "unchanged"
        if row:
            self.remove(article.article_id)
        day, source = article.published, article.source
        cursor = self._db.execute(
            f"INSERT INTO articles ({ARTICLE_COLUMNS}, day, source_key, words, content_hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(asdict(article) | {"inferred": json.dumps(article.inferred)}).values(),
                day[:10] if day else None,
                source.casefold() if source else None,
                len(article.text.split()),
                digest,
            ),
        )
        self._put_passages(cursor.lastrowid, split(article))
        return "updated" if row else "added"

    def _put_passages(self, article: int | None, passages: Sequence[Passage]) -> None:
        self._db.executemany(
            "INSERT INTO passages (passage_id, article, text, start, stop) VALUES (?, ?, ?, ?, ?)",
            [(passage.passage_id, article, passage.text, passage.start, passage.end) for passage in passages],
        )
        self._db.execute(
            "INSERT INTO passage_words (rowid, title, text) "
            "SELECT number, title, text FROM passage_text WHERE number IN "
            "(SELECT number FROM passages WHERE article = ?)",
            (article,),
        )

    def remove(self, article_id: str) -> bool:
        """Take the article and its words out, and note its vectors for removal. False: there was none."""
        row = self._db.execute("SELECT number FROM articles WHERE article_id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        self._db.execute(
            "INSERT INTO passage_words (passage_words, rowid, title, text) "
            "SELECT 'delete', number, title, text FROM passage_text WHERE number IN "
            "(SELECT number FROM passages WHERE article = ?)",
            row,
        )
        self._db.execute(
            "INSERT OR IGNORE INTO removals "
            "SELECT passage_id FROM passages WHERE article = ? AND embedded = 1",
            row,
        )
        self._db.execute("DELETE FROM articles WHERE number = ?", row)
        return True

    def remember_fetched(self, fetched: Fetched) -> None:
        """Note what an address gave; not where its article was not stored."""
        if fetched.article_id is None or self._holds(fetched.article_id):
            self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)", astuple(fetched))

    def remember_watched(self, folder: str, file: Watched) -> None:
        """Note what a file of a folder gave, in place of what it gave before."""
        self._db.execute("DELETE FROM watched WHERE folder = ? AND path = ?", (folder, file.path))
        self._db.executemany(
            "INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?)",
            [(folder, file.path, article_id, file.stamp) for article_id in file.article_ids or ("",)],
        )

    def forget_watched(self, folder: str, path: str) -> None:
        self._db.execute("DELETE FROM watched WHERE folder = ? AND path = ?", (folder, path))

    def comes_from_elsewhere(self, article_id: str) -> bool:
        """Whether a web address or a watched file still gives this article."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM watched WHERE article_id = :it) "
            "OR EXISTS (SELECT 1 FROM fetched WHERE article_id = :it)",
            {"it": article_id},
        ).fetchone()
        return bool(row[0])

    def _holds(self, article_id: str) -> bool:
        found = self._db.execute("SELECT 1 FROM articles WHERE article_id = ?", (article_id,)).fetchone()
        return found is not None

    def compare(self, limit: int) -> int:
        """Find the twins of the next `limit` articles that have not been compared; how many those were."""
        return compare_next(self._db, limit)

    def publish(self, vectors: str, embedded: Iterable[str], removed: Iterable[str]) -> None:
        """From now on `vectors` names the directory to search: with these embedded, and those gone."""
        self.set_meta(vectors=vectors)
        self._db.execute(
            "UPDATE passages SET embedded = 1 WHERE passage_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(embedded)),),
        )
        self._db.execute(
            "DELETE FROM removals WHERE passage_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(removed)),),
        )

    def replace_vectors(self, vectors: str) -> None:
        """From now on `vectors` names the directory to search: with every passage embedded, and no other."""
        self.set_meta(vectors=vectors)
        self._db.execute("UPDATE passages SET embedded = 1 WHERE embedded = 0")
        self._db.execute("DELETE FROM removals")

    def forget_vectors(self) -> None:
        """No directory of vectors is right any more: everything waits to be embedded."""
        self.set_meta(vectors=None)
        self._db.execute("UPDATE passages SET embedded = 0 WHERE embedded = 1")
        self._db.execute("DELETE FROM removals")

    def rebuild_words(self) -> None:
        self._db.execute("INSERT INTO passage_words(passage_words) VALUES ('rebuild')")


def _content_hash(article: Article) -> str:
    """Of everything the archive stores, so that a corrected date counts as an edit too.

    Fields that came with a later schema count where they are set: what an earlier Byline stored is unchanged.
    """
    told = list(astuple(article))
    while told[-1] is None:
        told.pop()
    return blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()
