"""The filters on the page: what the form shows, what it sends, and how that is said."""

from __future__ import annotations

from typing import Any

import pytest

from index.articles import Filters
from index.errors import QuestionError
from qa.answers import Answer
from qa.conversations import Turn
from ui.narrowing import draw_narrowing, narrowed_by
from ui.turns import draw_turns, plain
from ui.words import narrowed

SOURCES = {"CNN": 1200, "The <i>Week</i>": 3}


def test_nothing_in_force() -> None:
    markup = draw_narrowing(Filters(), SOURCES)
    assert 'data-filters="off"' in markup
    assert "all articles" in markup
    assert "data-clear" not in markup
    assert "The &lt;i&gt;Week&lt;/i&gt;" in markup
    assert "1,200" in markup
    assert "checked" not in markup


def test_what_is_in_force_is_said_and_can_be_taken_away() -> None:
    markup = draw_narrowing(Filters("2022-03-01", "2022-03-05", ("cnn", "Gone")), SOURCES)
    assert 'data-filters="on"' in markup
    assert "from 1 March 2022 until 5 March 2022, of cnn or Gone" in markup
    assert 'value="2022-03-01"' in markup
    assert markup.count("checked") == 2  # a source without articles stays, so that it can be taken away
    assert "data-clear" in markup


def test_what_the_form_sends() -> None:
    sent = {"after": "2022-03-01", "before": "", "sources": ["CNN"]}
    assert narrowed_by(sent) == Filters("2022-03-01", None, ("CNN",))
    assert narrowed_by({}) == Filters()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"after": "yesterday"}, "'yesterday' is not a day"),
        ({"before": 3}, "3 is not a day"),
        ({"after": "2022-03-05", "before": "2022-03-01"}, "No day is from '2022-03-05'"),
        ({"sources": "CNN"}, "no sources"),
        ({"sources": [{}]}, "no sources"),
    ],
)
def test_what_is_no_filter_is_refused(sent: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        narrowed_by(sent)


def test_an_answer_says_under_which_filter_it_was_asked(answer: Answer) -> None:
    filters = Filters(None, "2020-04-01", ("<VOA>",))
    markup = draw_turns([Turn("Who denied it?", answer, filters=filters), Turn("Who?", answer)])
    assert markup.count('class="only"') == 1
    assert "Only articles until 1 April 2020, of &lt;VOA&gt;" in markup
    assert "(asked only of articles until 1 April 2020, of <VOA>)" in plain(answer, filters).splitlines()
    assert narrowed(Filters(as_of="2020-04-01")) == ""
