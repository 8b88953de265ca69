"""Reading what is no plain prose, and the same answer in several articles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.archive import Archive
from index.articles import Article
from qa.assistant import Assistant
from qa.spans import MAX_ANSWER_TOKENS

TABLE = """Harbor vote by ward

Ward\tYes\tNo
North\t1,204\t877
South\t655\t1,090
East\t402\t398

Total\t2,261\t2,365
The harbor bond failed by 104 votes."""

LIST = """What the council decided on Monday

- It raised the ferry fare to 4.50 dollars.
- It named Ada Quill harbor master.
- It closed the fish market on Pier 9.

1. Fares rise in May.
2. The market closes in June."""

LINES = "\n".join(f"Line {number}: gate {number} opens at {number} o'clock." for number in range(1, 12))

STORY = "Ada Quill, the harbor master, resigned on Tuesday after the storm damaged Pier {}."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Archive.open(tmp_path_factory.mktemp("odd")) as archive:
        archive.ingest(
            [
                Article("table", "Harbor vote", TABLE),
                Article("list", "Council decisions", LIST),
                Article("lines", "Gates", LINES),
                *(Article(f"story-{n}", f"Storm report {n}", STORY.format(n)) for n in (3, 4, 5)),
            ]
        )
        yield Assistant(archive, threshold=0.0)


@pytest.mark.parametrize(
    "question",
    [
        "How many voted yes in the North ward?",
        "By how many votes did the harbor bond fail?",
        "Who was named harbor master?",
        "What was closed on Pier 9?",
        "When does gate 7 open?",
        "how much is the ferry fare",
        "WHO RESIGNED ON TUESDAY",
        "Who was naemd harbor master?",
    ],
)
def test_tables_lists_and_lines_are_read(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.text
    assert len(answer.text.split()) <= MAX_ANSWER_TOKENS
    assert "\n" not in answer.text
    for cited in answer.citations:
        text = assistant.archive.article(cited.article_id).text
        assert text[cited.start : cited.end] == cited.quote
        assert "\n" not in cited.quote


def test_easy_ones_are_answered(assistant: Assistant) -> None:
    assert assistant.ask("By how many votes did the harbor bond fail?").text in {"104", "104 votes"}
    assert assistant.ask("Which market was closed on Pier 9?").text in {"fish market", "the fish market"}


def test_an_answer_in_several_articles_cites_each(assistant: Assistant) -> None:
    answer = assistant.ask("Who resigned on Tuesday after the storm?")
    assert answer.text is not None
    assert "Ada Quill" in answer.text
    assert {cited.article_id for cited in answer.citations} == {"story-3", "story-4", "story-5"}
    assert [cited.number for cited in answer.citations] == [1, 2, 3]
