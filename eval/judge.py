"""Judging one answer against its gold evidence, and a bucket for every miss.

Whether the words are right is SQuAD's exact match and token F1 (see `qa.squad`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from eval.suite import Case, Evidence
from index.articles import Passage
from qa.answers import Answer, Citation
from qa.squad import exact_match, normalise

Bucket = Literal[
    "right",
    "right refusal",
    "not retrieved",
    "retrieved but not read",
    "wrong span",
    "wrong refusal",
    "should have refused",
    "crashed",
    "no gold",
    "retrieval only",
    "withheld: refused",
    "withheld: answered",
]


def says(text: str, gold: Sequence[str]) -> bool:
    """Whether a text holds one of the gold answers, token by token after normalisation."""
    hay = f" {normalise(text)} "
    return any(f" {needle} " in hay for needle in map(normalise, gold) if needle)


def said(answer: str | None, gold: Sequence[str]) -> float:
    """1.0 for an answer that holds a gold answer, however much else it says, and for a due refusal."""
    return float(answer is None if not gold else answer is not None and says(answer, gold))


def on_evidence(case: Case, article_id: str, start: int, end: int) -> bool:
    """Whether a stretch of an article overlaps a gold evidence span."""
    return any(_overlaps(item, article_id, start, end) for item in case.evidence)


def cited_share(case: Case, citations: Sequence[Citation]) -> float:
    """The share of the gold evidence that a citation overlaps; the case must have evidence."""
    found = [
        any(_overlaps(item, cited.article_id, cited.start, cited.end) for cited in citations)
        for item in case.evidence
    ]
    return sum(found) / len(found)


def _overlaps(item: Evidence, article_id: str, start: int, end: int) -> bool:
    return any(place.overlaps(article_id, start, end) for place in item.places)


def bucket(case: Case, answer: Answer) -> Bucket:
    """What became of the case. A miss is laid at the first step that lost the gold answer.

    An LLM answers in sentences: where it wrote, it is enough that they hold a gold answer.
    """
    if case.twin_of is not None:
        return "withheld: refused" if answer.text is None else "withheld: answered"
    if case.answers is None:
        return "no gold"
    if not case.answers:
        return "right refusal" if answer.text is None else "should have refused"
    right = said if answer.writer else exact_match
    return "right" if right(answer.text, case.answers) else _miss(case, answer)


def _miss(case: Case, answer: Answer) -> Bucket:
    if not any(_holds_gold(case, item.passage) for item in answer.passages):
        return "not retrieved"
    if answer.text is None:
        return "wrong refusal"
    cited = any(_holds_gold(case, citation) for citation in answer.citations)
    return "wrong span" if cited else "retrieved but not read"


def _holds_gold(case: Case, part: Passage | Citation) -> bool:
    """Gold evidence where the case has some, the answer's own words otherwise."""
    if case.evidence:
        return on_evidence(case, part.article_id, part.start, part.end)
    return says(part.quote if isinstance(part, Citation) else part.text, case.answers or ())
