"""Asking, from the question to the Answer. The only pipeline: every face and the evaluation go through it."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import zip_longest
from threading import Event
from time import perf_counter
from typing import TYPE_CHECKING

from index.archive import Archive
from index.articles import Filters, ScoredPassage
from index.errors import QuestionError
from index.retriever import HybridRetriever, Retriever
from index.stories import Kin
from qa.answers import Answer, Checked, Citation, Timings
from qa.citations import cite, tells
from qa.conversation import Understood, understand
from qa.reader import Reader, Reading, Span
from qa.spans import same_answer

if TYPE_CHECKING:
    from qa.writer import Writer

MAX_QUESTION = 5_000
MAX_CITATIONS = 5
CITED_WITHIN = 3.0  # of the best span's score (logits): beyond, the same words stand there for another reason


class Assistant:
    """Answers questions from one archive. Safe to ask from several threads.

    The reader answers in the articles' own words; with a `writer`, an LLM writes from what it read.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        reader: Reader | None = None,
        retriever: Retriever | None = None,
        writer: Writer | None = None,
        k: int = 8,
        threshold: float | None = None,
    ) -> None:
        self.archive = archive
        self.reader = reader or _shipped_reader()
        self.retriever = retriever or HybridRetriever(archive)
        self.writer = writer
        self.k = k
        self.threshold = threshold

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
    ) -> Answer:
        """Answer from the articles that pass the filters, or say that they do not say.

        `history` is the conversation so far, oldest first, as (question, answer). Raises QuestionError for
        an empty question or one of more than 5,000 characters.
        """
        parts = self.stream(question, history, filters=filters, k=k)
        return next(part for part in parts if isinstance(part, Answer))

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
        stop: Event | None = None,
    ) -> Generator[Checked | Answer, None, None]:
        """The same, with each sentence of an LLM as soon as it is checked; the answer is the last part.

        Where `stop` is set, the LLM is stopped, and there is no answer.
        """
        asked = _checked(question)
        understood = self._understood(asked, history, stop)
        if stop and stop.is_set():
            return
        wanted = asked, understood, filters, k or self.k
        read = self._read_on(*wanted) or self._read(*wanted)
        if self.writer is None or not read.passages:
            yield read
            return
        with closing(self.writer.write(read, as_of=filters.as_of, stop=stop)) as parts:
            for part in parts:
                yield self._with_stories(part, filters) if isinstance(part, Answer) else part

    def _understood(self, asked: str, history: Sequence[tuple[str, str]], stop: Event | None) -> Understood:
        rewritten = self.writer.rewrite(asked, history, stop) if self.writer and history else None
        if rewritten is None:
            return understand(asked, history)
        return Understood((rewritten,), tuple(dict.fromkeys((rewritten, asked))))

    def _read(self, asked: str, understood: Understood, filters: Filters, k: int) -> Answer:
        """The reader's answer."""
        began = perf_counter()
        lists = [self.retriever.retrieve(wording, k, filters) for wording in understood.searched]
        passages = _each_once(lists, k)
        retrieved = perf_counter()
        readings = [(wording, self.reader.read(wording, passages)) for wording in understood.read]
        wording, reading = max(readings, key=lambda one: one[1].confidence)
        read = perf_counter()
        answered = bool(reading.spans) and reading.confidence >= self._threshold(reading)
        citations = self._cite(reading.spans, passages, filters) if answered else ()
        unaided = dict(zip(understood.searched, lists, strict=True)).get(asked, [])
        as_asked = answered and wording == asked and _among(reading.spans[0], unaided)
        respelled = reading.question if reading.question != wording else None
        return Answer(
            question=asked,
            text=reading.spans[0].text if answered else None,
            confidence=reading.confidence,
            citations=citations,
            passages=tuple(passages),
            timings=Timings(
                retrieve_ms=(retrieved - began) * 1000,
                read_ms=(read - retrieved) * 1000,
                total_ms=(perf_counter() - began) * 1000,
            ),
            understood=(None if as_asked else understood.carried) or respelled,
        )

    def _read_on(self, asked: str, understood: Understood, filters: Filters, k: int) -> Answer | None:
        """What the articles cited last answer to a question that leans on the conversation, if they do."""
        if not understood.leaning or not filters.about or filters.article_ids:
            return None
        cited = self._read(asked, understood, replace(filters, article_ids=filters.about, about=()), k)
        return None if cited.text is None else cited

    def _threshold(self, reading: Reading) -> float:
        """The confidence from which a reading is given: as it was set, or as the reader would have it."""
        if self.threshold is not None:
            return self.threshold
        return self.reader.threshold if reading.threshold is None else reading.threshold

    def _cite(
        self, spans: Sequence[Span], passages: Sequence[ScoredPassage], filters: Filters
    ) -> tuple[Citation, ...]:
        """Cite the best span, then one article of each other story in which the same answer was found."""
        cited: dict[str, Citation] = {}
        origins = {found.passage.article_id: found.origin for found in passages}
        for span in spans:
            if len(cited) == MAX_CITATIONS or span.score < spans[0].score - CITED_WITHIN:
                break
            origin = origins.get(span.article_id)
            if origin and origin not in cited and same_answer(span.text, spans[0].text):
                article = self.archive.article(span.article_id)
                cited[origin] = self._with_story(cite(span, article, number=len(cited) + 1), filters)
        return tuple(cited.values())

    def _with_stories(self, answer: Answer, filters: Filters) -> Answer:
        if answer.writer is None:  # the reader's have theirs
            return answer
        return replace(answer, citations=tuple(self._with_story(one, filters) for one in answer.citations))

    def _with_story(self, citation: Citation, filters: Filters) -> Citation:
        cited = citation.article_id
        story = self.archive.catalog.stories([cited], filters).get(cited)
        return self._with_kin(citation, story.kin(cited)) if story else citation

    def _with_kin(self, citation: Citation, kin: Kin) -> Citation:
        """With the copies that tell the same, and the other versions."""
        said = citation.quote, citation.answer
        copies = (copy for copy in kin.also_in if tells(self.archive.article(copy.article_id).text, *said))
        return replace(citation, also_in=tuple(copies), earlier=kin.earlier, later=kin.later)


def _shipped_reader() -> Reader:
    from qa.span_reader import load_reader

    return load_reader()


def _among(span: Span, passages: Sequence[ScoredPassage]) -> bool:
    return any(found.passage.passage_id == span.passage_id for found in passages)


def _each_once(lists: Sequence[list[ScoredPassage]], k: int) -> list[ScoredPassage]:
    """The best passages of several lists, each once: as many of one as of another."""
    if len(lists) == 1:
        return lists[0]
    found: dict[str, ScoredPassage] = {}
    for level in zip_longest(*lists):
        for passage in filter(None, level):
            found.setdefault(passage.passage.passage_id, passage)
    return sorted(list(found.values())[:k], key=lambda passage: -passage.score)


def _checked(question: str) -> str:
    asked = re.sub(r"\s+", " ", question).strip()
    if not re.search(r"\w", asked):
        raise QuestionError(
            f"The question {question[:40]!r} has no words in it; ask something of the articles."
        )
    if len(asked) > MAX_QUESTION:
        raise QuestionError(
            f"The question is {len(asked):,} characters long ({asked[:40]!r}…) and {MAX_QUESTION:,} is the "
            "most; ask for one thing at a time."
        )
    return asked
