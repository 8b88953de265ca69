"""Whether the refusals are right and whether the confidence knows.

Risk–coverage (El-Yaniv and Wiener 2010): answer the cases from the most confident on; coverage is the share
answered, risk the share of those that are wrong. Every case's best span counts, given or refused at the
shipped threshold; at an unanswerable question any span is wrong. The area is the mean risk over coverage.
Withheld: the answerable cases against their twins from which every answer-bearing article was kept.
Calibration error (Guo et al. 2017): ten equal bins of confidence, |confidence − share right|, weighted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import Floats, divided, share

BINS = 10
Named = tuple[str, Callable[[Floats], Floats], int]


def metrics(rows: dict[str, Floats]) -> Iterator[Named]:
    """(name, function of weights, n) for each figure that the columns can carry."""
    yield from _refusals(rows)
    yield from _kept(rows)
    yield from _withheld(rows)
    judged = _judged(rows)
    if judged.any():
        confidence, right, n = rows["confidence"], rows["best_em"], int(judged.sum())
        yield "aurc", partial(aurc, *_ranked(-confidence, 1 - right, judged)), n
        yield "ece", partial(ece, confidence[judged], right[judged], judged), n


def _refusals(rows: dict[str, Floats]) -> Iterator[Named]:
    known = ~np.isnan(rows["answerable"]) & ~np.isnan(rows["answered"])
    refused, unanswerable = known & (rows["answered"] == 0), known & (rows["answerable"] == 0)
    if not unanswerable.any():
        return
    n, hit = int(known.sum()), (refused & unanswerable).astype(np.float64)
    said, due = refused.astype(np.float64), unanswerable.astype(np.float64)
    yield "abstention_precision", partial(share, hit, said), int(said.sum())
    yield "abstention_recall", partial(share, hit, due), int(due.sum())
    yield "abstention_f1", partial(share, hit, (said + due) / 2), n
    if due.sum() < n:
        yield "abstention_auroc", partial(auroc, *_ranked(rows["confidence"], rows["answerable"], known)), n


def _kept(rows: dict[str, Floats]) -> Iterator[Named]:
    right = ((rows["best_em"] == 1) & ~np.isnan(rows["answered"])).astype(np.float64)
    given = right * (rows["answered"] == 1)
    yield "right_kept", partial(share, given, right), int(right.sum())


def _withheld(rows: dict[str, Floats]) -> Iterator[Named]:
    twins, known = rows["withheld"] == 1, ~np.isnan(rows["withheld_confidence"])
    asked = (twins & known).astype(np.float64)
    refused = asked * (rows["withheld_answered"] == 0)
    yield "withheld_refused", partial(share, refused, asked), int(asked.sum())
    kept = ~np.isnan(rows["withheld"]) & known
    if (kept & twins).any() and (kept & ~twins).any():
        order = _ranked(rows["withheld_confidence"], 1 - rows["withheld"], kept)
        yield "withheld_auroc", partial(auroc, *order), int(kept.sum())


def _judged(rows: dict[str, Floats]) -> NDArray[np.bool_]:
    kept: NDArray[np.bool_] = ~np.isnan(rows["best_em"]) & ~np.isnan(rows["confidence"])
    return kept


Order = NDArray[np.intp]


def _ranked(scores: Floats, labels: Floats, kept: NDArray[np.bool_]) -> tuple[Order, Order, Floats]:
    """The kept cases in ascending order of score, where each group of ties begins, and their labels."""
    index = np.flatnonzero(kept)
    order = index[np.argsort(scores[index], kind="stable")]
    ranked = scores[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    return order, starts, labels[order]


def auroc(order: Order, starts: Order, labels: Floats, weights: Floats) -> Floats:
    """The chance that a case of label 1 scores above one of label 0, ties counting half."""
    drawn = weights[:, order]
    positive = np.add.reduceat(drawn * labels, starts, axis=1)
    negative = np.add.reduceat(drawn * (1 - labels), starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    won = (positive * below).sum(axis=1)
    return divided(won, pairs)


def aurc(order: Order, starts: Order, wrong: Floats, weights: Floats) -> Floats:
    """The area under risk–coverage; cases that tie are answered together."""
    drawn = weights[:, order]
    size = np.add.reduceat(drawn, starts, axis=1)
    covered = np.cumsum(size, axis=1)
    missed = np.cumsum(np.add.reduceat(drawn * wrong, starts, axis=1), axis=1)
    risk = np.divide(missed, covered, out=np.zeros_like(missed), where=covered > 0)
    total = covered[:, -1]
    return divided((risk * size).sum(axis=1), total)


def ece(confidence: Floats, right: Floats, kept: NDArray[np.bool_], weights: Floats) -> Floats:
    """The expected calibration error over ten equal bins."""
    drawn = weights[:, kept]
    member = (bins(confidence)[:, None] == np.arange(BINS)).astype(np.float64)
    gap = np.abs((drawn * (confidence - right)) @ member).sum(axis=1)
    total = drawn.sum(axis=1)
    return divided(gap, total)


def bins(confidence: Floats) -> NDArray[np.intp]:
    """The bin of each confidence in [0, 1]; 1.0 belongs to the last."""
    return np.clip((confidence * BINS).astype(np.intp), 0, BINS - 1)


def risk_coverage(rows: dict[str, Floats]) -> list[tuple[float, float, float]]:
    """The curve's points, least covered first: (coverage, risk, the confidence from which to answer)."""
    judged = _judged(rows)
    if not judged.any():
        return []
    order, starts, wrong = _ranked(-rows["confidence"], 1 - rows["best_em"], judged)
    ends = np.r_[starts[1:], len(order)]
    missed = np.cumsum(wrong)
    confidence = rows["confidence"][order]
    return [
        (float(end / len(order)), float(missed[end - 1] / end), float(confidence[end - 1])) for end in ends
    ]


def reliability(rows: dict[str, Floats]) -> list[tuple[float, float, int]]:
    """For each bin that holds a case: mean confidence, share right, number of cases."""
    judged = _judged(rows)
    confidence, right = rows["confidence"][judged], rows["best_em"][judged]
    which = bins(confidence)
    groups = [which == number for number in range(BINS)]
    return [
        (float(confidence[group].mean()), float(right[group].mean()), int(group.sum()))
        for group in groups
        if group.any()
    ]
