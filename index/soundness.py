"""Whether a catalog is as it was written: its file, its texts to the letter, their passages, the words."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from index.articles import Article
from index.changes import ARTICLE_COLUMNS, article_in, content_hash
from index.versions import earlier_id

_BETWEEN, _GAP = 4, 100  # characters that no passage has: between two of them, and in a whole text

_ALTERED = (
    "SELECT passage_id FROM passages JOIN articles ON articles.number = passages.article "
    "WHERE passages.text IS NOT substr(articles.text, start + 1, stop - start)"
)
# Articles whose passages leave some of the text out: before the first, after the last, or between two.
_TORN = (
    "SELECT article_id FROM articles WHERE length(trim(text)) > coalesce("
    f"(SELECT sum(stop - max(start, before) + {_BETWEEN}) FROM "
    "(SELECT start, stop, lag(stop, 1, 0) OVER (ORDER BY start, stop) AS before FROM passages "
    f"WHERE passages.article = articles.number)), 0) + {_GAP}"
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
    found = []
    for what, query in (
        ("passages are not their article's words", _ALTERED),
        ("articles lack passages", _TORN),
    ):
        if names := [row[0] for row in db.execute(query)]:
            found.append(f"{len(names)} {what} (for one, {names[0]!r}).")
    try:
        db.execute("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        found.append(f"The word index does not match the passages ({error}).")
    return found
