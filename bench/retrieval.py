"""How often the answer stands in the first 1, 5 and 10 passages: by words, by meaning, fused, and dated too.

    python bench/retrieval.py QUESTIONS.jsonl ARTICLES.jsonl.gz
    python bench/retrieval.py QUESTIONS.jsonl ARTICLES.jsonl.gz --words-only --sweep
    python bench/retrieval.py QUESTIONS.jsonl ARTICLES.jsonl.gz --questions 150 --listed 2 --sweep

Questions are records {question, answers, articles?, strict?}; where any is marked strict, those alone are
asked. A passage holds the answer if one of the answers stands in it, as SQuAD normalises both: no capitals,
punctuation or articles. `--archive` keeps the archive for the next run. `--sweep` tries the settings of the
retriever too: that is how its defaults were chosen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import string
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.articles import Article, Filters
from index.ingest import Storing
from index.retriever import CANDIDATES, DENSE_WEIGHT, RANK_OFFSET, HybridRetriever, fuse
from index.sources import read_source
from index.sources.dates import iso_date

AT = (1, 5, 10)
DEEPEST = 200
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = str.maketrans("", "", string.punctuation + "“”‘’")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the passages of each list, best first, and which of them hold its answer.

    `dated` is what Byline's retriever finds on the day that the question was asked.
    """

    words: dict[float, list[str]]
    near: list[str]
    dated: list[str]
    holding: frozenset[str]


def normalised(text: str) -> str:
    words = _ARTICLES.sub(" ", text.lower().translate(_MARKS)).split()
    return f" {' '.join(words)} "


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        yield from map(json.loads, file)


def chosen_questions(path: Path, most: int | None) -> list[dict[str, Any]]:
    rows = [row for row in records(path) if row["answers"]]
    strict = [row for row in rows if row.get("strict")] or rows
    random.Random(1).shuffle(strict)
    return strict[:most]


def chosen_articles(path: Path, questions: Sequence[dict[str, Any]], listed: int | None) -> list[Article]:
    """All, or for each question the first `listed` that it names, those with the answer before others."""
    articles = [item for item in read_source(path) if isinstance(item, Article)]
    if listed is None:
        return articles
    by_id = {article.article_id: article for article in articles}
    wanted: set[str] = set()
    for row in questions:
        named = [name for name in row["articles"] if name in by_id]
        wanted.update(sorted(named, key=lambda name: not holds(by_id[name].text, row["answers"]))[:listed])
    return [article for article in articles if article.article_id in wanted]


def holds(text: str, answers: Sequence[str]) -> bool:
    plain = normalised(text)
    return any(normalised(answer) in plain for answer in answers)


def ask(archive: Archive, row: dict[str, Any], title_weights: Sequence[float], dense: bool) -> Asked:
    question = row["question"]
    words = {
        weight: [found.passage_id for found in archive.catalog.search(question, DEEPEST, Filters(), weight)]
        for weight in title_weights
    }
    near: list[str] = []
    dated: list[str] = []
    if dense:
        vector = archive.embedder.embed_question(question)
        near = [name for name, _ in archive.nearest(vector, DEEPEST)]
        on_the_day = Filters(as_of=iso_date(row.get("date")))
        found = HybridRetriever(archive).retrieve(question, max(AT), on_the_day)
        dated = [one.passage.passage_id for one in found]
    listed = archive.catalog.passages({name for ranked in (*words.values(), near, dated) for name in ranked})
    holding = frozenset(name for name, item in listed.items() if holds(item.passage.text, row["answers"]))
    return Asked(words, near, dated, holding)


def figures(asked: Sequence[Asked], rank: Callable[[Asked], Sequence[str]]) -> list[float]:
    ranked = [(item, rank(item)) for item in asked]
    return [sum(not item.holding.isdisjoint(names[:k]) for item, names in ranked) / len(ranked) for k in AT]


def fused(item: Asked, title_weight: float, depth: int, dense_weight: float, offset: int) -> list[str]:
    scores = fuse(item.words[title_weight][:depth], item.near[:depth], dense_weight, offset)
    return sorted(scores, key=lambda name: (-scores[name], name))


def show(name: str, values: Sequence[float]) -> None:
    print(f"{name:44}" + "".join(f"{value:8.3f}" for value in values), flush=True)


def sweep(
    asked: Sequence[Asked], title_weights: Sequence[float], own_title_weight: float, dense: bool
) -> None:
    for weight in title_weights:
        show(f"bm25, title weight {weight}", figures(asked, lambda item, w=weight: item.words[w]))
    if not dense:
        return
    tried = []
    for depth, dense_weight, offset in product(
        (30, 50, 100, 200), (0.3, 0.5, 0.7, 1, 1.5), (5, 10, 20, 40, 60, 100)
    ):
        values = figures(
            asked,
            lambda item, d=depth, w=dense_weight, o=offset: fused(item, own_title_weight, d, w, o),
        )
        tried.append((sum(values), values, f"fused, {depth} of each, dense {dense_weight}, offset {offset}"))
    for _, values, name in sorted(tried, reverse=True)[:15]:
        show(name, values)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions_file", type=Path)
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("--archive", type=Path, help="a folder for the archive, kept for the next run")
    parser.add_argument("--questions", type=int, help="ask so many, drawn at random with a fixed seed")
    parser.add_argument("--listed", type=int, help="take only so many articles of those each question names")
    parser.add_argument("--words-only", action="store_true", help="make no vectors: BM25 alone")
    parser.add_argument("--sweep", action="store_true", help="try the retriever's settings")
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()

    from index.word_search import TITLE_WEIGHT

    title_weights = sorted({TITLE_WEIGHT, 0.0, 0.25, 0.5, 2.0, 4.0} if given.sweep else {TITLE_WEIGHT})
    questions = chosen_questions(given.questions_file, given.questions)
    articles = chosen_articles(given.articles_file, questions, given.listed)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Archive.open(given.archive or Path(scratch), threads=given.threads) as archive,
    ):
        if given.words_only:
            Storing(archive.catalog).store(articles, lambda *_: None)
        else:
            archive.ingest(articles, progress=lambda *step: print(*step, end="   \r", flush=True))
        held = archive.status()
        print(f"{len(questions)} questions, {held.articles} articles, {held.passages} passages")
        asked = [ask(archive, row, title_weights, not given.words_only) for row in questions]
    print(f"{'answer in the first passages':44}" + "".join(f"{'@' + str(k):>8}" for k in AT))
    show("bm25", figures(asked, lambda item: item.words[TITLE_WEIGHT]))
    if not given.words_only:
        show("dense", figures(asked, lambda item: item.near))
        show("fused", figures(asked, lambda i: fused(i, TITLE_WEIGHT, CANDIDATES, DENSE_WEIGHT, RANK_OFFSET)))
        show("fused, on the day it was asked", figures(asked, lambda item: item.dated))
    if given.sweep:
        sweep(asked, title_weights, TITLE_WEIGHT, not given.words_only)


if __name__ == "__main__":
    main()
