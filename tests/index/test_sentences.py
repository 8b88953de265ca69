"""Sentences of news text: exact, whole, and never across a line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(st.text())
def test_every_visible_character_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    places = [place for start, end in spans for place in range(start, end)]
    assert places == sorted(set(places))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(places)
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert not any("\n" in text[start:end] for start, end in spans)


@given(st.text(), st.text(), st.text())
def test_within_a_part_of_a_text_the_offsets_are_those_of_the_whole(a: str, b: str, c: str) -> None:
    spans = sentences(a + b + c, len(a), len(a) + len(b))
    assert all(len(a) <= start < end <= len(a) + len(b) for start, end in spans)


@pytest.mark.parametrize(
    "whole",
    [
        "U.S. President Joe Biden met Gen. Mark Milley at 5 p.m. Friday in Washington, D.C. with aides.",
        "Prices rose 3.5 percent to $1.2 million in Jan. 2022, according to the St. Louis Fed.",
        "The Yahoo! Finance page was down.",
        "“Is it true?” she asked.",
        "No. 10 Downing Street declined to comment.",
        "John F. Kennedy Jr. was there with Mr. and Mrs. Smith.",
    ],
)
def test_one_sentence_stays_whole(whole: str) -> None:
    assert cut(whole) == [whole]


@pytest.mark.parametrize(
    "parts",
    [
        ["He left the U.S.", "The next day he was back."],
        ["“It is over.”", "The crowd cheered."],
        ["Was it a mistake?", "Nobody knows!", "Officials are looking into it."],
        ["They met at 5 p.m.", "It rained."],
    ],
)
def test_sentences_are_parted(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_time_is_linear() -> None:
    def seconds(text: str) -> float:
        began = time.perf_counter()
        sentences(text)
        return time.perf_counter() - began

    for unit in ("a. ", "A.B. ", '" ', ". . ", "Mr. "):
        seconds(unit * 1000)
        assert seconds(unit * 40_000) < 300 * seconds(unit * 1000) + 0.5
