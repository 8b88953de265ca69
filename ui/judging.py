"""Thumbs: a turn that is called right or wrong on the page, and what is kept of it in the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from index.errors import QuestionError
from qa.conversations import Turn
from qa.feedback import Feedback
from ui.turns import LONGEST_REASON


def judge(turns: Sequence[Turn], given: Mapping[str, Any]) -> tuple[tuple[Turn, ...], Feedback]:
    """The turns with a thumb on one of them, and that thumb to be kept.

    `given` came from the page and may be anything: `turn` is which, `good` up or down (given once more, it is
    taken back), `reason` what was said with a thumb down. Raises QuestionError where it fits no answer.
    """
    good, reason = given.get("good"), given.get("reason")
    number: Any = given.get("turn")
    known = type(number) is int and 0 <= number < len(turns)
    answer = turns[number].answer if known else None
    if answer is None or not (isinstance(good, bool) or isinstance(reason, str)):
        raise QuestionError(f"{dict(given)!r} is no thumb on an answer; choose it on the page again.")
    turn = turns[number]
    if isinstance(reason, str):
        turn = replace(turn, good=False, reason=" ".join(reason.split())[:LONGEST_REASON])
    else:
        turn = replace(turn, good=None if turn.good is good else good, reason="")
    before, after = turns[:number], turns[number + 1 :]
    return (*before, turn, *after), Feedback.on(answer, turn.good, history_of(before), turn.reason)


def history_of(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """The conversation as a question is asked after it: (question, answer), abstentions as ""."""
    return [(turn.question, turn.answer.text or "") for turn in turns if turn.answer]


def cited_last(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The articles that the last answer with a citation cites."""
    answers = [turn.answer for turn in turns if turn.answer and turn.answer.citations]
    return tuple(dict.fromkeys(one.article_id for one in answers[-1].citations)) if answers else ()
