"""What to ask next: questions made of the cited article's other sentences, kept where Byline answers them.

The questions are made by rules: those that the reader's training made questions with (`qa.training.wire`),
and two of its own. A rule may go wrong, so each question is asked before it is offered, and kept only where
the reader gives the very answer that the rule had in mind, from that article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from index.articles import Article, Filters
from index.sentences import sentences
from qa.answers import Answer, Citation
from qa.conversation import leans
from qa.spans import normal
from qa.training.wire import VAGUE, made

OFFERED = 3
TRIED = 8  # each costs as much as an answer
LONGEST = 100  # characters
ALIKE = 0.6  # of the shorter question's words: the two ask the same

# What a question cannot hold by itself: somebody who speaks, a day that only its article knows, a loose end.
_UNCLEAR = re.compile(
    r"\b(?:[Ww]e|us|[Oo]ur|[Mm]y|me|[Yy]ours?|[Yy]ou|I|here|now|today|yesterday|tomorrow|tonight|same|such|"
    r"others?|ago|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:last|next) \w+)\b|  |--|[“”\"]|"
    r"\b(?:to|of|and|or|the|a|in|for|by|that) ?\?$|^Who said (?:\S+ ){0,4}\S+\?$|"
    r"^Who said (?:[Bb]y|[Ff]or|[Ww]hile|[Ii]f|[Nn]o|[Ii]n|[Oo]n|[Aa]t|[Ww]hen|[Aa]fter)\b",
)
_NAMED = r"(?P<who>[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+)+)"
_AGE = re.compile(rf"{_NAMED}, (?P<told>\d{{1,3}}),")
_WHO = re.compile(
    rf"{_NAMED}, (?P<told>(?:an?|the) (?=[a-z])[^,;:“”\"]{{0,60}}\b"
    r"(?:activist|actor|actress|advis[eo]r|analyst|attorney|author|captain|chair\w*|chief|coach|commissioner|"
    r"director|doctor|economist|editor|executive|expert|fellow|founder|governor|head|journalist|judge|lawyer|"
    r"leader|manager|mayor|minister|officer|official|owner|physician|president|professor|reporter|researcher|"
    r"scientist|secretary|senator|singer|spokes\w+|writer)\b[^,;:“”\"]{0,60})[,.]"
)


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

    No two have the same answer. Ends early where `giving_way` says that others ask.
    """
    known = list(asked)
    told = {normal(citation.answer)}
    for question, answer in candidates(article, citation)[:TRIED]:
        if giving_way() or len(known) == len(asked) + OFFERED:
            return
        if normal(answer) in told or any(alike(question, one) for one in known):
            continue
        found = assistant.ask(question, filters=filters)
        if found.text and _agree(found, article, answer):
            known.append(question)
            told |= {normal(answer), normal(found.text)}
            yield question


def candidates(article: Article, citation: Citation) -> list[tuple[str, str]]:
    """Questions with the answer that their sentence gives, those of the sentences nearest to the cited first.

    The cited sentence makes none.
    """
    found: dict[str, tuple[int, str]] = {}
    for start, end in sentences(article.text):
        if start < citation.end and citation.start < end:
            continue
        for question, answer in _made(article.text[start:end]):
            if _clear(question, answer):
                found.setdefault(question, (abs(start - citation.start), answer))
    return [(question, answer) for question, (_, answer) in sorted(found.items(), key=lambda one: one[1][0])]


def alike(one: str, other: str) -> bool:
    """Whether two questions ask much the same: most of the shorter one's words stand in the other."""
    words, others = set(normal(one).split()), set(normal(other).split())
    return len(words & others) >= ALIKE * min(len(words), len(others))


def _made(sentence: str) -> Iterator[tuple[str, str]]:
    yield from ((question, answer) for question, answer, _ in made(sentence))
    for asking, pattern in (("How old is", _AGE), ("Who is", _WHO)):
        for match in pattern.finditer(sentence):
            if not VAGUE.match(match["who"].split()[0]):
                yield f"{asking} {match['who']}?", match["told"]


def _clear(question: str, answer: str) -> bool:
    """Whether it can be understood by itself, and its answer is one."""
    return not (
        len(question) > LONGEST
        or leans(question)
        or _UNCLEAR.search(question)
        or re.search(r"['’]m\b|ly$", answer)
    )


def _agree(found: Answer, article: Article, answer: str) -> bool:
    """Whether it was answered from the article, with what the sentence said, or a part of that."""
    words, told = set(normal(found.text or "").split()), set(normal(answer).split())
    ours = found.citations and found.citations[0].article_id == article.article_id
    return bool(ours) and bool(words) and (words <= told or told <= words)
