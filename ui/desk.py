"""The desk where every face's question is asked: so many at a time, and each of them counted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from index.articles import Filters
from index.errors import BylineError
from qa.answers import Answer, Timings

AT_ONCE = 4  # questions read at the same time; more wait their turn, each on no thread of its own
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # upper bounds of the histogram


class Asks(Protocol):
    """The part of `qa.assistant.Assistant` that is served."""

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = ...,
        k: int | None = None,
    ) -> Answer:
        """Answer from the articles, or say that they do not."""


class Desk:
    """An assistant that counts, in `registry`, what it is asked and what becomes of it."""

    def __init__(self, assistant: Asks) -> None:
        self._assistant = assistant
        self._reading = CapacityLimiter(AT_ONCE)
        self.registry = CollectorRegistry()
        self._asked = Counter("byline_questions_asked", "Questions asked.", registry=self.registry)
        self._ended = Counter(
            "byline_questions", "Questions by what became of them.", ["outcome"], registry=self.registry
        )
        for outcome in ("answered", "abstained", "refused", "failed"):
            self._ended.labels(outcome)  # shown as 0 before the first
        self._now = Gauge("byline_questions_in_progress", "Questions being read now.", registry=self.registry)
        self._took = Histogram(
            "byline_stage_seconds",
            "Time a question spent in each stage.",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
    ) -> Answer:
        """As the assistant: on the caller's own thread, whoever else is asking."""
        self._asked.inc()
        outcome = "failed"
        try:
            with self._now.track_inprogress():
                answer = self._assistant.ask(question, history, filters=filters, k=k)
            outcome = "abstained" if answer.text is None else "answered"
        except BylineError:
            outcome = "refused"  # the asker's to mend
            raise
        finally:
            self._ended.labels(outcome).inc()
        self._keep(answer.timings)
        return answer

    @property
    def busy(self) -> bool:
        """Whether any question is being read now."""
        return any(sample.value for metric in self._now.collect() for sample in metric.samples)

    async def answer(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
    ) -> Answer:
        """The same from an event loop: on a thread, `AT_ONCE` at a time."""
        work = partial(self.ask, question, history, filters=filters, k=k)
        return await to_thread.run_sync(work, limiter=self._reading)

    def _keep(self, timings: Timings) -> None:
        for stage in ("retrieve", "read", "total"):
            self._took.labels(stage).observe(getattr(timings, f"{stage}_ms") / 1000)
