"""Article -> passages: the stretches of text that are searched, read and quoted.

A passage is made of whole sentences, 80 to 160 words of them where the article has as many, and begins with
the last sentence of the one before, so that no fact is cut from the sentence that explains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.articles import Article, Passage
from index.sentences import sentences

FEWEST_WORDS = 80
ENOUGH_WORDS = 120  # from here on the end of a paragraph is a good place to stop
MOST_WORDS = 160
_MOST_OVERLAP = 60
_LETTERS_A_WORD = 16  # a longer "word" counts as several: addresses, or a script that writes without spaces

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long to be a passage."""

    start: int
    end: int
    words: int


def split(article: Article) -> list[Passage]:
    """Cut the article into passages, in order. Always: `passage.text == article.text[start:end]`.

    Every character that is not white space lies in at least one passage; no passage has more than
    MOST_WORDS words; an article of at most that many is one passage. Time is linear in its length.
    """
    pieces = [piece for span in sentences(article.text) for piece in _pieces(article.text, *span)]
    return [
        Passage(
            passage_id=f"{article.article_id}:{start}-{end}",
            article_id=article.article_id,
            text=article.text[start:end],
            start=start,
            end=end,
        )
        for start, end in _spans(article.text, pieces)
    ]


def _pieces(text: str, start: int, end: int) -> Iterator[_Piece]:
    """The sentence whole, or cut between words (inside one only where it alone is too long)."""
    first, last, words = start, start, 0
    for begin, stop in _words(text, start, end):
        weight = 1 + (stop - begin - 1) // _LETTERS_A_WORD
        if words and words + weight > MOST_WORDS:
            yield _Piece(first, last, words)
            first, words = begin, 0
        last, words = stop, words + weight
    if words:
        yield _Piece(first, last, words)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    longest = MOST_WORDS * _LETTERS_A_WORD
    for word in _WORD.finditer(text, start, end):
        for begin in range(word.start(), word.end(), longest):
            yield begin, min(begin + longest, word.end())


def _spans(text: str, pieces: list[_Piece]) -> Iterator[tuple[int, int]]:
    if sum(piece.words for piece in pieces) <= MOST_WORDS:
        if pieces:
            yield pieces[0].start, pieces[-1].end
        return
    first = 0
    while True:
        stop = _stop(text, pieces, first)
        if stop == len(pieces):
            first = _last_first(pieces, first)
        yield pieces[first].start, pieces[stop - 1].end
        if stop == len(pieces):
            return
        overlap = pieces[stop - 1].words
        fits = overlap <= _MOST_OVERLAP and overlap + pieces[stop].words <= MOST_WORDS and stop - 1 > first
        first = stop - 1 if fits else stop


def _stop(text: str, pieces: list[_Piece], first: int) -> int:
    """One past the last piece of the passage that begins with `first`."""
    words = 0
    for number in range(first, len(pieces)):
        words += pieces[number].words
        if words > MOST_WORDS:
            return number
        after = pieces[number + 1].start if number + 1 < len(pieces) else 0
        if after and words >= ENOUGH_WORDS and "\n" in text[pieces[number].end : after]:
            return number + 1
    return len(pieces)


def _last_first(pieces: list[_Piece], first: int) -> int:
    """Where the last passage begins: further back than `first` when it would be too short to stand alone."""
    words = sum(piece.words for piece in pieces[first:])
    while words < FEWEST_WORDS and first and words + pieces[first - 1].words <= MOST_WORDS:
        first -= 1
        words += pieces[first].words
    return first
