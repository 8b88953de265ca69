"""When a question is about, and how near an article is to it."""

from __future__ import annotations

import doctest
import re
import time
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
        ("Who performs this December?", "2022-06-02", "2022-12-31"),
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


WEDNESDAY = date(2022, 6, 15)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("on Friday", "2022-06-10", "2022-06-11"),
        ("on Wednesday", "2022-06-15", "2022-06-16"),
        ("a year ago today", "2021-06-14", "2021-06-16"),
        ("in Feb '19", "2019-02-01", "2019-02-28"),
        ("on 5 May ’98", "1998-05-05", "1998-05-06"),
        ("in 2020-02", "2020-02-01", "2020-02-29"),
        ("in 02/2020", "2020-02-01", "2020-02-29"),
        ("on 12/02/2020", "2020-02-12", "2020-02-13"),
        ("in the first week of February", "2022-02-01", "2022-02-07"),
        ("in the last week of March 2020", "2020-03-25", "2020-03-31"),
        ("in Q1 2019", "2019-01-01", "2019-03-31"),
        ("in the fourth quarter", "2021-10-01", "2021-12-31"),
        ("in the second quarter of 2019", "2019-04-01", "2019-06-30"),
        ("last quarter", "2022-01-01", "2022-03-31"),
        ("this quarter", "2022-04-01", "2022-06-30"),
        ("a fortnight ago", "2022-05-25", "2022-06-08"),
        ("the previous month", "2022-05-01", "2022-05-31"),
        ("the previous week", "2022-06-01", "2022-06-10"),
        ("since last quarter", "2022-01-01", "2022-06-15"),
        ("in the storm Friday", "2022-06-10", "2022-06-11"),
        ("in Friday's game", "2022-06-10", "2022-06-11"),
        ("last Tuesday", "2022-06-14", "2022-06-15"),
        ("last Wednesday", "2022-06-08", "2022-06-09"),
        ("this Monday", "2022-06-13", "2022-06-14"),
        ("next Friday", "2022-06-01", "2022-06-18"),
        ("two weeks ago", "2022-05-29", "2022-06-04"),
        ("a couple of weeks ago", "2022-05-29", "2022-06-04"),
        ("three days ago", "2022-06-12", "2022-06-13"),
        ("an hour ago", "2022-06-15", "2022-06-16"),
        ("a month ago", "2022-05-01", "2022-05-31"),
        ("3 years ago", "2018-12-15", "2019-12-14"),
        ("in the past month", "2022-05-16", "2022-06-15"),
        ("in the last month", "2022-05-16", "2022-06-15"),
        ("in the past three weeks", "2022-05-25", "2022-06-15"),
        ("this week, 60 years ago", "2022-06-07", "2022-06-15"),
        ("this year", "2022-01-01", "2022-06-15"),
        ("so far this year", "2022-01-01", "2022-06-15"),
        ("late this year", "2022-06-01", "2022-12-31"),
        ("last year", "2021-01-01", "2021-12-31"),
        ("next year", "2022-06-01", "2023-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("in the late 1990s", "1996-09-01", "1999-12-31"),
        ("on 2020-03-13", "2020-03-13", "2020-03-14"),
        ("on 13/03/2020", "2020-03-13", "2020-03-14"),
        ("on 03/13/2020", "2020-03-13", "2020-03-14"),
        ("on 04/03/2020", "2020-03-04", "2020-03-05"),
        ("on 31/02/2020", "2020-01-01", "2020-12-31"),
        ("on the 13th of March 2020", "2020-03-13", "2020-03-14"),
        ("on 29 February", "2020-02-29", "2020-03-01"),
        ("in march 2020", "2020-03-01", "2020-03-31"),
        ("next March", "2022-06-01", "2023-03-31"),
        ("in spring 2021", "2021-03-01", "2021-05-31"),
        ("in the summer of 2021", "2021-06-01", "2021-08-31"),
        ("in autumn 2021", "2021-09-01", "2021-11-30"),
        ("in fall 2021", "2021-09-01", "2021-11-30"),
        ("in winter 2021", "2021-12-01", "2022-02-28"),
        ("last summer", "2021-06-01", "2021-08-31"),
        ("this summer", "2022-06-01", "2022-08-31"),
        ("next winter", "2022-06-01", "2023-02-28"),
        ("in early 2021", "2021-01-01", "2021-05-02"),
        ("in mid-2021", "2021-05-03", "2021-08-31"),
        ("in late 2021", "2021-09-01", "2021-12-31"),
        ("at the end of May", "2022-05-22", "2022-05-31"),
        ("between March and May 2021", "2021-03-01", "2021-05-31"),
        ("from March to May 2021", "2021-03-01", "2021-05-31"),
        ("in March and April 2021", "2021-03-01", "2021-04-30"),
        ("between November and February 2021", "2020-11-01", "2021-02-28"),
        ("from May 2021 to March 2021", "2021-03-01", "2021-05-31"),
        ("from 2019 to now", "2019-01-01", "2022-06-15"),
        ("between Monday and Wednesday", "2022-06-13", "2022-06-15"),
        ("before 2019", "0001-01-01", "2018-12-31"),
        ("before 2030", "2022-06-01", "2029-12-31"),
        ("before March", "0001-01-01", "2022-02-28"),
        ("since 2019", "2019-01-01", "2022-06-15"),
        ("since May", "2022-05-01", "2022-06-15"),
        ("since last week", "2022-06-01", "2022-06-15"),
        ("since Friday", "2022-06-10", "2022-06-15"),
        ("since the late 1990s", "1996-09-01", "2022-06-15"),
        ("after March 2020", "2020-04-01", "2022-06-15"),
        ("after 13 March 2020", "2020-03-14", "2022-06-15"),
        ("tonight", "2022-06-14", "2022-06-15"),
        ("this morning", "2022-06-14", "2022-06-15"),
        ("yesterday", "2022-06-13", "2022-06-15"),
        ("the day before yesterday", "2022-06-13", "2022-06-14"),
        ("tomorrow", "2022-06-01", "2022-06-17"),
        ("this weekend", "2022-06-11", "2022-06-20"),
        ("last weekend", "2022-06-11", "2022-06-13"),
        ("over the weekend", "2022-06-11", "2022-06-13"),
        ("next weekend", "2022-06-01", "2022-06-20"),
        ("next week", "2022-06-01", "2022-06-26"),
        ("next month", "2022-06-01", "2022-07-31"),
        ("in 2030", "2022-06-01", "2030-12-31"),
    ],
)
def test_times_of_every_form(words: str, first: str, last: str) -> None:
    named = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period_of(f"Who won {words}?", WEDNESDAY) == named
    assert period_of(f"{words[0].upper()}{words[1:]}, who  won", WEDNESDAY) == named


