"""The conversation as HTML."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Filters
from qa.answers import Answer, Checked
from qa.conversations import Turn
from ui.markup import visible
from ui.source import Place
from ui.turns import draw_suggestions, draw_turns, draw_welcome, plain


def places(markup: str) -> list[Place]:
    return [Place.from_json(json.loads(unescape(p))) for p in re.findall(r'data-place="([^"]*)"', markup)]


def test_an_answer_comes_first_then_its_quote_with_the_answer_marked(answer: Answer) -> None:
    markup = draw_turns([Turn("Who denied it?", answer)])
    short, quote = markup.index('<p class="short"'), markup.index("<blockquote")
    assert short < quote
    assert '<mark class="answer">The group</mark> [red] denied' in markup
    assert "Depot &lt;b&gt;burns&lt;/b&gt; [1]" in markup
    assert "VOA, 13 March 2020" in markup
    assert "High confidence" in markup
    assert ", as of 13 March 2020" in markup
    assert 'title="Confidence: 91%"' in markup


def test_every_mark_and_title_opens_the_quote(answer: Answer) -> None:
    place = Place("a1b2", 19, 84, 19, 28, 1)
    assert places(draw_turns([Turn("Who denied it?", answer)])) == [place, place, place]


def test_an_abstention_shows_the_nearest_passages_labelled_as_such(abstention: Answer) -> None:
    markup = draw_turns([Turn("Who paid?", abstention)])
    assert "The articles do not say." in markup
    assert "The nearest passages, which do not answer it" in markup
    assert places(markup) == [Place("a1b2", 0, 17)]
    assert "confidence" not in markup.lower()
    bare = draw_turns([Turn("Who paid?", replace(abstention, passages=()))])
    assert "nearest" not in bare


def test_a_turn_without_an_answer_yet_and_one_that_failed() -> None:
    markup = draw_turns([Turn("First?", error="It <cannot> be asked."), Turn("Second?")])
    assert '<p class="error" role="alert">It &lt;cannot&gt; be asked.</p>' in markup
    assert markup.count('class="reading"') == 1


def test_what_can_be_done_with_a_turn(answer: Answer, abstention: Answer) -> None:
    both = draw_turns([Turn("Who denied it?", answer), Turn("Who paid?", abstention)])
    assert both.count("data-copy=") == 2  # an answer can be copied, an abstention is nothing to copy
    assert both.count('data-event="retry"') == both.count('data-event="edit"') == 1  # the last question alone
    assert both.index("data-copy=") < both.index('data-event="edit"')
    waiting = draw_turns([Turn("Who denied it?")])
    assert re.findall(r'data-event="(\w+)"', waiting) == ["halt"]


def test_no_thumb_is_taken_while_another_answer_is_awaited(answer: Answer) -> None:
    judged = Turn("Who denied it?", answer, good=False)
    assert draw_turns([judged]).count("data-thumb") == 3
    assert "data-thumb" not in draw_turns([judged, Turn("Who paid?")])


def test_what_is_copied_is_the_answer_with_its_sources(answer: Answer) -> None:
    copied = re.findall(r'data-copy="([^"]*)"', draw_turns([Turn("Who denied it?", answer)]))
    quote = answer.citations[0].quote
    assert plain(answer).splitlines() == [
        "The group [1]",
        f"[1] “{quote}” (Depot <b>burns</b> [1], VOA, 13 March 2020, https://example.org/a?b=1&c=2)",
    ]
    assert [unescape(text) for text in copied] == [answer.text, visible(plain(answer))]


def test_each_sentence_of_an_llm_is_copied_with_its_own_marks(answer: Answer) -> None:
    one, two = answer.citations[0], replace(answer.citations[0], number=2)
    sentences = (
        Checked("It burned.", (one,), None, 0.9),
        Checked("It paid.", (), "Nobody says so."),
        Checked("They denied it.", (one, two), None, 0.9),
    )
    text = "It burned. They denied it."
    written = replace(answer, text=text, citations=(one, two), sentences=sentences, writer="tiny")
    assert plain(written).splitlines()[0] == "It burned. [1] They denied it. [1] [2]"


def test_what_is_copied_names_the_article_that_alone_was_asked(answer: Answer) -> None:
    only = Filters(after="2020-03-01", article_ids=(answer.citations[0].article_id,))
    asked = plain(answer, only).splitlines()[1]
    assert asked == "(asked only of articles from 1 March 2020, called “Depot <b>burns</b> [1]”)"
    before = plain(answer, Filters(article_ids=("gone",))).splitlines()[1]
    assert before == "(asked only of articles cited before)"


def test_a_question_that_is_put_otherwise_can_be_left_as_it_is(answer: Answer) -> None:
    markup = draw_turns([Turn("Who denied it?", answer), Turn("Who paid?", answer)], "c1", editing=True)
    assert re.findall(r'data-event="(\w+)"( data-cancel)?', markup) == [("edit", " data-cancel")]
    assert markup.count("data-copy=") == 2  # those of the turn before it
    assert 'data-conversation="c1"' in markup


def test_suggestions_are_questions_to_choose() -> None:
    assert draw_suggestions([], "9ad0") == ""
    drawn = draw_suggestions(["Who <b> it?"], "9ad0")
    assert 'data-question="Who &lt;b&gt; it?" data-article="9ad0"' in drawn


@given(st.text())
def test_nothing_of_a_question_becomes_markup(text: str) -> None:
    markup = draw_turns([Turn(text, error=text)])
    assert re.findall(r"<(\w+)", markup) == ["div", "ol", "li", "h2", "p", "p", "button", "button"]


def test_the_welcome_offers_examples_and_the_newest(article: Article) -> None:
    markup = draw_welcome([article], ['Who said "yes"?'])
    assert 'data-question="Who said &quot;yes&quot;?"' in markup
    assert places(markup) == [Place("a1b2")]
    assert "byline ingest PATH" in draw_welcome([], [])


def test_copies_and_versions_are_named_and_can_be_opened(told_elsewhere: Answer) -> None:
    markup = draw_turns([Turn("Who denied it?", told_elsewhere)])
    assert [place.article_id for place in places(markup)][3:] == ["c3", "v1", "v3"]
    assert "Also in: " in markup
    assert "Blaze &lt;i&gt;" in markup
    assert "Updated 13 March 2020; an earlier version of 12 March 2020 is in the archive: " in markup
    assert "An earlier version; a later one of 16 March 2020 is in the archive: " in markup
    told = "also in Courier, 15 March 2020; updated 13 March 2020; an earlier version of 12 March 2020 is in"
    assert told in plain(told_elsewhere)
