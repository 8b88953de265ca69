"""The same questions once more with the evidence withheld: does a refusal follow?

Every answerable case gets a twin whose answer-bearing articles are kept from retrieval; the right thing to
say is then that the articles do not say. An article bears the answer where a gold answer stands in it word
for word (normalised as for exact match, so sooner one too many than one too few), or gold evidence does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from eval.suite import Case, Suite
from index.articles import Article
from index.errors import SuiteError
from index.progress import Progress, silent
from qa.squad import normalise

TAG = "evidence withheld"


def with_twins(suite: Suite, articles: Iterable[Article], progress: Progress = silent) -> Suite:
    """The suite with a twin after every answerable case; raises SuiteError where there is none."""
    texts = {article.article_id: _words(article) for article in articles}
    cases: list[Case] = []
    for number, case in enumerate(suite.cases, 1):
        progress("finding the evidence to withhold", number, len(suite.cases))
        cases.append(case)
        if case.answers:
            cases.append(_twin(case, bearing(case, texts)))
    if len(cases) == len(suite.cases):
        raise SuiteError(f"{str(suite.path)!r} has no answerable case; there is no evidence to withhold.")
    return suite.holding(cases)


def bearing(case: Case, texts: dict[str, str]) -> tuple[str, ...]:
    """The articles that bear the answer; `texts` are normalised, with a space at either end."""
    needles = [f" {words} " for words in map(normalise, case.answers or ()) if words]
    gold = {place.article_id for item in case.evidence for place in item.places}
    return tuple(
        article_id
        for article_id, text in texts.items()
        if article_id in gold or any(needle in text for needle in needles)
    )


def _words(article: Article) -> str:
    return f" {normalise(f'{article.title} {article.text}')} "


def _twin(case: Case, without: Sequence[str]) -> Case:
    return replace(
        case,
        id=f"{case.id} ({TAG})",
        answers=(),
        evidence=(),
        tags=(*case.tags, TAG),
        without=tuple(without),
        twin_of=case.id,
    )
