"""An article, a citation in it, and answers that stand on it, for the tests of what the faces show."""

from __future__ import annotations

import pytest

from index.articles import Article, Passage, ScoredPassage
from qa.answers import Answer, Citation, Timings

TEXT = (
    "The depot burned.\n\nThe group [red] denied it was responsible, a \x1b[31mspokesman said.\nIt was late."
)
QUOTE = "The group [red] denied it was responsible, a \x1b[31mspokesman said."


@pytest.fixture
def article() -> Article:
    return Article(
        "a1b2",
        "Depot <b>burns</b> [1]",
        TEXT,
        "2020-03-13",
        "A. Writer",
        "VOA",
        "https://example.org/a?b=1&c=2",
    )


@pytest.fixture
def answer(article: Article) -> Answer:
    start = TEXT.index(QUOTE)
    citation = Citation(
        1,
        article.article_id,
        article.title,
        article.source,
        article.published,
        article.url,
        QUOTE,
        start,
        start + len(QUOTE),
        start,
        start + len("The group"),
    )
    return Answer("Who denied it?", "The group", 0.91, (citation,), (), Timings(1, 2, 3))


@pytest.fixture
def abstention(article: Article) -> Answer:
    passage = Passage("a1b2:0-17", article.article_id, TEXT[:17], 0, 17)
    scored = ScoredPassage(passage, 0.5, article.title, article.published)
    return Answer("Who paid?", None, 0.04, (), (scored,))
