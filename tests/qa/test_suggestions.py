"""Suggested questions: made of the article, answered by it, and none that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.archive import Archive
from index.articles import Article
from qa.answers import Answer
from qa.assistant import Assistant
from qa.suggestions import OFFERED, TRIED, alike, candidates, suggestions

ARTICLE = Article(
    "bridge",
    "Velden opens its bridge",
    "The new bridge of Velden was opened on 4 May 2021 after three years of work.\n\n"
    "Ada Quill, the mayor of Velden, said the bridge had cost 12 million euros.\n\n"
    "Tom Marsh, 61, was the first to cross it on his bicycle.\n\n"
    "Velden Council rejected a toll for lorries on the bridge.\n\n"
    "Yesterday I rejected the other one, he said. The union told us on Monday that it was late.",
    "2021-05-04",
)
OPENED = "When was the new bridge of Velden opened?"


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Archive.open(tmp_path_factory.mktemp("bridge") / "archive", threads=1) as archive:
        archive.ingest([ARTICLE])
        yield Assistant(archive)


@pytest.fixture(scope="module")
def answered(bridge: Assistant) -> Answer:
    return bridge.ask(OPENED)


def test_candidates_can_be_understood_by_themselves(answered: Answer) -> None:
    found = dict(candidates(ARTICLE, answered.citations[0]))
    assert found["Who is Ada Quill?"] == "the mayor of Velden"
    assert found["How old is Tom Marsh?"] == "61"
    assert found["Who rejected a toll for lorries on the bridge?"] == "Velden Council"
    assert not any("Monday" in question or "other" in question for question in found)


def test_every_suggestion_is_answered_from_the_article(bridge: Assistant, answered: Answer) -> None:
    offered = list(suggestions(bridge, ARTICLE, answered.citations[0], [OPENED]))
    assert 1 <= len(offered) <= OFFERED
    told = set()
    for question in offered:
        assert not alike(question, OPENED)
        answer = bridge.ask(question)
        assert answer.citations[0].article_id == ARTICLE.article_id
        told.add(answer.text)
    assert answered.text not in told
    assert len(told) == len(offered)


def test_what_was_asked_is_not_suggested(bridge: Assistant, answered: Answer) -> None:
    offered = list(suggestions(bridge, ARTICLE, answered.citations[0], [OPENED]))
    again = suggestions(bridge, ARTICLE, answered.citations[0], [OPENED, *offered])
    assert not set(again) & set(offered)


def test_nothing_is_suggested_while_others_ask(bridge: Assistant, answered: Answer) -> None:
    cited = answered.citations[0]
    assert list(suggestions(bridge, ARTICLE, cited, [OPENED], giving_way=lambda: True)) == []


def test_a_rule_that_went_wrong_offers_nothing(answered: Answer) -> None:
    class Contradicting:
        asked = 0

        def ask(self, question: str, *_: object, **__: object) -> Answer:
            self.asked += 1
            return replace(answered, question=question, text="something else")

    assistant = Contradicting()
    assert list(suggestions(assistant, ARTICLE, answered.citations[0], [OPENED])) == []
    assert 0 < assistant.asked <= TRIED


def test_questions_that_ask_the_same() -> None:
    assert alike("Who is the mayor of Velden?", "Who was the mayor of Velden?")
    assert not alike("Who is Ada Quill?", "How old is Tom Marsh?")
