"""Which act each open page did last, of those that end the one before them. What was ended draws no more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from ui.page import View

MOST_PAGES = 10_000  # open at once; of more, an answer to the one quiet for longest is dropped
DRAWING_SECONDS = 10.0  # then whoever was to be drawn for has gone


@dataclass(frozen=True, slots=True)
class Begun:
    """An act on a page. `left` is set once another has begun, or the server stops.

    `drawing` is held while something is drawn, `reading` once somebody reads for it.
    """

    left: Event = field(default_factory=Event)
    drawing: Lock = field(default_factory=Lock)
    reading: Lock = field(default_factory=Lock)

    def drawn(self, views: Iterator[View]) -> Iterator[View]:
        """What the act draws, and nothing more once it has been left.

        Then nothing is drawn at last, since Gradio draws once more what it was given last.
        """
        for view in views:
            with self.drawing:
                yield View() if self.left.is_set() else view
        if self.left.is_set():
            yield View()


class Latest:
    """The act that each open page did last."""

    def __init__(self) -> None:
        self._acts: OrderedDict[str, Begun] = OrderedDict()
        self._lock = Lock()

    def begin(self, page: str) -> Begun:
        """An act begins on a page, and ends the one before: what that is just drawing is drawn first."""
        with self._lock:
            before = self._acts.pop(page, None)
            begun = self._acts[page] = Begun()
            if len(self._acts) > MOST_PAGES:
                self._acts.popitem(last=False)[1].left.set()
        if before:
            before.left.set()
            if before.drawing.acquire(timeout=DRAWING_SECONDS):
                before.drawing.release()
        return begun

    def go_on(self, page: str) -> Begun:
        """The act that a page did last, to be read for; by one alone, and for another it has been left."""
        begun = self._last(page)
        if not begun.reading.acquire(blocking=False):
            begun = Begun()
            begun.left.set()
        return begun

    def now(self, page: str) -> Event:
        """What is set once an act begins on a page after now."""
        return self._last(page).left

    def _last(self, page: str) -> Begun:
        with self._lock:
            return self._acts.setdefault(page, Begun())

    @asynccontextmanager
    async def until_stopped(self, _: object) -> AsyncIterator[None]:
        """The server's life: once it stops, every act has been left, and no LLM writes on."""
        yield
        with self._lock:
            for begun in self._acts.values():
                begun.left.set()
