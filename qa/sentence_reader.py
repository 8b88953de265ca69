"""The plain reader: the best supporting sentence, chosen by words and meaning, without a trained model.

It is what Byline answered with before its reader was trained, and is kept as the baseline that a trained
one is measured against (`byline eval SUITE --reader sentence`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.articles import ScoredPassage
from index.sentences import sentences
from qa.reader import Reading, Span

# Chosen on 2023's news questions, where it answers half of them.
THRESHOLD = 0.5
_WORD_WEIGHT = 0.5
_WORD = re.compile(r"\w+")

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class SentenceReader:
    """Scores every sentence by the cosine with the question plus the share of its words that it holds.

    `embed` gives unit rows, (n, dim), for any texts: an `Embedder.embed_passages`.
    """

    name = "best sentence"
    threshold = THRESHOLD

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """Every sentence of every passage as a span, best first."""
        spans = {
            (p.passage.article_id, p.passage.start + s, p.passage.start + e): (p, p.passage.text[s:e])
            for p in passages
            for s, e in sentences(p.passage.text)
        }
        if not spans:
            return Reading((), 0.0, 0.0)
        texts = [text for _, text in spans.values()]
        vectors = self._embed([question, *texts])
        words = set(_WORD.findall(question.lower()))
        scored = [
            Span(
                text=text,
                passage_id=home.passage.passage_id,
                article_id=article_id,
                start=start,
                end=end,
                score=float(cosine) + _WORD_WEIGHT * _share(words, text),
            )
            for ((article_id, start, end), (home, text)), cosine in zip(
                spans.items(), vectors[1:] @ vectors[0], strict=True
            )
        ]
        scored.sort(key=lambda span: -span.score)
        return Reading(tuple(scored), 0.0, _confidence(scored[0].score))


def _share(words: set[str], text: str) -> float:
    return len(words & set(_WORD.findall(text.lower()))) / max(1, len(words))


def _confidence(score: float) -> float:
    """A logistic curve over the score, centred where an answer is as often right as wrong."""
    return 1 / (1 + math.exp(-8 * (score - 0.95)))
