"""From the reader's scores to a probability, and the threshold from which it answers.

A logistic regression over a few features of the best span (Platt 1999, with retrieval's view beside the
reader's, as Kamath, Jia and Liang 2020 do for abstaining). What is reported is out of sample: ten folds, and
all trials of one question in the same fold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from qa.calibration import SIGNALS, Calibration, signals
from qa.span_reader import SpanReader
from qa.spans import Candidate
from qa.squad import exact_match, token_f1
from qa.training.trials import QUIZ, WIRE, WITHHELD, Trial

NULL_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
AGREEMENT_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
TIME_WEIGHTS = (0.0, 0.5, 1.0, 2.0)
LOST = (
    0.05  # of the right answers, on the folds; over another year's news up to twice as many, of 10 % allowed
)
_FOLDS = 10
_RIDGE = 0.01

Floats = NDArray[np.float64]


class Weights(NamedTuple):
    """What spans compete by: see `qa.calibration.Calibration`."""

    null: float
    agreement: float
    time: float


USUAL = Weights(1.0, 0.25, 0.5)  # where the trials are too few to tell them from better ones


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration with what it measured: names and values for the card."""

    calibration: Calibration
    figures: dict[str, Any]


def calibrate(reader: SpanReader, trials: Sequence[Trial]) -> Fitted:
    """Choose the three competition weights, then fit confidence and choose the threshold."""
    found = [reader.candidates(trial.question, trial.passages) for trial in trials]
    kept = [i for i, candidates in enumerate(found) if candidates]
    trials, found = [trials[i] for i in kept], [found[i] for i in kept]
    _compete(reader, chosen_weights(lambda weights: _score(reader, trials, found, weights)))
    features, right, f1 = _table(reader, trials, found)
    folds = np.array([_fold(trial.question) for trial in trials])
    confidence = np.empty(len(trials))
    for fold in range(_FOLDS):
        bias, weights = fit(features[folds != fold], right[folds != fold])
        confidence[folds == fold] = sigmoid(features[folds == fold] @ weights + bias)
    bias, weights = fit(features, right)
    kinds = np.array([trial.kind for trial in trials])
    answerable = np.array([bool(trial.answers) for trial in trials])
    alone = kinds == WIRE
    bounds = np.where(alone, 0.0, choose_threshold(confidence[~alone], right[~alone]))
    bounds[alone] = most_right(confidence[alone], right[alone], answerable[alone])
    calibration = replace(
        reader.calibration,
        weights=dict(zip(SIGNALS, map(float, weights.round(4)), strict=True)),
        bias=round(float(bias), 4),
        threshold=round(float(bounds[~alone].max(initial=0)), 4),
        alone=round(float(bounds[alone].max(initial=0)), 4),
    )
    reader.calibration = calibration
    figures = {
        "calibration": asdict(calibration),
        "by_kind": {
            str(kind): _figures(confidence, right, f1, answerable, kinds == kind, bounds)
            for kind in np.unique(kinds)
        },
        "news_auroc": auroc(confidence[kinds == QUIZ], confidence[kinds == QUIZ + WITHHELD]),
        "ece": expected_calibration_error(confidence, right),
        "risk_coverage": risk_coverage(confidence, right),
    }
    return Fitted(calibration, figures)


def chosen_weights(score: Callable[[Weights], Floats]) -> Weights:
    """The weights by which `score`, of every trial, is highest on the average, chosen one after another.

    Each is the usual one unless another serves better by more than one standard error.
    """
    chosen = USUAL
    for name, values in zip(Weights._fields, (NULL_WEIGHTS, AGREEMENT_WEIGHTS, TIME_WEIGHTS), strict=True):
        tried = [chosen._replace(**{name: value}) for value in values]
        scores = {weights: score(weights) for weights in tried}
        best = max(tried, key=lambda weights: float(scores[weights].mean()))
        gain = scores[best] - score(chosen)
        if gain.mean() > gain.std() / np.sqrt(len(gain)):
            chosen = best
    return chosen


def fit(features: Floats, right: Floats) -> tuple[float, Floats]:
    """Bias and weights of the ridge-penalised logistic regression, features (n, d), right (n,) 0 or 1."""
    scale = features.std(axis=0) + 1e-9
    middle = features.mean(axis=0)
    x = (features - middle) / scale

    def cost(parameters: Floats) -> tuple[float, Floats]:
        bias, weights = parameters[0], parameters[1:]
        logits = x @ weights + bias
        loss = np.logaddexp(0, logits) - right * logits
        slope = (sigmoid(logits) - right) / len(right)
        value = float(loss.mean() + _RIDGE * weights @ weights)
        return value, np.concatenate(([slope.sum()], x.T @ slope + 2 * _RIDGE * weights))

    found = minimize(cost, np.zeros(1 + x.shape[1]), jac=True, method="L-BFGS-B").x
    weights = found[1:] / scale
    return float(found[0] - middle @ weights), weights


