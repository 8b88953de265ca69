"""Files of suites: every form is read, and every malformed row is named by its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.records import read_draft
from eval.shipped import locate, names
from eval.suite import Suite, settle
from index.articles import Article
from index.errors import SuiteError

CONTEXT = "The Normans gave their name to Normandy. Rollo was their leader, Rollo alone."
ARTICLES = [
    Article("a1", "Harbor fined", "The harbor was fined. Nobody was fired. The harbor was fined."),
    Article("a2", "Bond", "The bond passed."),
]


def written(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settled(path: Path) -> Suite:
    draft = read_draft(path)
    return settle(draft, draft.contexts or ARTICLES)


def refusal(path: Path) -> list[str]:
    with pytest.raises(SuiteError) as error:
        settled(path)
    first, *rest = str(error.value).splitlines()
    assert repr(str(path)) in first
    return [line.strip() for line in rest]


class TestEvidence:
    def test_any_one_of_several_will_do(self, tmp_path: Path) -> None:
        quotes = ["Nobody was fired.", "The bond passed."]
        path = written(tmp_path / "s.jsonl", {"id": "q", "question": "Who?", "evidence": [quotes]})
        (case,) = settled(path).cases
        assert [(place.article_id, place.start) for place in case.evidence[0].places] == [
            ("a1", 22),
            ("a2", 0),
        ]

    def test_each_of_them_has_to_be_there(self, tmp_path: Path) -> None:
        row = {"id": "q", "question": "Who?", "evidence": [["Nobody was fired.", "Nobody left."]]}
        (problem,) = refusal(written(tmp_path / "s.jsonl", row))
        assert "'Nobody left.' is not in any article" in problem

    def test_a_quote_as_it_stands_in_the_file_is_found_in_the_cleaned_article(self, tmp_path: Path) -> None:
        row = {"id": "q", "question": "Who?", "evidence": ["Nobody\u00a0was fi\u00adred."]}
        (case,) = settled(written(tmp_path / "s.jsonl", row)).cases
        assert case.evidence[0].places[0].start == 22


class TestJsonl:
    def test_a_row_with_everything(self, tmp_path: Path) -> None:
        row = {
            "id": "q1", "question": "Who?", "answers": ["nobody"], "evidence": ["Nobody was fired."],
            "articles": ["Harbor fined"], "history": [["What?", "a harbor"]], "date": "2020/03/13",
            "tags": ["who"], "strict": True, "choices": ["x"], "note": "why not",
        }  # fmt: skip
        (case,) = settled(written(tmp_path / "s.jsonl", {"suite": "mine", "articles": ["news"]}, row)).cases
        assert case.articles == ("a1",)
        assert [(p.article_id, p.start, p.end) for p in case.evidence[0].places] == [("a1", 22, 39)]
        assert (case.date, case.tags, case.history) == (
            "2020-03-13",
            ("who", "strict"),
            (("What?", "a harbor"),),
        )

    def test_the_first_line_may_name_the_suite_and_its_articles(self, tmp_path: Path) -> None:
        path = written(
            tmp_path / "s.jsonl", {"suite": "mine", "articles": ["n.txt"]}, {"id": "1", "question": "Q"}
        )
        draft = read_draft(path)
        assert (draft.name, draft.locations, draft.scope) == ("mine", (tmp_path / "n.txt",), "open")

    def test_a_quote_that_stands_twice_has_both_places(self, tmp_path: Path) -> None:
        row = {"id": "1", "question": "Q?", "answers": ["fined"], "evidence": ["The harbor was fined."]}
        (case,) = settled(written(tmp_path / "s.jsonl", row)).cases
        assert [place.start for place in case.evidence[0].places] == [0, 40]

    def test_missing_answers_are_no_gold_and_an_empty_list_is_a_refusal(self, tmp_path: Path) -> None:
        rows = [{"id": "1", "question": "Q?"}, {"id": "2", "question": "Q?", "answers": []}]
        one, two = settled(written(tmp_path / "s.jsonl", *rows)).cases
        assert (one.answerable, two.answerable) == (None, False)

    def test_every_malformed_row_is_named_by_line_with_what_is_wrong(self, tmp_path: Path) -> None:
        path = written(
            tmp_path / "s.jsonl",
            {"id": "1", "question": "Fine?"},
            '{"id": "2", "question": ',
            "",
            {"id": "3", "question": "Q?", "answer": "x"},
            {"id": "1", "question": "Again?"},
            {"id": "5", "question": " "},
            {"id": "6", "question": "Q?", "evidence": ["It was never said."]},
            {"id": "7", "question": "Q?", "articles": ["a9"]},
            {"id": "8", "question": "Q?", "date": "13 March"},
            ["no object"],
            {"id": "9", "question": "Q?", "history": [["alone"]]},
            {"id": "10", "question": "Q?", "answers": "x"},
        )
        said = refusal(path)
        assert [line.split(":")[0] for line in said] == [f"line {n}" for n in (2, *range(4, 13))]
        whole = "\n".join(said)
        for part in (
            "not a JSON object",
            "answer: no such field",
            "id '1' was used before, in line 1",
            "question: must not be blank",
            "'It was never said.' is not in any article, word for word",
            "no article has the id or the title 'a9'",
            "'13 March' is not a day like 2020-03-13",
            "a JSON object is wanted, not ['no object']",
            "history.0: ",
            "answers: ",
        ):
            assert part in whole

    def test_an_empty_file_and_a_missing_one(self, tmp_path: Path) -> None:
        with pytest.raises(SuiteError, match="holds no question"):
            settled(written(tmp_path / "empty.jsonl"))
        with pytest.raises(SuiteError, match="cannot be read"):
            read_draft(tmp_path / "none.jsonl")

    def test_only_a_tag(self, tmp_path: Path) -> None:
        rows = [{"id": "1", "question": "Q?", "tags": ["who"]}, {"id": "2", "question": "Q?"}]
        suite = settled(written(tmp_path / "s.jsonl", *rows))
        assert [case.id for case in suite.only("who").cases] == ["1"]
        assert suite.only("who").digest != suite.digest
        with pytest.raises(SuiteError, match="its tags are: who"):
            suite.only("whom")


def squad(qas: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": "v2.0",
        "data": [{"title": "The_Normans", "paragraphs": [{"context": CONTEXT, "qas": qas}]}],
    }


class TestOwnContexts:
    def test_squad_2(self, tmp_path: Path) -> None:
        gold = [{"text": "Rollo", "answer_start": 41}, {"text": "Rollo", "answer_start": 65}]
        qas = [
            {"id": "q1", "question": "Who led them?", "answers": gold, "is_impossible": False},
            {
                "id": "q2",
                "question": "Who paid?",
                "answers": [],
                "is_impossible": True,
                "plausible_answers": [],
            },
        ]
        path = tmp_path / "dev.json"
        path.write_text(json.dumps(squad(qas), indent=1), encoding="utf-8")
        draft = read_draft(path)
        suite = settle(draft, draft.contexts)
        (article,) = draft.contexts
        assert (article.title, article.text, suite.scope) == ("The Normans", CONTEXT, "given")
        one, two = suite.cases
        assert one.answers == ("Rollo",) and one.articles == two.articles == (article.article_id,)
        assert [place.start for place in one.evidence[0].places] == [41, 65]
        assert two.answers == ()

    def test_questions_with_their_context_packed(self, tmp_path: Path) -> None:
        row = {
            "id": "q1", "source": "wiki", "title": "Normans", "question": "Who?", "context": CONTEXT,
            "answers": [{"text": "Rollo", "start": 41}],
        }  # fmt: skip
        path = tmp_path / "dev.jsonl.gz"
        path.write_bytes(gzip.compress((json.dumps(row) + "\n").encode()))
        suite = settled(path)
        assert (suite.name, suite.scope, suite.cases[0].tags) == ("dev", "given", ("wiki",))

    def test_what_is_wrong_is_named_by_its_place(self, tmp_path: Path) -> None:
        qas = [
            {"id": "q1", "question": "Who?", "answers": [{"text": "Rollo", "answer_start": 40}]},
            {"id": "q2", "answers": []},
        ]
        path = tmp_path / "dev.json"
        path.write_text(json.dumps(squad(qas)), encoding="utf-8")
        assert refusal(path) == [
            "data[0].paragraphs[0].qas[0]: answers: 'Rollo' does not stand at character 40 of the context",
            "data[0].paragraphs[0].qas[1]: question: field required",
        ]


class TestByName:
    def test_shipped_suites_have_names(self) -> None:
        assert names() == ["adversarial", "sample"]
        assert read_draft(locate("adversarial")).name == "adversarial"

    def test_a_file_of_that_name_comes_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "sample").write_text("{}")
        assert locate("sample") == Path("sample")

    def test_neither_says_which_there_are(self) -> None:
        with pytest.raises(SuiteError, match=r"no suite 'sampel'; .* adversarial, sample"):
            locate("sampel")
