"""All figures of a run, each with n and a 95 % interval, over all cases and for each tag.

Cases are the rows of a table (see `eval.columns`). A Metric is a function of weights over the rows, so that
the point estimate (weights of one) and every bootstrap resample come from the same few lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from eval import abstaining
from eval.bootstrap import RESAMPLES, SEED, Floats, intervals, share
from eval.columns import TIMES, Table, groups, table
from eval.results import CaseResult


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric's value over n cases, with its 95 % interval; None where nothing can be said."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    def to_json(self) -> dict[str, float | int | None]:
        """The contract's shape."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def lower_is_better(name: str) -> bool:
    """Whether a smaller value of this metric is the better one."""
    return name in {"aurc", "ece"} or not is_share(name)


def is_share(name: str) -> bool:
    """Whether a metric is a share or a score, and not an amount: milliseconds, tokens, a cost."""
    return not (name.endswith("_ms") or name.startswith("tokens_") or name == "cost")


@dataclass(frozen=True, slots=True)
class Metric:
    """A name, the function of weights (draws, cases) -> (draws,), and the number of cases it speaks of."""

    name: str
    of: Callable[[Floats], Floats]
    n: int


def metrics_of(rows: Table) -> list[Metric]:
    """Every metric that the table's columns can carry, in the order of the report."""
    answerable = rows["answerable"]
    found = [
        _mean("em", rows["em"]),
        _mean("f1", rows["f1"]),
        _mean("em_answerable", np.where(answerable == 1, rows["em"], np.nan)),
        _mean("f1_answerable", np.where(answerable == 1, rows["f1"], np.nan)),
        _mean("said", rows["said"]),
        _mean("judged", rows["judged"]),
        _mean("answered", rows["answered"]),
    ]
    ranked = [name for name in rows if "_at_" in name or name == "mrr"]
    found += [_mean(name, rows[name]) for name in ranked]
    found += [_mean(name, rows[name]) for name in ("citation_precision", "citation_recall")]
    found.append(_ratio("quote_fidelity", rows["exact_quotes"], rows["quotes"]))
    found += [_mean(name, rows[name]) for name in ("written", "alce_recall", "alce_precision")]
    found.append(_ratio("sentences_supported", *(_known(rows[n]) for n in ("supported", "sentences"))))
    found += [_mean(name, rows[name]) for name in ("tokens_in", "tokens_out", "cost")]
    found += [Metric(*parts) for parts in abstaining.metrics(rows)]
    for name, column in TIMES.items():
        found += [_quantile(f"{name}_p{percent}_ms", rows[column], percent / 100) for percent in (50, 95)]
    return [metric for metric in found if metric.n]


def figures(
    results: Sequence[CaseResult], *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Figure]:
    """Every metric of some results. Crashed cases have no score in any of them."""
    return _figures(table(results), resamples, seed)


def sliced(
    results: Sequence[CaseResult], *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, dict[str, Figure]]:
    """The same for the cases of each tag, by tag."""
    rows = table(results)
    tags = sorted({tag for result in results for tag in result.tags})
    masks = {tag: np.array([tag in result.tags for result in results]) for tag in tags}
    return {
        tag: _figures({name: column[mask] for name, column in rows.items()}, resamples, seed)
        for tag, mask in masks.items()
    }


def stack(metrics: Sequence[Metric]) -> Callable[[Floats], Floats]:
    """Several metrics as one function: weights (draws, cases) -> (metrics, draws)."""
    return lambda weights: np.stack([metric.of(weights) for metric in metrics])


def _figures(rows: Table, resamples: int, seed: int) -> dict[str, Figure]:
    metrics = metrics_of(rows)
    n = len(rows["em"])
    if not metrics or not n:
        return {}
    points = stack(metrics)(np.ones((1, n)))[:, 0]
    bounds = intervals(stack(metrics), n, groups=groups(rows), resamples=resamples, seed=seed)
    return {
        metric.name: Figure(None if math.isnan(point) else float(point), bound.low, bound.high, metric.n)
        for metric, point, bound in zip(metrics, points, bounds, strict=True)
    }


def _mean(name: str, values: Floats) -> Metric:
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    return Metric(name, partial(share, filled, known.astype(np.float64)), int(known.sum()))


def _ratio(name: str, top: Floats, bottom: Floats) -> Metric:
    """A share of things of which a case may hold several; n counts the things."""
    return Metric(name, partial(share, top, bottom), int(bottom.sum()))


def _known(values: Floats) -> Floats:
    return np.nan_to_num(values)


def _quantile(name: str, values: Floats, quantile: float) -> Metric:
    """The smallest observed value that at least this share of the cases do not exceed."""
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    ranked = values[order]

    def of(weights: Floats) -> Floats:
        total = np.cumsum(weights[:, order], axis=1)
        drawn = total[:, -1]
        at = np.argmax(total >= quantile * drawn[:, None] - 1e-9, axis=1)
        found: Floats = np.where(drawn > 0, ranked[at], np.nan)
        return found

    return Metric(name, of, len(known))
