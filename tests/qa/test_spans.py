"""Spans: the search over scores, trimming, and agreement."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spans import MAX_ANSWER_TOKENS, agreed, best_spans, same_answer, trim

TEXT = (
    'General Kenneth “Frank” McKenzie, head of Central Command (CENTCOM), called it "a terrorist attack." '
    "The group’s leader was in Washington D.C. on Friday; prices fell -3.5 percent, don’t they?"
)


@pytest.mark.parametrize(
    ("piece", "trimmed"),
    [
        ("Frank” McKenzie,", "“Frank” McKenzie"),
        ("Central Command (CENTCOM", "Central Command (CENTCOM)"),
        ("(CENTCOM)", "(CENTCOM)"),
        ('it "a terrorist attack', 'it "a terrorist attack."'),
        ("CENTCOM)", "(CENTCOM)"),
        ("enneth", "Kenneth"),
        ("group’s", "group"),
        ("Washington D.C.", "Washington D.C."),
        ("on Friday;", "on Friday"),
        ("-3.5 percent,", "-3.5 percent"),
        ("don’t", "don’t"),
        (", ", ""),
    ],
)
def test_trim(piece: str, trimmed: str) -> None:
    at = TEXT.index(piece)
    start, end = trim(TEXT, at, at + len(piece))
    assert TEXT[start:end] == trimmed


@given(st.text(max_size=60), st.data())
def test_trim_stays_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    start, end = trim(text, start, end)
    assert 0 <= start <= len(text)
    assert end <= len(text)


def tokens(text: str) -> list[tuple[int, int]]:
    """Offsets of the words of a text, as a tokenizer gives them."""
    found, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        found.append((at, at + len(word)))
        at += len(word)
    return found


def scores(length: int, **peaks: float) -> np.ndarray:
    row = np.full(length, -5.0, dtype=np.float32)
    for place, value in peaks.items():
        row[int(place[1:])] = value
    return row


def test_best_span_and_its_margin() -> None:
    text = "Kataib Hezbollah denied responsibility"
    found = best_spans(scores(8, _0=1.0, _3=6.0), scores(8, _0=1.5, _4=7.0), 3, tokens(text), text, passage=2)
    best = found[0]
    assert (text[best.start : best.end], best.passage, best.score, best.margin) == (
        "Kataib Hezbollah", 2, 13.0, 10.5,
    )  # fmt: skip


def test_no_span_crosses_a_line_or_runs_too_long() -> None:
    text = "first line\n" + " ".join(f"w{i}" for i in range(40))
    offsets = tokens(text)
    crossing = best_spans(scores(42, _0=9.0), scores(42, _3=9.0), 0, offsets, text, passage=0)
    assert all("\n" not in text[c.start : c.end] for c in crossing)
    far = best_spans(scores(42, _2=9.0), scores(42, _40=9.0), 0, offsets, text, passage=0)
    assert all(len(text[c.start : c.end].split()) <= MAX_ANSWER_TOKENS for c in far)


def test_agreement_counts_articles_not_mentions() -> None:
    alone, copied, confirmed = (
        agreed([1.0, 1.0], ["Iran", other], ["a", article], weight=1.0)[0]
        for other, article in (("Iraq", "b"), ("Iran", "a"), ("the Iran", "b"))
    )
    assert alone == copied == 1.0
    assert confirmed == pytest.approx(1.0 + math.log(2))
    assert agreed([1.0, 1.0], ["Iran", "Iran"], ["a", "b"], weight=0.0) == [1.0, 1.0]


def test_same_answer() -> None:
    assert same_answer("the “Iron Lady”", "Iron Lady")
    assert not same_answer("14", "at least 14")
