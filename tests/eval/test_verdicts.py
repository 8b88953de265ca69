"""A judge in evaluation: what it is asked, what its word counts for, and what becomes of a run without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from eval.compare import compare_runs
from eval.results import CaseResult, Verdict
from eval.run import read_run
from qa.answers import REFUSAL
from tests.eval.test_compare import kept, scored
from tests.eval.tiny import figures
from tests.qa.faulty_server import MODEL, Script, faulty
from tests.qa.small_server import started

ByEval = Callable[..., Result]
CASES = ("quit", "moon")  # answered; rightly refused


def verdicts(folder: str) -> list[float | None]:
    results = read_run(Path(folder))[1]
    return [results[name].judged for name in CASES]


def by(script: Script) -> tuple[str, ...]:
    return ("tiny.jsonl", "--workers", "1", "--out", "run", "--judge", script.address)


@pytest.mark.parametrize(("word", "judged"), [("yes", 1.0), ("**No.**\n", 0.0)])
def test_a_readers_answer_is_judged(evaluated: ByEval, script: Script, word: str, judged: float) -> None:
    script.texts, script.usage = ["Certainly!", word], (100, 2)  # before the run it is only seen to answer
    done = evaluated(*by(script))
    assert done.exit_code == 0, done.stderr
    assert verdicts("run") == [judged, 1.0]
    assert len(script.asked) == 2, "what was refused needs no judge"
    asked = script.prompts()[1]
    assert "Question: Who is the mayor of Halden?\nGold answer: Maria Keller\nAnswer to be judged: " in asked
    told = f"Answers put to the judge {MODEL}: 1; it read 100 tokens and wrote 2."
    assert told in done.stdout and told in (Path("run") / "report.html").read_text(encoding="utf-8")
    found = figures("run")
    assert (found["judged"]["value"], found["judged"]["n"]) == ((judged + 1) / 2, 2)
    assert found["said"]["value"] == 1.0 and "tokens_in" not in found


@pytest.mark.parametrize(
    ("word", "dies_after", "reason"),
    [
        ("Yes, but it was on a Friday.", None, "It wrote something else than yes or no."),
        ("", None, "It wrote something else than yes or no."),
        ("yes, it does", 1, "broke off in the middle; see that it runs."),
    ],
)
def test_whatever_else_it_says_is_no_verdict_and_is_counted(
    evaluated: ByEval,
    script: Script,
    word: str,
    dies_after: int | None,
    reason: str,
) -> None:
    script.texts, script.dies_after = ["yes", word], dies_after
    done = evaluated(*by(script))
    assert done.exit_code == 0, done.stderr
    assert verdicts("run") == [None, 1.0]
    assert figures("run")["judged"]["n"] == 1
    assert ": 1, without a verdict 1; it read " in done.stdout
    assert "No verdict (1): " in done.stdout and reason in done.stdout


def test_a_judge_that_cannot_be_asked_ends_the_run_before_it_begins(
    evaluated: ByEval, script: Script
) -> None:
    done = evaluated("tiny.jsonl", "--judge", "http://127.0.0.1:9/v1", "--out", "run")
    assert done.exit_code == 1
    assert "The LLM 'http://127.0.0.1:9/v1' cannot be reached" in done.stderr
    script.status = 401
    done = evaluated(*by(script))
    assert done.exit_code == 1 and "refuses the key (401); set BYLINE_LLM_KEY" in done.stderr
    done = evaluated("tiny.jsonl", "--judge", "solomon", "--out", "run")
    assert done.exit_code == 2 and "'solomon' is no LLM; it is 'local'" in done.stderr
    assert not Path("run").exists()


def test_a_run_goes_on_under_the_same_judge_alone(evaluated: ByEval, script: Script) -> None:
    script.texts = ["yes"]
    assert evaluated(*by(script)).exit_code == 0
    again = evaluated(*by(script))
    assert again.exit_code == 0 and len(script.asked) == 3, again.stderr
    other = Script(texts=["no"])
    with faulty(other):
        for judge in (["--judge", other.address], []):
            done = evaluated("tiny.jsonl", "--out", "run", *judge)
            assert done.exit_code == 1
            assert "holds a run made with another judge; give another --out" in done.stderr
    assert verdicts("run") == [1.0, 1.0]


def test_an_llm_may_judge_itself(evaluated: ByEval, script: Script) -> None:
    written = "The mayor of Halden, Maria Keller, resigned on Friday [1]."
    script.texts, script.usage = ["yes", written, written, "no", REFUSAL], (100, 10)
    done = evaluated(*by(script), "--llm", script.address)
    assert done.exit_code == 0, done.stderr
    quit_ = read_run(Path("run"))[1]["quit"]
    assert quit_.verdict == Verdict(note=None, tokens_in=100, tokens_out=10, tokens_counted=False)
    assert (quit_.writer, quit_.said, quit_.judged, quit_.tokens_in) == (MODEL, 1.0, 0.0, 100)


def test_the_verdicts_of_two_judges_are_not_compared(
    tmp_path: Path, result: Callable[..., CaseResult]
) -> None:
    cases = [scored(result, f"c{i}", i > 2, judged=1.0) for i in range(6)]

    def compared(judge_a: str, judge_b: str) -> set[str]:
        a, b = (kept(tmp_path / judge, cases, judge={"model": judge}) for judge in (judge_a, judge_b))
        return {difference.name for difference in compare_runs(a, b, resamples=50).differences}

    assert "judged" in compared("one", "one")
    assert compared("one", "another") == compared("one", "one") - {"judged"}


@pytest.mark.slow
def test_the_llm_that_runs_here_as_a_judge(evaluated: ByEval, monkeypatch: pytest.MonkeyPatch) -> None:
    started()
    monkeypatch.setenv("BYLINE_LLM_TOKENS", "16")
    done = evaluated("tiny.jsonl", "--workers", "1", "--out", "run", "--judge", "local")
    assert done.exit_code == 0, done.stderr
    assert "Answers put to the judge SmolLM2-135M-Instruct: 1" in done.stdout
    quit_ = read_run(Path("run"))[1]["quit"]
    assert quit_.verdict and quit_.verdict.tokens_in > 80 and not quit_.verdict.tokens_counted
    assert (quit_.judged is None) is bool(quit_.verdict.note)
