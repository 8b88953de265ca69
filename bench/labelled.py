"""The labelled sentences that the checker is fitted on and measured by, and the articles that they are about.

bench/checking_data/ has them: sentences.tsv about news articles that were written for this and the sample
article, the others about real articles, which are named by their ids and must be given. Each line is one
sentence, faithful (good), or with what is wrong with it: negated, roles exchanged, an addition of its own or
as a clause of what the article says; llm is whatever a model made up by itself. A slot
{Keller|same:Brandt|other:Ortega} in a good sentence makes one wrong sentence for each wrong filling: a name
of the same article or of another one, a number, a date. Each good sentence is also held to the other article
of its pair (article); the articles stand in pairs. A sentence cites the passages that are named with it, or
the first two of its article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.articles import Article, ScoredPassage
from index.sources import read_source
from index.splitter import split
from qa.checking import Source

HERE = Path(__file__).with_name("checking_data")
SAMPLE = Path(__file__).parents[1] / "index" / "sample"
SAMPLE_ID = "us-strikes-kataib-hezbollah"  # as the sentences name it
SETS = {
    "written": "sentences.tsv",
    "news 2022": "sentences_news2022.tsv",
    "news 2023": "sentences_news2023.tsv",
    "SmolLM2": "sentences_smollm2.tsv",
}
_SLOT = re.compile(r"\{([^{}|]*)((?:\|[a-z]+:[^{}|]*)+)\}")


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, the passages of the article that it is held to ("": the first two), and what is wrong
    with it ("good": nothing). A line of the labelled sentences is one, with slots in its sentence.
    """

    article: str
    passages: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """One set: the articles by id, and every sentence."""

    articles: dict[str, Article]
    cases: list[Case]


def labelled(news: Sequence[Path]) -> dict[str, Labelled]:
    """The sets whose articles are there, by name; `news` are files of real articles."""
    own = {one.article_id: one for one in read_source(HERE / "articles.jsonl") if isinstance(one, Article)}
    (sample,) = (one for one in read_source(SAMPLE) if isinstance(one, Article))
    rows = {name: _rows(HERE / file) for name, file in SETS.items()}
    wanted = {row.article for some in rows.values() for row in some}
    there = own | {SAMPLE_ID: sample} | {one.article_id: one for one in _articles(news, wanted)}
    return {
        name: Labelled({row.article: there[row.article] for row in some}, list(_cases(some)))
        for name, some in rows.items()
        if all(row.article in there for row in some)
    }


def sources_of(article: Article, passages: str) -> list[Source]:
    """The passages of an article that a sentence cites, numbered from 1."""
    cut = split(article)
    chosen = [int(number) for number in passages.split(",")] if passages else [1, 2][: len(cut)]
    return [
        Source(number, ScoredPassage(cut[number - 1], 1.0, article.title, article.published))
        for number in chosen
    ]


def pairs(sets: Iterable[Labelled]) -> dict[str, str]:
    """For each article the first of its pair, as the first set that has it pairs them."""
    leaders: dict[str, str] = {}
    for one in sets:
        order = [name for name in dict.fromkeys(case.article for case in one.cases) if name != SAMPLE_ID]
        for place, name in enumerate(order):
            leaders.setdefault(name, order[place - place % 2])
    return leaders | {SAMPLE_ID: SAMPLE_ID}


def _cases(rows: Sequence[Case]) -> Iterator[Case]:
    order = [name for name in dict.fromkeys(row.article for row in rows) if name != SAMPLE_ID]
    for row in rows:
        plain = _SLOT.sub(r"\1", row.sentence)
        yield Case(row.article, row.passages, row.kind, plain)
        for slot in _SLOT.finditer(row.sentence):
            for wrong in slot[2].split("|")[1:]:
                kind, filling = wrong.split(":", 1)
                start, end = slot.span()
                swapped = row.sentence[:start] + filling + row.sentence[end:]
                yield Case(row.article, row.passages, kind, _SLOT.sub(r"\1", swapped))
        if row.kind == "good" and not row.passages:
            yield Case(order[order.index(row.article) ^ 1], "", "article", plain)


def _rows(path: Path) -> list[Case]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [Case(*line.split("\t")) for line in lines]


def _articles(paths: Sequence[Path], wanted: set[str]) -> Iterator[Article]:
    for path in paths:
        for one in read_source(path):
            if isinstance(one, Article) and one.article_id in wanted:
                yield one
