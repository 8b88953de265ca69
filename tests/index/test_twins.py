"""Which articles are twins: copies by other sources are, look-alikes are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.shingles import bands, covered, shingles, words
from index.twins import sketch, twin_shares

WORDS = st.lists(st.sampled_from(["one", "two", "three", "river", "court", "fire", "said"]), max_size=60)
LEAD = (
    "Our correspondent has followed the events since Friday, and this is what is known in the county so far."
)


@pytest.fixture
def story(made_up: Callable[..., list[Article]]) -> str:
    return made_up(1, first=7)[0].text


def words_of(letter: str, count: int) -> str:
    """So many words that no other text has."""
    return " ".join(letter + "".join("cdefghijkl"[int(digit)] for digit in str(n)) for n in range(count))


def twins(one: str, other: str, days: int = 0, page: str | None = None) -> bool:
    found = twin_shares(sketch(one, 0, page), sketch(other, days, page))
    back = twin_shares(sketch(other, days, page), sketch(one, 0, page))
    assert (found and found[::-1]) == back
    return found is not None


def test_a_copy_is_a_twin_however_it_was_edited(story: str) -> None:
    paragraphs = story.split("\n\n")
    assert twins(story, story.upper())
    assert twins(story, story.replace("“", '"').replace("”", '"').replace("\n\n", " "))
    assert twins(story, "\n\n".join(paragraphs[:3]))
    assert twins(story, f"{LEAD}\n\n{story}\n\nAll rights reserved.")
    assert twins(story, story.replace("second", "third").replace("long road", "winding track"))


def test_a_short_text_is_a_twin_of_what_says_the_same_and_of_nothing_else() -> None:
    brief = "The bridge over the river is closed until Monday, the city said."
    assert twins(brief, brief, days=365)
    assert twins(brief, f"“{brief.upper()}”")
    assert not twins(brief, brief.replace("Monday", "Friday"))
    assert not twins(brief, f"{brief} {brief}")


def test_a_form_filled_in_for_another_town_is_no_twin(made_up: Callable[..., list[Article]]) -> None:
    one, other = made_up(2, first=7)
    assert not twins(one.text, other.text)


def test_a_shared_background_is_no_shared_story(story: str) -> None:
    background = story.split("\n\n", 1)[1]
    news = (
        "The senate voted on Monday to close the harbor, after a night of talks that nobody had expected. {} "
        "Crowds gathered on the steps, ministers left by the back door, and the stock exchange opened late. "
        "{} In the evening the speaker read the result aloud, twice, because the first reading drowned in "
        "noise, and the sitting ended without the customary prayer, the first time in more than a century. "
    )
    other = (
        "A storm took the roof off the town hall overnight, and four schools stay shut until the weekend. {} "
        "Engineers measured gusts that no instrument there had ever shown, and the ferry broke its moorings. "
        "{} By noon the water had reached the market, where traders stacked their goods on borrowed tables, "
        "and a choir that was to sing in the square moved its concert to the waiting room of the station. "
    )
    assert not twins(f"{news}\n\n{background}", f"{other}\n\n{background}")


def test_last_year_s_words_are_another_story_unless_it_is_the_page(story: str) -> None:
    shorter = story + "\n\n" + words_of("a", 90)
    longer = story + "\n\n" + words_of("b", 120)
    assert twins(shorter, longer, days=3)
    assert not twins(shorter, longer, days=365)
    assert twins(shorter, longer, days=365, page="example.org/page")
    assert twins(story, story, days=365)


def test_words_that_set_no_spaces_are_compared_by_characters() -> None:
    assert words("火災で3人死亡") == ["火", "災", "で", "3", "人", "死", "亡"]
    assert words("Don’t stop at 9 p.m.") == ["Dont", "stop", "at", "9", "p", "m"]


@given(WORDS, WORDS)
def test_a_word_is_covered_where_the_other_text_has_a_run_around_it(one: list[str], other: list[str]) -> None:
    if len(one) < 3:
        return
    there = {tuple(other[n : n + 3]) for n in range(len(other) - 2)}
    by_hand = [
        any(tuple(one[n : n + 3]) in there for n in range(max(0, place - 2), min(place, len(one) - 3) + 1))
        for place in range(len(one))
    ]
    assert covered(shingles(one), shingles(other)).tolist() == by_hand


def test_bands_meet_as_often_as_the_method_promises() -> None:
    """A pair of resemblance r shares a band with probability 1 - (1 - r^2)^64."""
    rng = np.random.default_rng(5)
    for common, least, most in ((200, 0.999, 1.0), (40, 0.0, 0.5), (100, 0.75, 1.0)):
        met = 0
        for _ in range(60):
            runs = rng.integers(0, 2**63, 600 - common, dtype=np.uint64)
            one, other = runs[:300], np.concatenate([runs[:common], runs[300:]])
            met += not set(bands(one)).isdisjoint(bands(other))
        assert least <= met / 60 <= most, common


def test_the_numbers_are_the_same_on_every_machine() -> None:
    assert shingles(["the", "mayor", "said"]).tolist() == [SAID]
    assert bands(shingles(["the", "mayor", "said", "no", "to", "the", "plan"]))[:2] == FIRST_BANDS


SAID = 6829679448807910738
FIRST_BANDS = [1315131225412114733, 8732152612257289794]
