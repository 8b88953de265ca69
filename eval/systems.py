"""What is evaluated: Byline itself, asked as every user asks it, and plain baselines to stand beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from eval.results import Written
from eval.writing import WatchedWriter
from index.articles import Article, Filters, Passage, ScoredPassage
from index.sentences import sentences
from index.splitter import split
from qa.answers import Answer, Citation, Timings
from qa.reader import Reader, Reading

History = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, the reader's best span whether given or not (None: it had none), and what an LLM wrote."""

    answer: Answer
    best: str | None = None
    written: Written | None = None


class System(Protocol):
    """Something that takes a suite's questions. `answers` False: it only retrieves."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    @property
    def answers(self) -> bool:
        """Whether it answers, or only retrieves."""

    def ask(self, question: str, history: History, filters: Filters, /) -> Outcome:
        """The answer, with what else there is to judge."""

    def article(self, article_id: str) -> Article:
        """An article as it is held."""

    def passages(self, article_id: str) -> Sequence[Passage]:
        """All passages of an article that could have been retrieved."""


class Asks(Protocol):
    """The part of `qa.assistant.Assistant` that is evaluated."""

    def ask(self, question: str, history: History = (), *, filters: Filters = ...) -> Answer:
        """Answer from the articles, or say that they do not."""


class WatchedReader:
    """A reader that remembers, for each thread, the best span of its surest reading.

    An answer that is refused does not show its span, and the risk–coverage curve needs it.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last = threading.local()

    @property
    def name(self) -> str:
        """The watched reader's name."""
        return self._reader.name

    @property
    def threshold(self) -> float:
        """The watched reader's threshold."""
        return self._reader.threshold

    def read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """Read with the watched reader."""
        reading = self._reader.read(question, passages)
        before: tuple[float, str | None] = getattr(self._last, "best", (-1.0, None))
        text = reading.spans[0].text if reading.spans else None
        self._last.best = max(before, (reading.confidence, text), key=lambda best: best[0])
        return reading

    def take(self) -> str | None:
        """The best span since the last time, in this thread."""
        best: tuple[float, str | None] = getattr(self._last, "best", (-1.0, None))
        self._last.best = (-1.0, None)
        return best[1]


class Holdings:
    """The articles and passages of an archive, kept at hand for judging."""

    def __init__(self, article: Callable[[str], Article]) -> None:
        self.article = lru_cache(maxsize=2048)(article)
        self.passages = lru_cache(maxsize=2048)(self._passages)

    def _passages(self, article_id: str) -> Sequence[Passage]:
        return split(self.article(article_id))


class AssistantSystem:
    """Byline: the same `Assistant.ask` that the other faces call."""

    answers = True

    def __init__(
        self,
        name: str,
        assistant: Asks,
        holdings: Holdings,
        reader: WatchedReader,
        writer: WatchedWriter | None = None,
    ) -> None:
        self.name = name
        self._assistant = assistant
        self._reader = reader
        self._writer = writer
        self.article = holdings.article
        self.passages = holdings.passages

    def ask(self, question: str, history: History, filters: Filters, /) -> Outcome:
        """Ask, and tell the best span; of an LLM's answer too it is the reader's, as the confidence is."""
        self._reader.take()
        answer = self._assistant.ask(question, history, filters=filters)
        best = self._reader.take()
        given = answer.text is not None and answer.writer is None
        return Outcome(answer, answer.text if given else best, self._writer.take() if self._writer else None)


class Retrieves(Protocol):
    """The part of `index.retriever.Retriever` that a baseline needs."""

    def retrieve(self, question: str, k: int = ..., filters: Filters = ...) -> list[ScoredPassage]:
        """The best passages for a question, best first."""


class FirstSentence:
    """The baseline that answers with the first sentence of the top passage's article, whatever is asked."""

    name = "first-sentence"
    answers = True

    def __init__(self, retriever: Retrieves, holdings: Holdings, k: int) -> None:
        self._retriever, self._k = retriever, k
        self.article = holdings.article
        self.passages = holdings.passages

    def ask(self, question: str, _history: History, filters: Filters, /) -> Outcome:
        """The first sentence of the best article; it never refuses unless nothing is found."""
        began = perf_counter()
        passages = tuple(self._retriever.retrieve(question, self._k, filters))
        spent = (perf_counter() - began) * 1000
        timings = Timings(retrieve_ms=spent, total_ms=spent)
        if not passages:
            return Outcome(Answer(question, None, 0.0, timings=timings))
        article = self.article(passages[0].passage.article_id)
        start, end = next(iter(sentences(article.text)), (0, len(article.text)))
        cited = _citation(article, start, end)
        return Outcome(Answer(question, cited.quote, 1.0, (cited,), passages, timings), cited.quote)


def _citation(article: Article, start: int, end: int) -> Citation:
    return Citation(
        number=1,
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        quote=article.text[start:end],
        start=start,
        end=end,
        answer_start=start,
        answer_end=end,
    )


def cited_articles(system: System, answer: Answer) -> Mapping[str, Article]:
    """The articles that an answer cites, by id."""
    return {cited.article_id: system.article(cited.article_id) for cited in answer.citations}
