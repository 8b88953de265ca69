"""Comparing: paired differences, McNemar against its definition, flips, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.compare import Comparison, Difference, compare_runs, write_comparison
from eval.results import CaseResult
from eval.run import RunFolder
from index.errors import SuiteError

MakeResult = Callable[..., CaseResult]


def kept(folder: Path, results: list[CaseResult], **settings: Any) -> Path:
    with RunFolder(folder, {"suite": "s", **settings}) as run:
        for result in results:
            run.append(result)
    return folder


def scored(result: MakeResult, name: str, right: bool, **fields: Any) -> CaseResult:
    scores = {"em": float(right), "f1": float(right), "answer": "<i>x</i>", "confidence": 0.7}
    return result(**{"id": name, "answers": ["x"], "bucket": "right", **scores, **fields})


@pytest.fixture
def two(tmp_path: Path, result: MakeResult) -> Comparison:
    """Forty cases: ten that only B gets right, two that only A does, the rest alike."""
    right_a = [i >= 10 for i in range(40)]
    right_b = [i not in {10, 11} for i in range(40)]
    a = kept(tmp_path / "a", [scored(result, f"c{i}", r) for i, r in enumerate(right_a)], k=8)
    b = kept(tmp_path / "b", [scored(result, f"c{i}", r) for i, r in enumerate(right_b)], k=5)
    return compare_runs(a, b, resamples=500)


def by_name(comparison: Comparison) -> dict[str, Difference]:
    return {difference.name: difference for difference in comparison.differences}


def test_flips_and_mcnemar(two: Comparison) -> None:
    assert [flip.a.id for flip in two.gained] == [f"c{i}" for i in range(10)]
    assert [flip.a.id for flip in two.lost] == ["c10", "c11"]
    exact = 2 * sum(comb(12, i) for i in range(3)) / 2**12
    assert two.mcnemar == pytest.approx(exact)
    assert "10 cases only B got right, 2 only A" in two.mcnemar_sentence()


def test_a_twin_flips_nothing(tmp_path: Path, result: MakeResult) -> None:
    def withheld(right: bool) -> list[CaseResult]:
        twin = scored(result, "c (withheld)", right, answers=[], bucket="withheld: refused", twin_of="c")
        return [scored(result, "c", True), twin]

    found = compare_runs(kept(tmp_path / "a", withheld(False)), kept(tmp_path / "b", withheld(True)))
    assert (found.gained, found.lost, found.mcnemar) == ([], [], None)


def test_the_difference_is_paired(two: Comparison) -> None:
    em = by_name(two)["em"]
    assert (em.a, em.b, em.n) == (0.75, 0.95, 40)
    deltas = np.repeat([1.0, -1.0, 0.0], [10, 2, 28])
    error = deltas.std() / np.sqrt(40)
    assert em.low == pytest.approx(0.2 - 1.96 * error, abs=0.05)
    assert em.high == pytest.approx(0.2 + 1.96 * error, abs=0.05)
    assert em.verdict == "better" and em.p is not None and em.p < 0.05


def test_settings_that_differ_are_named(two: Comparison) -> None:
    assert dict(two.changed) == {"k": (8, 5)}


def test_a_run_against_itself_differs_in_nothing(tmp_path: Path, result: MakeResult) -> None:
    run = kept(tmp_path / "a", [scored(result, f"c{i}", i % 2 == 0) for i in range(20)])
    comparison = compare_runs(run, run, resamples=200)
    assert all((d.low, d.high, d.verdict) == (0.0, 0.0, "") for d in comparison.differences)
    assert comparison.mcnemar_sentence() == "Exact match: no case flipped."


def test_lower_latency_is_better_and_answering_more_is_neither(tmp_path: Path, result: MakeResult) -> None:
    slow = [scored(result, f"c{i}", True, total_ms=100.0 + i, answer=None) for i in range(20)]
    fast = [scored(result, f"c{i}", True, total_ms=10.0 + i) for i in range(20)]
    found = by_name(compare_runs(kept(tmp_path / "a", slow), kept(tmp_path / "b", fast), resamples=200))
    assert found["latency_p50_ms"].verdict == "better"
    assert (found["answered"].b - found["answered"].a, found["answered"].verdict) == (1.0, "")


def test_cases_with_other_gold_or_a_crash_are_left_out(tmp_path: Path, result: MakeResult) -> None:
    a = [scored(result, name, True) for name in ("same", "gold", "crash", "only a")]
    b = [
        scored(result, "same", True),
        scored(result, "gold", True, answers=["y"]),
        result(id="crash", answers=["x"], bucket="crashed", error="Boom"),
    ]
    comparison = compare_runs(kept(tmp_path / "a", a), kept(tmp_path / "b", b), resamples=50)
    assert (comparison.cases, comparison.left_out) == (1, 3)


def test_runs_with_nothing_in_common_are_refused(tmp_path: Path, result: MakeResult) -> None:
    a = kept(tmp_path / "a", [scored(result, "x", True)])
    b = kept(tmp_path / "b", [scored(result, "y", True)])
    with pytest.raises(SuiteError, match="no finished case in common"):
        compare_runs(a, b)
    with pytest.raises(SuiteError, match="give the folder of a run"):
        compare_runs(a, tmp_path / "nothing")


def test_the_page_escapes_what_cases_say(two: Comparison, tmp_path: Path) -> None:
    write_comparison(two, tmp_path / "pages" / "compare.html")
    page = (tmp_path / "pages" / "compare.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;x&lt;/i&gt;" in page and "<i>x" not in page
    assert "Only B is right: 10" in page and "McNemar" in page
