"""Earlier versions of an article: what its page said before it was updated.

A page, or an item of an agency's, keeps its id whatever becomes of its text. What it says now stands under
that id; what it said before stays as `ID@` and the start of its content hash, by which it is known again when
it comes again.
"""

from __future__ import annotations

import re
import sqlite3

from index.articles import Article
from index.identity import url_identity
from index.sources.dates import moment_of

MOST_KEPT = 5  # of one article: a page on what goes on is fetched fifty times
_DIGITS = 12
MARKED = re.compile(r"\b(?:correct(?:ed|ion|s)|updated?s?|clarification|refiled?)\b", re.IGNORECASE)
EDGE = 200  # characters at either end of an article in which it says that it was corrected

# In SQL: what is an earlier version of the article :page, and the id of what a row tells or told.
EARLIER = (
    "article_id > :page || '@' AND article_id < :page || 'A' "
    f"AND article_id = :page || '@' || substr(content_hash, 1, {_DIGITS})"
)
PAGE = (
    f"CASE WHEN substr(article_id, -{_DIGITS + 1}) = '@' || substr(content_hash, 1, {_DIGITS}) "
    f"THEN substr(article_id, 1, length(article_id) - {_DIGITS + 1}) ELSE article_id END"
)


def earlier_id(article_id: str, content_hash: str) -> str:
    """What an article is called once a later version has taken its id."""
    return f"{article_id}@{content_hash[:_DIGITS]}"


def supersedes(new: Article, old: Article) -> bool:
    """Whether the one is a later version of the other, which has the same id.

    It says so itself: it is the same page, or of the same source, or both state neither, and it bears a later
    date, or on one day says that it is corrected. What somebody has edited in a file bears nothing of that.
    """
    page = url_identity(new.url)
    same_page = page is not None and page == url_identity(old.url)
    unnamed = not any((new.url, old.url, _stated_source(new), _stated_source(old)))
    if new.text == old.text or not (same_page or unnamed or _same_source(new, old)):
        return False
    return later(new.told, old.told) or _corrects(new, old)


def _corrects(new: Article, old: Article) -> bool:
    """Whether the one says that it is corrected, and the other of the same day does not."""
    same_day = (new.told or "")[:10] == (old.told or " ")[:10]
    return same_day and not later(old.told, new.told) and _marked(new) and not _marked(old)


def _marked(article: Article) -> bool:
    edges = f"{article.title} {article.text[:EDGE]} {article.text[-EDGE:]}"
    return MARKED.search(edges) is not None


def later(one: str | None, other: str | None) -> bool:
    """Whether the one date is after the other. Of a day and an hour of it, neither is."""
    if not one or not other:
        return False
    if len(one) == len("2020-03-13") or len(other) == len("2020-03-13"):
        return one[:10] > other[:10]
    return moment_of(one) > moment_of(other)


def versions_of(db: sqlite3.Connection, number: int) -> set[int]:
    """The other versions of the article, as far as they were compared: the present one, the earlier ones."""
    (page,) = db.execute(f"SELECT {PAGE} FROM articles WHERE number = ?", (number,)).fetchone()
    rows = db.execute(
        f"SELECT number FROM articles WHERE (article_id = :page OR {EARLIER}) AND compared = 1",
        {"page": page},
    )
    return {row[0] for row in rows}


def _same_source(new: Article, old: Article) -> bool:
    return bool(source := _stated_source(new)) and source == _stated_source(old)


def _stated_source(article: Article) -> str | None:
    """Its source, for comparing; not one that was read out of its text, which names whoever reports."""
    return article.source.casefold() if article.source and "source" not in article.inferred else None
