"""What support is made of: names around words, contrasts, questions of clauses, negations."""

from __future__ import annotations

import pytest

from index.articles import Article, ScoredPassage
from index.splitter import split
from qa.checking import Source
from qa.checking.bonds import bonds
from qa.checking.claims import Claims
from qa.checking.clauses import of_cues
from qa.checking.contrasts import exchanged, renamed
from qa.checking.cues import negated, opposed, sweeping
from qa.checking.questions import asides, unanswered
from qa.checking.sources import evidence_of, near, surroundings
from qa.span_reader import load_reader

TOLD = "Anneke Visser accused Tomas Brandt of a lie."
TEXT = "\n\n".join(
    f"Sentence number {word} says nothing." for word in ("one", "two", "three", "four", "five")
)
ARTICLE = Article("a", "Title", TEXT, "2021-09-17")


def source(text: str) -> Source:
    article = Article("b", "Title", text, "2021-09-17")
    (passage,) = split(article)
    return Source(1, ScoredPassage(passage, 1.0, article.title, article.published))


def test_names_in_each_others_places_are_crossed() -> None:
    assert bonds("Visser accused Brandt of a lie.", [TOLD]).crossed == 0
    assert bonds("Brandt accused Visser of a lie.", [TOLD]).crossed > 0
    assert bonds("Brandt was accused by Visser of a lie.", [TOLD]).crossed == 0
    assert bonds("Visser was accused by Brandt of a lie.", [TOLD]).crossed > 0


def test_another_name_before_a_word_is_not_bound_to_it() -> None:
    assert bonds("Visser accused him of a lie.", [TOLD]).least == 1
    assert bonds("Keller accused him of a lie.", [TOLD]).least == 0
    assert bonds("It rained.", [TOLD]).agreed == 1


def test_a_word_negated_on_one_side_alone() -> None:
    assert bonds("Visser did not accuse Brandt of a lie.", [TOLD]).polarity > 0
    assert bonds("Visser accused Brandt of a lie.", [TOLD]).polarity == 0


def test_contrasts_put_other_names_in() -> None:
    said = "Visser accused Keller of a lie."
    found = Claims(said, said).names
    assert exchanged(said, found) == ["Keller accused Visser of a lie."]
    assert renamed(said, found, [TOLD]) == [
        "Tomas Brandt accused Keller of a lie.",
        "Visser accused Tomas Brandt of a lie.",
    ]


@pytest.mark.parametrize(
    ("said", "told", "signal"),
    [
        ("The lava has not crossed the road.", "The lava has crossed the road.", "added_not"),
        ("The lava has crossed the road.", "The lava has not crossed the road.", "dropped_not"),
        ("All pilots lost their jobs.", "Pilots lost their jobs.", "sweeping"),
        ("Prices rose in May.", "Prices fell in May.", "opposed"),
    ],
)
def test_cues_that_turn_a_sentence_round(said: str, told: str, signal: str) -> None:
    evidence = evidence_of([source(told)])
    assert of_cues(said, Claims(said), evidence)[signal] > 0
    assert of_cues(told, Claims(told), evidence)[signal] == 0


def test_what_looks_like_a_negation_and_is_none() -> None:
    assert not negated("He lives no more than five miles away, and has a few friends.")
    assert negated("It poses little threat.") and negated("She ruled out job cuts.")
    assert not opposed("Prices rose.", "Prices rose, then fell.")
    assert sweeping("Nobody was ever there.") == {"nobody"}


def test_clauses_ask_questions_of_their_own() -> None:
    assert asides("Kuhn, who founded Teqna in a garage, will stay.") == ["who founded Teqna in a garage?"]
    assert asides("He left the town and sold the house to her.") == ["who sold the house to her?"]
    assert asides("Brandt and Keller left the town.") == []


def test_an_invented_clause_has_no_answer() -> None:
    reader, passages = load_reader(threads=1), [source(TOLD + " She lives in Oslo with a brother.").passage]
    invented = unanswered("Visser, who won a prize for her novel, accused Brandt.", passages, reader)
    assert invented > unanswered("Visser, who accused Tomas Brandt of a lie, is angry.", passages, reader)
    assert unanswered("Visser accused Brandt.", passages, reader) == 0


def test_surroundings_are_exact_stretches_of_the_article() -> None:
    (passage,) = split(ARTICLE)
    found = evidence_of([Source(1, ScoredPassage(passage, 1.0, "Title"))])
    assert [one.place for one in near(found[3:4], found, 1)] == [2, 3, 4]
    (cut,) = surroundings(found[3:4], found)
    assert cut.passage.text == ARTICLE.text[cut.passage.start : cut.passage.end]
    assert cut.passage.text.startswith("Sentence number two") and cut.title == "Title"
