"""The whole way, from `byline eval` to the report, with the real archive and the real models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval.run import read_run
from index.articles import Article
from qa.answers import Answer
from qa.feedback import Feedback, keep
from ui.cli import app

Byline = Callable[..., Result]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def byline(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Byline:
    """The command, run in an empty folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("BYLINE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(app, ["--threads", "1", "eval", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def tiny(tmp_path: Path, articles: tuple[Article, ...]) -> Path:
    """A suite of three cases over two articles."""
    records = [{"id": a.article_id, "title": a.title, "text": a.text} for a in articles]
    cases = [
        {"suite": "tiny", "articles": ["articles.jsonl"]},
        {"id": "fine", "question": "How much was the harbor fined?", "answers": ["2.4 million dollars"],
         "evidence": ["The harbor was fined 2.4 million dollars."], "tags": ["number"]},
        {"id": "vote", "question": "What did voters in Halden approve?", "answers": ["a bond"]},
        {"id": "moon", "question": "Who walked on the moon?", "answers": []},
    ]  # fmt: skip
    for name, rows in (("articles", records), ("tiny", cases)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "tiny.jsonl"


def figures(folder: str | Path) -> dict[str, Any]:
    metrics: dict[str, Any] = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))[
        "metrics"
    ]
    return metrics


def test_a_shipped_suite_by_its_name(byline: Byline, tmp_path: Path) -> None:
    done = byline("sample", "--only", "ten", "--baseline", "first-sentence", "--out", "run")
    assert done.exit_code == 0, done.stderr
    assert "sample: 10 cases; first-sentence" in done.stdout and "quote_fidelity" in done.stdout
    assert "asking: 10 of 10" in done.stderr
    assert (tmp_path / "run" / "report.html").stat().st_size > 20_000
    assert figures("run")["abstention_recall"]["value"] == 0.0


def test_byline_itself_gives_the_same_with_any_number_of_workers(byline: Byline, tiny: Path) -> None:
    for workers in ("1", "3"):
        done = byline(str(tiny), "--reader", "sentence", "--workers", workers, "--out", f"run{workers}")
        assert done.exit_code == 0, done.stderr
    times = {"retrieve_ms", "read_ms", "total_ms"}
    untimed = [
        {name: result.model_dump(exclude=times) for name, result in read_run(Path(run))[1].items()}
        for run in ("run1", "run3")
    ]
    assert untimed[0] == untimed[1]
    assert figures("run1")["quote_fidelity"]["value"] == 1.0
    assert figures("run1")["success_at_1"]["value"] == 1.0


def test_the_articles_are_ingested_once(byline: Byline, tiny: Path) -> None:
    options = (str(tiny), "--baseline", "first-sentence", "--retrieval", "bm25")
    byline(*options)
    again = byline(*options, "--out", "again")
    assert "embedding" not in again.stderr and "asking: 3 of 3" in again.stderr


def test_evidence_withheld(byline: Byline, tiny: Path) -> None:
    done = byline(str(tiny), "--withhold-evidence", "--reader", "sentence", "--out", "run")
    assert "tiny: 3 cases, 2 of them again with their evidence withheld" in done.stdout, done.stderr
    found = figures("run")
    assert found["withheld_auroc"]["n"] == 4 and found["withheld_refused"]["n"] == 2
    assert found["em"]["n"] == 3
    retrieval = byline(str(tiny), "--withhold-evidence", "--scope", "given", "--baseline", "first-sentence")
    assert retrieval.exit_code == 1 and "names no articles to be read against" in retrieval.stderr


def test_squad_is_asked_over_its_own_contexts_unless_told_otherwise(byline: Byline, tmp_path: Path) -> None:
    contexts = ("Rollo led the Normans.", "Harald led the Danes. Rollo did not.")
    qas = [
        [{"id": f"q{i}", "question": "Who led them?", "answers": [{"text": text, "answer_start": 0}]}]
        for i, text in enumerate(("Rollo", "Harald"))
    ]
    paragraphs = [{"context": context, "qas": asked} for context, asked in zip(contexts, qas, strict=True)]
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": [{"title": "North", "paragraphs": paragraphs}]}), encoding="utf-8")
    byline(str(path), "--baseline", "first-sentence", "--out", "given")
    byline(str(path), "--baseline", "first-sentence", "--scope", "open", "--out", "open")
    found = {run: [len(r.passages) for r in read_run(Path(run))[1].values()] for run in ("given", "open")}
    assert found == {"given": [1, 1], "open": [2, 2]}


