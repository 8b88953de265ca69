"""The tables of the catalog, and opening them.

A catalog of an earlier Byline is brought up to date when it is opened, step by step in one transaction; one
of a newer Byline is refused. To change the tables, add a step to `_STEPS`: new catalogs are made by the same
steps as old ones are brought up to date by.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index.errors import ArchiveError, ArchiveVersionError

# `passage_words` is an index only: its words come from the view, so that text is stored once. `embedded` is 1
# when the passage's vector is known to be in the vector store; `removals` are vectors still to be taken out.
_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    author TEXT,
    source TEXT,
    url TEXT,
    inferred TEXT NOT NULL,
    day TEXT,
    source_key TEXT,
    words INTEGER NOT NULL,
    content_hash TEXT NOT NULL
);
CREATE INDEX articles_day ON articles (day);
CREATE INDEX articles_source_key ON articles (source_key);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    text TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_waiting ON passages (number) WHERE embedded = 0;
CREATE TABLE removals (passage_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIEW passage_text (number, title, text) AS
    SELECT passages.number, articles.title, passages.text
    FROM passages JOIN articles ON articles.number = passages.article;
CREATE VIRTUAL TABLE passage_words USING fts5 (
    title, text, content = 'passage_text', content_rowid = 'number',
    tokenize = "porter unicode61 remove_diacritics 2"
);
"""
_MODIFIED_AND_SECTION = """
ALTER TABLE articles ADD COLUMN modified TEXT;
ALTER TABLE articles ADD COLUMN section TEXT;
"""
# `fetched`: a web address, what to ask with next time, and the article it gave (none: a feed or a sitemap);
# `listing` is the feed or sitemap that named it. `watched`: a file of a folder that is kept in step, and an
# article that it gave ('': it gave none).
_ORIGINS = """
CREATE TABLE fetched (
    url TEXT PRIMARY KEY,
    article_id TEXT,
    listing TEXT,
    etag TEXT,
    last_modified TEXT,
    updated TEXT
) WITHOUT ROWID;
CREATE INDEX fetched_listing ON fetched (listing);
CREATE INDEX fetched_article ON fetched (article_id);
CREATE TABLE watched (
    folder TEXT NOT NULL,
    path TEXT NOT NULL,
    article_id TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (folder, path, article_id)
) WITHOUT ROWID;
CREATE INDEX watched_article ON watched (article_id);
"""
# `compared` is 1 when the twins of an article are known (see index.twins). A pair of twins stands both ways
# round; `share` is how much of `article` stands in `other`.
_STORIES = """
ALTER TABLE articles ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
CREATE INDEX articles_to_compare ON articles (number) WHERE compared = 0;
CREATE TABLE story_bands (
    band INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    PRIMARY KEY (band, article)
) WITHOUT ROWID;
CREATE INDEX story_bands_article ON story_bands (article);
CREATE TABLE twins (
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    share REAL NOT NULL,
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX twins_other ON twins (other);
"""
# Short texts have a band too, since those that say the same are twins: what has none is compared again.
_SHORT_STORIES = """
UPDATE articles SET compared = 0 WHERE number NOT IN (SELECT article FROM story_bands);
"""
_STEPS = (
    _FIRST,
    _MODIFIED_AND_SECTION,
    _ORIGINS,
    _STORIES,
    _SHORT_STORIES,
)  # the first makes version 1, the second version 2, and so on
SCHEMA_VERSION = len(_STEPS)


def connect(path: Path) -> sqlite3.Connection:
    """A connection for one thread at a time. Transactions are begun and ended by whoever uses it."""
    connection = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an earlier version up to date; refuse those of a newer one."""
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise ArchiveVersionError(
            f"The archive at {str(path.parent)!r} was made by a newer Byline (its schema is {version}, this "
            f"version reads {SCHEMA_VERSION}); update Byline, or choose another folder with --archive."
        )
    if version == 0:
        vectors = path.parent / "vectors"
        if vectors.is_dir() and any(vectors.iterdir()):
            raise ArchiveError(
                f"The catalog {str(path)!r} is empty, though its vectors are there: it was damaged. Restore "
                f"a backup of the archive; or delete it and the folder {str(vectors)!r}, and ingest again."
            )
        connection.execute("PRAGMA journal_mode = WAL")
    if version < SCHEMA_VERSION:
        try:
            _bring_up_to_date(connection)
        except sqlite3.OperationalError as error:
            if version == 0 or "readonly" not in str(error):
                raise
            raise ArchiveError(
                f"The archive at {str(path.parent)!r} was made by an earlier Byline; bring it up to date "
                "by running `byline status` on it as somebody who may write to it."
            ) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """All steps that are missing, in one transaction; none where another process was quicker."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[_version(connection) :]:
            for statement in step.split(";\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
