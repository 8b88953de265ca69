"""What a model thinks aloud before it answers, `<think>…</think>`: no part of what it says.

Servers with a parser for it keep it apart; others send it as text.
"""

from __future__ import annotations

import re
from collections.abc import Generator

_OPENS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSES = re.compile(r"</think(?:ing)?>\s*", re.IGNORECASE)
_LONGEST = len("</thinking>")


def without_thoughts(pieces: Generator[str, None, None]) -> Generator[str, None, bool]:
    """The pieces without their thoughts, as soon as it is clear that they are none.

    Returns whether it ended in the middle of one. Of a thought whose opening stood in the prompt, what came
    in earlier pieces cannot be taken back; its end is left out.
    """
    held, thinking = "", False
    for piece in pieces:
        held += piece
        while match := (_CLOSES if thinking else _OPENS).search(held):
            if not thinking and match.start():
                yield held[: match.start()]
            held, thinking = held[match.end() :], not thinking
        keep = _unclear(held)
        if not thinking and len(held) > keep:
            yield _CLOSES.sub(" ", held[: len(held) - keep])
        held = held[len(held) - keep :]
    if held and not thinking:
        yield held
    return thinking


def _unclear(held: str) -> int:
    """How many of the last characters may be the beginning of a tag."""
    at = held.rfind("<", max(0, len(held) - _LONGEST))
    return 0 if at < 0 or ">" in held[at:] else len(held) - at
