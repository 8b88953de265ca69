"""The trained reader: a small BERT on onnxruntime that finds the span, or says that there is none."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import ScoredPassage
from index.errors import ModelError
from index.onnx_session import open_session
from qa.calibration import read_calibration, signals
from qa.encoding import Encoding, Window, heading
from qa.reader import Reading, Span
from qa.spans import Candidate, agreed, best_spans
from qa.wording import spelled

SHIPPED = Path(__file__).parent / "models" / "reader"
MODEL_FILE, TOKENIZER_FILE = "reader.onnx", "tokenizer.json"
AT_ONCE = 2  # passes through the model; more are no quicker, and each holds memory of its own


class SpanReader:
    """Reads passages with the ONNX model in a directory (reader.onnx, tokenizer.json, calibration.json).

    A `dated` one reads every passage under its article's date, for a model that was trained with it.
    """

    name = "trained reader"

    def __init__(
        self, directory: Path = SHIPPED, *, threads: int = 0, model: str = MODEL_FILE, dated: bool = False
    ) -> None:
        self._dated = dated
        try:
            self.calibration = read_calibration(directory)
            self._encoding = Encoding(directory / TOKENIZER_FILE)
            self._session = open_session(directory / model, threads)
            self._turn = threading.BoundedSemaphore(AT_ONCE)
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"The reader's model in {str(directory)!r} cannot be used ({error}); reinstall Byline."
            ) from error

    @property
    def threshold(self) -> float:
        """The confidence from which an answer is given, where the passages are of several articles."""
        return self.calibration.threshold

    def read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """The best spans over all passages, best first, those of one passage kept apart.

        A misspelt question is read as the passages spell it.
        """
        texts = [text for p in passages for text in (p.title, p.passage.text)]
        question = spelled(question, texts, self._encoding.vocabulary)
        found = self.candidates(question, passages)
        if not found:
            return Reading((), 0.0, 0.0)
        ranked = self.ranked(found, passages)
        spans = tuple(_span(candidate, passages[candidate.passage], score) for score, candidate in ranked)
        told = signals(question, ranked, passages, self.calibration)
        null = spans[0].score - ranked[0][1].margin
        confidence = self.calibration.confidence(told)
        threshold = self.calibration.threshold_for(passages)
        return Reading(_distinct(spans), null, confidence, threshold, question)

    def candidates(self, question: str, passages: Sequence[ScoredPassage]) -> list[Candidate]:
        """The best few spans of every window of every passage, before they compete."""
        if not passages:
            return []
        windows = self._encoding.windows(
            question,
            [(heading(p.title, p.published if self._dated else None), p.passage.text) for p in passages],
        )
        start, end = self._scores(windows)
        found: list[Candidate] = []
        for i, window in enumerate(windows):
            text = passages[window.passage].passage.text
            found += best_spans(start[i], end[i], window.first, window.offsets, text, window.passage)
        return found

    def ranked(
        self, found: Sequence[Candidate], passages: Sequence[ScoredPassage]
    ) -> list[tuple[float, Candidate]]:
        """Candidates with their score in competition, best first."""
        own = [self.calibration.own_score(c, passages[c.passage].nearness) for c in found]
        answers = [passages[c.passage].passage.text[c.start : c.end] for c in found]
        origins = [passages[c.passage].origin for c in found]
        scores = agreed(own, answers, origins, self.calibration.agreement_weight)
        return sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])

    def _scores(self, windows: Sequence[Window]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        shape = (len(windows), max(len(w.ids) for w in windows))
        ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
        for i, window in enumerate(windows):
            ids[i, : len(window.ids)] = window.ids
            types[i, : len(window.ids)] = window.type_ids
            mask[i, : len(window.ids)] = 1
        inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        with self._turn:
            start, end = self._session.run(["start", "end"], inputs)
        return start, end


def load_reader(directory: Path = SHIPPED, *, threads: int = 0) -> SpanReader:
    """The shipped reader, or the one in another directory. Raises ModelError when it cannot be used."""
    return SpanReader(directory, threads=threads)


def _span(candidate: Candidate, home: ScoredPassage, score: float) -> Span:
    passage = home.passage
    return Span(
        text=passage.text[candidate.start : candidate.end],
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        start=passage.start + candidate.start,
        end=passage.start + candidate.end,
        score=score,
    )


def _distinct(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Passages overlap by a sentence: the same place read twice is one span."""
    first: dict[tuple[str, int, int], Span] = {}
    for span in spans:
        first.setdefault((span.article_id, span.start, span.end), span)
    return tuple(first.values())
