"""The parts of the recipe that can be left out: what each leaves out, and what it is told to."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Article, Passage, ScoredPassage
from qa.encoding import Encoding, heading
from qa.span_reader import SHIPPED, SpanReader
from qa.training.ablations import ABLATIONS, WHOLE, figures_of, table
from qa.training.examples import Candidate, Example, Group
from qa.training.features import Context, rows_of
from qa.training.judged import judged_groups, judged_ids
from qa.training.mining import PassageIndex, news_groups
from qa.training.mix import weighed
from qa.training.train import Plan
from qa.training.trials import QUIZ, Asked, archive_trials
from qa.training.written import written_groups
from tests.index.conftest import WordEmbedder

TEXT = "Voters in Lima chose a mayor on Sunday."
GROUP = Group(
    "Who chose a mayor?",
    (
        Candidate("Peru votes", TEXT, ((0, 6),), "2022-10-03"),
        Candidate("Chile votes", "Nobody was chosen.", published="2021-12-19T08:00:00Z"),
    ),
    "news",
)


def texts(context: Context) -> list[str]:
    encoding = Encoding(SHIPPED / "tokenizer.json")
    tokenizer = encoding._tokenizer
    rows = rows_of(GROUP, encoding, random.Random(3), context)
    return [tokenizer.decode(list(row.window.ids), skip_special_tokens=True) for row in rows]


def test_a_heading_has_the_day_before_the_title() -> None:
    assert heading("Peru votes", "2022-10-03T21:15:00Z") == "3 October 2022. Peru votes"
    assert heading("Peru votes", None) == "Peru votes"
    assert heading("", "2022-10-03") == "3 October 2022. "


def test_what_is_read_of_a_group() -> None:
    both = texts(Context(titles=1.0, dates=1.0))
    assert ["3 october 2022. peru votes" in both[0], "19 december 2021. chile votes" in both[1]] == [True] * 2
    undated = texts(Context(titles=1.0))
    assert "peru votes" in undated[0]
    assert "2022" not in undated[0]
    assert "peru votes" not in texts(Context(titles=0.0, dates=1.0))[0]
    assert len(texts(Context(windows=1))) == 1


def test_each_ablation_changes_the_plan_in_one_place() -> None:
    whole = ABLATIONS[WHOLE].of(Plan(minutes=1))
    assert whole == Plan(minutes=1)
    changed = [ablation.of(whole) for name, ablation in ABLATIONS.items() if name != WHOLE]
    assert all(plan != whole for plan in changed)
    assert len({str(plan) for plan in changed}) == len(changed)
    without_news = ABLATIONS["without news quizzes"].of(whole)
    assert weighed([GROUP] * 5, 1, without_news.shares) == []
    assert len(weighed([GROUP] * 5, 1, whole.shares)) == 5


def test_the_table_of_ablations() -> None:
    asked = {
        "by_kind": {"news": {"exact_match": 0.4, "f1": 0.5}, "wire": {"auroc": 0.8}},
        "news_auroc": 0.75,
    }
    figures = figures_of({"a": {"f1_answerable": 70.0}, "b": {"f1_answerable": 1.0, "f1": 60.0}}, asked)
    assert table({"everything": figures}) == [
        "| run | a F1 | b F1 | news EM | news F1 | withheld AUROC | wire AUROC |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| everything | 70.0 | 60.0 | 40.0 | 50.0 | 75.0 | 80.0 |",
    ]


def test_written_questions_are_read_beside_the_sentence_they_name(tmp_path: Path) -> None:
    first, last = "The mayor of Lima resigned on Monday.", "Nobody in Lima was hurt, the mayor said."
    filler = " ".join(f"Sentence number {n} is about the weather in the hills." for n in range(40))
    article = Article("a1", "Lima", f"{first} {filler} {last}", "2023-05-01")
    other = Article("b2", "Quito", "The mayor of Quito resigned on Friday.")
    end = len(article.text)

    def row(article_id: str, question: str, answers: list[str], *at: int, **more: bool) -> str:
        told = {"article_id": article_id, "question": question, "answers": answers, "at": at}
        return json.dumps(told | more)

    rows = [
        row("a1", "When did the mayor resign?", ["Monday", "on Monday"], 0, len(first)),
        row("a1", "How old is the mayor?", [], end - len(last), end),
        row("gone", "Who?", [], 0, 3),
        row(hashlib.sha1(TEXT.encode()).hexdigest()[:12], "Who did Peru elect?", [], 0, 9),
        row(hashlib.sha1(TEXT.encode()).hexdigest()[:12], "Whom did Peru reject?", [], 0, 9, twin=True),
    ]
    path = tmp_path / "written.jsonl"
    path.write_text("\n".join(rows))
    index = PassageIndex([Candidate(other.title, other.text), Candidate(article.title, first)])
    paragraph = Example("1", "x", "Peru", "Who?", TEXT, ())
    answered, tempting, single, twin = written_groups([article, other], [paragraph], index, 1, path)
    assert (twin.source, twin.candidates) == ("twins", single.candidates)
    assert (single.source, single.candidates) == ("written-paragraphs", (Candidate("Peru", TEXT),))
    own = answered.candidates[0]
    assert [own.text[start:end] for start, end in own.golds] == ["Monday"]
    assert own.published == "2023-05-01"
    assert {candidate.title for candidate in answered.candidates[1:]} == {"Lima", "Quito"}
    assert all("Monday" not in candidate.text for candidate in answered.candidates[1:])
    assert last in tempting.candidates[0].text
    assert not any(candidate.golds for candidate in tempting.candidates)
    assert {candidate.title for candidate in tempting.candidates} == {"Lima"}, "another may well answer it"


def test_judged_quizzes_are_read_with_the_passages_judged_and_no_others(tmp_path: Path) -> None:
    article = Article("a1", "Lima", "Lima is by the sea. Its mayor, Ana Ruiz, resigned.", "2023-05-01")
    asked = [
        {"id": "q1", "question": "Whose mayor resigned this week?", "answers": ["Lima"]},
        {"id": "q2", "question": "Which city is by the sea?", "answers": ["Lima"]},
    ]
    passages = [
        {"article_id": "a1", "at": [0, 19]},
        {"article_id": "a1", "at": [20, 50], "gold": [31, 39]},
        {"article_id": "gone", "at": [0, 9]},
    ]
    questions, judged = tmp_path / "questions.jsonl", tmp_path / "judged.jsonl"
    questions.write_text("\n".join(map(json.dumps, asked)))
    rows = [{"id": "q1", "passages": passages}, {"id": "unknown", "passages": passages}]
    judged.write_text("\n".join(map(json.dumps, rows)))
    (group,) = judged_groups(questions, [article], judged)
    assert (group.question, group.source) == (asked[0]["question"], "news-judged")
    tempting, answering = group.candidates
    assert (tempting.text, tempting.golds) == ("Lima is by the sea.", ())
    assert [answering.text[start:end] for start, end in answering.golds] == ["Ana Ruiz"]
    assert judged_ids(judged) == {"q1", "unknown"}
    index = PassageIndex([Candidate("Lima", article.text)])
    assert [g.question for g in news_groups(questions, index, 1, judged_ids(judged))] == [
        asked[1]["question"]
    ], "the rest have only their answers' occurrences"


def test_a_question_is_tried_with_its_articles_and_without(tmp_path: Path) -> None:
    told = [
        Article("a1", "Lima", "The mayor of Lima, Rosa Diaz, resigned on Monday.", "2023-05-01"),
        Article("b2", "Lima again", "Rosa Diaz left the mayor's office in Lima.", "2023-05-02"),
        Article("c3", "Quito", "The mayor of Quito resigned on Friday.", "2023-05-03"),
    ]
    with Archive.open(tmp_path, embedder=WordEmbedder()) as archive:
        archive.ingest(told)
        asked = [Asked("Which mayor of Lima resigned?", ("Rosa Diaz",), "2023-05-02")]
        present, withheld = archive_trials(archive, QUIZ, asked, k=3)
    assert (present.kind, withheld.kind) == ("news", "news, withheld")
    assert {found.passage.article_id for found in present.passages} == {"a1", "b2", "c3"}
    assert {found.passage.article_id for found in withheld.passages} == {"c3"}
    assert (present.answers, withheld.answers) == (("Rosa Diaz",), ())


@pytest.mark.slow
def test_dropout_drops_a_feature_at_every_token_of_a_row() -> None:
    import torch

    from qa.training.model import RowDropout

    torch.manual_seed(0)
    dropout = RowDropout(0.5)
    states = torch.ones(3, 7, 1000)
    dropped = dropout(states)
    assert set(dropped.unique().tolist()) == {0.0, 2.0}
    assert (dropped == dropped[:, :1]).all()
    assert not (dropped[0] == dropped[1]).all()
    assert (dropped == 0).float().mean().item() == pytest.approx(0.5, abs=0.03)
    assert dropout.eval()(states) is states


def test_a_dated_reader_reads_the_date() -> None:
    passage = Passage("p", "a", TEXT, 0, len(TEXT))
    found = [ScoredPassage(passage, 1.0, "Peru votes", "2022-10-03")]
    plain, dated = SpanReader(), SpanReader(dated=True)
    assert plain.candidates("Who chose?", found)[0].score != dated.candidates("Who chose?", found)[0].score
