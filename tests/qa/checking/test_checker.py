"""One sentence against the passages that it cites, with the models that ship."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article, ScoredPassage
from index.embedder import load_embedder
from index.errors import ModelError
from index.sentences import sentences
from index.splitter import split
from qa.checking import Checked, Checker, Source
from qa.checking.claims import Claims
from qa.checking.clauses import clauses
from qa.checking.cues import negated
from qa.checking.questions import question, specifics
from qa.checking.support import SIGNALS, read_weights
from qa.span_reader import load_reader

TEXT = """\
HALDEN — The mayor of Halden, Maria Keller, resigned on Friday, days after a bridge collapse killed 24 people.

Her deputy, Tomas Brandt, leads the city until an election on November 14. “I should have asked,” she said.

Anneke Visser accused Brandt of having cut the budget by a third in 2018. Brandt denied this.
"""
ARTICLE = Article("bridge", "Mayor quits over bridge", TEXT, "2021-09-17", source="The Harbour Post")
SOURCES = [
    Source(number, ScoredPassage(passage, 1.0, ARTICLE.title, ARTICLE.published))
    for number, passage in enumerate(split(ARTICLE), 1)
]
SENTENCES = [TEXT[start:end] for start, end in sentences(TEXT)]
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def checker() -> Checker:
    embedder, reader = load_embedder(threads=1), load_reader(threads=1)
    return Checker({"bridge": ARTICLE}.__getitem__, embedder.embed_passages, reader)


def exact(checked: Checked) -> bool:
    return all(ARTICLE.text[one.start : one.end] == one.quote for one in checked.citations)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Maria Keller stepped down as mayor on 17 September 2021. [1]", "HALDEN — The mayor"),
        ("Tomas Brandt leads the city until the election on 14 November [1].", "Her deputy"),
        ("Keller said: “I should have asked” [1].", "“I should have asked"),
        ("Visser accused Brandt of cutting the budget by a third. [1]", "Anneke Visser"),
    ],
)
def test_what_the_passage_says_stands_with_its_quote(checker: Checker, sentence: str, quote: str) -> None:
    checked = checker.check(sentence, SOURCES)
    assert checked.stands, checked.reason
    assert any(one.quote.startswith(quote) for one in checked.citations)
    assert exact(checked)
    assert [one.number for one in checked.citations] == [1] * len(checked.citations)
    assert "[" not in checked.text


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Maria Keller resigned.", "cites no passage"),
        ("Maria Keller resigned [7].", r"no passage \[7\]"),
        ("Maria Keller resigned [1-9].", r"no passage \[2\]"),
        ("Maria Keller resigned [citation needed].", "citation needed"),
        ("[1]", "says nothing"),
        ("Maria Keller resigned on Tuesday [1].", "the date Tuesday"),
        ("The bridge killed 42 people [1].", "the number 42"),
        ("Angela Merkel resigned [1].", "the name Angela Merkel"),
        ("Keller said: “I am not to blame” [1].", "the quotation “I am not to blame”"),
        ("The bridge had been painted green in the spring and drew many tourists [1].", "not say this"),
        ("word " * 500 + "[1]", "too long"),
    ],
)
def test_what_does_not_stand_says_why(checker: Checker, sentence: str, reason: str) -> None:
    checked = checker.check(sentence, SOURCES)
    assert re.search(reason, checked.reason or "")
    assert not checked.citations


@FEW
@given(st.sampled_from(SENTENCES), st.sampled_from([" [1]", "[1]"]))
def test_a_sentence_of_the_source_always_stands(checker: Checker, sentence: str, mark: str) -> None:
    checked = checker.check(sentence + mark, SOURCES)
    assert checked.stands
    assert checked.citations[0].quote == sentence


@given(st.sampled_from([one for one in SENTENCES if "24" in one]), st.integers(2, 10**9))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_number_never_stands(checker: Checker, sentence: str, number: int) -> None:
    assume(number not in (11, 14, 24) and not 1500 <= number < 2200)
    checked = checker.check(sentence.replace("24", f"{number:,}") + " [1]", SOURCES)
    assert not checked.stands


@FEW
@given(st.text(max_size=120) | st.text("Keller Brandt24[]1.,“”\n-", max_size=120))
def test_any_text_can_be_checked(checker: Checker, text: str) -> None:
    for sentence in (text, f"{text} [1]"):
        checked = checker.check(sentence, SOURCES)
        assert checked.stands == bool(checked.citations)
        assert exact(checked)


def test_what_stands_in_two_places_has_two_quotes(checker: Checker) -> None:
    checked = checker.check("After Keller resigned, Brandt leads the city until November 14. [1]", SOURCES)
    assert checked.stands, checked.reason
    assert {one.quote[:10] for one in checked.citations} == {SENTENCES[0][:10], SENTENCES[1][:10]}
    assert exact(checked)


def test_the_threshold_can_be_set() -> None:
    embedder, reader = load_embedder(threads=1), load_reader(threads=1)
    strict = Checker({"bridge": ARTICLE}.__getitem__, embedder.embed_passages, reader, threshold=1.1)
    said = "Tomas Brandt leads the city until November 14 [1]."
    assert strict.check(said, SOURCES).reason == "Passage [1] does not say this."


def test_it_checks_passages_of_an_archive(archive: Archive) -> None:
    (article_id,) = [one.article_id for one in archive.articles()]
    article = archive.article(article_id)
    sources = [
        Source(number, ScoredPassage(cut, 1.0, article.title, article.published))
        for number, cut in enumerate(split(article), 1)
    ]
    checker = Checker(archive.article, archive.embedder.embed_passages, load_reader())
    number = next(source.number for source in sources if "aircraft carrier" in source.text)
    checked = checker.check(
        f"McKenzie keeps two aircraft carriers in the Persian Gulf region. [{number}]", sources
    )
    assert checked.stands, checked.reason
    assert "aircraft carrier strike groups" in checked.citations[0].quote


def test_questions_ask_for_each_specific() -> None:
    said = "Brandt cut the budget by 33% on 3 May."
    asked = [question(said, one) for one in specifics(Claims(said, "then Brandt left"))]
    assert asked == [
        "who cut the budget by 33% on 3 May?",
        "Brandt cut the budget by what percentage on 3 May?",
        "Brandt cut the budget by 33% when?",
    ]


def test_cues() -> None:
    assert negated("He didn't go.") and not negated("He went.")
    assert clauses("He left the town, and she stayed at home") == [
        "He left the town",
        "and she stayed at home",
    ]


def test_weights_are_those_of_the_signals(tmp_path: Path) -> None:
    assert set(read_weights().weights) == set(SIGNALS)
    with pytest.raises(ModelError, match="reinstall"):
        read_weights(tmp_path / "none.json")
