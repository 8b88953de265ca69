"""Which questions lean on the conversation, and what they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Understood, leans, understand

HISTORY = [("Who was behind the attack on Camp Taji?", "Kataib Hezbollah")]


@pytest.mark.parametrize(
    "question",
    [
        "And how many were wounded?",
        "Who denied it?",
        "Where did he say that?",
        "Why?",
        "When?",
        "Who was there?",
    ],
)
def test_follow_ups_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["Where is the Quds Force?", "How many depots did the U.S. strikes hit?", "Who is Mark Esper?"],
)
def test_whole_questions_do_not(question: str) -> None:
    assert not leans(question)
    assert understand(question, HISTORY) == Understood((question,), (question,))


def test_a_question_that_names_nobody_may_begin_another_subject() -> None:
    question = "Who denied responsibility?"
    understood = understand(question, HISTORY)
    assert understood.searched[0] == question
    assert "Camp Taji" in understood.searched[1]
    assert understood.carried == understood.searched[1]
    assert understood.read == (question,), "the subject before must not answer for another"


def test_a_follow_up_carries_the_subject() -> None:
    taken = understand("And how many were wounded?", HISTORY)
    (understood,) = taken.searched
    assert taken.read == (understood, "And how many were wounded?")
    assert understood.startswith("And how many were wounded?")
    assert "attack on Camp Taji" in understood
    assert "Kataib Hezbollah" in understood


def test_without_a_conversation_nothing_changes() -> None:
    assert understand("And how many were wounded?", []).carried is None


def test_names_spoken_of_before_are_carried() -> None:
    history = [
        ("Who leads the Quds Force of Iran?", "Esmail Ghaani, named by Ali Khamenei"),
        ("When was he appointed?", "in January"),
    ]
    (understood,) = understand("And who was his deputy?", history).searched
    assert understood.startswith("And who was his deputy? (Who leads the Quds Force of Iran; in January; ")
    assert "Ali Khamenei" in understood


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("Camp Taji", ["Camp Taji"]),
        ("9 June 2022", []),
        ("Éric Østby and The Kataib Hezbollah group", ["Éric Østby", "Kataib Hezbollah"]),
    ],
)
def test_names_in_an_answer_are_whole(answer: str, names: list[str]) -> None:
    history = [
        ("Who denied that the talks with Velden had failed?", ""),
        ("Who was it?", answer),
        ("Why?", ""),
    ]
    (understood,) = understand("And when?", history).searched
    assert understood[:-1].split("; ")[1:] == names


@pytest.mark.parametrize(
    "question",
    [
        "Who said that the bridge of Velden had cost 12 million euros?",
        "Is there a toll on the bridge of Velden?",
        "Where did Ada Quill say that nobody could have known?",
        "Did Ada Quill visit her deputy?",
    ],
)
def test_what_looks_like_leaning_and_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["So who is Mina Okafor?", "And in Sorrel, how many died?"])
def test_an_opening_before_a_new_name_may_begin_another_subject(question: str) -> None:
    understood = understand(question, HISTORY)
    assert understood.searched == (understood.carried, question)
    assert not understood.leaning


@pytest.mark.parametrize(
    "question",
    [
        "And what did Kataib Hezbollah deny?",
        "And what did they say of Mina Okafor?",
        "And how many died in March?",
        "What about Sorrel?",
    ],
)
def test_an_opening_before_anything_else_leans(question: str) -> None:
    assert understand(question, HISTORY).leaning


@given(
    st.text(min_size=1, max_size=80),
    st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=4),
)
def test_every_question_is_searched_and_read_as_it_begins(
    question: str, history: list[tuple[str, str]]
) -> None:
    understood = understand(question, history)
    start = question.rstrip("? ")
    assert all(wording.startswith(start) for wording in understood.searched)
    assert understood.read[-1] == question
    assert (understood.carried is None) == (understood.searched == (question,))
