"""From groups of text to padded batches of tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.encoding import Encoding, Window, heading
from qa.training.examples import Group


@dataclass(frozen=True, slots=True)
class Context:
    """What of a group is read: its first `windows`, a share of them with `titles`, of those with `dates`."""

    windows: int = 8
    titles: float = 0.75
    dates: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One window with its gold token spans, counted in `window.ids`; none: this window does not answer."""

    window: Window
    golds: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded arrays: `ids`, `types`, `mask` and `context` (passage tokens) are (rows, length).

    `starts` and `ends` (rows, length) mark gold tokens; a row without golds has its mark on [CLS].
    `group` (rows,) tells which question a row belongs to.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    mask: NDArray[np.int64]
    context: NDArray[np.bool_]
    starts: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    group: NDArray[np.int64]


def rows_of(group: Group, encoding: Encoding, rng: random.Random, context: Context) -> list[Row]:
    """Tokens and golds of a group, with the small disturbances that make a reader robust."""
    question = _disturbed(group.question, rng)
    titled, dated = rng.random() < context.titles, rng.random() < context.dates
    passages = [
        (heading(c.title, c.published if dated else None) if titled else "", c.text) for c in group.candidates
    ]
    rows = []
    for window in encoding.windows(question, passages)[: context.windows]:
        golds = group.candidates[window.passage].golds
        rows.append(Row(window, tuple(filter(None, (_token_span(window, gold) for gold in golds)))))
    return rows


def batches(groups: Sequence[list[Row]], tokens: int, rng: random.Random) -> Iterator[Batch]:
    """Groups of like length together, shuffled batch by batch, at most about `tokens` tokens each."""
    order = sorted(range(len(groups)), key=lambda i: _length(groups[i]) + rng.random() * 16)
    packed: list[list[int]] = []
    pack: list[int] = []
    held = 0
    for index in order:
        count = sum(len(row.window.ids) for row in groups[index])
        if pack and held + count > tokens:
            packed.append(pack)
            pack, held = [], 0
        pack.append(index)
        held += count
    if pack:
        packed.append(pack)
    rng.shuffle(packed)
    for pack in packed:
        yield pad([groups[i] for i in pack])


def pad(groups: Sequence[list[Row]]) -> Batch:
    """Pad the rows of some groups to a common length."""
    rows = [(number, row) for number, group in enumerate(groups) for row in group]
    shape = (len(rows), whole(max(len(row.window.ids) for _, row in rows)))
    ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
    context, starts, ends = (np.zeros(shape, np.bool_) for _ in range(3))
    for i, (_, row) in enumerate(rows):
        window = row.window
        length = len(window.ids)
        ids[i, :length] = window.ids
        types[i, :length] = window.type_ids
        mask[i, :length] = 1
        context[i, window.first : window.first + len(window.offsets)] = True
        for start, end in row.golds or ((0, 0),):
            starts[i, start] = True
            ends[i, end] = True
    return Batch(ids, types, mask, context, starts, ends, np.array([number for number, _ in rows]))


def whole(length: int) -> int:
    """The length rounded up to what a matrix multiplication in bfloat16 takes at once."""
    return -(-length // 16) * 16


def _length(rows: list[Row]) -> int:
    return max(len(row.window.ids) for row in rows)


def _token_span(window: Window, gold: tuple[int, int]) -> tuple[int, int] | None:
    """The tokens that cover a gold answer, when this window holds all of it."""
    inside = [i for i, (s, e) in enumerate(window.offsets) if e > gold[0] and s < gold[1]]
    if not inside or window.offsets[inside[0]][0] > gold[0] or window.offsets[inside[-1]][1] < gold[1]:
        return None
    return window.first + inside[0], window.first + inside[-1]


def _disturbed(question: str, rng: random.Random) -> str:
    """Sometimes without its question mark, sometimes with two letters changed about."""
    if rng.random() < 0.15:
        question = question.rstrip("? ")
    if rng.random() < 0.05 and len(question) > 12:
        at = rng.randrange(1, len(question) - 2)
        question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question
