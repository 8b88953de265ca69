"""Suggested questions: made of the article, answered by it, and none that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.archive import Archive
from index.articles import Article
from qa.answers import Answer
from qa.assistant import Assistant
from qa.questions import questions
from qa.suggestions import OFFERED, TRIED, alike, candidates, suggestions

ARTICLE = Article(
    "bridge",
    "Velden opens its bridge",
    "The new bridge of Velden was opened on 4 May 2021 after three years of work.\n\n"
    "Ada Quill, the mayor of Velden, said the bridge had cost 12 million euros.\n\n"
    "Tom Marsh, 61, was the first to cross it on his bicycle.\n\n"
    "Velden Council rejected a toll for lorries on the bridge.\n\n"
    "What happens to the old ferry of Velden?\n\n"
    "The old ferry of Velden will carry tourists on Sundays from June.\n\n"
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
    made = [made for _, made in candidates(ARTICLE, answered.citations[0])]
    found = {one.question: one.answer for one in made}
    assert found["Who is Ada Quill?"] == "the mayor of Velden"
    assert found["How old is Tom Marsh?"] == "61"
    assert found["Who rejected a toll for lorries on the bridge?"] == "Velden Council"
    assert found["What did Ada Quill say about the bridge?"] == "the bridge had cost 12 million euros"
    assert not any("Monday" in question or "other" in question for question in found)
    assert made[0].question == "What happens to the old ferry of Velden?"  # what the article asks comes first
    rules = [one.rule for one in made[1:]]
    assert len(set(rules[: len(set(rules))])) == len(set(rules))  # then one of each kind before a second


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Starbucks CEO Howard Schultz left.", "Who is Howard Schultz?", "Starbucks CEO"),
        ("A 61-year-old Tom Marsh crossed it.", "How old is Tom Marsh?", "61"),
        (
            "Cambridge Analytica, a data firm that worked with the campaign, closed.",
            "What is Cambridge Analytica?",
            "a data firm that worked with the campaign",
        ),
        ("Henry scored 51 goals in four seasons.", "How many goals did Henry score in four seasons?", "51"),
        (
            "About 40% of Velden residents have crossed the bridge.",
            "What percentage of Velden residents have crossed the bridge?",
            "About 40%",
        ),
        ("Musk bought Twitter for $44 billion.", "How much did Musk pay for Twitter?", "$44 billion"),
        (
            "Green Day was scheduled to perform in Seoul.",
            "Where was Green Day scheduled to perform?",
            "in Seoul",
        ),
        (
            "“We are relieved that she was found,” said Detective Nigel Penney.",
            "What did Detective Nigel Penney say?",
            "“We are relieved that she was found,” said Detective Nigel Penney",
        ),
        ("Ada Quill, the mayor of Velden, left.", "Who is the mayor of Velden?", "Ada Quill"),
        ("Starbucks CEO Howard Schultz left.", "Who is the Starbucks CEO?", "Howard Schultz"),
        (
            "Velden Council rejected a toll for lorries because it would have cost trade.",
            "Why did Velden Council reject a toll for lorries?",
            "it would have cost trade",
        ),
        (
            "Ryanair plans to cancel 300 flights, it said.",
            "What does Ryanair plan to do?",
            "to cancel 300 flights",
        ),
        (
            "Musk refused to answer questions about it.",
            "What did Musk refuse to do?",
            "to answer questions about it",
        ),
        (
            "The old ferry will carry tourists in June 2024.",
            "When will the old ferry carry tourists?",
            "June 2024",
        ),
        (
            "The police say 14 people were killed at the camp and more than 20 are missing.",
            "How many people were killed at the camp?",
            "14",
        ),
        ("Bill Clinton was impeached in 1998.", "When was Bill Clinton impeached?", "1998"),
        (
            "The bridge was opened by Ada Quill.",
            "Who opened the bridge?",
            "Ada Quill",
        ),
        (
            "Disney announced a new film on March 12.",
            "What did Disney announce on March 12?",
            "a new film",
        ),
        (
            "“The ferry will carry tourists from June,” said Ada Quill.",
            "What did Ada Quill say about the ferry?",
            "the ferry will carry tourists from June",
        ),
    ],
)
def test_the_forms_of_sentences(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in [(made.question, made.answer) for made in questions(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Only rain would help the farmers of Velden, the union said.",
        "He said they would never agree to that.",
        "Though it rained, she said we were on time.",
        "President Joe Biden spoke.",
        "Hikers found dead in Death Valley had run out of water.",
        "Four million voters were not there on the day.",
        "Quill said it will close.",
        "White House official Christmas House opened.",
    ],
)
def test_what_nobody_would_ask(sentence: str) -> None:
    assert list(questions(sentence)) == []


def test_a_last_name_is_made_whole() -> None:
    (made, *_) = questions("Quill said the toll was too high for lorries.", {"Quill": "Ada Quill"})
    assert made.question == "What did Ada Quill say about the toll?"


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
