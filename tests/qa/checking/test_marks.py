"""Sentences with their marks, whole and as they stream in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.marks import finished, marked, marked_sentences


@pytest.mark.parametrize(
    ("sentence", "text", "numbers"),
    [
        ("Rain fell [1].", "Rain fell.", (1,)),
        ("Rain fell. [1][2]", "Rain fell.", (1, 2)),
        ("Rain fell.[2, 1]", "Rain fell.", (2, 1)),
        ("Rain [3] fell [1-3].", "Rain fell.", (3, 1, 2)),
        ("Rain fell [1–2; 4 and 6].", "Rain fell.", (1, 2, 4, 6)),
        ("Rain fell [passage 1, Source 2].", "Rain fell.", (1, 2)),
        ("Rain fell【1】.", "Rain fell.", (1,)),
        ("- **Rain** fell [^1].", "Rain fell.", (1,)),
        ("2. Rain fell [1].", "Rain fell.", (1,)),
        ("1) Rain fell [1].", "Rain fell.", (1,)),
        ("24 died [1].", "24 died.", (1,)),
        ("They [the clouds] broke.", "They [the clouds] broke.", ()),
        ("Rain fell.", "Rain fell.", ()),
    ],
)
def test_marks_are_taken_out_and_read(sentence: str, text: str, numbers: tuple[int, ...]) -> None:
    said = marked(sentence)
    assert (said.text, said.numbers, said.malformed) == (text, numbers, ())


@pytest.mark.parametrize(
    ("sentence", "malformed"),
    [
        ("Rain fell [3-1].", ("[3-1]",)),
        ("Rain fell [1-9999].", ("[1-9999]",)),
        ("Rain fell [].", ("[]",)),
        ("Rain fell [citation needed].", ("[citation needed]",)),
        ("Rain fell [source].", ("[source]",)),
        ("Rain fell [1x].", ("[1x]",)),
        ("Rain fell [1, and more.", ("[1, and more.",)),
        ("Rain fell [99999999999999999999].", ("[99999999999999999999]",)),
    ],
)
def test_what_is_no_mark_is_named(sentence: str, malformed: tuple[str, ...]) -> None:
    assert marked(sentence).malformed == malformed


def test_a_mark_belongs_to_the_sentence_before_it() -> None:
    text = (
        "Rain fell [1]. The U.S. river rose.[2] Nobody was hurt. [1][3] It was over.\n\n- [2] One\n- Two [3]"
    )
    assert marked_sentences(text) == [
        "Rain fell [1].",
        "The U.S. river rose.[2]",
        "Nobody was hurt. [1][3]",
        "It was over.",
        "- [2] One",
        "- Two [3]",
    ]


def test_a_mark_on_a_line_of_its_own_belongs_to_the_line_before() -> None:
    assert marked_sentences("Rain fell.\n[1]\n\n[2] It stopped.") == ["Rain fell.\n[1]", "[2] It stopped."]


WRITTEN = st.lists(
    st.sampled_from(
        [
            "Rain fell",
            "The U.S.",
            "Why?”",
            "Mr. Lee said",
            ".",
            "!",
            " ",
            "\n",
            " [1]",
            "[2]",
            "[3-4]",
            " It",
            "[x",
            "- a",
        ]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)


@given(WRITTEN)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(marked_sentences(text)).split()) == "".join(text.split())


@given(WRITTEN, st.integers(1, 12))
def test_streaming_gives_the_same_sentences(text: str, step: int) -> None:
    told: list[str] = []
    rest = ""
    for start in range(0, len(text), step):
        done, rest = finished(rest + text[start : start + step])
        told += done
    assert told + marked_sentences(rest) == marked_sentences(text)


def test_a_sentence_waits_for_its_marks() -> None:
    assert finished("Rain fell. [1][2] The river rose in the night of")[0] == ["Rain fell. [1][2]"]
    assert finished("Rain fell. [1][")[0] == []
    assert finished("Rain fell. The river")[0] == []
