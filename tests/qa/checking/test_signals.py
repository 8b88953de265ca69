"""What support is made of: the questions of clauses, and what stands around the evidence."""

from __future__ import annotations

import pytest

from index.articles import Article, ScoredPassage
from index.splitter import split
from qa.checking import Source
from qa.checking.questions import asides, unanswered
from qa.checking.sources import evidence_of, near, surroundings
from qa.span_reader import load_reader

TOLD = "Anneke Visser accused Tomas Brandt of a lie. She lives in Oslo with a brother."
WORDS = ("one", "two", "three", "four", "five", "six")
TEXT = "\n\n".join(f"Sentence number {word} says nothing." for word in WORDS)


def source(text: str) -> Source:
    article = Article("a", "Title", text, "2021-09-17")
    (passage,) = split(article)
    return Source(1, ScoredPassage(passage, 1.0, article.title, article.published))


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Kuhn, who founded Teqna in a garage, will stay.", ["who founded Teqna in a garage?"]),
        ("He left the town and sold the house to her.", ["who sold the house to her?"]),
        ("Brandt and Keller left the town.", []),
        ("It fell, which hurt the bank.", ["which hurt the bank?"]),
    ],
)
def test_clauses_ask_questions_of_their_own(sentence: str, asked: list[str]) -> None:
    assert asides(sentence) == asked


def test_an_invented_clause_has_no_answer() -> None:
    reader, passages = load_reader(threads=1), [source(TOLD).passage]
    invented = unanswered("Visser, who won a prize for her novel, accused Brandt.", passages, reader)
    assert invented > unanswered("Visser, who accused Tomas Brandt of a lie, is angry.", passages, reader)
    assert unanswered("Visser accused Brandt.", passages, reader) == 0


def test_surroundings_are_exact_stretches_of_the_article() -> None:
    found = evidence_of([source(TEXT)])
    assert [one.place for one in near(found[3:4], found, 1)] == [2, 3, 4]
    (cut,) = surroundings(found[3:4], found)
    assert cut.passage.text == TEXT[cut.passage.start : cut.passage.end]
    assert cut.passage.text.startswith("Sentence number two") and cut.title == "Title"
    assert len(surroundings([found[0], found[5]], found)[0].passage.text) == len(TEXT)
