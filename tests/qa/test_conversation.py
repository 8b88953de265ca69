"""Which questions lean on the conversation, and what they are given."""

import pytest

from qa.conversation import leans, understand

HISTORY = [("Who was behind the attack on Camp Taji?", "Kataib Hezbollah")]


@pytest.mark.parametrize(
    "question", ["And how many were wounded?", "Who denied it?", "Where did he say that?", "Why?", "When?"]
)
def test_follow_ups_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["Who denied responsibility?", "How many depots did the U.S. strikes hit?", "Who is Mark Esper?"],
)
def test_whole_questions_do_not(question: str) -> None:
    assert not leans(question)
    assert understand(question, HISTORY) == question


def test_a_follow_up_carries_the_subject() -> None:
    understood = understand("And how many were wounded?", HISTORY)
    assert understood.startswith("And how many were wounded?")
    assert "attack on Camp Taji" in understood
    assert "Kataib Hezbollah" in understood


def test_without_a_conversation_nothing_changes() -> None:
    assert understand("And how many were wounded?", []) == "And how many were wounded?"
