"""An answer as a chat message: every quote in it to the character, whatever stands in the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.answers import Answer, Checked, Citation
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
        "The group [1]\n\nAs of 13 March 2020.\n\n"
        "“The group [red] denied it was responsible, a \x1b[31mspokesman said.” [1]\n\n"
        "[1] Depot <b>burns</b> [1], VOA, 13 March 2020, https://example.org/a?b=1&c=2"
    )


def test_it_is_as_of_the_day_on_which_the_newest_article_was_told(answer: Answer) -> None:
    assert "As of" not in message_of(answer, today=date(2020, 3, 16)).content
    updated = replace(answer.citations[0], modified="2020-05-01T08:00:00Z")
    both = replace(answer, citations=(answer.citations[0], updated))
    assert "\n\nAs of 1 May 2020.\n\n" in message_of(both).content
    assert "As of" not in message_of(both, today=date(2020, 5, 3)).content


LINE = TEXT.map(lambda text: " ".join([*text.split(), "a."]))


@given(st.lists(st.builds(Checked, LINE, st.just(()), st.none() | LINE), min_size=1, max_size=3))
def test_a_sentence_comes_back_as_it_was_or_not_at_all(sentences: list[Checked]) -> None:
    content = message_of(Answer("?", "x", 0.9, sentences=tuple(sentences), writer="tiny")).content
    assert answer_in(content) == " ".join(one.text for one in sentences if one.stands)


HOSTILE = "See ![x](http://evil.example/a) ~~and~~ <img src=x> [y](http://evil.example/b) *&lt;* ."


def test_what_an_llm_writes_is_no_markdown_and_fetches_nothing() -> None:
    stands, struck = Checked(HOSTILE, (), None), Checked(f"~{HOSTILE}~", (), "No “~” (a.) “![z](http://e)”.")
    content = message_of(Answer("?", "x", 0.9, sentences=(stands, struck), writer="tiny")).content
    html = MarkdownIt("commonmark").enable("strikethrough").render(content)
    assert "<img" not in html and "<a " not in html and html.count("<s>") == 1
    assert unescape(html).startswith(f"<p>{HOSTILE} <s>~{HOSTILE}~</s> (struck: ")
    assert answer_in(content) == HOSTILE


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
