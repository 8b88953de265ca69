"""How a question and a passage become tokens, alike in training and in use.

One sequence is `[CLS] question [SEP] title [SEP] passage [SEP]`; the title is context and can never be
part of an answer. A passage that does not fit is cut into windows that overlap by `STRIDE` tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

MAX_TOKENS = 320
MAX_QUESTION = 64
MAX_TITLE = 24
STRIDE = 96


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the reader.

    `ids` are the token ids, `first` the index in `ids` of the first passage token, and `offsets` the
    (start, end) characters within the passage's text of each passage token from there on.
    `passage` is the index of the passage that it was cut from.
    """

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]
    passage: int

    @property
    def type_ids(self) -> list[int]:
        """Segment 0 for the question, segment 1 for title and passage."""
        split = self.ids.index(self.ids[-1]) + 1
        return [0] * split + [1] * (len(self.ids) - split)


class Encoding:
    """A WordPiece tokenizer that lays out sequences for the reader."""

    def __init__(self, tokenizer: Path | str, max_tokens: int = MAX_TOKENS) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._max_tokens = max_tokens
        self._cls: int = self._tokenizer.token_to_id("[CLS]")
        self._sep: int = self._tokenizer.token_to_id("[SEP]")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words that are one piece, in small letters."""
        return frozenset(word for word in self._tokenizer.get_vocab() if word.isalpha())

    def windows(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Window]:
        """Lay out one question with each (title, text); every passage gives one window or more."""
        texts = [question]
        for title, text in passages:
            texts += [title, text]
        encoded = self._tokenizer.encode_batch([printable(t) for t in texts], add_special_tokens=False)
        head = [self._cls, *_middle_cut(encoded[0].ids, MAX_QUESTION), self._sep]
        windows: list[Window] = []
        for index in range(len(passages)):
            title_ids = encoded[1 + 2 * index].ids[:MAX_TITLE]
            body = encoded[2 + 2 * index]
            prefix = [*head, *title_ids, self._sep] if title_ids else head
            room = self._max_tokens - len(prefix) - 1
            start = 0
            while True:
                piece = body.ids[start : start + room]
                windows.append(
                    Window(
                        ids=(*prefix, *piece, self._sep),
                        first=len(prefix),
                        offsets=tuple(body.offsets[start : start + room]),
                        passage=index,
                    )
                )
                if start + room >= len(body.ids):
                    break
                start += room - STRIDE
        return windows


def heading(title: str, published: str | None) -> str:
    """What stands before a passage: its article's date (ISO, or None) spelt out, and its title."""
    if not published:
        return title
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}. {title}"


def printable(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 encoder takes; the length in characters stays the same."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _middle_cut(ids: list[int], limit: int) -> list[int]:
    """Keep both ends of a question that is too long: what it asks stands at one of them."""
    if len(ids) <= limit:
        return ids
    return ids[: limit // 2] + ids[-(limit - limit // 2) :]
