"""The desk where every face's question is asked: so many at a time, and each of them counted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager, suppress
from threading import Event
from typing import Protocol

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from index.articles import Filters
from index.errors import BylineError
from qa.answers import Answer, Checked, Timings

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

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = ...,
        k: int | None = None,
        stop: Event | None = None,
    ) -> Generator[Checked | Answer, None, None]:
        """An LLM's sentences as they come, then the answer; until `stop` is set."""


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
        for outcome in ("answered", "abstained", "refused", "failed", "stopped"):
            self._ended.labels(outcome)  # shown as 0 before the first
        self._now = Gauge("byline_questions_in_progress", "Questions being read now.", registry=self.registry)
        self._took = Histogram(
            "byline_stage_seconds",
            "Time a question spent in each stage.",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
        stop: Event | None = None,
    ) -> Generator[Checked | Answer, None, None]:
        """As the assistant: on the caller's own thread, whoever else is asking."""
        with (
            self._counted() as done,
            # Closed at once, not when it is collected: so the LLM stops.
            closing(self._assistant.stream(question, history, filters=filters, k=k, stop=stop)) as parts,
        ):
            for part in parts:
                if isinstance(part, Answer) and not (stop and stop.is_set()):
                    done.append(part)
                yield part

    @contextmanager
    def _counted(self) -> Iterator[list[Answer]]:
        """Count a question, and what becomes of it: by the answer that is put into the list."""
        self._asked.inc()
        outcome, done = "failed", list[Answer]()
        try:
            with self._now.track_inprogress():
                yield done
            outcome = _outcome(done)
        except BylineError:
            outcome = "refused"  # the asker's to mend
            raise
        except GeneratorExit:  # the asker takes no more: with the answer there is no more
            outcome = _outcome(done)
            raise
        finally:
            self._ended.labels(outcome).inc()
            for answer in done:
                self._keep(answer.timings)

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
        """The answer, from an event loop, `AT_ONCE` at a time; whoever cancels it stops the LLM."""
        async with aclosing(self.parts(question, history, filters=filters, k=k)) as parts:
            (answer,) = [part async for part in parts if isinstance(part, Answer)]
        return answer

    async def parts(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        k: int | None = None,
    ) -> AsyncGenerator[Checked | Answer]:
        """`stream` from an event loop; whoever cancels or closes it stops the LLM."""
        stop = Event()
        parts = self.stream(question, history, filters=filters, k=k, stop=stop)
        asker = object()  # one task may ask for the first part, and another for the others
        await self._reading.acquire_on_behalf_of(asker)
        try:
            while part := await to_thread.run_sync(_following, parts, stop, abandon_on_cancel=True):
                yield part
        finally:
            stop.set()
            with suppress(ValueError):  # it runs just now, and whoever runs it closes it
                parts.close()
            self._reading.release_on_behalf_of(asker)

    def _keep(self, timings: Timings) -> None:
        for stage in ("retrieve", "read", "total"):
            self._took.labels(stage).observe(getattr(timings, f"{stage}_ms") / 1000)


def _following(parts: Generator[Checked | Answer, None, None], stop: Event) -> Checked | Answer | None:
    """The next part. Where it was stopped meanwhile nobody asks for another, and it is closed."""
    part = next(parts, None)
    if stop.is_set():
        parts.close()
    return part


def _outcome(done: Sequence[Answer]) -> str:
    if not done:
        return "stopped"
    return "abstained" if done[0].text is None else "answered"
