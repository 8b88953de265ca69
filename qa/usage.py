"""What an LLM's words cost: the tokens that it read and wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import local
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that an LLM read and wrote; `counted`: here and not by the model, which did not say."""

    read: int = 0
    written: int = 0
    counted: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.read + other.read, self.written + other.written, self.counted or other.counted)

    def cost(self, price: tuple[float, float] | None) -> float | None:
        """What they cost at a price of a million tokens, read and written; None where none is known.

        >>> Usage(2_000_000, 500_000).cost((0.4, 1.6))
        1.6
        """
        if price is None:
            return None
        return (self.read * price[0] + self.written * price[1]) / MILLION


class Meter:
    """What an LLM took since the last time, for each thread that asks it."""

    def __init__(self) -> None:
        self._held = local()

    def add(self, usage: Usage) -> None:
        """Count what one answer took."""
        self._held.usage = self._spent() + usage

    def take(self) -> Usage:
        """All since the last time, in this thread."""
        spent = self._spent()
        self._held.usage = Usage()
        return spent

    def _spent(self) -> Usage:
        spent: Usage = getattr(self._held, "usage", Usage())
        return spent


def usage_of(said: Mapping[str, Any]) -> Usage | None:
    """What a response says of the tokens so far, under the names that llama-index has for them."""
    read, written = said.get("prompt_tokens"), said.get("completion_tokens")
    return Usage(read, written) if isinstance(read, int) and isinstance(written, int) else None


def counted(asked: Sequence[str], said: str) -> Usage:
    """The tokens as llama-index's own tokenizer counts them, where the model does not say."""
    from llama_index.core.utils import get_tokenizer

    tokens = get_tokenizer()
    return Usage(sum(len(tokens(text)) for text in asked), len(tokens(said)), counted=True)
