"""Confidence intervals by the bootstrap over cases (Efron and Tibshirani 1993), percentile method.

Cases are drawn again with replacement. A resample is kept as how often each case was drawn, so that every
metric is one function of weights, and all metrics of a table share the same resamples.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Groups = NDArray[np.intp]
SEED = 20220617
RESAMPLES = 2000
_BATCH_CELLS = 100_000  # resamples × cases held at once: small enough for the processor's cache


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval; None where too few cases carry the metric to say (one case, or hardly any)."""

    low: float | None
    high: float | None


def intervals(
    statistic: Callable[[Floats], Floats],
    n: int,
    *,
    groups: Groups | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Interval]:
    """Intervals of every output of a statistic over n cases.

    `statistic` takes weights of shape (draws, n) and gives (metrics, draws), NaN where a draw leaves a
    metric undefined. The same seed and n draw the same cases, so differences can be paired. `groups` (n,)
    numbers, from 0, what is drawn as one: a case and its twin.
    """
    drawn = draws(statistic, n, groups=groups, resamples=resamples, seed=seed)
    return [interval_of(row) for row in drawn]


def draws(
    statistic: Callable[[Floats], Floats],
    n: int,
    *,
    groups: Groups | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Floats:
    """The bootstrap distribution itself, (metrics, resamples); no resamples at all below two units."""
    units = n if groups is None else int(groups.max(initial=-1)) + 1
    if units < 2:
        return statistic(np.ones((1, n)))[:, :0]

    def weighted(index: NDArray[np.intp], axis: int = -1) -> Floats:
        drawn = counts(np.moveaxis(index, axis, -1), units)
        return statistic(drawn if groups is None else drawn[:, groups])

    with warnings.catch_warnings():
        # Said where a draw leaves a metric undefined; interval_of leaves such draws out.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        result: Any = stats.bootstrap(
            (np.arange(units),),
            weighted,
            n_resamples=resamples,
            batch=max(1, _BATCH_CELLS // n),
            vectorized=True,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
    return np.asarray(result.bootstrap_distribution, dtype=np.float64)


def counts(index: NDArray[np.intp], n: int) -> Floats:
    """How often each of n cases was drawn: (draws, n) from indices of any leading shape."""
    rows = index.reshape(-1, n)
    offset = np.arange(len(rows))[:, None] * n
    return np.bincount((rows + offset).ravel(), minlength=rows.size).reshape(rows.shape).astype(np.float64)


def interval_of(row: Floats) -> Interval:
    """The middle 95 % of a metric's draws; none where most draws leave the metric undefined."""
    kept = row[~np.isnan(row)]
    if len(kept) < 0.5 * len(row) or len(kept) < 2:
        return Interval(None, None)
    low, high = np.percentile(kept, [2.5, 97.5])
    return Interval(float(low), float(high))


def divided(top: Floats, bottom: Floats) -> Floats:
    """top / bottom, NaN where there is nothing to divide by."""
    quotient: Floats = np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=bottom > 0)
    return quotient


def share(top: Floats, bottom: Floats, weights: Floats) -> Floats:
    """The sum of one per-case column over the sum of another, for each draw."""
    return divided(weights @ top, weights @ bottom)
