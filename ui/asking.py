"""A question asked from the page: the turn that it makes, as it grows."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Protocol

from index.articles import Filters
from index.errors import BylineError
from qa.answers import Answer, Checked
from qa.conversations import Turn
from ui.judging import cited_last, history_of


class Answers(Protocol):
    """What the page needs of an assistant."""

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = ...,
        stop: Event | None = None,
    ) -> Iterator[Checked | Answer]:
        """An LLM's sentences as they come, then the answer; raises a `BylineError` that can be shown."""


def asked(
    assistant: Answers, question: str, before: Sequence[Turn], filters: Filters, stop: Event
) -> Generator[Turn, None, None]:
    """The turn with each further sentence of an LLM's, and at last with the answer, or why there is none.

    Where `stop` is set the LLM is stopped, and there is no last one.
    """
    said: tuple[Checked, ...] = ()
    within = replace(filters, about=cited_last(before))
    try:
        for part in assistant.stream(question, history_of(before), filters=within, stop=stop):
            if isinstance(part, Answer):
                yield Turn(question, part, filters=filters)
            else:
                said = (*said, part)
                yield Turn(question, filters=filters, sentences=said)
    except BylineError as error:
        yield Turn(question, error=str(error), filters=filters)
