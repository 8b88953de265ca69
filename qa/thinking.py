"""What a model thinks aloud before it answers, `<think>…</think>`: no part of what it says.

Servers with a parser for it keep it apart; others send it as text, some without its opening, which stood in
the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Generator

_OPENS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSES = re.compile(r"</think(?:ing)?>\s*", re.IGNORECASE)
_EITHER = re.compile(rf"(?P<opens>{_OPENS.pattern})|{_CLOSES.pattern}", re.IGNORECASE)
_LONGEST = len("</thinking>")


class Thoughts:
    """What one model thinks, taken out of its answers, one after another."""

    def __init__(self) -> None:
        self._unopened = False  # whether its last answer began in the middle of a thought

    def without(self, pieces: Generator[str, None, None]) -> Generator[str, None, bool]:
        """The pieces without their thoughts, as soon as it is clear that they are none.

        Returns whether it ended in the middle of one. A thought that was not opened is known by its end
        alone: of the first one, what came in earlier pieces cannot be taken back. From then on, an answer is
        held until its thought has ended; where none does, all of it was the answer.
        """
        if self._unopened:
            said = yield from self._after_the_first(pieces)
            if said is not None:
                yield said
                return False
        held, thinking = "", False
        for piece in pieces:
            held += piece
            while match := (_CLOSES if thinking else _EITHER).search(held):
                opens = not thinking and bool(match["opens"])
                if opens and match.start():
                    yield held[: match.start()]
                self._unopened = self._unopened or not (opens or thinking)
                held, thinking = held[match.end() :], opens
            keep = _unclear(held)
            if not thinking and len(held) > keep:
                yield held[: len(held) - keep]
            held = held[len(held) - keep :]
        if held and not thinking:
            yield held
        return thinking

    def _after_the_first(self, pieces: Generator[str, None, None]) -> Generator[str, None, str | None]:
        """Take the pieces up to the end of a thought, and give what follows it; else return all of them."""
        held = ""
        for piece in pieces:
            held += piece
            if match := _CLOSES.search(held, max(0, len(held) - len(piece) - _LONGEST)):
                if match.end() < len(held):
                    yield held[match.end() :]
                return None
        self._unopened = False
        return held


def _unclear(held: str) -> int:
    """How many of the last characters may be the beginning of a tag."""
    at = held.rfind("<", max(0, len(held) - _LONGEST))
    return 0 if at < 0 or ">" in held[at:] else len(held) - at
