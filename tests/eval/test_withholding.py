"""Evidence withheld: which articles bear an answer, and that none of them is retrieved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.run import Asking, RunFolder, run_cases
from eval.suite import Case, Evidence, Place, Suite
from eval.withholding import bearing, with_twins
from index.archive import Archive
from index.articles import Article, Filters
from index.errors import SuiteError
from index.retriever import HybridRetriever

ARTICLES = [
    Article("plain", "Fine", "The harbor was fined 2.4 million dollars."),
    Article("title", "Okafor, the inspector", "She said so."),
    Article("inside", "Rest", "Okaforia is a plant, and 12.4 million dollars is a sum."),
    Article("capitals", "More", "The “2.4 MILLION” dollars were paid."),
]


def suite(*cases: Case) -> Suite:
    return Suite("tiny", Path("tiny.jsonl"), "open", cases, "digest")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("2.4 million dollars",), {"plain"}),
        (("2.4 million",), {"plain"}),
        (("Okafor",), {"title"}),
        (("the Okafor", "fined"), {"plain", "title"}),
        (("nothing",), set()),
    ],
)
def test_an_article_bears_an_answer_as_whole_words_of_title_or_text(
    answers: tuple[str, ...], expected: set[str]
) -> None:
    twin = with_twins(suite(Case("a", "Q?", answers)), ARTICLES).cases[1]
    assert set(twin.without) >= expected and "inside" not in twin.without


def test_gold_evidence_is_withheld_whatever_it_says() -> None:
    case = Case("a", "Q?", ("nothing",), (Evidence("x", (Place("inside", 0, 5),)),))
    assert bearing(case, {"inside": " x ", "plain": " y "}) == ("inside",)


def test_twins_follow_their_case_and_are_to_be_refused() -> None:
    cases = (Case("a", "Q?", ("Okafor",), tags=("who",)), Case("b", "Q?", ()), Case("c", "Q?", None))
    whole = with_twins(suite(*cases), ARTICLES)
    assert [case.id for case in whole.cases] == ["a", "a (evidence withheld)", "b", "c"]
    twin = whole.cases[1]
    assert (twin.answers, twin.evidence, twin.twin_of) == ((), (), "a")
    assert twin.tags == ("who", "evidence withheld")
    assert whole.digest != suite(*cases).digest


def test_a_suite_without_answers_has_nothing_to_withhold() -> None:
    with pytest.raises(SuiteError, match="no answerable case"):
        with_twins(suite(Case("b", "Q?", ())), ARTICLES)


def test_what_is_withheld_is_not_retrieved(tmp_path: Path, articles: tuple[Article, ...]) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        archive.ingest(articles)
        for mode in ("fused", "bm25", "dense"):
            retriever = HybridRetriever(archive, mode)  # type: ignore[arg-type]
            everything = {found.passage.article_id for found in retriever.retrieve("Tuesday bond harbor", 8)}
            left = retriever.retrieve("Tuesday bond harbor", 8, Filters(without=("harbor",)))
            assert everything == {"harbor", "school"}
            assert {found.passage.article_id for found in left} == {"school"}
        nothing = Filters(article_ids=("harbor",), without=("harbor",))
        assert HybridRetriever(archive).retrieve("harbor", 8, nothing) == []


def test_a_twin_is_judged_by_whether_it_was_refused(
    tmp_path: Path, parrot: Any, articles: tuple[Article, ...]
) -> None:
    cases = suite(
        Case("fine", "How much?", ("2.4 million dollars",)), Case("vote", "Who lost?", ("Walter Pell",))
    )
    system = parrot({"How much?": ("2.4 million dollars", 0.9), "Who lost?": (None, 0.2)})
    with RunFolder(tmp_path, {}) as folder:
        results = run_cases(with_twins(cases, articles), system, folder, Asking())
    assert [result.bucket for result in results] == [
        "right", "withheld: answered", "wrong refusal", "withheld: refused",
    ]  # fmt: skip
    assert results[1].without == 1 and {p.article_id for p in results[1].passages} == {"school"}
