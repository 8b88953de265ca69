"""An LLM in evaluation: what its citations are worth by the real checker, what it took, and both in a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from eval.compare import compare_runs, write_comparison
from eval.results import CaseResult, SentenceRecord, Written
from eval.run import read_run
from eval.writing import judged
from index.articles import ScoredPassage
from index.embedder import load_embedder
from index.splitter import split
from qa.answers import REFUSAL
from qa.checking import Checker, Source
from qa.span_reader import load_reader
from qa.usage import Usage
from tests.eval.tiny import ARTICLES, figures
from tests.qa.faulty_server import MODEL, Script
from tests.qa.small_server import started

SOURCES = [
    Source(number, ScoredPassage(split(article)[0], 1.0, article.title, article.published))
    for number, article in enumerate(ARTICLES, 1)
]


MERGED = (
    "The mayor of Halden, Maria Keller, resigned on Friday, and Tomas Brandt leads the city until an "
    "election in November [1][2]."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    articles = {article.article_id: article for article in ARTICLES}
    embedder, reader = load_embedder(threads=1), load_reader(threads=1)
    return Checker(articles.__getitem__, embedder.embed_passages, reader)


@pytest.mark.parametrize(
    ("sentence", "cited", "needed", "supported"),
    [
        ("The mayor of Halden, Maria Keller, resigned on Friday [1].", [1], [1], True),
        ("The mayor of Halden, Maria Keller, resigned on Friday [1][3].", [1, 3], [1], True),
        (MERGED, [1, 2], [1, 2], True),
        ("The mayor of Halden, Maria Keller, resigned on Friday [2].", [2], [], True),
        ("The mayor of Halden, Maria Keller, resigned on Friday.", [], [], True),
        ("The mayor of Halden, Maria Keller, resigned on Friday [1][9].", [1], [], True),
        ("The mayor of Halden, Ada Quill, resigned on Friday [1].", [1], [], False),
    ],
)
def test_what_a_sentences_marks_are_worth(
    checker: Checker, sentence: str, cited: list[int], needed: list[int], supported: bool
) -> None:
    found = judged(checker, sentence, SOURCES, checker.check(sentence, SOURCES))
    assert (found.cited, found.needed, found.supported) == (cited, needed, supported)
    assert (found.reason is None) is bool(needed)


def test_what_tokens_cost() -> None:
    spent = Usage(1_000_000, 10) + Usage(1_000_000, 499_990, counted=True)
    assert (spent, spent.cost((0.4, 1.6)), spent.cost(None)) == (Usage(2_000_000, 500_000, True), 1.6, None)


def test_a_run_with_an_llm_beside_the_readers(
    evaluated: Callable[..., Result], script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_LLM_PRICE", "1000, 10000")
    true = "The mayor of Halden, Maria Keller, resigned on Friday [1]."
    false = true.replace("Maria Keller", "Ada Quill")
    script.texts = [*[f"{true} {false} {false}"] * 2, REFUSAL]  # the first question is asked twice
    script.usage = (100, 10)
    done = evaluated("tiny.jsonl", "--llm", script.address, "--workers", "1", "--out", "llm")
    assert done.exit_code == 0, done.stderr
    assert f"retrieval, {MODEL}" in done.stdout
    assert "The LLM read 200 tokens and wrote 20; it cost 0.4 in all." in done.stdout
    quit_, moon = (read_run(Path("llm"))[1][name] for name in ("quit", "moon"))
    assert (quit_.em, quit_.said, quit_.bucket, quit_.best_em) == (0.0, 1.0, "right", 1.0)
    assert (quit_.alce_recall, quit_.alce_precision, quit_.citation_precision) == (0.5, 0.5, 1.0)
    assert (moon.writer, moon.said, moon.sentences, moon.alce_recall) == (MODEL, 1.0, [], None)
    found = {name: figure["value"] for name, figure in figures("llm").items()}
    assert found["sentences_supported"] == found["alce_recall"] == 0.5
    assert (found["written"], found["tokens_in"], found["tokens_out"]) == (1.0, 100.0, 10.0)
    assert found["cost"] == pytest.approx(0.2)
    assert "What the LLM wrote" in (Path("llm") / "report.html").read_text(encoding="utf-8")
    assert evaluated("tiny.jsonl", "--out", "reader").exit_code == 0
    assert not {"written", "alce_recall", "tokens_in", "cost"} & set(figures("reader"))
    compared = evaluated("compare", "reader", "llm")
    assert compared.exit_code == 0, compared.stderr
    assert "Only B: alce_recall 0.500" in compared.stdout
    assert "Gold answer said: no case flipped." in compared.stdout
    page = (Path("llm") / "compare.html").read_text(encoding="utf-8")
    assert "In one run alone" in page and "tokens_in" in page


def test_tokens_that_it_does_not_tell_are_counted_and_the_reader_in_its_stead_is_named(
    evaluated: Callable[..., Result], script: Script
) -> None:
    script.texts = ["The mayor of Halden, Ada Quill, resigned on Friday [1]."]
    done = evaluated("tiny.jsonl", "--llm", script.address, "--workers", "1", "--out", "llm")
    assert done.exit_code == 0, done.stderr
    assert "in 2 of 2 cases as they were counted here, since it did not say." in done.stdout
    assert "The reader answered in the LLM's stead (2 of 2): Nothing that the LLM wrote" in done.stdout
    assert "cost" not in figures("llm") and figures("llm")["written"]["value"] == 0.0
    assert figures("llm")["tokens_out"]["value"] > 8


def test_an_llm_that_cannot_be_had_ends_the_run_before_it_begins(evaluated: Callable[..., Result]) -> None:
    done = evaluated("tiny.jsonl", "--llm", "http://127.0.0.1:9/v1", "--out", "llm")
    assert done.exit_code == 1
    assert "The LLM 'http://127.0.0.1:9/v1' cannot be reached" in done.stderr
    assert not Path("llm").exists()


def test_an_llms_case_is_right_where_it_says_the_gold(
    tmp_path: Path, result: Callable[..., CaseResult]
) -> None:
    from tests.eval.test_compare import kept, scored

    sentence = SentenceRecord(text="It was x.", reason=None, cited=[1], needed=[1], supported=True)
    written = dict(Written(sentences=[sentence], tokens_in=9, tokens_out=3))
    reader = [scored(result, f"c{i}", i > 2, said=float(i > 2)) for i in range(6)]
    llm = [scored(result, f"c{i}", False, said=float(i != 5), writer="tiny", **written) for i in range(6)]
    found = compare_runs(kept(tmp_path / "a", reader), kept(tmp_path / "b", llm), resamples=50)
    assert ([flip.a.id for flip in found.gained], [flip.a.id for flip in found.lost]) == (
        ["c0", "c1", "c2"],
        ["c5"],
    )
    assert "Gold answer said: 3 cases only B got right, 1 only A" in found.mcnemar_sentence()
    assert ("B", "tokens_in", "9 (9 – 9), n 6") in found.alone
    write_comparison(found, tmp_path / "compare.html")


@pytest.mark.slow
def test_the_llm_that_runs_here(evaluated: Callable[..., Result]) -> None:
    started()
    done = evaluated("tiny.jsonl", "--llm", "local", "--workers", "1", "--out", "llm")
    assert done.exit_code == 0, done.stderr
    assert "SmolLM2-135M-Instruct" in done.stdout and "The LLM read " in done.stdout
    results = read_run(Path("llm"))[1].values()
    assert all(one.tokens_in and not one.tokens_counted for one in results)
    assert all(cited.exact for one in results for cited in one.citations)
    assert {"written", "tokens_in", "tokens_out"} <= set(figures("llm"))
