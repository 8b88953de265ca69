"""What to ask next: questions made of the cited article's other sentences, kept where Byline answers them.

The questions are made by rules (`qa.questions`). A rule may go wrong, so each question is asked of that
article before it is offered, and kept only where the reader gives the answer that the rule had in mind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index.articles import Article, Filters
from index.sentences import sentences
from qa.answers import Answer, Citation
from qa.questions import SPEECH, Made, clear, questions
from qa.spans import normal

OFFERED = 3
TRIED = 8  # each costs as much as an answer
ALIKE = 0.6  # of the shorter question's words: the two ask the same
HEADING = "heading"  # the rule that takes what the article itself asks
AHEAD = 2  # of these, before all that was made
BEHIND = 2  # of every other rule, before what somebody said of nothing in particular
BELOW = 800  # characters after a heading in which what it asks is answered
_HEADING = re.compile(r"^(?:Who|What|When|Where|Why|How) [^?\n]{10,95}\?$", re.MULTILINE)
_NAME = re.compile(r"\b[A-Z][\w’-]+(?: [A-Z]\.)? (?P<last>[A-Z][\w’-]+)\b")


class Asks(Protocol):
    """The part of `qa.assistant.Assistant` that is needed here."""

    def ask(
        self, question: str, history: Sequence[tuple[str, str]] = (), *, filters: Filters = ...
    ) -> Answer:
        """Answer from the articles, or say that they do not."""


def suggestions(
    assistant: Asks,
    article: Article,
    citation: Citation,
    asked: Sequence[str],
    *,
    filters: Filters = Filters(),
    giving_way: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """At most `OFFERED` questions that `article` answers beside its `citation`, none like those `asked`.

    They are to be asked of it alone. No two have the same answer. Ends early where `giving_way` says that
    others ask.
    """
    known = list(asked)
    told = {normal(citation.answer)}
    used: set[int] = set()
    within = replace(filters, article_ids=(article.article_id,))
    for place, made in candidates(article, citation)[:TRIED]:
        if giving_way() or len(known) == len(asked) + OFFERED:
            return
        question, answer = made.question, normal(made.answer)
        if place in used or answer in told or any(alike(question, one) for one in known):
            continue
        found = assistant.ask(question, filters=within)
        if found.text and _agree(found, made.answer):
            known.append(question)
            told |= {answer, normal(found.text)}
            used.add(place)
            yield question


def candidates(article: Article, citation: Citation) -> list[tuple[int, Made]]:
    """Questions with the answer that the article gives, and where: first what the two nearest headings ask,
    then the nearest to the cited sentence that each rule made, the second nearest of each, and so on. The
    cited sentence makes none.
    """
    text, names = article.text, _whole_names(article.text)
    found = [
        (line.start(), Made(HEADING, line[0], text[line.end() :][:BELOW])) for line in _HEADING.finditer(text)
    ]
    found = [(place, made) for place, made in found if clear(made)]
    for start, end in sentences(text):
        if not (start < citation.end and citation.start < end):
            found += [(start, made) for made in questions(text[start:end], names)]
    before = Counter({HEADING: -AHEAD, SPEECH: BEHIND})
    ranked: list[tuple[int, int, Made]] = []
    for place, made in sorted(found, key=lambda one: abs(one[0] - citation.start)):
        if all(made.question != other.question for _, _, other in ranked):
            ranked.append((before[made.rule], place, made))
            before[made.rule] += 1
    return [(place, made) for _, place, made in sorted(ranked, key=lambda one: one[0])]


def _whole_names(text: str) -> Mapping[str, str]:
    """The whole name by the last one, of everybody whose last one nobody else has."""
    whole: dict[str, set[str]] = {}
    for match in _NAME.finditer(text):
        whole.setdefault(match["last"], set()).add(match[0])
    return {last: names.pop() for last, names in whole.items() if len(names) == 1}


def alike(one: str, other: str) -> bool:
    """Whether two questions ask much the same: most of the shorter one's words stand in the other."""
    words, others = set(normal(one).split()), set(normal(other).split())
    return len(words & others) >= ALIKE * min(len(words), len(others))


def _agree(found: Answer, answer: str) -> bool:
    """Whether it was answered with what the sentence said, or a part of that."""
    words, told = set(normal(found.text or "").split()), set(normal(answer).split())
    new = words - set(normal(found.question).split())  # the question itself is no answer
    return bool(new) and (words <= told or told <= words)
