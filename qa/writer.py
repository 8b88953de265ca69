"""Writer: an answer in an LLM's words, every sentence of it held to the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from threading import Event
from time import perf_counter
from typing import Protocol

from index.archive import Archive
from index.errors import ModelError
from qa.answers import Answer, Checked, Citation, refuses
from qa.checking import Checker, Source, finished, marked_sentences
from qa.follow_up import rewritten
from qa.llm import CutOffError, Llm, OverlongError
from qa.prompt import rewriting, sources_that_fit, writing
from qa.reader import Reader
from qa.settings import LlmSettings

REWRITING_SECONDS = 15.0  # then the reader's way is quicker
NOTHING_STANDS = "Nothing that the LLM wrote could be checked; the reader answers in its stead."
REFUSED = "The LLM found no answer in the passages; the reader's may be wrong."

_SPACE = re.compile(r"\s")
_PASSAGES = re.compile(r"\bPassage(s?) \[\d+\](?:, \[\d+\])*")


class Checks(Protocol):
    """The part of `qa.checking.Checker` that a writer needs."""

    def check(self, sentence: str, sources: Sequence[Source], /, *, as_of: str | None = None) -> Checked:
        """Hold one sentence to the passages that it cites; `as_of` is the day of asking (ISO 8601)."""


class Writer:
    """Writes from what the reader read. Safe to use from several threads."""

    def __init__(self, llm: Llm, checker: Checks, archive: Archive) -> None:
        self.llm = llm
        self._checker = checker
        self._archive = archive

    def write(
        self, read: Answer, *, as_of: str | None = None, stop: Event | None = None
    ) -> Generator[Checked | Answer, None, None]:
        """Each sentence as soon as it is checked, then the whole answer.

        `read` is the reader's, with the passages; it is given, with a note, where the LLM fails or nothing
        that it writes stands. What it had written before it failed is kept, and its quotes keep their
        numbers: the reader's come after them. `as_of` is the day on which it is asked (ISO 8601). Where
        `stop` is set there is no answer.
        """
        began = perf_counter()
        numbering = _Numbering()
        sentences: dict[str, Checked] = {}
        heard: set[str] = set()
        refused, cut, name = False, None, ""
        today = as_of or date.today().isoformat()
        try:
            self.llm.open(stop)
            name = self.llm.name  # later the server may be gone, and the answer is there all the same
            with closing(self._said(read, today, stop)) as spoken:
                for said, sources in spoken:
                    if stop and stop.is_set():
                        return
                    if said in heard:  # small models go round in circles
                        continue
                    heard.add(said)
                    checked = numbering.applied(self._checker.check(said, sources, as_of=today))
                    if refuses(said):
                        refused = True
                    elif checked.text not in sentences and (checked.stands or self._strikes):
                        sentences[checked.text] = checked
                        yield checked
        except CutOffError as error:
            cut = str(error)
        except ModelError as error:
            if stop and stop.is_set():
                return
            written, citations = tuple(sentences.values()), numbering.followed(read.citations)
            yield replace(read, sentences=written, citations=citations, note=str(error))
            return
        if stop and stop.is_set():
            return
        written = tuple(sentences.values())
        spent = read.timings.total_ms + (perf_counter() - began) * 1000
        answer = replace(read, sentences=written, timings=replace(read.timings, total_ms=spent))
        if standing := [sentence.text for sentence in written if sentence.stands]:
            text, citations = " ".join(standing), numbering.citations
            yield replace(answer, text=text, citations=citations, writer=name, note=cut)
        elif refused and read.text is None:
            yield replace(answer, writer=name)
        else:
            failed = REFUSED if refused else NOTHING_STANDS
            yield replace(answer, note=failed if heard else cut or failed)

    def rewrite(
        self, question: str, history: Sequence[tuple[str, str]], stop: Event | None = None
    ) -> str | None:
        """A follow-up as a question that stands alone; None where the LLM fails, or says something else."""
        settings = self.llm.settings
        limit = min(REWRITING_SECONDS, settings.timeout)
        try:
            self.llm.open(stop)
            asked = rewriting(question, history, context=self.llm.context, tokens=settings.tokens)
            said = "".join(self.llm.stream(asked, timeout=limit, stop=stop))
        except ModelError:
            return None
        return rewritten(said, question, history)

    @property
    def _strikes(self) -> bool:
        return self.llm.settings.failing == "strike"

    def _said(
        self, read: Answer, day: str, stop: Event | None
    ) -> Generator[tuple[str, Sequence[Source]], None, None]:
        """Each sentence as the LLM ends it, marks and all, with the passages that it was shown.

        Where our guess at their length was wrong, it is shown half as many.
        """
        today = date.fromisoformat(day)
        article = self._archive.article
        settings = self.llm.settings
        sources = sources_that_fit(read, today, article, context=self.llm.context, tokens=settings.tokens)
        while sources:
            try:
                asked = writing(read, sources, today, article)
                with closing(self.llm.stream(asked, passages=len(sources), stop=stop)) as pieces:
                    yield from ((sentence, sources) for sentence in _sentences(pieces))
                return
            except OverlongError:
                if len(sources) == 1:
                    raise
                sources = sources[: len(sources) // 2]


def _sentences(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that comes in pieces, as they end; a last one that was cut off is left out.

    Raises CutOffError after them.
    """
    rest, cut = "", None
    try:
        for piece in pieces:
            rest = (rest + piece).lstrip()
            if rest and _SPACE.search(piece):  # no sentence is over before the next has words
                done, rest = finished(rest)
                yield from done
    except CutOffError as error:
        cut = error
    last = marked_sentences(rest) if rest.strip() else []
    yield from last[:-1] if cut else last
    if cut:
        raise cut


def writer_of(archive: Archive, reader: Reader, settings: LlmSettings, threads: int = 0) -> Writer:
    """A writer with the LLM that is named; raises SettingsError where a package or a key is missing."""
    checker = Checker(archive.article, archive.embedder.embed_passages, reader)
    return Writer(Llm(settings, threads), checker, archive)


class _Numbering:
    """Numbers the quotes as they come: a quote that two sentences cite has one number.

    The LLM's own numbers, those of the passages, are then nowhere to be seen, nor named in a reason.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All so far, by number."""
        return tuple(self._known.values())

    def applied(self, checked: Checked) -> Checked:
        """The same sentence, its citations with their numbers in the answer."""
        numbered = []
        for citation in checked.citations:
            place = _place(citation)
            self._known.setdefault(place, replace(citation, number=len(self._known) + 1))
            numbered.append(self._known[place])
        reason = checked.reason and _PASSAGES.sub(r"The passage\1 that it cites", checked.reason)
        return replace(checked, citations=tuple(numbered), reason=reason)

    def followed(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """All so far, then the reader's; a quote that has a number keeps it, and takes the reader's mark."""
        for citation in citations:
            known = self._known.get(_place(citation))
            number = known.number if known else len(self._known) + 1
            self._known[_place(citation)] = replace(citation, number=number)
        return self.citations


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.article_id, citation.start, citation.end
