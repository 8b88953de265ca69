"""How dates, counts, places and confidence are said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.stories import Telling
from ui.words import (
    as_of,
    confidence_in_words,
    count,
    day,
    excerpt,
    overtaken,
    place,
    quote_marks,
    unembedded,
    updated,
)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "High"), (0.85, "High"), (0.84, "Fair"), (0.6, "Fair"), (0.59, "Low"), (0.0, "Low")],
)
def test_confidence(confidence: float, words: str) -> None:
    assert confidence_in_words(confidence).split()[0] == words


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ("2020-03-13", "13 March 2020"),
        ("2020-03-13T18:05:00Z", "13 March 2020"),
        ("last Friday", "last Friday"),
        ("", ""),
        (None, ""),
    ],
)
def test_day(published: str | None, said: str) -> None:
    assert day(published) == said


@given(st.text())
def test_any_date_can_be_said(published: str) -> None:
    assert isinstance(day(published), str)


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ("2020-03-13", "as of 13 March 2020"),
        ("2020-05-31T23:00:00Z", "as of 31 May 2020"),
        ("2020-06-01", ""),
        ("2020-07-20", ""),
        ("spring", ""),
        (None, ""),
    ],
)
def test_an_older_answer_says_of_when_it_is(published: str | None, said: str) -> None:
    assert as_of(published, date(2020, 7, 2)) == said


def test_place_says_what_is_known() -> None:
    assert place("VOA", "2020-03-13") == "VOA, 13 March 2020"
    assert place(None, "2020-03-13") == "13 March 2020"
    assert place("VOA", None) == "VOA"
    assert place(None, None) == ""


def test_count() -> None:
    assert [count(n, "article") for n in (0, 1, 4960)] == ["0 articles", "1 article", "4,960 articles"]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("It was late.", "“It was late.”"),
        ("He said “no.”", "“He said “no.”\u200a”"),
        ("'No'", "“\u200a'No'\u200a”"),
    ],
)
def test_a_quote_in_quotation_marks(quote: str, shown: str) -> None:
    assert quote.join(quote_marks(quote)) == shown


def test_an_excerpt_is_one_line_cut_between_words() -> None:
    assert excerpt("A caption\n\nThe  story begins.", 99) == "A caption · The story begins."
    assert excerpt("It ended.\nIt began.", 99) == "It ended. It began."
    assert excerpt("A caption\n\nThe story", 14) == "A caption …"
    assert excerpt("one two three", 9) == "one two …"
    assert excerpt("", 9) == ""


def version(published: str | None, modified: str | None = None) -> Telling:
    return Telling("a", "A", None, published, modified, None)


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        ([], ""),
        (
            [version("2020-03-13")],
            "updated 14 March 2020; an earlier version of 13 March 2020 is in the archive",
        ),
        ([version("2020-03-14T06:00:00Z")], "updated 14 March 2020; an earlier version is in the archive"),
        (
            [version("2020-03-12"), version("2020-03-12", "2020-03-13")],
            "updated 14 March 2020; 2 earlier versions (the last of 13 March 2020) are in the archive",
        ),
    ],
)
def test_an_update_tells_of_the_versions_before_it(earlier: list[Telling], said: str) -> None:
    assert updated("2020-03-14T08:00:00Z", earlier) == said


def test_an_earlier_version_tells_of_the_later() -> None:
    assert overtaken([]) == ""
    said = "an earlier version; a later one of 13 March 2020 is in the archive"
    assert overtaken([version("2020-03-13")]) == said


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (0, ""),
        (1, "1 passage is found by words alone until it is embedded"),
        (1200, "1,200 passages are found by words alone until they are embedded"),
    ],
)
def test_what_waits_to_be_embedded_is_told(waiting: int, said: str) -> None:
    assert unembedded(waiting) == said
