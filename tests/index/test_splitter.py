"""Passages: exact offsets over any Unicode, 80 to 160 words, one sentence of overlap, nothing lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.sentences import sentences
from index.sources import sample_article
from index.splitter import FEWEST_WORDS, MOST_WORDS, split

_WORD = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=12)
_NEWSY = st.sampled_from(["Mr.", "U.S.", "said", "Friday.", "“Yes,”", "he", "1,200", "…", "No?", "東京。"])
_BREAK = st.sampled_from([" ", " ", " ", " ", "\n", "\n\n", ". ", ".\n\n", "\u00a0", "\u2028"])
_PROSE = st.lists(st.tuples(_WORD | _NEWSY, _BREAK), max_size=900).map(
    lambda parts: "".join(word + space for word, space in parts)
)
_ANY = st.text(max_size=3000) | _PROSE

# Sentences of 5 to 40 words, in paragraphs: what the promise of 80 to 160 words is made for.
_PARAGRAPHS = st.lists(st.lists(st.integers(5, 40), min_size=1, max_size=6), min_size=1, max_size=25).map(
    lambda paragraphs: "\n\n".join(
        " ".join("The" + " word" * (count - 2) + " ends." for count in counts) for counts in paragraphs
    )
)


def article_of(text: str) -> Article:
    return Article("a1", "A title", text)


@given(_ANY)
def test_a_passage_is_the_text_at_its_place(text: str) -> None:
    article = article_of(text)
    for passage in split(article):
        assert passage.text == article.text[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert passage.article_id == "a1"


@given(_ANY)
def test_every_word_lies_in_a_passage_and_none_is_too_long(text: str) -> None:
    passages = split(article_of(text))
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    assert all(character.isspace() or place in covered for place, character in enumerate(text))
    assert all(len(passage.text.split()) <= MOST_WORDS for passage in passages)
    assert len({passage.passage_id for passage in passages}) == len(passages)
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(passages))


@given(_PARAGRAPHS)
def test_passages_of_prose_have_80_to_160_words(text: str) -> None:
    passages = split(article_of(text))
    if len(text.split()) <= MOST_WORDS:
        assert [passage.text for passage in passages] == [text]
    for passage in passages:
        assert len(passage.text.split()) >= min(FEWEST_WORDS, len(text.split()))


@given(_PARAGRAPHS)
def test_each_passage_begins_with_the_last_sentence_of_the_one_before(text: str) -> None:
    starts = [start for start, _ in sentences(text)]
    ends = [end for _, end in sentences(text)]
    *most, last = pairwise(split(article_of(text))) if len(split(article_of(text))) > 1 else [None]
    for pair in most:
        assert pair is not None
        before, after = pair
        assert starts.index(after.start) == ends.index(before.end)  # this sentence ends one, begins the next
    if last is not None:  # the last one may reach further back, so as not to be a scrap
        assert starts.index(last[1].start) <= ends.index(last[0].end)


@given(_ANY)
def test_splitting_twice_gives_the_same(text: str) -> None:
    assert split(article_of(text)) == split(article_of(text))


def test_one_endless_word_and_one_endless_sentence() -> None:
    for text in ("x" * 100_000, "word " * 10_000, "東京" * 20_000):
        passages = split(article_of(text))
        assert len(passages) > 10
        assert sum(len(passage.text) for passage in passages) >= len(text.replace(" ", ""))


def test_the_title_is_no_part_of_a_passage() -> None:
    assert "A title" not in split(article_of("Some text."))[0].text


def test_the_sample_article_in_passages() -> None:
    article = sample_article()
    passages = split(article)
    assert all(FEWEST_WORDS <= len(passage.text.split()) <= MOST_WORDS for passage in passages)
    denial = next(passage for passage in passages if "denied it was responsible" in passage.text)
    assert "urging those who were to come forward." in denial.text
