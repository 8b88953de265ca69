"""Numbers: what they are worth, and worked examples of which are alike and which are not."""

import pytest

from qa.checking.likeness import occurs
from qa.checking.numbers import amounts


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
        ("24M people", 24e6, ""),
        ("24m people", 24e6, ""),
        ("a 150m race", 150, ""),
        ("150km", 150, ""),
        ("-3.6 percent", -3.6, "%"),
        ("minus 3.6 percent", -3.6, "%"),
        ("４２", 42, ""),
        ("٣٠％", 30, "%"),
        ("zero", 0, ""),
        ("24 crore", 24e7, ""),
        ("3 lakh crore rupees", 3e12, "₹"),
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
        ("3.2 percent", "3.6 percent", False),
        ("49.6%", "50%", False),
        ("33 percent", "cut by a third in May", True),
        ("34 percent", "cut by a third in May", False),
        ("a third of it", "33%", True),
        ("about a third of it", "34%", True),
        ("about 4 percent", "3.6 percent", True),
        ("4 percent", "3.6 percent", False),
        ("-3.6 percent", "3.6 percent", False),
        ("24 million people", "$24 million", False),
        ("$24 million", "24 million people", False),
        ("24 million", "$24 million", True),
        ("hundreds of people", "300 dollars", False),
        ("hundreds of people", "300 people", True),
        ("hundreds of millions of dollars", "$300 million", True),
        ("fewer than 100", "107", False),
        ("fewer than 110", "107", True),
        ("fewer than 100", "more than 100", False),
        ("no fewer than 100", "107", True),
        ("more than 110", "107", False),
        ("more than 107", "107", False),
        ("more than 107", "topped 107", True),
        ("more than 107", "107 or more", True),
        ("fewer than 107", "107-plus", False),
        ("a 40 percentage-point lead", "40 percentage points", True),
        ("no more than 100", "107", False),
        ("up to 110", "107", True),
        ("nearly 110", "107", True),
        ("nearly 100", "107", False),
    ],
)
def test_which_numbers_are_alike(said: str, told: str, stands: bool) -> None:
    assert occurs(amounts(said)[0], amounts(told)) is stands