def choose_threshold(confidence: Floats, right: Floats) -> float:
    """The threshold that refuses LOST of the right answers, interpolated where they are few."""
    return float(np.quantile(confidence[right == 1], LOST))


def most_right(confidence: Floats, right: Floats, answerable: NDArray[np.bool_]) -> float:
    """The threshold that serves best: most right answers given and due refusals (SQuAD 2.0's best exact).

    Of those that serve within one in two hundred as well the highest: a refusal costs less than a wrong one.
    """
    tried = np.arange(0.0, 1.0, 0.01)
    served = [float(np.where(confidence >= at, right, ~answerable).mean()) for at in tried]
    return float(tried[np.flatnonzero(np.array(served) >= max(served) - 0.005)[-1]])


def auroc(above: Floats, below: Floats) -> float:
    """The chance that one of `above` exceeds one of `below`, ties counting half."""
    wins = (above[:, None] > below[None, :]).mean() + 0.5 * (above[:, None] == below[None, :]).mean()
    return round(float(wins), 4)


def expected_calibration_error(confidence: Floats, right: Floats, bins: int = 10) -> float:
    """|confidence - share right| in equal bins, weighted by size (Guo et al. 2017)."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    parts = [abs(confidence[which == b].sum() - right[which == b].sum()) for b in range(bins)]
    return round(float(sum(parts) / len(confidence)), 4)


def risk_coverage(confidence: Floats, right: Floats) -> list[tuple[float, float, float]]:
    """(coverage, risk, threshold) at every tenth of the trials, the most confident first."""
    order = np.argsort(-confidence)
    curve = []
    for tenth in range(1, 11):
        count = max(1, round(len(order) * tenth / 10))
        chosen = order[:count]
        risk = 1 - float(right[chosen].mean())
        curve.append((tenth / 10, round(risk, 4), round(float(confidence[chosen[-1]]), 4)))
    return curve


def sigmoid(x: Floats) -> Floats:
    """The logistic function, safe for large arguments."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _figures(
    confidence: Floats,
    right: Floats,
    f1: Floats,
    answerable: NDArray[np.bool_],
    kind: NDArray[np.bool_],
    bounds: Floats,
) -> dict[str, float]:
    asked, empty = kind & answerable, kind & ~answerable
    given = confidence >= bounds
    figures: dict[str, float] = {"n": int(kind.sum())}
    if asked.any():
        figures["exact_match"] = float(right[asked].mean())
        figures["f1"] = float(f1[asked].mean())
        figures["right_answers_lost"] = float(1 - given[asked & (right == 1)].mean())
    if empty.any():
        figures["refused"] = float(1 - given[empty].mean())
    if asked.any() and empty.any():
        figures["auroc"] = auroc(confidence[asked], confidence[empty])
    return {name: round(value, 4) for name, value in figures.items()}


def _compete(reader: SpanReader, weights: Weights) -> None:
    null, agreement, near = weights
    reader.calibration = replace(
        reader.calibration, null_weight=null, agreement_weight=agreement, time_weight=near
    )


def _score(
    reader: SpanReader,
    trials: Sequence[Trial],
    found: Sequence[list[Candidate]],
    weights: Weights,
) -> Floats:
    """Exact match plus F1 of each answerable trial."""
    _compete(reader, weights)
    scores = []
    for trial, candidates in zip(trials, found, strict=True):
        if trial.answers:
            answer = _text(trial, reader.ranked(candidates, trial.passages)[0][1])
            scores.append(exact_match(answer, trial.answers) + token_f1(answer, trial.answers))
    return np.array(scores)


def _table(
    reader: SpanReader, trials: Sequence[Trial], found: Sequence[list[Candidate]]
) -> tuple[Floats, Floats, Floats]:
    rows, right, f1 = [], [], []
    for trial, candidates in zip(trials, found, strict=True):
        ranked = reader.ranked(candidates, trial.passages)
        told = signals(trial.question, ranked, trial.passages, reader.calibration)
        rows.append([told[name] for name in SIGNALS])
        answer = _text(trial, ranked[0][1])
        right.append(exact_match(answer, trial.answers) if trial.answers else 0.0)
        f1.append(token_f1(answer, trial.answers) if trial.answers else 0.0)
    return np.array(rows), np.array(right), np.array(f1)


def _text(trial: Trial, candidate: Candidate) -> str:
    return trial.passages[candidate.passage].passage.text[candidate.start : candidate.end]


def _fold(question: str) -> int:
    return int(hashlib.sha1(question.encode()).hexdigest(), 16) // 5 % _FOLDS
