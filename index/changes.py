"""Everything that can be changed in the catalog, within one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, replace
from hashlib import blake2b
from typing import Any

from index.articles import Article, Passage
from index.origins import Fetched, Watched, name_of
from index.splitter import split
from index.twins import compare_next
from index.versions import EARLIER, MOST_KEPT, earlier_id, supersedes

ARTICLE_COLUMNS = "article_id, title, text, published, author, source, url, inferred, modified, section"


class Changes:
    """One transaction on the catalog; `Catalog.writing` begins and ends it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._went_along: set[str] = set()

    def set_meta(self, **values: str | None) -> None:
        for key, value in values.items():
            if value is None:
                self._db.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def put(self, article: Article, again: bool = False) -> str:
        """As `index.article_store.ArticleChanges` says."""
        digest, name = content_hash(article), article.article_id
        row = self._db.execute(
            "SELECT number, content_hash FROM articles WHERE article_id = ?", (name,)
        ).fetchone()
        if row is None:
            self._insert(article, digest)
            return "added"
        number, known = row
        if known == digest or self._holds(earlier_id(name, digest)):
            return "unchanged"
        stored = article_in(
            self._db.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE number = ?", (number,)).fetchone()
        )
        if supersedes(stored, article):
            return "added" if self._keep(article, digest) else "unchanged"
        later = supersedes(article, stored)
        if again and not later and article.text != stored.text:
            return "taken"
        self._take_out([number])
        if later:
            self._keep(stored, known)
        self._insert(article, digest)
        return "updated"

    def _keep(self, article: Article, digest: str) -> bool:
        """Store an earlier version, and no more of them than MOST_KEPT. False: it was none of the latest."""
        kept = replace(article, article_id=earlier_id(article.article_id, digest))
        self._insert(kept, digest)
        rows = self._db.execute(
            f"SELECT number FROM articles WHERE {EARLIER} ORDER BY "
            "max(coalesce(published, ''), coalesce(modified, '')) DESC, number DESC LIMIT -1 OFFSET :most",
            {"page": article.article_id, "most": MOST_KEPT},
        )
        self._take_out([row[0] for row in rows])
        return self._holds(kept.article_id)

    def _insert(self, article: Article, digest: str) -> None:
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
        """Take the article and its words out, and note its vectors for removal. False: there was none.

        Its earlier versions go with it, and may be named in the same transaction as well.
        """
        rows = self._db.execute(
            f"SELECT number, article_id FROM articles WHERE article_id = :page OR ({EARLIER})",
            {"page": article_id},
        ).fetchall()
        self._take_out([number for number, _ in rows])
        self._went_along.update(name for _, name in rows)
        return bool(rows) or article_id in self._went_along

    def _take_out(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._db.execute(
                "INSERT INTO passage_words (passage_words, rowid, title, text) "
                "SELECT 'delete', number, title, text FROM passage_text WHERE number IN "
                "(SELECT number FROM passages WHERE article = ?)",
                (number,),
            )
            self._remove_vectors_of(number)
            self._db.execute("DELETE FROM articles WHERE number = ?", (number,))

    def _remove_vectors_of(self, article: int) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO removals "
            "SELECT passage_id FROM passages WHERE article = ? AND embedded = 1",
            (article,),
        )

    def remember_fetched(self, fetched: Fetched) -> None:
        """Note what an address gave; not where its article was not stored."""
        if fetched.article_id is None or self._holds(fetched.article_id):
            self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)", astuple(fetched))

    def remember_watched(self, folder: str, file: Watched) -> None:
        """Note what a file of a folder gave, in place of what it gave before."""
        self.forget_watched(folder, file.path)
        self._db.executemany(
            "INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?)",
            [
                (name_of(folder), name_of(file.path), article_id, file.stamp)
                for article_id in file.article_ids or ("",)
            ],
        )

    def forget_watched(self, folder: str, path: str) -> None:
        self._db.execute(
            "DELETE FROM watched WHERE folder = ? AND path = ?", (name_of(folder), name_of(path))
        )

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
        """Make passages anew where they are not their article's, then the word index from all of them."""
        for (number,) in self._db.execute("SELECT number FROM articles").fetchall():
            told = self._db.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE number = ?", (number,))
            wanted = split(article_in(told.fetchone()))
            held = self._db.execute(
                "SELECT passage_id, text, start, stop FROM passages WHERE article = ?", (number,)
            ).fetchall()
            if sorted(held) != sorted((p.passage_id, p.text, p.start, p.end) for p in wanted):
                self._remove_vectors_of(number)
                self._db.execute("DELETE FROM passages WHERE article = ?", (number,))
                self._put_passages(number, wanted)
        self._db.execute("INSERT INTO passage_words(passage_words) VALUES ('rebuild')")


def article_in(columns: Sequence[Any]) -> Article:
    """The article in a row of ARTICLE_COLUMNS."""
    fields = dict(zip(ARTICLE_COLUMNS.split(", "), columns, strict=True))
    return Article(**fields | {"inferred": tuple(json.loads(fields["inferred"]))})


def content_hash(article: Article) -> str:
    """A hash of everything the archive stores, so that a corrected date counts as an edit too.

    Fields that came with a later schema count where they are set: what an earlier Byline stored is unchanged.
    """
    told = list(astuple(article))
    while told[-1] is None:
        told.pop()
    return blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()
