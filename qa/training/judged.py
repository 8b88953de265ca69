"""News quizzes whose passages were judged: which of those that a search returns answer, and where.

The texts are not ours to ship. A record names a quiz question by its id, and of each passage that was read
the article, its [start, end) characters in it as `at`, and those of the answer as `gold`; a passage without
`gold` does not answer, whatever words it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.articles import Article
from qa.training.examples import Candidate, Group, read_records

JUDGED = Path(__file__).parent / "judged_quizzes.jsonl"


def judged_groups(questions: Path, articles: Iterable[Article], path: Path = JUDGED) -> Iterator[Group]:
    """Each judged question beside the passages that were read for it."""
    asked = {row["id"]: row["question"] for row in read_records(questions)}
    stories = {article.article_id: article for article in articles}
    for row in read_records(path):
        read = [passage for passage in row["passages"] if passage["article_id"] in stories]
        if row["id"] in asked and read:
            candidates = (_candidate(stories[passage["article_id"]], passage) for passage in read)
            yield Group(asked[row["id"]], tuple(candidates), "news-judged")


def judged_ids(path: Path = JUDGED) -> frozenset[str]:
    """The ids of the quiz questions that were judged."""
    return frozenset(row["id"] for row in read_records(path))


def _candidate(article: Article, passage: dict[str, Any]) -> Candidate:
    start, end = passage["at"]
    golds = ((passage["gold"][0] - start, passage["gold"][1] - start),) if "gold" in passage else ()
    return Candidate(article.title, article.text[start:end], golds, article.published)
