"""What of a question is read: the heart of a long one, and a misspelt one as the articles spell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import understand
from qa.encoding import Encoding
from qa.span_reader import SHIPPED
from qa.wording import LONG, heart, spelled

TALK = (
    "My sister and I spoke about the news of the week, as we do on most evenings when she has time for me, "
    * 2
)
TEXT = "The group denied responsibility for the attack on Camp Taji, which Soleimani’s successor had praised."


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (TALK + "and she asked who denied responsibility for it?", "who denied responsibility for it?"),
        (
            TALK + "so please tell me which group it was that praised those who fired. Thank you.",
            "which group it was that praised those who fired.",
        ),
        ("Who denied responsibility? " + TALK + "which is all.", "Who denied responsibility?"),
        (TALK + "What I want to know is how many depots the U.S. hit.", "how many depots the U.S. hit."),
        (TALK, None),
        ("Who denied responsibility for the attack on Camp Taji?", None),
    ],
)
def test_the_heart_of_a_long_question(question: str, asked: str | None) -> None:
    assert heart(question) == asked
    understood = understand(question, [])
    assert understood.read[-1] == question
    assert understood.carried == asked


@given(st.text(max_size=400))
def test_the_heart_is_a_shorter_piece_of_the_question(question: str) -> None:
    asked = heart(question)
    assert asked is None or (asked in question and len(asked.split()) <= LONG < len(question.split()))


@pytest.fixture(scope="module")
def encoding() -> Encoding:
    return Encoding(SHIPPED / "tokenizer.json")


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Who denyed responsability for the atack?", "Who denied responsibility for the attack?"),
        ("Who took responsability for the explosoin?", "Who took responsibility for the explosion?"),
        ("WHO DENYED IT?", "WHO denied IT?"),
        ("who praised it, soleimany?", "who praised it, soleimani?"),
        ("Who was Soleymani?", "Who was Soleymani?"),
        ("Who decried the attic?", "Who decried the attic?"),
        ("Wer hat es getan?", "Wer hat es getan?"),
    ],
)
def test_a_misspelt_word_is_read_as_the_text_has_it(question: str, read: str, encoding: Encoding) -> None:
    assert spelled(question, [TEXT], encoding.vocabulary) == read


@given(st.text(max_size=200))
def test_without_a_text_nothing_is_misspelt(question: str) -> None:
    assert spelled(question, [], ()) == question


def test_a_question_in_the_words_of_the_text_stays() -> None:
    assert spelled(TEXT, [TEXT], ()) == TEXT


def test_the_vocabulary(encoding: Encoding) -> None:
    assert "responsibility" in encoding.vocabulary
    assert "responsability" not in encoding.vocabulary
