"""Whether a catalog is as it was written: its file, its texts to the letter, their passages, the words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from index.articles import Article
from index.changes import ARTICLE_COLUMNS, article_in, content_hash
from index.versions import earlier_id

_ALTERED = (
    "SELECT passage_id FROM passages JOIN articles ON articles.number = passages.article "
    "WHERE passages.text IS NOT substr(articles.text, start + 1, stop - start)"
)
_SPANS = (
    "SELECT article_id, text, (SELECT json_group_array(json_array(start, stop)) FROM "
    "(SELECT start, stop FROM passages WHERE article = articles.number ORDER BY start)) FROM articles"
)


def damaged(db: sqlite3.Connection) -> list[str]:
    """What is wrong with the file and with the texts in it, which nothing here can mend: sentences."""
    found = [
        f"The catalog is damaged: {row[0]}." for row in db.execute("PRAGMA quick_check") if row[0] != "ok"
    ]
    rows = db.execute(f"SELECT {ARTICLE_COLUMNS}, content_hash FROM articles")
    altered = [row[0] for row in rows if not _as_stored(article_in(row[:-1]), row[-1])]
    if altered:
        found.append(
            f"{len(altered)} articles are not as they were stored (for one, {altered[0]!r}); take them out "
            "with `byline articles remove` and give them again, or restore a backup."
        )
    return found


def _as_stored(article: Article, known: str) -> bool:
    """Whether this is what was hashed; an earlier version was so under the id of its page."""
    page = article.article_id.removesuffix(earlier_id("", known))
    return content_hash(replace(article, article_id=page)) == known


def unsearchable(db: sqlite3.Connection) -> list[str]:
    """What is wrong with passages and words, which are made from the texts anew: sentences."""
    altered = [row[0] for row in db.execute(_ALTERED)]
    torn = [name for name, text, spans in db.execute(_SPANS) if not _covered(text, json.loads(spans))]
    found = [
        f"{len(names)} {what} (for one, {names[0]!r})."
        for what, names in (
            ("passages are not their article's words", altered),
            ("articles lack passages", torn),
        )
        if names
    ]
    try:
        db.execute("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        found.append(f"The word index does not match the passages ({error}).")
    return found


def _covered(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether all words of the text lie in one of the passages, which are in order: see `index.splitter`."""
    done = 0
    for start, stop in spans:
        if text[done:start].strip():
            return False
        done = max(done, stop)
    return not text[done:].strip()
