"""The trained reader: a small BERT on onnxruntime that finds the span, or says that there is none."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import ScoredPassage
from index.errors import ModelError
from index.onnx_session import open_session
from index.terms import content_words
from qa.encoding import Encoding, Window
from qa.reader import Reading, Span
from qa.spans import Candidate, agreed, best_spans

SHIPPED = Path(__file__).parent / "models" / "reader"
MODEL_FILE, TOKENIZER_FILE, CALIBRATION_FILE = "reader.onnx", "tokenizer.json", "calibration.json"
FEATURES = ("margin", "share", "nearest", "coverage", "title", "agreement")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns scores into a probability, fitted on dev questions (see `qa.training.calibrate`).

    `null_weight` is how much of a window's null score is taken from its spans before they compete,
    `agreement_weight` how much the same answer in other articles adds; `weights` and `bias` are a
    logistic regression over FEATURES, and `threshold` the confidence from which an answer is given.
    """

    null_weight: float
    agreement_weight: float
    weights: dict[str, float]
    bias: float
    threshold: float

    def confidence(self, features: dict[str, float]) -> float:
        """The probability, in (0, 1), that the best span is right."""
        logit = self.bias + sum(self.weights[name] * features[name] for name in self.weights)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


UNCALIBRATED = Calibration(0.5, 0.5, dict.fromkeys(FEATURES, 0.0) | {"margin": 0.5}, 0.0, 0.5)


def write_calibration(directory: Path, calibration: Calibration) -> None:
    """Keep a calibration beside its model."""
    text = json.dumps(asdict(calibration), indent=1) + "\n"
    (directory / CALIBRATION_FILE).write_text(text, encoding="utf-8")


class SpanReader:
    """Reads passages with the ONNX model in a directory (reader.onnx, tokenizer.json, calibration.json)."""

    name = "trained reader"

    def __init__(self, directory: Path = SHIPPED, *, threads: int = 0, model: str = MODEL_FILE) -> None:
        try:
            kept = json.loads((directory / CALIBRATION_FILE).read_text(encoding="utf-8"))
            self.calibration = Calibration(**kept)
            self._encoding = Encoding(directory / TOKENIZER_FILE)
            self._session = open_session(directory / model, threads)
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"The reader's model in {str(directory)!r} cannot be used ({error}); reinstall Byline."
            ) from error

    @property
    def threshold(self) -> float:
        """The confidence from which an answer is given."""
        return self.calibration.threshold

    def read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """The best spans over all passages, best first, those of one passage kept apart."""
        found = self.candidates(question, passages)
        if not found:
            return Reading((), 0.0, 0.0)
        ranked = self.ranked(found, passages)
        spans = tuple(_span(candidate, passages[candidate.passage], score) for score, candidate in ranked)
        features = self.features(question, ranked, passages)
        null = spans[0].score - ranked[0][1].margin
        return Reading(_distinct(spans), null, self.calibration.confidence(features))

    def candidates(self, question: str, passages: Sequence[ScoredPassage]) -> list[Candidate]:
        """The best few spans of every window of every passage, before they compete."""
        if not passages:
            return []
        windows = self._encoding.windows(question, [(p.title, p.passage.text) for p in passages])
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
        weight = self.calibration.null_weight
        own = [c.score - weight * (c.score - c.margin) for c in found]
        answers = [passages[c.passage].passage.text[c.start : c.end] for c in found]
        articles = [passages[c.passage].passage.article_id for c in found]
        scores = agreed(own, answers, articles, self.calibration.agreement_weight)
        return sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])

    def features(
        self, question: str, ranked: Sequence[tuple[float, Candidate]], passages: Sequence[ScoredPassage]
    ) -> dict[str, float]:
        """What confidence is judged by: the reader's own scores, together with what retrieval saw."""
        score, best = ranked[0]
        scores = np.array([s for s, _ in ranked])
        home = passages[best.passage]
        text = home.passage.text
        asked = content_words(question)
        return {
            "margin": best.margin,
            "share": float(score - np.logaddexp.reduce(scores)),
            "nearest": max((found.dense or 0.0 for found in passages), default=0.0),
            "coverage": _coverage(asked, f"{home.title} {text}"),
            "title": _coverage(asked, home.title),
            "agreement": float(
                score - (best.score - self.calibration.null_weight * (best.score - best.margin))
            ),
        }

    def _scores(self, windows: Sequence[Window]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        shape = (len(windows), max(len(w.ids) for w in windows))
        ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
        for i, window in enumerate(windows):
            ids[i, : len(window.ids)] = window.ids
            types[i, : len(window.ids)] = window.type_ids
            mask[i, : len(window.ids)] = 1
        start, end = self._session.run(
            ["start", "end"], {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        )
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


def _coverage(asked: set[str], text: str) -> float:
    """The share of the question's content words whose stem (first five letters) the text has."""
    if not asked:
        return 1.0
    stems = {word[:5] for word in content_words(text)}
    return sum(word[:5] in stems for word in asked) / len(asked)


def describe(directory: Path = SHIPPED) -> dict[str, Any]:
    """The model card's machine-readable part, for reports."""
    card = directory / "model.json"
    return json.loads(card.read_text(encoding="utf-8")) if card.exists() else {}
