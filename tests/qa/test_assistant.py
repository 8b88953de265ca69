"""Asking, whole: the shipped models over the sample article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article, Filters
from index.errors import QuestionError
from qa.assistant import MAX_QUESTION, Assistant


def test_who_denied_responsibility(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied responsibility?")
    assert answer.text == "Kataib Hezbollah"
    first = answer.citations[0]
    article = assistant.archive.article(first.article_id)
    assert first.quote == article.text[first.start : first.end]
    assert "denied" in first.quote
    assert article.text[first.answer_start : first.answer_end] == answer.text
    assert answer.timings.total_ms >= answer.timings.retrieve_ms + answer.timings.read_ms > 0


@pytest.mark.parametrize(
    "asked",
    [
        "who denied responsibility",
        "WHO DENIED RESPONSIBILITY?",
        "  Who\ndenied   responsibility ?",
        "Who denied responsability?",
    ],
)
def test_the_same_question_written_otherwise(assistant: Assistant, asked: str) -> None:
    assert assistant.ask(asked).text == "Kataib Hezbollah"


def test_what_the_articles_do_not_say(assistant: Assistant) -> None:
    answer = assistant.ask("Who won the football world cup in 1998?")
    assert answer.text is None
    assert answer.citations == ()
    assert answer.passages, "the nearest passages are still there to look at"
    assert 0 <= answer.confidence < assistant.reader.calibration.alone


QUAKE = Article(
    "quake",
    "Earthquake in Sorrel kills 31",
    "An earthquake of magnitude 6.1 struck the town of Sorrel on Monday, killing 31 people and wounding 214, "
    "officials said.\n\nPrime Minister Jonas Beck visited it on Tuesday and promised 50 million dollars."
    "\n\nOpposition leader Clara Voss denied that her party had blocked money for safer schools.",
    "2023-02-14",
)
LEAK = Article(
    "leak",
    "Ministry denies the leak",
    "The ministry of the interior denied the leak of its letters on Tuesday. Its spokesman, Ivo Marin, said "
    "that nothing had been lost.",
    "2021-03-02",
)


def test_what_leans_on_the_conversation_is_read_first_in_the_article_that_it_cited(
    assistant: Assistant, tmp_path: Path
) -> None:
    with Archive.open(tmp_path / "two", threads=1) as archive:
        archive.ingest([QUAKE, LEAK])
        own = Assistant(archive, reader=assistant.reader)
        first = own.ask("How many people were killed in Sorrel?")
        assert first.text == "31"
        history = [(first.question, first.text), ("How many were wounded?", "214")]
        about = Filters(about=(first.citations[0].article_id,))
        answer = own.ask("Who denied it?", history, filters=about)
        assert (answer.text, answer.citations[0].article_id) == ("Clara Voss", "quake")
        elsewhere = own.ask("What did the ministry of the interior deny?", history, filters=about)
        assert elsewhere.citations[0].article_id == "leak", "it is no fence"


def test_no_article_no_answer(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied responsibility?", filters=Filters(after="2021-01-01"))
    assert (answer.text, answer.passages, answer.confidence) == (None, (), 0.0)


def test_a_threshold_above_all_refuses_all(assistant: Assistant) -> None:
    strict = Assistant(assistant.archive, reader=assistant.reader, threshold=1.0)
    answer = strict.ask("Who denied responsibility?")
    assert answer.text is None
    assert answer.confidence > 0


@pytest.mark.parametrize("asked", ["", "  \n", "?!", "…"])
def test_no_question(assistant: Assistant, asked: str) -> None:
    with pytest.raises(QuestionError, match="no words"):
        assistant.ask(asked)


def test_long_questions(assistant: Assistant) -> None:
    long = "Please tell me, as I have wondered for a long time, " * 38 + "who denied responsibility?"
    assert 1_900 < len(long) < MAX_QUESTION
    assistant.ask(long)
    with pytest.raises(QuestionError, match="6,000 characters"):
        assistant.ask("x" * 6_000)


def test_json_is_the_contract(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied responsibility?")
    printed = json.loads(json.dumps(answer.to_json()))
    assert set(printed) >= {"question", "answer", "confidence", "citations", "passages", "timings"}
    assert set(printed["citations"][0]) >= {
        "number", "article_id", "title", "source", "published", "url", "quote", "start", "end",
    }  # fmt: skip
    assert set(printed["passages"][0]) == {
        *("passage_id", "article_id", "text", "start", "end", "title", "source", "published", "score")
    }
    assert set(printed["timings"]) == {"retrieve_ms", "read_ms", "total_ms"}


def test_a_follow_up_says_how_it_was_understood(assistant: Assistant) -> None:
    history = [("Who denied responsibility for the attack on Camp Taji?", "Kataib Hezbollah")]
    answer = assistant.ask("And how many were wounded?", history)
    assert answer.question == "And how many were wounded?"
    assert answer.understood is not None
    assert "Camp Taji" in answer.understood
    assert assistant.ask("Who is Mark Esper?", history).understood is None
    assert assistant.ask("What group denied responsibility?", history).understood is None, "found as asked"


def test_a_question_that_was_taken_otherwise_says_how(assistant: Assistant) -> None:
    slips = assistant.ask("Who denyed responsability for the atack?")
    assert slips.understood == "Who denied responsibility for the attack?"
    lead_up = "I was away last week and I hear that there was some fighting again, as I feared, " * 4
    long = assistant.ask(lead_up + "so could you please tell me who denied responsibility for the attack?")
    assert (long.text, long.understood) == ("Kataib Hezbollah", "who denied responsibility for the attack?")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=80).filter(lambda text: any(c.isalnum() for c in text)))
def test_every_quote_is_exact_whatever_is_asked(assistant: Assistant, question: str) -> None:
    for threshold in (0.0, assistant.threshold):
        asking = Assistant(assistant.archive, reader=assistant.reader, threshold=threshold)
        answer = asking.ask("Iraq " + question)
        for citation in answer.citations:
            article = assistant.archive.article(citation.article_id)
            assert citation.quote == article.text[citation.start : citation.end]
        for found in answer.passages:
            text = assistant.archive.article(found.passage.article_id).text
            assert found.passage.text == text[found.passage.start : found.passage.end]
