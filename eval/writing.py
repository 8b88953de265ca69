"""An LLM as it is evaluated: how well its sentences cite, and what they cost.

Citation recall and precision are those of ALCE (Gao et al. 2023), of what the LLM wrote, before anything is
struck. Where ALCE asks an entailment model whether passages support a sentence, Byline's own checker is
asked, which decides what is struck too: the figures tell of an LLM and of the checker together.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local

from eval.results import SentenceRecord, Written
from index.archive import Archive
from qa.answers import Checked, refuses
from qa.checking import Checker, Source
from qa.checking.marks import marked
from qa.llm import Llm
from qa.reader import Reader
from qa.settings import LlmSettings
from qa.usage import Meter
from qa.writer import Checks, Writer

Heard = tuple[str, Sequence[Source], Checked, str | None]  # the last: the day of asking


class WatchedWriter:
    """A writer, and what it wrote and spent since the last time, for each thread."""

    def __init__(self, archive: Archive, reader: Reader, settings: LlmSettings, threads: int = 0) -> None:
        self._checker = WatchedChecker(Checker(archive.article, archive.embedder.embed_passages, reader))
        self._meter = Meter()
        self._price = settings.price
        self.writer = Writer(Llm(settings, threads, self._meter.add), self._checker, archive)

    def take(self) -> Written:
        """What was written and spent in this thread since the last time."""
        usage = self._meter.take()
        return Written(
            sentences=[judged(self._checker.checks, *heard) for heard in self._checker.take()],
            tokens_in=usage.read,
            tokens_out=usage.written,
            tokens_counted=usage.counted,
            cost=usage.cost(self._price),
        )


class WatchedChecker:
    """A checker that remembers, for each thread, what it was given; refusals are no claims and left out."""

    def __init__(self, checks: Checks) -> None:
        self.checks = checks
        self._last = local()

    def check(self, sentence: str, sources: Sequence[Source], /, *, as_of: str | None = None) -> Checked:
        """Check with the watched checker."""
        checked = self.checks.check(sentence, sources, as_of=as_of)
        if not refuses(checked.text):
            self._last.heard = [*getattr(self._last, "heard", ()), (sentence, sources, checked, as_of)]
        return checked

    def take(self) -> list[Heard]:
        """What it was given since the last time, in this thread."""
        heard: list[Heard] = getattr(self._last, "heard", [])
        self._last.heard = []
        return heard


def judged(
    checks: Checks, sentence: str, sources: Sequence[Source], checked: Checked, as_of: str | None = None
) -> SentenceRecord:
    """One sentence with what its marks are worth.

    A mark of a supported sentence is needed, as ALCE has it, where its passage supports it alone, or where
    the others do not support it without it.
    """

    def supported(numbers: Sequence[int]) -> bool:
        marks = "".join(f"[{number}]" for number in numbers)
        return checks.check(f"{checked.text} {marks}", sources, as_of=as_of).stands

    there = [source.number for source in sources]
    cited = [number for number in marked(sentence).numbers if number in there]
    needed = cited if checked.stands else []
    if len(needed) > 1:
        needed = [n for n in cited if supported([n]) or not supported([m for m in cited if m != n])]
    return SentenceRecord(
        text=checked.text,
        reason=checked.reason,
        cited=cited,
        needed=needed,
        supported=checked.stands or supported(there),
    )
