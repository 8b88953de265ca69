"""A suite: gold questions, and where in the articles their answers stand.

Gold evidence is an article id and a span of characters, found from the verbatim quote in the article's
own text, so that it survives any change of splitter. Every malformed row is named, all of them at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from index.articles import Article
from index.errors import SuiteError
from index.sources.cleaning import clean

Scope = Literal["open", "given"]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article, counted in characters of `Article.text`."""

    article_id: str
    start: int
    end: int

    def overlaps(self, article_id: str, start: int, end: int) -> bool:
        """Whether the two stretches share at least one character."""
        return self.article_id == article_id and self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of gold evidence. `places` are alternatives: any of them is the evidence.

    `quote` is where it stands, word for word, and so do the `others`, each of which would do in its stead.
    """

    quote: str
    places: tuple[Place, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One gold question. `answers` None: no gold, never scored; empty: the right answer is a refusal.

    `articles` are ids. `date` is the day the question is asked, ISO 8601. `without` are articles that it
    must not be answered from, `twin_of` the case of which this is the same with its evidence withheld.
    """

    id: str
    question: str
    answers: tuple[str, ...] | None
    evidence: tuple[Evidence, ...] = ()
    articles: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    date: str | None = None
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    twin_of: str | None = None

    @property
    def answerable(self) -> bool | None:
        """None where there is no gold to say so."""
        return None if self.answers is None else bool(self.answers)


@dataclass(frozen=True, slots=True)
class Draft:
    """A suite as its file has it, before its evidence has been found in the articles.

    `cases` pairs each case with the row it came from ("line 4"); their evidence has no places yet, and
    `articles` may hold titles. `problems` pairs a row with what is wrong. `contexts` are the articles
    that the file itself carries (SQuAD); `locations` are files and folders that it names.
    """

    name: str
    path: Path
    scope: Scope
    cases: tuple[tuple[str, Case], ...]
    problems: tuple[tuple[str, str], ...] = ()
    contexts: tuple[Article, ...] = ()
    locations: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """Gold questions ready to be asked. `digest` changes with any case or any article's text."""

    name: str
    path: Path
    scope: Scope
    cases: tuple[Case, ...]
    digest: str

    def only(self, tag: str) -> Suite:
        """The cases that carry a tag; raises SuiteError where none does."""
        cases = tuple(case for case in self.cases if tag in case.tags)
        if not cases:
            tags = sorted({tag for case in self.cases for tag in case.tags})
            known = ", ".join(tags) or "none at all"
            raise SuiteError(f"No case of {str(self.path)!r} carries the tag {tag!r}; its tags are: {known}.")
        return self.holding(cases)

    def holding(self, cases: Sequence[Case]) -> Suite:
        """The same suite with other cases."""
        return replace(self, cases=tuple(cases), digest=_digest(cases, self.digest))


def settle(draft: Draft, articles: Iterable[Article]) -> Suite:
    """Find each case's articles and evidence among the articles; raises SuiteError naming every bad row."""
    shelf = _Shelf(articles)
    problems = list(draft.problems)
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for row, case in draft.cases:
        if case.id in seen:
            problems.append((row, f"id {case.id!r} was used before, in {seen[case.id]}"))
        seen.setdefault(case.id, row)
        settled, wrong = shelf.settle(case)
        problems.extend((row, text) for text in wrong)
        cases.append(settled)
    if problems:
        raise SuiteError(_malformed(draft.path, problems))
    if not cases:
        raise SuiteError(f"{str(draft.path)!r} holds no question; give a suite with at least one case.")
    return Suite(draft.name, draft.path, draft.scope, tuple(cases), _digest(cases, shelf.digest()))


def _malformed(path: Path, problems: Sequence[tuple[str, str]]) -> str:
    rows = len({row for row, _ in problems})
    what = "1 malformed row" if rows == 1 else f"{rows} malformed rows"
    in_order = sorted(
        problems, key=lambda problem: [int(number) for number in re.findall(r"\d+", problem[0])]
    )
    lines = [f"  {row}: {text}" for row, text in in_order]
    return "\n".join([f"{str(path)!r} has {what}; mend what is named here and run it again:", *lines])


def _digest(cases: Iterable[Case], articles: str) -> str:
    body = json.dumps([asdict(case) for case in cases], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(f"{articles}\n{body}".encode()).hexdigest()


class _Shelf:
    """The articles that a suite runs over, to find ids, titles and quotes in."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._by_id = {article.article_id: article for article in articles}
        self._by_title: dict[str, list[str]] = defaultdict(list)
        for article in self._by_id.values():
            self._by_title[article.title.strip()].append(article.article_id)

    def digest(self) -> str:
        total = hashlib.sha256()
        for article_id in sorted(self._by_id):
            total.update(json.dumps(asdict(self._by_id[article_id])).encode())
        return total.hexdigest()

    def settle(self, case: Case) -> tuple[Case, list[str]]:
        problems: list[str] = []
        ids: list[str] = []
        for name in case.articles:
            found = [name] if name in self._by_id else self._by_title.get(name.strip(), [])
            if not found:
                problems.append(f"articles: no article has the id or the title {name!r}")
            ids.extend(found)
        evidence: list[Evidence] = []
        for item in case.evidence:
            places = list(item.places)
            for quote in () if places else (item.quote, *item.others):
                found_at = self._places(quote, ids or list(self._by_id))
                if not found_at:
                    where = "the articles it names" if ids else "any article"
                    problems.append(f"evidence: the quote {_short(quote)!r} is not in {where}, word for word")
                places += found_at
            evidence.append(replace(item, places=tuple(places)))
        settled = replace(case, articles=tuple(dict.fromkeys(ids)), evidence=tuple(evidence))
        return settled, problems

    def _places(self, quote: str, article_ids: Sequence[str]) -> tuple[Place, ...]:
        """Where the quote stands; if nowhere, where it does once it is cleaned as the articles were."""
        return self._standing(quote, article_ids) or self._standing(clean(quote).strip(), article_ids)

    def _standing(self, quote: str, article_ids: Sequence[str]) -> tuple[Place, ...]:
        places: list[Place] = []
        for article_id in article_ids if quote else ():
            text = self._by_id[article_id].text
            start = text.find(quote)
            while start >= 0:
                places.append(Place(article_id, start, start + len(quote)))
                start = text.find(quote, start + 1)
        return tuple(places)


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
