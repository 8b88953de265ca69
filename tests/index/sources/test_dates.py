"""Dates: what is certain is taken, what is not is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.dates import compact_date, iso_date, moment_of
from index.versions import later


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2020-03-13", "2020-03-13"),
        ("2020-03-13T21:05:00.5-04:00", "2020-03-13T21:05:00-04:00"),
        ("2020-03-13T20:05:00+00:00", "2020-03-13T20:05:00Z"),
        ("2020-3-13", "2020-03-13"),
        ("3/13/2020", "2020-03-13"),
        ("13.03.2020", "2020-03-13"),
        ("03-03-2020 14:05", "2020-03-03"),
        ("13/13/2020", None),
        ("Fri Mar 13 21:00:00 2020", "2020-03-13"),
        ("2020-03-13T20:05:00", "2020-03-13"),
        ("2020/03/13", "2020-03-13"),
        ("Fri, 13 Mar 2020 18:05:00 GMT", "2020-03-13T18:05:00Z"),
        ("March 13, 2020", "2020-03-13"),
        ("13 Mar. 2020 at 5:45 PM", "2020-03-13"),
        ("03/04/2020", None),
        ("2020-02-30", None),
        ("0001-01-01", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(written: str | None, read: str | None) -> None:
    assert iso_date(written) == read


def test_moments_of_several_zones_can_be_put_in_order() -> None:
    assert moment_of("2020-03-13T21:05:00-04:00") > moment_of("2020-03-14T01:04:00Z")
    assert moment_of("2020-03-13") == "2020-03-13"
    assert later("2020-03-13T21:05:00-04:00", "2020-03-14T01:04:00Z")
    assert not later("2020-03-13T21:05:00-04:00", "2020-03-13")


@given(st.text())
def test_anything_else_is_no_date_and_no_error(text: str) -> None:
    iso_date(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20210304", "2021-03-04"),
        ("20210304T100000Z", "2021-03-04T10:00:00Z"),
        ("20210304T100000+0100", "2021-03-04T10:00:00+01:00"),
        ("D:20210304100000+02'00'", "2021-03-04T10:00:00+02:00"),
        ("D:20210304100000Z00'00'", "2021-03-04T10:00:00Z"),
        ("D:20210304100000", "2021-03-04"),
        ("2021-03-04T10:00:00+01:00", "2021-03-04T10:00:00+01:00"),
        ("20219904", None),
        ("D:", None),
        (None, None),
    ],
)
def test_dates_without_marks_between_their_parts(written: str | None, meant: str | None) -> None:
    assert compact_date(written) == meant
