"""Every figure against values worked by hand, and its interval against scipy's own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from eval import abstaining
from eval.bootstrap import counts, intervals
from eval.columns import groups, table
from eval.glossary import GLOSSARY, LABELS
from eval.metrics import Figure, figures, sliced
from eval.results import CaseResult

MakeResult = Callable[..., CaseResult]
Made = Callable[..., dict[str, Any]]


def answered(result: MakeResult, confidence: float, right: bool, **fields: Any) -> CaseResult:
    """An answerable case that was answered."""
    score = float(right)
    scores = {"em": score, "f1": score, "best_em": score}
    given = {"answers": ["x"], "answer": "x", "best": "x", "confidence": confidence, "bucket": "right"}
    return result(**{**given, **scores, **fields})


def refused(result: MakeResult, confidence: float, due: bool, **fields: Any) -> CaseResult:
    """A case that was refused; its best span was wrong."""
    score = float(due)
    scores = {"em": score, "f1": score, "best_em": 0.0}
    gold: list[str] = [] if due else ["x"]
    given = {"answers": gold, "best": "y", "confidence": confidence, "bucket": "right refusal"}
    return result(**{**given, **scores, **fields})


def values(results: list[CaseResult]) -> dict[str, float | None]:
    return {name: figure.value for name, figure in figures(results, resamples=50).items()}


class TestWorkedByHand:
    def test_means_leave_out_what_has_no_value(self, result: MakeResult) -> None:
        results = [
            answered(result, 0.9, True, f1=1.0),
            answered(result, 0.8, False, f1=0.5),
            refused(result, 0.1, due=True),
            result(answer="x", confidence=0.5),  # no gold
            result(bucket="crashed", answers=["x"], error="Boom"),
        ]
        found = figures(results, resamples=50)
        assert found["em"] == Figure(pytest.approx(2 / 3), found["em"].low, found["em"].high, 3)
        assert found["f1"].value == pytest.approx(2.5 / 3)
        assert (found["em_answerable"].value, found["em_answerable"].n) == (0.5, 2)
        assert found["f1_answerable"].value == 0.75
        assert (found["answered"].value, found["answered"].n) == (
            0.75,
            4,
        )  # not the crash

    def test_refusals(self, result: MakeResult) -> None:
        """Three refusals, two of them due; three unanswerable questions, two of them refused."""
        results = [
            refused(result, 0.1, due=True),
            refused(result, 0.2, due=True),
            refused(result, 0.3, due=False),
            answered(result, 0.6, False, answers=[], best_em=0.0),
            answered(result, 0.9, True),
        ]
        found = values(results)
        assert found["abstention_precision"] == pytest.approx(2 / 3)
        assert found["abstention_recall"] == pytest.approx(2 / 3)
        assert found["abstention_f1"] == pytest.approx(2 / 3)
        # answerable 0.3 and 0.9 against unanswerable 0.1, 0.2, 0.6: five of six pairs are in order
        assert found["abstention_auroc"] == pytest.approx(5 / 6)

    def test_auroc_counts_a_tie_as_half_and_agrees_with_the_rank_test(self, result: MakeResult) -> None:
        rng = np.random.default_rng(3)
        yes, no = rng.integers(0, 8, 40) / 8, rng.integers(0, 6, 30) / 8
        results = [answered(result, float(c), True) for c in yes] + [
            refused(result, float(c), True) for c in no
        ]
        expected = stats.mannwhitneyu(yes, no).statistic / (len(yes) * len(no))
        assert values(results)["abstention_auroc"] == pytest.approx(expected)

    def test_no_auroc_where_all_questions_are_of_one_kind(self, result: MakeResult) -> None:
        assert "abstention_auroc" not in values(
            [refused(result, 0.1, due=True), refused(result, 0.2, due=True)]
        )
        assert "abstention_recall" not in values(
            [answered(result, 0.1, True), refused(result, 0.2, due=False)]
        )

    def test_risk_coverage_and_its_area(self, result: MakeResult) -> None:
        """Right, wrong, right, wrong, by falling confidence: risks 0, 1/2, 1/3, 1/2."""
        results = [answered(result, 0.9 - i / 10, right=i % 2 == 0) for i in range(4)]
        assert values(results)["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
        curve = abstaining.risk_coverage(table(results))
        assert [(c, r) for c, r, _ in curve] == [
            (0.25, 0),
            (0.5, 0.5),
            (0.75, pytest.approx(1 / 3)),
            (1, 0.5),
        ]

    def test_cases_that_tie_are_answered_together(self, result: MakeResult) -> None:
        results = [answered(result, 0.5, True), answered(result, 0.5, False)]
        assert [(c, r) for c, r, _ in abstaining.risk_coverage(table(results))] == [(1.0, 0.5)]
        assert values(results)["aurc"] == 0.5

    def test_calibration_error(self, result: MakeResult) -> None:
        """Two cases in the bin from 0.9, one right; one in the bin from 0.2, wrong."""
        results = [answered(result, 0.95, True), answered(result, 0.91, False), answered(result, 0.2, False)]
        expected = (2 * abs(0.93 - 0.5) + 1 * abs(0.2 - 0.0)) / 3
        assert values(results)["ece"] == pytest.approx(expected)
        assert abstaining.reliability(table(results)) == [(0.2, 0.0, 1), (pytest.approx(0.93), 0.5, 2)]

    def test_right_answers_kept_at_the_threshold(self, result: MakeResult) -> None:
        lost = refused(result, 0.3, due=False, best="x", best_em=1.0)
        results = [
            answered(result, 0.9, True),
            answered(result, 0.8, True),
            lost,
            refused(result, 0.1, due=True),
        ]
        found = figures(results, resamples=50)["right_kept"]
        assert (found.value, found.n) == (pytest.approx(2 / 3), 3)

    def test_citations_and_quotes(self, result: MakeResult, citation: Made) -> None:
        """Precision is averaged over cases, fidelity is a share of all quotes."""
        one = answered(result, 0.9, True, citations=[citation()], citation_precision=1.0, citation_recall=0.5)
        two = answered(
            result,
            0.8,
            True,
            citations=[citation(), citation(), citation(exact=False)],
            citation_precision=1 / 3,
            citation_recall=1.0,
        )
        found = figures([one, two], resamples=50)
        assert found["citation_precision"].value == pytest.approx(2 / 3)
        assert found["citation_recall"].value == 0.75
        assert (found["quote_fidelity"].value, found["quote_fidelity"].n) == (0.75, 4)

    def test_retrieval(self, result: MakeResult, passage: Made) -> None:
        """Two relevant passages of three at ranks 2 and 3: RR 1/2, recall 2/3, nDCG by its definition."""
        passages = [passage("p1", False, False), passage("p2", True, False), passage("p3", True, True)]
        one = answered(
            result, 0.9, True, evidence=["q"], passages=passages, relevant_ids=["p2", "p3", "far away"]
        )
        nothing = refused(result, 0.1, False, evidence=["q"], relevant_ids=["p9"])
        found = values([one])
        assert found["mrr"] == 0.5
        assert (found["success_at_1"], found["success_at_3"]) == (0.0, 1.0)
        assert (found["recall_at_1"], found["recall_at_3"]) == (0.0, pytest.approx(2 / 3))
        assert (found["answer_at_1"], found["answer_at_3"]) == (0.0, 1.0)
        gain = 1 / math.log2(3) + 1 / math.log2(4)
        ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
        assert found["ndcg_at_10"] == pytest.approx(gain / ideal, abs=1e-4)
        assert values([one, nothing])["mrr"] == 0.25  # finding nothing is a zero, not a gap

    def test_evidence_that_no_passage_holds_counts_as_not_found(
        self, result: MakeResult, passage: Made
    ) -> None:
        case = answered(result, 0.9, True, evidence=["q"], passages=[passage("p1", False, False)])
        assert values([case])["recall_at_1"] == 0.0

    def test_latency_quantiles_are_observed_values(self, result: MakeResult) -> None:
        results = [answered(result, 0.9, True, total_ms=float(ms)) for ms in range(1, 21)]
        found = values(results)
        assert (found["latency_p50_ms"], found["latency_p95_ms"]) == (10.0, 19.0)
        assert "read_p50_ms" not in found


class TestWithheld:
    def test_twins_speak_in_their_own_figures_only(self, result: MakeResult, citation: Made) -> None:
        results = [
            answered(result, 0.9, True, id="a", total_ms=5.0),
            answered(result, 0.4, True, id="b", total_ms=5.0),
            refused(result, 0.3, due=True, id="a2", twin_of="a", total_ms=900.0),
            answered(result, 0.6, False, answers=[], id="b2", twin_of="b", citations=[citation(exact=False)]),
            answered(result, 0.1, False, id="no twin"),
        ]
        found = figures(results, resamples=50)
        assert (found["em"].value, found["em"].n) == (pytest.approx(2 / 3), 3)
        assert found["latency_p95_ms"].value == 5.0
        assert "abstention_recall" not in found  # a twin is no unanswerable question of the suite
        assert (found["withheld_refused"].value, found["withheld_refused"].n) == (0.5, 2)
        assert found["withheld_auroc"].value == 0.75  # 0.9 above both, 0.4 above one of 0.3 and 0.6
        assert found["quote_fidelity"].value == 0.0  # but every quote must be exact

    def test_a_case_and_its_twin_are_drawn_together(self, result: MakeResult) -> None:
        results = [answered(result, 0.9, True, id="a"), refused(result, 0.1, True, id="t", twin_of="a")]
        numbers = groups(table([*results, answered(result, 0.5, True, id="b")]))
        assert numbers is not None and list(numbers) == [0, 0, 1]
        assert groups(table([answered(result, 0.9, True), answered(result, 0.9, True)])) is None


class TestIntervals:
    def test_the_interval_of_a_mean_is_scipys(self, result: MakeResult) -> None:
        rng = np.random.default_rng(1)
        scores = rng.random(60)
        results = [answered(result, 0.5, True, f1=float(score)) for score in scores]
        found = figures(results, resamples=4000)["f1"]
        scipys = stats.bootstrap((scores,), np.mean, n_resamples=4000, method="percentile", rng=2)
        assert found.low == pytest.approx(scipys.confidence_interval.low, abs=0.01)
        assert found.high == pytest.approx(scipys.confidence_interval.high, abs=0.01)

    def test_the_same_seed_gives_the_same_interval(self, result: MakeResult) -> None:
        results = [answered(result, i / 20, right=i % 3 == 0) for i in range(20)]
        assert figures(results, resamples=100) == figures(results, resamples=100)

    def test_one_case_has_a_value_and_no_interval(self, result: MakeResult) -> None:
        found = figures([answered(result, 0.9, True)])["em"]
        assert (found.value, found.low, found.high, found.n) == (1.0, None, None, 1)

    def test_counts_are_how_often_each_was_drawn(self) -> None:
        assert counts(np.array([[0, 0, 2], [1, 1, 1]]), 3).tolist() == [[2, 0, 1], [0, 3, 0]]

    def test_groups_are_drawn_whole(self) -> None:
        seen: list[Any] = []

        def watch(weights: Any) -> Any:
            seen.append(weights)
            return weights.mean(axis=1)[None]

        intervals(watch, 4, groups=np.array([0, 0, 1, 1]), resamples=20)
        weights = np.concatenate(seen)
        assert (weights[:, 0] == weights[:, 1]).all() and (weights[:, 2] == weights[:, 3]).all()

    def test_five_thousand_cases_take_seconds(self, result: MakeResult) -> None:
        """No budget of the machine, only a guard against a loop over resamples in Python."""
        results = [answered(result, (i % 97) / 97, right=i % 3 == 0, id=str(i)) for i in range(5000)]
        began = time.process_time()
        figures(results)
        assert time.process_time() - began < 30


def test_slices_hold_the_cases_of_their_tag(result: MakeResult) -> None:
    results = [
        answered(result, 0.9, True, tags=["who", "short"]),
        answered(result, 0.8, False, tags=["who"]),
        refused(result, 0.1, due=True, tags=["silly"]),
    ]
    found = sliced(results, resamples=50)
    assert set(found) == {"who", "short", "silly"}
    assert found["who"]["em"].value == 0.5 and found["silly"]["em"].n == 1


def test_every_figure_is_explained(result: MakeResult, passage: Made, citation: Made) -> None:
    sentence = {"text": "x", "reason": None, "cited": [1], "needed": [1], "supported": True}
    case = answered(
        result, 0.9, True, passages=[passage(f"p{i}", True, True) for i in range(10)], evidence=["q"],
        sentences=[sentence], writer="tiny", said=1.0, judged=1.0, alce_recall=1.0, alce_precision=1.0,
        tokens_in=9, tokens_out=3, cost=0.1,
        citations=[citation()], citation_precision=1.0, citation_recall=1.0,
        retrieve_ms=1.0, read_ms=1.0, total_ms=2.0, id="a",
    )  # fmt: skip
    every = figures([case, refused(result, 0.1, True), refused(result, 0.1, True, twin_of="a")], resamples=50)
    assert set(every) == set(GLOSSARY)
    assert set(LABELS) <= set(GLOSSARY)
