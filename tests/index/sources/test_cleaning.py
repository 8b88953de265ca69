"""Cleaning: nothing visible changes, nothing invisible stays, twice is once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.cleaning import clean, one_line


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()  # any file can hold it


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFC", value) if c.isalnum() and c.isascii())

    assert letters(clean(text)) == letters(text)


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a \u00a0 b\t\tc", "a b c"),
        ("a \n \n \n\n b", "a\n\nb"),
        ("so\u00adft zero\u200bwidth \ufeffmark", "soft zerowidth mark"),
        ("\u202eevil\u202c", "evil"),
        ("cafe\u0301", "café"),
        ("“Quotes” – and… ½ ﬁ", "“Quotes” – and… ½ ﬁ"),
        ("half \ud83d character", "half \ufffd character"),
        ("Byline\x00\x07", "Byline"),
    ],
)
def test_what_is_cleaned_and_what_is_not(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_a_megabyte_of_combining_marks_is_no_trap() -> None:
    assert len(clean("e" + "\u0301" * 1_000_000)) < 100
