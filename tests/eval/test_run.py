"""Running: every case once, kept as it is done; interrupted, resumed, crashed, with any number of workers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.report import build_report
from eval.results import CaseResult
from eval.run import Asking, RunFolder, read_run, run_cases
from eval.suite import Case, Evidence, Place, Suite
from index.articles import Filters
from index.errors import SuiteError

CASES = (
    Case(
        "fine",
        "How much?",
        ("2.4 million dollars",),
        (Evidence("q", (Place("harbor", 0, 41),)),),
        tags=("number",),
    ),
    Case("who", "Who said so?", ("Ruth Okafor",), (Evidence("q", (Place("harbor", 43, 63),)),), ("harbor",)),
    Case("no", "Who paid?", ()),
    Case("gold-less", "Why?", None, date="2020-03-13"),
)
SAID = {
    "How much?": ("2.4 million dollars.", 0.9),
    "Who said so?": ("Okafor", 0.6),
    "Who paid?": (None, 0.1),
    "Why?": ("because", 0.5),
}
SETTINGS = {"suite": "tiny", "system": "parrot", "threshold": 0.5}


def suite(cases: tuple[Case, ...] = CASES) -> Suite:
    return Suite("tiny", Path("tiny.jsonl"), "open", cases, "digest")


def run(folder: Path, system: Any, cases: tuple[Case, ...] = CASES, **options: Any) -> list[CaseResult]:
    with RunFolder(folder, SETTINGS) as opened:
        return run_cases(suite(cases), system, opened, Asking(), **options)


def untimed(results: list[CaseResult]) -> list[dict[str, Any]]:
    return [result.model_dump(exclude={"retrieve_ms", "read_ms", "total_ms"}) for result in results]


def test_a_folder_that_holds_somebody_s_own_cases_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "cases.jsonl"
    own.write_text('{"id": "mine", "question": "Why?"}\n')
    for fresh in (False, True):
        with pytest.raises(SuiteError, match="belongs to no run"), RunFolder(tmp_path, SETTINGS, fresh=fresh):
            pass
    assert own.read_text().startswith('{"id": "mine"')


def test_every_case_is_judged(tmp_path: Path, parrot: Any) -> None:
    fine, who, no, gold_less = run(tmp_path / "run", parrot(SAID))
    assert (fine.em, fine.bucket, fine.citation_precision, fine.citation_recall) == (1.0, "right", 1.0, 1.0)
    assert (who.em, who.f1, who.bucket) == (0.0, pytest.approx(2 / 3), "retrieved but not read")
    assert (no.em, no.bucket, no.citation_recall) == (1.0, "right refusal", None)
    assert (gold_less.em, gold_less.f1, gold_less.best_em, gold_less.bucket) == (None, None, None, "no gold")
    assert fine.citations[0].exact and fine.citations[0].on_evidence


def test_any_number_of_workers_gives_the_same(tmp_path: Path, parrot: Any) -> None:
    cases = tuple(Case(f"{question} {i}", question, ("x",)) for i in range(25) for question in SAID)
    alone = run(tmp_path / "1", parrot(SAID), cases, workers=1)
    together = run(tmp_path / "8", parrot(SAID), cases, workers=8)
    assert untimed(alone) == untimed(together)
    assert [result.id for result in together] == [case.id for case in cases]


def test_a_crash_is_a_failure_of_its_own_and_never_a_zero(tmp_path: Path, parrot: Any) -> None:
    said = {question: answer for question, answer in SAID.items() if question != "Who said so?"}
    results = run(tmp_path / "run", parrot(said))
    report = build_report(results, SETTINGS, {})
    assert [result.id for result in report.crashed] == ["who"]
    assert results[1].bucket == "crashed" and "nothing to say to 'Who said so?'" in str(results[1].error)
    assert (report.metrics["em"].value, report.metrics["em"].n) == (1.0, 2)
    assert report.to_json()["crashed"] == ["who"]


class TestResuming:
    def test_what_is_done_is_not_asked_again(self, tmp_path: Path, parrot: Any) -> None:
        stopped = parrot(SAID)
        with RunFolder(tmp_path, SETTINGS) as folder, pytest.raises(KeyboardInterrupt):
            run_cases(suite(), stopped, folder, Asking(), progress=_stop_after(2))
        assert len(read_run(tmp_path)[1]) == 2
        resumed = parrot(SAID)
        results = run(tmp_path, resumed)
        assert set(resumed.asked) < set(SAID)
        assert untimed(results) == untimed(run(tmp_path / "whole", parrot(SAID)))

    def test_a_line_cut_off_in_the_middle_is_asked_again(self, tmp_path: Path, parrot: Any) -> None:
        whole = run(tmp_path, parrot(SAID))
        lines = (tmp_path / "cases.jsonl").read_bytes()
        (tmp_path / "cases.jsonl").write_bytes(lines[:-30])
        again = parrot(SAID)
        assert untimed(run(tmp_path, again)) == untimed(whole)
        assert set(again.asked) == {"Why?"}

    def test_what_crashed_is_asked_again(self, tmp_path: Path, parrot: Any) -> None:
        run(tmp_path, parrot({}))
        assert [result.error for result in run(tmp_path, parrot(SAID))] == [None] * 4

    def test_a_run_with_other_settings_is_refused_by_name_and_begun_anew_when_told(
        self, tmp_path: Path, parrot: Any
    ) -> None:
        run(tmp_path, parrot(SAID))
        other = {**SETTINGS, "threshold": 0.7}
        with pytest.raises(SuiteError, match="made with another threshold"), RunFolder(tmp_path, other):
            pass
        with RunFolder(tmp_path, other, fresh=True) as folder:
            assert folder.results() == {}

    def test_two_runs_cannot_share_a_folder(self, tmp_path: Path) -> None:
        with (
            RunFolder(tmp_path, SETTINGS),
            pytest.raises(SuiteError, match="Another run"),
            RunFolder(tmp_path, SETTINGS),
        ):
            pass

    def test_a_damaged_line_is_named(self, tmp_path: Path, parrot: Any) -> None:
        run(tmp_path, parrot(SAID))
        lines = (tmp_path / "cases.jsonl").read_text().splitlines()
        lines[1] = json.dumps({"id": 3})
        (tmp_path / "cases.jsonl").write_text("\n".join(lines) + "\n")
        with pytest.raises(SuiteError, match="Line 2 of"):
            run(tmp_path, parrot(SAID))


def _stop_after(cases: int) -> Any:
    def progress(stage: str, done: int, total: int | None) -> None:
        if done == cases:
            raise KeyboardInterrupt

    return progress


class TestAsking:
    def test_open_asks_over_all_articles(self) -> None:
        assert Asking().filters(CASES[1]) == Filters()

    def test_given_asks_over_the_cases_own(self) -> None:
        assert Asking("given").filters(CASES[1]) == Filters(article_ids=("harbor",))

    def test_a_dated_case_is_asked_as_on_its_day(self) -> None:
        assert Asking().filters(CASES[3]) == Filters(as_of="2020-03-13")
        assert Asking(dated=False).filters(CASES[3]) == Filters()
        assert Asking(as_of="2021-01-01").filters(CASES[3]) == Filters(as_of="2020-03-13")
        assert Asking(as_of="2021-01-01").filters(CASES[0]) == Filters(as_of="2021-01-01")

    def test_a_twin_is_kept_from_its_evidence(self) -> None:
        assert Asking().filters(Case("t", "Q?", (), without=("a",))) == Filters(without=("a",))
