"""Hard examples that no annotator wrote: near passages without the answer, swapped names, news questions.

Few unanswerable questions come with the public data, and fewer hard ones. A reader that must abstain
over a search's results has to see what a search returns: passages on the subject that do not answer.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from index.articles import Article
from index.sources.dates import iso_date
from index.splitter import split
from index.terms import fts_query
from qa.training.examples import Candidate, Example, Group, candidate, read_records

# Questions of these sources stand by themselves, so that another passage can be read for them too.
STANDALONE = ("squad2", "squad-extra", "squadshifts-wiki", "nq-oracle", "qed", "qamr")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'.-]*)(?: (?:of |the )?[A-Z][\w’'.-]*)*|\b(?:1[0-9]|20)\d\d\b")
AMONG_OTHERS = 0.4  # the share of questions over one sentence that are asked over a paragraph of such
UNSPOKEN = frozenset(("true", "false", "yes", "no", "all of the above", "none of the above"))


class PassageIndex:
    """Words to passages by BM25, in memory: SQLite's FTS5 over whatever it is given."""

    def __init__(self, passages: Iterable[Candidate]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "CREATE VIRTUAL TABLE p USING fts5(title, text, published UNINDEXED, tokenize='porter unicode61')"
        )
        rows = ((passage.title, passage.text, passage.published) for passage in passages)
        self._db.executemany("INSERT INTO p(title, text, published) VALUES (?, ?, ?)", rows)

    def search(self, question: str, k: int) -> list[Candidate]:
        """The k best passages for the question's content words, without golds."""
        query = fts_query(question)
        if not query:
            return []
        rows = self._db.execute(
            "SELECT title, text, published FROM p WHERE p MATCH ? ORDER BY bm25(p, 0.5, 1.0) LIMIT ?",
            (query, k),
        )
        return [Candidate(title, text, published=published) for title, text, published in rows]


def grouped(examples: Sequence[Example], seed: int, negatives: float = 0.6) -> list[Group]:
    """Every example as a group; a share of the stand-alone ones gets negatives beside its context."""
    rng = random.Random(seed)
    contexts = {(e.title, e.context) for e in examples if e.source.startswith(STANDALONE)}
    index = PassageIndex(Candidate(title, text) for title, text in sorted(contexts))
    siblings: dict[str, list[str]] = defaultdict(list)
    for title, text in sorted(contexts):
        if title:
            siblings[title].append(text)
    names = sorted({name for e in examples for name in names_in(e.question)})
    single = sorted({e.context for e in examples if e.source.startswith("qamr")})
    groups: list[Group] = []
    for written in examples:
        alone = not written.source.startswith("qamr") or rng.random() >= AMONG_OTHERS
        example = written if alone else among_others(written, single, rng)
        own = candidate(example)
        groups.append(Group(example.question, (own,), example.source))
        if not example.source.startswith(STANDALONE):
            continue
        if rng.random() < negatives:
            found = index.search(example.question, 8)
            family = siblings.get(example.title, [])
            if family:
                found.insert(rng.randrange(3), Candidate(example.title, rng.choice(family)))
            others = _without_answer(example, found)[:2]
            if others:
                groups[-1] = Group(example.question, (own, *others), example.source)
        strings = [text for text, _ in example.answers]
        if strings and rng.random() < negatives / 2:
            other = swapped(example.question, example.context, strings, names, rng)
            if other:
                groups.append(Group(other, (Candidate(example.title, example.context),), "swapped"))
    return groups


def among_others(example: Example, contexts: Sequence[str], rng: random.Random) -> Example:
    """The example with its one-sentence context put among others of its kind, as in a passage of news."""
    strings = [text for text, _ in example.answers]
    others = [c for c in rng.sample(contexts, 3) if c != example.context and not occurrences(c, strings)]
    at = rng.randrange(len(others) + 1)
    before = "".join(f"{other} " for other in others[:at])
    answers = tuple((text, start + len(before)) for text, start in example.answers)
    context = " ".join([*others[:at], example.context, *others[at:]])
    return replace(example, context=context, answers=answers)


def news_articles(path: Path) -> list[Article]:
    """The articles of a news file."""
    return [
        Article(row["id"], row["title"], row["text"], iso_date(row.get("published")))
        for row in read_records(path)
    ]


def news_index(articles: Iterable[Article]) -> PassageIndex:
    """All their passages, to be searched."""
    return PassageIndex(
        Candidate(article.title, passage.text, published=article.published)
        for article in articles
        for passage in split(article)
    )


def news_groups(
    questions: Path,
    index: PassageIndex,
    seed: int,
    judged: Container[str] = (),
    positives: int = 3,
    others: int = 4,
) -> list[Group]:
    """Quiz questions as distant supervision: every occurrence of the answer in what a search returned.

    Which occurrence answers is not known; the loss sums over them (Clark and Gardner 2018, section 3).
    Those whose ids are in `judged`, of which it is known, are left out.
    """
    rng = random.Random(seed)
    rows = [
        row
        for row in read_records(questions)
        if row["id"] not in judged and row["answers"][0].lower() not in UNSPOKEN
    ]
    groups = []
    for row in rows:
        strings = [a.strip("“”\"'. ") for a in row["answers"]]
        found = [
            replace(passage, golds=occurrences(passage.text, strings))
            for passage in index.search(row["question"], 40)
        ]
        holding = [c for c in found if c.golds][:positives]
        without = [c for c in found if not c.golds][: others + 4]
        if holding:
            picked = holding + rng.sample(without, min(others, len(without)))
            groups.append(Group(row["question"], tuple(picked), "news"))
    return groups


def occurrences(text: str, answers: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where any of the answers stands in the text as whole words, without regard to case."""
    spans: set[tuple[int, int]] = set()
    for answer in answers:
        if answer:
            spans |= {
                m.span() for m in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE)
            }
    return tuple(sorted(spans))


def _without_answer(example: Example, found: Iterable[Candidate]) -> list[Candidate]:
    strings = [text for text, _ in example.answers]
    return [
        passage
        for passage in found
        if passage.text != example.context and not occurrences(passage.text, strings)
    ]


def names_in(question: str) -> list[str]:
    """The names and years in a question, its first word left out."""
    return _NAME.findall(question)


def swapped(
    question: str, context: str, answers: Sequence[str], names: Sequence[str], rng: random.Random
) -> str | None:
    """The question with another name or year for one of its own: the context no longer answers it."""
    own = [name for name in names_in(question) if name in context]
    if not own:
        return None
    old = rng.choice(own)
    given = " ".join(answers)
    near = [name for name in set(names_in(context)) if name not in question and name not in given]
    pool = sorted(near) if near and rng.random() < 0.5 else names
    same_kind = [name for name in pool if name[0].isdigit() == old[0].isdigit()]
    if not same_kind:
        return None
    new = rng.choice(same_kind)
    if new in question or new in given or (new[0].isdigit() and answers[0][0].isdigit()):
        return None
    return question.replace(old, new)
