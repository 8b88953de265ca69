"""Thumbs: what one does to the conversation, and what of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.harvest import harvest
from eval.records import read_draft
from index.errors import QuestionError
from qa.answers import Answer
from qa.conversations import Turn
from qa.feedback import keep, kept
from ui.judging import cited_last, judge
from ui.turns import LONGEST_REASON, draw_turns


def test_a_thumb_is_given_and_taken_back(answer: Answer) -> None:
    turns = (Turn("Who denied it?", answer),)
    once, thumb = judge(turns, {"turn": 0, "good": True})
    assert (once[0].good, thumb.good, thumb.answer) == (True, True, answer.text)
    assert thumb.quotes[0].quote == answer.citations[0].quote
    back, taken = judge(once, {"turn": 0, "good": True})
    assert (back[0].good, taken.good) == (None, None)
    other, _ = judge(once, {"turn": 0, "good": False})
    assert other[0].good is False


def test_a_reason_goes_with_a_thumb_down(answer: Answer, abstention: Answer) -> None:
    turns = (Turn("Who denied it?", answer), Turn("Failed?", error="No."), Turn("Who paid?", abstention))
    told, thumb = judge(turns, {"turn": 2, "reason": "  It was the\n group. " + "x" * 900})
    assert told[2].good is False
    assert told[2].reason == thumb.reason
    assert thumb.reason.startswith("It was the group. xx")
    assert len(thumb.reason) == LONGEST_REASON
    assert thumb.history == (("Who denied it?", answer.text),)
    assert told[:2] == turns[:2]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"turn": 0},
        {"turn": 9, "good": True},
        {"turn": -1, "good": True},
        {"turn": True, "good": True},
        {"turn": 0, "good": "yes"},
        {"turn": 0, "reason": 3},
        {"turn": 1, "good": True},
    ],
)
def test_what_fits_no_answer_is_refused(answer: Answer, given: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match="choose it on the page again"):
        judge((Turn("Who denied it?", answer), Turn("Failed?", error="No.")), given)


def test_what_the_page_shows_of_it(answer: Answer) -> None:
    plain = draw_turns([Turn("Who denied it?", answer)])
    assert plain.count('aria-pressed="false"') == 2
    assert "<form" not in plain
    wrong = draw_turns([Turn("Who denied it?", answer, good=False, reason='"<b>"')])
    assert 'data-good="false" aria-pressed="true"' in wrong
    assert 'value="&quot;&lt;b&gt;&quot;"' in wrong
    assert 'aria-pressed="true"' not in draw_turns([Turn("Who denied it?", error="No.")])


def test_from_a_thumb_to_a_case(answer: Answer, tmp_path: Path) -> None:
    _, thumb = judge((Turn("Who denied it?", answer),), {"turn": 0, "good": True})
    keep(tmp_path, thumb)
    harvest(kept(tmp_path), tmp_path / "mine.jsonl")
    ((_, case),) = read_draft(tmp_path / "mine.jsonl").cases
    assert case.answers == (answer.text,)


def test_what_the_conversation_is_about_is_what_was_cited_last(answer: Answer, abstention: Answer) -> None:
    turns = (Turn("Who denied it?", answer), Turn("Who paid?", abstention), Turn("Failed?", error="No."))
    cited = tuple(dict.fromkeys(one.article_id for one in answer.citations))
    assert cited
    assert cited_last(turns) == cited, "an answer that cites nothing changes nothing"
    assert cited_last(turns[1:]) == cited_last(()) == ()
