"""What confidence is judged by: each signal on a case that can be checked by eye."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Passage, ScoredPassage
from index.retriever import TIME_WEIGHT
from qa.calibration import (
    FITTED_AT,
    SIGNALS,
    UNCALIBRATED,
    Calibration,
    read_calibration,
    signals,
    write_calibration,
)
from qa.spans import Candidate

TEXTS = (
    "Kataib Hezbollah denied it was responsible. The group spoke on Thursday.",
    "The Iraqi military confirmed the strikes. Two soldiers were hurt.",
)
PASSAGES = [
    ScoredPassage(Passage(str(n), f"a{n}", text, 0, len(text)), 1.0, title=f"Strikes {n}", dense=0.5 - n / 10)
    for n, text in enumerate(TEXTS)
]


def candidate(number: int, answer: str, score: float, margin: float) -> Candidate:
    start = TEXTS[number].index(answer)
    return Candidate(number, start, start + len(answer), score, margin)


def told(question: str, *found: Candidate) -> dict[str, float]:
    ranked = sorted(((UNCALIBRATED.own_score(c, 0), c) for c in found), key=lambda pair: -pair[0])
    return signals(question, ranked, PASSAGES, UNCALIBRATED)


def test_every_signal_has_a_value() -> None:
    assert tuple(told("Who denied it?", candidate(0, "Kataib Hezbollah", 9, 4))) == SIGNALS


def test_the_scores() -> None:
    best, other = candidate(1, "Two", 9, 4), candidate(0, "Thursday", 5, 2)
    values = told("How many soldiers were hurt?", best, other)
    assert (values["margin"], values["score"]) == (4, 6.5)
    assert UNCALIBRATED.own_score(best, 0) == 6.5
    assert replace(UNCALIBRATED, time_weight=2).own_score(best, 0.5) == 7.5
    assert values["rival"] == 6.5 - 3.5
    assert values["agreement"] == 0
    assert values["rank"] == pytest.approx(0.6931, abs=1e-3)
    assert values["nearest"] == 0.5
    assert values["spread"] == 1
    assert told("How many soldiers were hurt?", best)["rival"] == 10


def test_time_alone_makes_nobody_doubt() -> None:
    found = candidate(1, "Two", 9, 4)

    def at(*near: float) -> dict[str, float]:
        raised = [
            replace(p, nearness=n, score=0.08 * (1 + TIME_WEIGHT * n))
            for p, n in zip(PASSAGES, near, strict=True)
        ]
        return signals("How many soldiers were hurt?", [(6.5, found)], raised, UNCALIBRATED)

    of_another_time, of_now, left_behind = at(0, 0), at(1, 1), at(1, 0.25)
    assert of_another_time == pytest.approx(of_now)
    assert of_now["found"] == of_now["top"] == pytest.approx(0.08)
    assert left_behind["lag"] == 0.75
    assert left_behind["found"] < left_behind["top"]
    assert of_now["clear"] == pytest.approx(0) and left_behind["clear"] > 0


def test_the_words() -> None:
    answer = candidate(0, "Kataib Hezbollah", 9, 4)
    values = told("Who denied that Iran was responsible on Thursday?", answer)
    assert values["passage"] == pytest.approx(3 / 4)  # all but Iran
    assert values["sentence"] == pytest.approx(2 / 4)
    assert values["title"] == 0
    assert values["names"] == pytest.approx(1 / 2)  # Thursday, not Iran
    assert told("Who denied it?", answer)["names"] == 1


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("How many soldiers were hurt?", "Two", 1),
        ("How many soldiers were hurt?", "soldiers", -1),
        ("When did the group speak?", "Thursday", 1),
        ("When did the group speak?", "The group", -1),
        ("Who denied it?", "Kataib Hezbollah", 1),
        ("Who denied it?", "responsible", -1),
        ("What did the group deny?", "responsible", 0),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(question: str, answer: str, kind: float) -> None:
    number = next(n for n, text in enumerate(TEXTS) if answer in text)
    assert told(question, candidate(number, answer, 9, 4))["kind"] == kind


def test_one_article_alone_has_a_threshold_of_its_own() -> None:
    calibration = replace(UNCALIBRATED, threshold=0.2, alone=0.6)
    many = [*PASSAGES] * FITTED_AT
    assert calibration.threshold_for(many) == 0.2
    assert calibration.threshold_for([PASSAGES[0]] * FITTED_AT) == 0.6
    assert calibration.threshold_for(many[: FITTED_AT - 1]) == 0.6, "that is all there is"


def test_confidence_is_a_probability(tmp_path: Path) -> None:
    calibration = Calibration(0.5, 0.25, 0.0, {"margin": 1.0, "kind": 2.0}, -1.0, 0.3, 0.4)
    write_calibration(tmp_path, calibration)
    assert read_calibration(tmp_path) == calibration
    values = dict.fromkeys(SIGNALS, 0.0)
    assert calibration.confidence(values | {"kind": 0.5}) == 0.5
    assert 0 < calibration.confidence(values | {"margin": -1e6}) < 1e-9
    assert calibration.confidence(values | {"margin": 1e6}) > 1 - 1e-9