@pytest.mark.parametrize(
    ("today", "words", "first", "last"),
    [
        ("2022-06-18", "this weekend", "2022-06-18", "2022-06-20"),
        ("2022-06-19", "last weekend", "2022-06-11", "2022-06-13"),
        ("2022-01-10", "this winter", "2021-12-01", "2022-02-28"),
        ("2022-01-10", "last winter", "2020-12-01", "2021-02-28"),
        ("2022-12-10", "next month", "2022-11-26", "2023-01-31"),
    ],
)
def test_times_of_other_days(today: str, words: str, first: str, last: str) -> None:
    named = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period_of(f"Who won {words}?", date.fromisoformat(today)) == named


@pytest.mark.parametrize(
    "question",
    [
        "What did Theresa May say?",
        "What has changed since May resigned?",
        "Who led before May took office?",
        "From Theresa May to Boris Johnson, who stayed?",
        "What may have caused it?",
        "Who will march on Washington?",
        "Who led the March on Washington?",
        "Who spoke after the march?",
        "What did the Sun report?",
        "Who sat in the sun?",
        "Who wrote Friday Night Lights?",
        "Who sang on Friday Night Live?",
        "What is sold on Black Friday?",
        "Who plays for Sheffield Wednesday?",
        "How did the fall of Kabul begin?",
        "Who is in his 30s?",
        "Is it the last day of the trial?",
        "Who played the weekend it rained?",
        "Since when, and before whom, from here to there?",
    ],
)
def test_what_is_no_time(question: str) -> None:
    assert period_of(question, TODAY) == LATE


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


WORDS = re.findall(
    r"\S+",
    "since after before between from in on and to the a of last this next past early mid- late end start two"
    " few 999 days weeks years decades ago March May 2020 2,020 1990s 0 31 29 13/03/2020 2020-02-30 Friday"
    " weekend week month year winter spring February now today tomorrow yesterday ’s ? ٣",
)


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.dates())
def test_any_question_on_any_day_has_a_period(question: str, today: date) -> None:
    found = period_of(question, today)
    assert found.first <= found.last
    assert found.nearness(found.last.isoformat()) == 1


def test_time_is_linear() -> None:
    def seconds(text: str) -> float:
        began = time.process_time()
        period_of(text, TODAY)
        return time.process_time() - began

    for unit in ("since ", "between March and ", "the end of ", "past three ", "12/", "2020-", "a", "٣"):
        seconds(unit * 200)
        assert seconds(unit * 4000) < 150 * seconds(unit * 200) + 0.5


def test_the_worked_example() -> None:
    assert doctest.testmod(period).failed == 0
