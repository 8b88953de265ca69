"""Exact match and F1 against values worked by hand from the published definition."""

import pytest

from qa.squad import exact_match, normalise, token_f1


@pytest.mark.parametrize(
    ("answer", "gold", "matches", "f1"),
    [
        ("The White House", ["white house"], 1, 1.0),
        ("two American troops", ["two troops"], 0, 0.8),  # precision 2/3, recall 1
        ("five, five", ["five"], 0, 2 / 3),  # a multiset: the second five finds no partner
        ("14", ["at least 14", "14"], 1, 1.0),  # the best gold answer counts
        (None, [], 1, 1.0),  # a refusal where there is nothing to say
        (None, ["Iraq"], 0, 0.0),
        ("Iraq", [], 0, 0.0),
        ("the", ["Iraq"], 0, 0.0),
        ("U.S.", ["US"], 1, 1.0),
    ],
)
def test_worked_cases(answer: str | None, gold: list[str], matches: float, f1: float) -> None:
    assert exact_match(answer, gold) == matches
    assert token_f1(answer, gold) == pytest.approx(f1)


def test_normalise() -> None:
    assert normalise("  An  answer: the U.S.-led one. ") == "answer usled one"
