"""When a question is about, and how near an article is to it."""

from __future__ import annotations

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import period
from index.period import LATELY, Period, period_of

TODAY = date(2022, 6, 16)
LATE = Period(TODAY - timedelta(days=LATELY), TODAY)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened on March 13, 2020?", "2020-03-13", "2020-03-14"),
        ("Who resigned on 5 May?", "2022-05-05", "2022-05-06"),
        ("Who resigned on 5 July?", "2021-07-05", "2021-07-06"),
        ("Who was elected in March 2020?", "2020-03-01", "2020-03-31"),
        ("Who was elected in March?", "2022-03-01", "2022-03-31"),
        ("Who was elected last December?", "2021-12-01", "2021-12-31"),
        ("Who was elected in March of 2020?", "2020-03-01", "2020-03-31"),
        ("Who performs this December?", "2022-12-01", "2022-12-31"),
        ("Who won last June?", "2021-06-01", "2021-06-30"),
        ("What has changed since March?", "2022-03-01", "2022-06-16"),
        ("What has changed since March 2020?", "2020-03-01", "2022-06-16"),
        ("What has changed since 2020?", "2020-01-01", "2022-06-16"),
        ("Who won this week?", "2022-06-08", "2022-06-16"),
        ("Who won LAST WEEK?", "2022-06-02", "2022-06-11"),
        ("Who spoke yesterday?", "2022-06-14", "2022-06-16"),
        ("Who spoke last month?", "2022-05-01", "2022-05-31"),
        ("Who won the 2018 World Cup?", "2018-01-01", "2018-12-31"),
        ("Who won last year?", "2021-01-01", "2021-12-31"),
    ],
)
def test_the_words_name_a_period(question: str, first: str, last: str) -> None:
    assert period_of(question, TODAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "question",
    ["Who won?", "What may 3 people do?", "Who won the 2022 final?", "Who is 31 February?", "", "march 40"],
)
def test_otherwise_lately(question: str) -> None:
    assert period_of(question, TODAY) == LATE


def test_january_comes_after_december() -> None:
    assert period_of("Who left last month?", date(2021, 1, 5)).first == date(2020, 12, 1)


def test_nearness_falls_with_the_days_outside() -> None:
    days = [TODAY + timedelta(days=n) for n in (-400, -40, -20, -14, 0, 1, 30)]
    near = [LATE.nearness(day.isoformat()) for day in days]
    assert near[3] == near[4] == 1
    assert near[0] < near[1] < near[2] < 1 > near[5] > near[6] > 0
    assert LATE.nearness("2022-06-10T08:00:00Z") == 1
    assert LATE.nearness(None) is LATE.nearness("last spring") is None


@given(st.text(max_size=60), st.dates())
def test_any_question_on_any_day_has_a_period(question: str, today: date) -> None:
    found = period_of(question, today)
    assert found.first <= found.last
    assert found.nearness(found.last.isoformat()) == 1


def test_the_worked_example() -> None:
    assert doctest.testmod(period).failed == 0
