"""Numbers, dates, names and quotations: worked examples of what is alike and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.claims import Claims, Ground, unfounded
from qa.checking.names import known, missing, names
from qa.checking.numbers import amounts, occurs
from qa.checking.quotations import quotations, quoted_in


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("two dozen", 24, ""),
        ("half a dozen", 6, ""),
        ("1.5 million", 1_500_000, ""),
        ("half a million", 500_000, ""),
        ("two and a half million", 2_500_000, ""),
        ("a hundred and five", 105, ""),
        ("three hundred thousand and twenty", 300_020, ""),
        ("12,500", 12_500, ""),
        ("$3bn", 3e9, "$"),
        ("£5m", 5e6, "£"),
        ("1.5 million dollars", 1.5e6, "$"),
        ("40 percent", 40, "%"),
        ("40 per cent", 40, "%"),
        ("40%", 40, "%"),
        ("half of them", 50, "%"),
        ("two-thirds", 200 / 3, "%"),
        ("three quarters", 75, "%"),
        ("nine in ten", 90, "%"),
        ("seven out of ten", 70, "%"),
        ("the 21st century", 21, "th"),
        ("the second time", 2, "th"),
        ("5:45 p.m.", 17 * 60 + 45, "h"),
        ("17:45", 17 * 60 + 45, "h"),
    ],
)
def test_numbers_have_values(written: str, value: float, unit: str) -> None:
    (amount,) = amounts(written)
    assert (amount.value, amount.unit) == (pytest.approx(value), unit)


def test_a_place_at_the_top_is_no_share() -> None:
    assert [amount.value for amount in amounts("the top ten in 85 countries")] == [10, 85]


@pytest.mark.parametrize("text", ["COVID-19", "an F-16", "the first half", "half-time", "a 2nd-", "an hour"])
def test_what_is_no_number(text: str) -> None:
    assert all(amount.loose or amount.unit == "th" for amount in amounts(text))


@pytest.mark.parametrize(
    ("said", "told", "stands"),
    [
        ("more than 100", "107", True),
        ("100", "107", False),
        ("about 1,500", "1,523", True),
        ("about 1,500", "1,823", False),
        ("2.3 million", "2,278,000", True),
        ("dozens", "43", True),
        ("dozens", "7", False),
        ("50 percent", "half of it", True),
        ("15", "15%", True),
        ("33.3%", "cut by a third in May", True),
        ("84 minutes", "the 84th minute", True),
        ("ten years", "the past decade", True),
        ("the fifth", "five", False),
    ],
)
def test_which_numbers_are_alike(said: str, told: str, stands: bool) -> None:
    assert occurs(amounts(said)[0], amounts(told)) is stands


@pytest.mark.parametrize(
    ("said", "told", "published", "stands"),
    [
        ("on 13 March 2020", "on March 13, 2020", None, True),
        ("on 2020-03-13", "on March 13", "2020-03-14", True),
        ("on 13 March 2020", "on March 14, 2020", None, False),
        ("on March 12, 2020", "late Thursday", "2020-03-13", True),
        ("on March 12", "late Wednesday", "2020-03-13", False),
        ("on Thursday", "on March 12, 2020", None, True),
        ("on Thursday", "yesterday", "2020-03-13", True),
        ("on Thursday", "on Friday", "2020-03-13", False),
        ("in March 2020", "on Thursday", "2020-03-13", True),
        ("in 2020", "on Thursday", "2020-03-13", True),
        ("in 2019", "on Thursday", "2020-03-13", False),
        ("on 3 January", "on Jan. 3", None, True),
        ("on 31 December 2021", "on Dec. 31", "2022-01-02", True),
        ("on Thursday", "on Thursday", "no date", True),
    ],
)
def test_which_dates_are_alike(said: str, told: str, published: str | None, stands: bool) -> None:
    assert (not unfounded(Claims(said), [Ground(told, published)])) is stands


TOLD = (
    "General Kenneth “Frank” McKenzie of the U.S. Central Command (CENTCOM) spoke to Iraq's Joint Operations "
    "Command. "
    "The World Health Organization met in Ukraine with José Peña. Officials went home."
)


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ("McKenzie spoke.", []),
        ("Gen. Kenneth McKenzie's staff spoke.", []),
        ("President McKenzie spoke.", []),
        ("The US and the United States", []),
        ("the WHO and Central Command", []),
        ("Iraqi officers met Ukrainians.", []),
        ("Jose Pena left.", []),
        ("Then Marta McKenzie spoke.", ["marta"]),
        ("Merkel spoke.", ["merkel"]),
        ("In Iran nobody spoke.", ["iran"]),
        ("Investigators and critics spoke on Friday in May.", []),
    ],
)
def test_names_in_any_form(said: str, lacking: list[str]) -> None:
    there = known(TOLD)
    assert [word for name in names(said, TOLD) for word in missing(name, there)] == lacking


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("She called it “a Blatant  attack”.", True),
        ("She called it 'a blatant attack'.", True),
        ('It was "A blatant … on us".', True),
        ("It was “a blatant [and cruel] attack”.", True),
        ("It was “a clear attack”.", False),
        ("It's the boys' day.", True),
    ],
)
def test_quotations_are_word_for_word(said: str, stands: bool) -> None:
    told = ["“It is a blatant attack on us,” she said."]
    assert all(quoted_in(quoted, told) for quoted in quotations(said)) is stands


def test_what_is_not_there_is_named() -> None:
    said = "Keller paid 37 euros on 3 May to “the good people”."
    reasons = unfounded(Claims(said), [Ground("Brandt paid 73 euros on 4 May to the bad people.")])
    assert reasons == [
        "the quotation “the good people”",
        "the number 37 euros",
        "the date 3 May",
        "the name Keller",
    ]


@given(st.text(max_size=200))
def test_a_text_has_all_that_it_says(text: str) -> None:
    assert unfounded(Claims(text, text), [Ground(text, "2020-03-13")]) == []