def test_a_bound_that_falls_short(byline: Byline, tiny: Path) -> None:
    done = byline(str(tiny), "--baseline", "first-sentence", "--fail-under", "answered=0.5,em=0.8")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == "em is 0.0000, under 0.8."
    assert byline(str(tiny), "--baseline", "first-sentence", "--fail-under", "answered=0.5").exit_code == 0


def test_comparing(byline: Byline, tiny: Path, tmp_path: Path) -> None:
    for retrieval in ("bm25", "dense"):
        byline(str(tiny), "--baseline", "first-sentence", "--retrieval", retrieval, "--out", retrieval)
    done = byline("compare", "bm25", "dense")
    assert done.exit_code == 0 and "dense against bm25: 3 cases in both" in done.stdout
    assert "retrieval" in (tmp_path / "dense" / "compare.html").read_text(encoding="utf-8")


def test_harvesting(byline: Byline, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    keep(tmp_path / "archive", Feedback.on(Answer("Who?", "nobody", 0.5), False))
    done = byline("harvest", "--out", "use.jsonl")
    assert done.stdout.startswith("Added to use.jsonl: 1, of which 1 have no gold yet.")
    asked = byline("use.jsonl", "--baseline", "first-sentence")
    assert asked.exit_code == 1 and "names no articles and there are none in the archive" in asked.stderr


def test_harvesting_where_there_is_nothing(byline: Byline, tmp_path: Path) -> None:
    done = byline("harvest")
    assert done.exit_code == 0 and "No thumbs are kept" in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_suite_over_the_users_own_archive(byline: Byline, tmp_path: Path) -> None:
    article = tmp_path / "harbor.txt"
    article.write_text("Harbor fined\n\nThe harbor was fined. Nobody was fired.\n", encoding="utf-8")
    CliRunner().invoke(app, ["--threads", "1", "ingest", str(article)])
    suite = tmp_path / "mine.jsonl"
    suite.write_text('{"id": "1", "question": "Who was fired?", "evidence": ["Nobody was fired."]}\n')
    done = byline(str(suite), "--baseline", "first-sentence", "--out", "run")
    assert done.exit_code == 0, done.stderr
    assert figures("run")["success_at_1"]["value"] == 1.0 and "em" not in figures("run")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sampel",), 1, "There is no suite 'sampel'; give the path of one"),
        (("sample", "--only", "whom"), 1, "carries the tag 'whom'; its tags are: "),
        (("sample", "--baseline", "gpt"), 1, "There is no baseline 'gpt'"),
        (("sample", "--reader", "nowhere"), 1, "There is no reader 'nowhere'"),
        (("sample", "--fail-under", "emm=1"), 2, "'emm' is no metric"),
        (("sample", "--scope", "wide"), 2, "'wide' is none of open, given"),
        (("sample", "--articles", "nowhere.txt"), 1, "'nowhere.txt' does not exist"),
        (("compare", "a", "b"), 1, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    byline: Byline, words: tuple[str, ...], code: int, said: str
) -> None:
    done = byline(*words)
    assert done.exit_code == code
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_malformed_rows_keep_their_lines(byline: Byline, tiny: Path) -> None:
    with tiny.open("a", encoding="utf-8") as file:
        file.write('{"id": "1"}\n{"question": "Q?", "id": 2}\n')
    done = byline(str(tiny))
    assert done.exit_code == 1
    first, *rows = done.stderr.strip().splitlines()
    assert "2 malformed rows" in first
    assert [row.split(":")[0].strip() for row in rows] == ["line 5", "line 6"]


@pytest.mark.slow
def test_llama_index_default_pipeline(byline: Byline, tiny: Path) -> None:
    done = byline(str(tiny), "--baseline", "llama-index", "--out", "llama")
    assert done.exit_code == 0, done.stderr
    assert figures("llama")["success_at_1"]["value"] == 1.0 and "em" not in figures("llama")
    held = byline(str(tiny), "--baseline", "llama-index", "--withhold-evidence")
    assert held.exit_code == 1 and "only retrieves and cannot refuse" in held.stderr
