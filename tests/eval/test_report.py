"""The report: what it holds, what fails a run, and that no article's text can break out of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.bounds import parse_bounds, shortfalls
from eval.report import Report, build_report, write_report
from eval.results import CaseResult

MakeResult = Callable[..., CaseResult]
Made = Callable[..., dict[str, Any]]
SETTINGS = {"suite": "tiny", "system": "parrot", "threshold": 0.5}
ABOUT = {"articles": 2, "workers": 2, "started": "2026-01-01T10:00:00+00:00", "folder": "runs/tiny"}
EVIL = "</script><script>window.ran = 1</script>\u2028"


def report(*results: CaseResult) -> Report:
    return build_report(results, SETTINGS, ABOUT)


@pytest.fixture
def right(result: MakeResult, citation: Made, passage: Made) -> CaseResult:
    return result(
        id="right", question=EVIL, answers=["x"], answer="x", best="x", confidence=0.9, em=1.0, f1=1.0,
        best_em=1.0, bucket="right", tags=["who"], citations=[citation()], citation_precision=1.0,
        passages=[{**passage("p", True, True), "text": EVIL}], evidence=["q"], relevant_ids=["p"],
        retrieve_ms=1.0, read_ms=2.0, total_ms=3.0,
    )  # fmt: skip


def test_json_keeps_the_contract(tmp_path: Path, right: CaseResult) -> None:
    write_report(report(right), tmp_path)
    held = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert held["metrics"]["em"] == {"value": 1.0, "low": None, "high": None, "n": 1}
    assert held["slices"]["who"]["em"]["value"] == 1.0
    (case,) = held["cases"]
    assert {"id", "question", "answers", "answer", "confidence", "em", "f1", "bucket", "citations"} <= set(
        case
    )
    assert case["passages"] == ["p"]
    assert held["buckets"] == {"right": 1} and held["crashed"] == []
    assert {"settings", "versions", "machine", "commit", "seeds", "started", "workers"} <= set(held)
    assert held["seeds"]["resamples"] == 2000


def test_the_page_stands_alone_and_nothing_breaks_out_of_it(tmp_path: Path, right: CaseResult) -> None:
    write_report(report(right), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["'](?!#)|@import|url\(""", page)
    assert page.count("<script>") == 1 and "window.ran = 1</script>" not in page
    assert page.count("<svg") >= 4
    for drawn in ("Risk and coverage", "Calibration", "Retrieval at k", "Latency"):
        assert f"<h3>{drawn}</h3>" in page


def test_a_report_without_any_score_can_be_written(tmp_path: Path, result: MakeResult) -> None:
    empty = report(result(bucket="crashed", error="Boom", answers=["x"]), result(bucket="no gold"))
    write_report(empty, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["crashed"] == [empty.results[0].id]


class TestWhatFailsARun:
    def test_nothing_where_all_is_sound(self, right: CaseResult) -> None:
        assert shortfalls(report(right), {"em": 1.0}) == []

    def test_a_figure_under_its_bound_is_named(self, right: CaseResult) -> None:
        low = right.model_copy(update={"id": "low", "em": 0.0})
        assert shortfalls(report(right, low), {"em": 0.8, "f1": 0.5}) == ["em is 0.5000, under 0.8."]

    def test_a_figure_without_a_value_falls_short(self, right: CaseResult) -> None:
        (sentence,) = shortfalls(report(right), {"abstention_f1": 0.1})
        assert sentence.startswith("abstention_f1 has no value")

    def test_one_quote_that_is_not_in_its_article(self, right: CaseResult, citation: Made) -> None:
        bad = right.model_copy(update={"citations": [right.citations[0].model_copy(update={"exact": False})]})
        (sentence,) = shortfalls(report(*[right] * 999, bad), {})
        assert sentence.startswith("quote_fidelity is 0.9990")

    def test_a_crash(self, right: CaseResult, result: MakeResult) -> None:
        (sentence,) = shortfalls(report(right, result(id="boom", bucket="crashed", error="Boom")), {})
        assert sentence.startswith("1 crashed without a score: 'boom'")


class TestBounds:
    def test_parse(self) -> None:
        assert parse_bounds("em=0.8, f1=.85,") == {"em": 0.8, "f1": 0.85}
        assert parse_bounds("") == {}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("emm=1", "'emm' is no metric; the metrics are em, f1"),
            ("ece=0.1", "'ece' is better when it is lower"),
            ("em", "'em' is not of the form metric=number"),
            ("em=nan", "'em=nan' is not a bound"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, said: str) -> None:
        with pytest.raises(ValueError, match=re.escape(said)):
            parse_bounds(text)
