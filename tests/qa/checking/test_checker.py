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
from qa.checking.cues import denied, negated
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


@pytest.fixture(scope="module")
def several() -> Checker:
    embedder, reader = load_embedder(threads=1), load_reader(threads=1)
    return Checker({"post": POST, "courier": COURIER}.__getitem__, embedder.embed_passages, reader)


def exact(checked: Checked) -> bool:
    return all(ARTICLE.text[one.start : one.end] == one.quote for one in checked.citations)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Maria Keller resigned as mayor on 17 September 2021. [1]", "HALDEN — The mayor"),
        ("Tomas Brandt leads the city until the election on 14 November [1].", "Her deputy"),
        ("Keller said: “I should have asked” [1].", "“I should have asked"),
        ("Visser accused Brandt of cutting the budget by a third. [1]", "Anneke Visser"),
        ("2. Tomas Brandt leads the city until November 14 [1].", "Her deputy"),
        ("According to The Harbour Post, the bridge collapse killed 24 people [1].", "HALDEN — The mayor"),
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
        ("Maria Keller did not resign on Friday [1].", "only one of the two has “not” before “resign”"),
        ("Maria Brandt resigned [1].", "the name Maria Brandt"),
        ("Visser accused Brandt of having raised the budget by a third in 2018 [1].", "“raised”, but “cut”"),
        ("“I should have asked,” The Harbour Post said [1].", "somebody else said it"),
        ("Maria Keller resigned last year [1].", "the date last year"),
        ("Maria Keller resigned, see http://evil.example/a [1].", "the address http://evil.example/a"),
        ("The Courier reported that Keller resigned [1].", "the name Courier"),
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


def test_yesterday_is_counted_from_the_day_of_asking(checker: Checker) -> None:
    said = "The mayor, Maria Keller, resigned yesterday [1]."
    assert checker.check(said, SOURCES, as_of="2021-09-18").stands
    assert re.search("the date yesterday", checker.check(said, SOURCES, as_of="2021-09-19").reason or "")


POST = Article(
    "post", "Bridge falls", "The collapse killed 24 people. Who is to blame?", "2021-09-17", None, "The Post"
)
COURIER = Article("courier", "Bridge falls", "The collapse killed 26 people.", "2021-09-18", None, "Courier")


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The collapse killed 24 people, The Post reported on 17 September 2021 [1].", None),
        ("According to the Courier, the collapse killed 26 people [1][2].", None),
        ("The Post reported that the collapse killed 24 people, but the Courier says 26 [1][2].", None),
        ("The Post reported that the collapse killed 26 people [1][2].", r"Passage \[1\] .* the number 26"),
        (
            "The Post said 24 people died, while the Courier said 24 [1][2].",
            r"Passage \[2\] .* the number 24",
        ),
        ("The Post reported on 18 September 2021 that 24 people died [1].", "the date 18 September 2021"),
        ("Who is to blame [1].", r"Passage \[1\] does not say this, but ask it"),
        ("The Courier reported 26 deaths [2].", None),
        ("The Courier put the death toll at 26 [2].", None),
        ("The Courier reported 26 deaths, while The Post reported 24 [1][2].", None),
        ("The Courier reported 24 deaths, while The Post reported 26 [1][2].", "the number"),
    ],
)
def test_sources_that_disagree_are_named(several: Checker, sentence: str, reason: str | None) -> None:
    sources = [
        Source(number, ScoredPassage(split(one)[0], 1.0, one.title, one.published))
        for number, one in enumerate((POST, COURIER), 1)
    ]
    checked = several.check(sentence, sources)
    assert checked.stands is (reason is None), checked.reason
    assert re.search(reason or "", checked.reason or "")


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
    assert denied("Keller did not resign on Friday.", "Keller resigned on Friday.") == "resign"
    assert denied("Police said he had been drinking.", "He had not been drinking, police said.") == "drinking"
    assert denied("Keller did not resign.", "Brandt denied that Keller had resigned.") is None
    assert denied("Keller did not resign.", "Visser resigned as head of the works in Oslo.") is None
    assert clauses("He left the town, and she stayed at home") == [
        "He left the town",
        "and she stayed at home",
    ]


def test_weights_are_those_of_the_signals(tmp_path: Path) -> None:
    assert set(read_weights().weights) == set(SIGNALS)
    with pytest.raises(ModelError, match="reinstall"):
        read_weights(tmp_path / "none.json")
