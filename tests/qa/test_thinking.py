"""What a model thinks aloud is taken out of what it says, however it comes in pieces."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.thinking import Thoughts

SAYS = "Five depots were hit [1]. Nobody was hurt."


def heard(thoughts: Thoughts, pieces: Sequence[str]) -> tuple[list[str], bool]:
    def come() -> Generator[str, None, None]:
        yield from pieces

    said: list[str] = []
    stream = thoughts.without(come())
    while True:
        try:
            said.append(next(stream))
        except StopIteration as ended:
            return said, ended.value


def cut(text: str, places: Sequence[int]) -> list[str]:
    at = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[a:b] for a, b in pairwise(at)]


places = st.lists(st.integers(min_value=0, max_value=200), max_size=12)


@given(places)
def test_thoughts_are_left_out_wherever_the_pieces_are_cut(at: list[int]) -> None:
    text = f"<think>Passage [1] says five.</think>\n\n{SAYS} <THINKING>Was it five?</THINKING> So it was."
    said, thinking = heard(Thoughts(), cut(text, at))
    assert ("".join(said).split(), thinking) == (f"{SAYS} So it was.".split(), False)


@given(places)
def test_an_answer_of_many_pieces_is_not_held_back(at: list[int]) -> None:
    pieces = cut(SAYS, at)
    assert heard(Thoughts(), pieces) == (pieces, False)


def test_a_thought_that_is_cut_off_says_nothing() -> None:
    assert heard(Thoughts(), ["<think>", "Passage [1]"]) == ([], True)


@pytest.mark.parametrize("text", ["1 < 2 is true.", "It costs <thin air.", "The tag <thought> is none. <"])
def test_other_brackets_are_said(text: str) -> None:
    assert "".join(heard(Thoughts(), list(text))[0]) == text


@given(places)
def test_a_model_whose_thoughts_open_in_the_prompt_is_known_from_its_first_answer(at: list[int]) -> None:
    thoughts = Thoughts()
    text = f"Passage [1] says five. So I say it.</think>\n\n{SAYS}"
    first, _ = heard(thoughts, [text])
    assert "".join(first) == SAYS
    said, thinking = heard(thoughts, cut(text, at))
    assert ("".join(said).strip(), thinking) == (SAYS, False)


def test_one_that_has_ceased_to_think_is_heard() -> None:
    thoughts = Thoughts()
    heard(thoughts, ["So I say it.</think>", SAYS])
    assert heard(thoughts, cut(SAYS, [9, 20])) == ([SAYS], False)
    assert heard(thoughts, cut(SAYS, [9, 20])) == (cut(SAYS, [9, 20]), False)
