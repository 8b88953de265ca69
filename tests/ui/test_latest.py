"""Stop is pressed in the very moment in which something is sent to the page: what is drawn last is Stop's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Thread

from ui.latest import Latest
from ui.page import View

PAGE = "a page"
SENTENCE, LATE, STOPPED = (View(conversation=text) for text in ("A sentence", "A late one", "Stopped."))


def test_what_is_being_drawn_is_drawn_before_the_act_that_ends_it() -> None:
    latest = Latest()
    asking = latest.begin(PAGE)
    drawing = asking.drawn(iter([SENTENCE, LATE]))
    drawn = [next(drawing)]  # on its way to the page until the next one is asked for

    def stop() -> None:
        drawn.extend(latest.begin(PAGE).drawn(iter([STOPPED])))

    stopping = Thread(target=stop)
    stopping.start()
    assert asking.left.wait(60)
    stopping.join(0.5)
    assert stopping.is_alive() and drawn == [SENTENCE]
    assert list(drawing) == [View(), View()], "what comes after it is not drawn"
    stopping.join(60)
    assert drawn == [SENTENCE, STOPPED]


def test_what_was_left_while_it_was_thought_of_is_not_drawn() -> None:
    latest = Latest()

    def views() -> Iterator[View]:
        latest.begin(PAGE)
        yield LATE

    assert list(latest.begin(PAGE).drawn(views())) == [View(), View()]


def test_a_page_that_is_gone_in_the_middle_keeps_nobody_waiting() -> None:
    latest = Latest()
    drawing = latest.begin(PAGE).drawn(iter([SENTENCE, LATE]))
    next(drawing)
    drawing.close()
    assert list(latest.begin(PAGE).drawn(iter([STOPPED]))) == [STOPPED]


def test_what_was_begun_is_gone_on_with_once() -> None:
    latest = Latest()
    begun = latest.begin(PAGE)
    first, second = latest.go_on(PAGE), latest.go_on(PAGE)
    assert first is begun and not first.left.is_set()
    assert second.left.is_set(), "one question is read for once"
    again = latest.begin(PAGE)
    assert first.left.is_set() and latest.go_on(PAGE) is again


def test_a_server_that_stops_leaves_every_act() -> None:
    latest = Latest()
    acts = [latest.begin(PAGE), latest.begin("another page")]

    async def serve() -> list[bool]:
        async with latest.until_stopped(None):
            return [act.left.is_set() for act in acts]

    assert asyncio.run(serve()) == [False, False]
    assert all(act.left.is_set() for act in acts)


def test_pages_end_their_own_acts_alone() -> None:
    latest = Latest()
    one, other = latest.begin(PAGE), latest.begin("another page")
    assert not latest.now(PAGE).is_set()
    begun = latest.begin(PAGE)
    assert (one.left.is_set(), other.left.is_set(), begun.left.is_set()) == (True, False, False)
