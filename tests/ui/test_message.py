"""An answer as a chat message: every quote in it to the character, whatever stands in the article."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.answers import Answer, Citation
from ui.message import answer_in, message_of
from ui.words import ABSTENTION

TEXT = st.text(min_size=1, max_size=60)
CITATIONS = st.lists(
    st.builds(
        Citation,
        number=st.just(0),
        article_id=TEXT,
        title=TEXT,
        source=st.none() | TEXT,
        published=st.none() | TEXT,
        url=st.none() | TEXT,
        quote=TEXT,
        start=st.just(0),
        end=st.just(0),
        answer_start=st.just(0),
        answer_end=st.just(0),
    ),
    max_size=5,
)


@given(text=TEXT, citations=CITATIONS)
def test_each_quote_stands_where_it_is_said_to(text: str, citations: list[Citation]) -> None:
    numbered = tuple(replace(citation, number=n) for n, citation in enumerate(citations, start=1))
    message = message_of(Answer("?", text, 0.9, numbered))
    assert len(message.places) == len(numbered)
    for citation, (start, end) in zip(numbered, message.places, strict=True):
        assert message.content[start:end] == citation.quote
        assert f" [{citation.number}]" in message.content[end:]


def test_a_message_in_full(answer: Answer) -> None:
    message = message_of(answer)
    assert message.content == (
        "The group [1]\n\n“The group [red] denied it was responsible, a \x1b[31mspokesman said.” [1]\n\n"
        "[1] Depot <b>burns</b> [1], VOA, 13 March 2020, https://example.org/a?b=1&c=2"
    )


def test_a_follow_up_goes_on_from_the_short_answer(answer: Answer, abstention: Answer) -> None:
    assert answer_in(message_of(answer).content) == "The group"
    twice = replace(answer, citations=(*answer.citations, replace(answer.citations[0], number=2)))
    assert message_of(twice).content.startswith("The group [1] [2]\n")
    assert answer_in(message_of(twice).content) == "The group"
    assert message_of(abstention).content == ABSTENTION
    assert answer_in(ABSTENTION) == ""
    assert answer_in("What another model said.\nAt length.") == "What another model said."


def test_copies_and_versions_are_named_with_the_source(told_elsewhere: Answer) -> None:
    last = message_of(told_elsewhere).content.splitlines()[-1]
    assert "also in Courier, 15 March 2020; updated 13 March 2020; an earlier version of" in last
    assert last.endswith("an earlier version; a later one of 16 March 2020 is in the archive")
