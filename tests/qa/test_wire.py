"""Questions made from news sentences: each rule, and that the answer stands where it says."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.splitter import split
from qa.training import wire
from qa.training.mining import news_index
from qa.training.wire import made, wire_examples, wire_groups

STORY = Article(
    "depots",
    "Strikes hit depots in Velden",
    "Velden confirmed the strikes on the depots on Friday. “We are confident that we destroyed these "
    "places,” General Ada Quill said. The attack on the northern camp killed at least 14 soldiers. "
    "Mark Reyes, the deputy director of the river authority, left the meeting early.\n\n"
    "At least 300 workers were sent home after the attack on the camp. It was over by noon.",
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who confirmed the strikes on the depots on Friday?", "Velden"),
        ("When did Velden confirm the strikes on the depots?", "Friday"),
        ("Who said we are confident that we destroyed these places?", "General Ada Quill"),
        ("How many soldiers were killed?", "at least 14"),
        ("Who is the deputy director of the river authority?", "Mark Reyes"),
        ("How many workers were sent home after the attack on the camp?", "300"),
    ],
)
def test_each_rule(question: str, answer: str) -> None:
    found = [
        (q, a) for line in STORY.text.replace("\n\n", " ").split(". ") for q, a, _ in made(line.strip() + ".")
    ]
    assert (question, answer) in found


@pytest.mark.parametrize(
    "sentence", ["It rejected the report on Tuesday.", "When Velden won the cup it rained.", "He left.", ""]
)
def test_what_names_nobody_asks_nothing(sentence: str) -> None:
    assert made(sentence) == []


@given(st.text(alphabet="The Iran denied said 14 soldiers were killed, “”.Monday\n", max_size=120))
def test_the_answer_stands_where_it_says(sentence: str) -> None:
    for _, answer, start in made(sentence):
        assert sentence[start : start + len(answer)] == answer != ""


def test_examples_point_into_their_passage() -> None:
    examples = list(wire_examples([STORY], seed=1, each=9))
    assert len(examples) >= 5
    texts = {passage.text for passage in split(STORY)}
    for example in examples:
        assert example.passage in texts
        assert example.passage[slice(*example.gold)] == example.answer


def test_groups_hold_one_passage_that_answers() -> None:
    other = Article("other", "A camp", "Soldiers of the northern camp in Velden marched on Friday.")
    groups = list(wire_groups([STORY], news_index([STORY, other]), seed=1))
    asked = [group for group in groups if group.source == "wire"]
    assert asked
    for group in asked:
        assert [bool(candidate.golds) for candidate in group.candidates].count(True) == 1
    for group in groups:
        if group.source == "wire-swapped":
            assert not any(candidate.golds for candidate in group.candidates)


def test_the_worked_example() -> None:
    assert doctest.testmod(wire).failed == 0
