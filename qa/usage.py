"""What an LLM's last words tell: why it ended, and what they cost, the tokens that it read and wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import ChatResponse

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


def finish_of(response: ChatResponse) -> str | None:
    """Why this piece is the last, where it says so: as Anthropic has it, or OpenAI and Mistral."""
    reason = response.message.additional_kwargs.get("stop_reason")
    choices = getattr(getattr(response.raw, "data", response.raw), "choices", None) or [None]
    reason = reason or getattr(choices[0], "finish_reason", None)
    return reason if isinstance(reason, str) else None


def usage_of(response: ChatResponse) -> Usage | None:
    """What a piece says of the tokens so far; each integration has a place of its own for them."""
    raw: Any = response.raw
    if google := isinstance(raw, Mapping) and raw.get("usage_metadata"):
        thought = google.get("thoughts_token_count") or 0
        return _usage(google.get("prompt_token_count"), (google.get("candidates_token_count") or 0) + thought)
    if anthropic := response.message.additional_kwargs.get("usage"):
        return _usage(anthropic.get("input_tokens"), anthropic.get("output_tokens"))
    if mistral := getattr(getattr(raw, "data", None), "usage", None):
        return _usage(mistral.prompt_tokens, mistral.completion_tokens)
    said = response.additional_kwargs
    return _usage(said.get("prompt_tokens"), said.get("completion_tokens"))


def _usage(read: Any, written: Any) -> Usage | None:
    return Usage(read, written) if isinstance(read, int) and isinstance(written, int) else None


def counted(asked: Sequence[str], said: str) -> Usage:
    """The tokens as llama-index's own tokenizer counts them, where the model does not say."""
    from llama_index.core.utils import get_tokenizer

    tokens = get_tokenizer()
    return Usage(sum(len(tokens(text)) for text in asked), len(tokens(said)), counted=True)
