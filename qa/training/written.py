"""Questions that were written for training, over the newest year's articles and over paragraphs of the
training data: half of them near misses.

A `twin` is a question of the training data, or a written one, with a word or two changed, so that its
paragraph answers it no more though the old answer still tempts: so most of SQuAD 2.0's came about.

The texts are not ours to ship. A record names its article by id (a paragraph by the start of its SHA-1), and
`at`, the [start, end) characters of the sentence that answers (or, where there are no `answers`, of the one
that tempts); all else follows.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.articles import Article, Passage
from index.splitter import split
from qa.training.examples import Candidate, Example, Group, read_records
from qa.training.mining import PassageIndex, occurrences

WRITTEN = Path(__file__).parent / "written_questions.jsonl"
SIBLINGS = 2  # other passages of the article that a question is read beside
OTHERS = 1  # and passages of other articles, for a question that says little by itself
LONG, OTHERS_FOR_LONG = 12, 4  # words of a question that stands alone, and passages of other articles for it


def written_groups(
    articles: Iterable[Article],
    examples: Iterable[Example],
    index: PassageIndex,
    seed: int,
    path: Path = WRITTEN,
) -> Iterator[Group]:
    """Each written question beside its sentence's passage, others of the article, and one found elsewhere."""
    rng = random.Random(seed)
    stories = {article.article_id: article for article in articles}
    paragraphs = {paragraph.article_id: paragraph for paragraph in map(_paragraph, examples)}
    for row in read_records(path):
        article = stories.get(row["article_id"]) or paragraphs.get(row["article_id"])
        if article is None:
            continue
        told = article.article_id in stories
        passages = split(article) if told else [Passage("", "", article.text, 0, len(article.text))]
        own = _holding(passages, *row["at"])
        if own is None:
            continue
        siblings = [
            Candidate(article.title, passage.text, published=article.published)
            for passage in passages
            if passage is not own
        ]
        near = rng.sample(siblings, min(SIBLINGS, len(siblings)))
        if row["answers"]:  # what one article does not say, another may
            others = OTHERS if len(row["question"].split()) < LONG else OTHERS_FOR_LONG
            found = index.search(row["question"], others + 5)
            near += [passage for passage in found if passage.title != article.title][:others]
        candidates = [
            Candidate(article.title, own.text, _golds(own, row), article.published),
            *(passage for passage in near if not occurrences(passage.text, row["answers"])),
        ]
        source = "twins" if row.get("twin") else "written" if told else "written-paragraphs"
        yield Group(row["question"], tuple(candidates), source)


def _paragraph(example: Example) -> Article:
    """An example's context, to be found by what it is."""
    return Article(hashlib.sha1(example.context.encode()).hexdigest()[:12], example.title, example.context)


def _holding(passages: Iterable[Passage], start: int, end: int) -> Passage | None:
    return next((p for p in passages if p.start <= start and end <= p.end), None)


def _golds(own: Passage, row: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """Where the first answer stands in the row's sentence, in characters of the passage."""
    if not row["answers"]:
        return ()
    start, end = (at - own.start for at in row["at"])
    at = own.text.index(row["answers"][0], start, end)
    return ((at, at + len(row["answers"][0])),)
