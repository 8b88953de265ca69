"""Whether one run is really better than another on the same cases.

Differences by the paired bootstrap (Efron and Tibshirani 1993; Koehn 2004): the same resampled cases for
both runs. What is right also by McNemar's exact test (1947) on the cases that only one run got right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from scipy import stats

from eval.bootstrap import RESAMPLES, SEED, Floats, draws, interval_of
from eval.columns import groups, table
from eval.glossary import GLOSSARY, LABELS
from eval.metrics import Metric, figures, is_share, lower_is_better, metrics_of, stack
from eval.plots import difference_bar
from eval.report import interval, render, shown
from eval.results import CaseResult
from eval.run import read_run
from index.errors import SuiteError


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in both runs; `low` and `high` bound B − A, `p` is two-sided, n is the second run's."""

    name: str
    a: float
    b: float
    low: float | None
    high: float | None
    p: float | None
    n: int

    @property
    def verdict(self) -> str:
        """Says "better" or "worse" where the interval leaves no difference out, empty otherwise.

        To answer more or fewer of the questions is neither.
        """
        if self.name == "answered" or self.low is None or self.high is None or self.low <= 0 <= self.high:
            return ""
        return "better" if (self.low > 0) != lower_is_better(self.name) else "worse"

    def cells(self) -> tuple[str, ...]:
        """The row of a table: name, A, B, difference, interval, p, n, verdict."""
        bounds = ""
        if self.low is not None and self.high is not None:
            bounds = f"{self._signed(self.low)}…{self._signed(self.high)}"
        p = "" if self.p is None else f"{self.p:.3f}" if self.p >= 0.001 else "< 0.001"
        values = (shown(self.name, self.a), shown(self.name, self.b), self._signed(self.b - self.a))
        return (self.name, *values, bounds, p, f"{self.n:,}", self.verdict)

    def _signed(self, value: float) -> str:
        if self.name == "cost":
            return f"{value:+.3g}"
        return f"{value:+.3f}" if is_share(self.name) else f"{round(value) + 0:+,}"


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that only one of the two runs got right."""

    a: CaseResult
    b: CaseResult


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `left_out` cases are not in both, crashed in one, or have other gold there.

    `alone` are figures that only one run has, an LLM's of its citations and tokens say: which, its name, and
    its value with the interval. `by` is what makes a case right: exact match, or where an LLM wrote in either
    run, that the gold answer is said.
    """

    name_a: str
    name_b: str
    changed: Mapping[str, tuple[Any, Any]]
    cases: int
    left_out: int
    differences: Sequence[Difference]
    gained: Sequence[Flip]
    lost: Sequence[Flip]
    alone: Sequence[tuple[str, str, str]] = ()
    by: str = "em"

    @property
    def mcnemar(self) -> float | None:
        """McNemar's exact two-sided p of the flips; None where nothing flipped."""
        flips = len(self.gained) + len(self.lost)
        return float(stats.binomtest(len(self.gained), flips, 0.5).pvalue) if flips else None

    def mcnemar_sentence(self) -> str:
        """The test in words."""
        judged = LABELS[self.by]
        if not any(difference.name == self.by for difference in self.differences):
            return f"{judged}: not scored in both runs."
        if self.mcnemar is None:
            return f"{judged}: no case flipped."
        counts = f"{len(self.gained)} cases only B got right, {len(self.lost)} only A"
        p = f"p = {self.mcnemar:.4f}" if self.mcnemar >= 0.0001 else "p < 0.0001"
        return f"{judged}: {counts}; McNemar's exact test gives {p}."


def compare_runs(
    folder_a: Path, folder_b: Path, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Comparison:
    """Compare the runs in two folders; raises SuiteError where they have no case in common."""
    (settings_a, by_id_a), (settings_b, by_id_b) = read_run(folder_a), read_run(folder_b)
    both = [(result, by_id_b[name]) for name, result in by_id_a.items() if name in by_id_b]
    pairs = [(a, b) for a, b in both if _alike(a, b)]
    if not pairs:
        raise SuiteError(
            f"The runs {str(folder_a)!r} and {str(folder_b)!r} have no finished case in common;"
            " compare two runs of the same suite."
        )
    judges = settings_a.get("judge"), settings_b.get("judge")
    if None not in judges and judges[0] != judges[1]:  # what they say of the runs says more of themselves
        pairs = [(_unjudged(a), _unjudged(b)) for a, b in pairs]
    by = "said" if any(one.writer for pair in pairs for one in pair) else "em"
    flips = [Flip(a, b) for a, b in pairs if a.twin_of is None and _flipped(a, b, by)]
    names = sorted({*settings_a, *settings_b})
    return Comparison(
        name_a=folder_a.name or str(folder_a),
        name_b=folder_b.name or str(folder_b),
        changed={
            name: (settings_a.get(name), settings_b.get(name))
            for name in names
            if settings_a.get(name) != settings_b.get(name)
        },
        cases=len(pairs),
        left_out=len({*by_id_a, *by_id_b}) - len(pairs),
        differences=_differences(pairs, resamples, seed),
        gained=[flip for flip in flips if getattr(flip.b, by)],
        lost=[flip for flip in flips if getattr(flip.a, by)],
        alone=_alone(pairs, resamples, seed),
        by=by,
    )


def _unjudged(result: CaseResult) -> CaseResult:
    return result.model_copy(update={"judged": None})


def _flipped(a: CaseResult, b: CaseResult, by: str) -> bool:
    scores = getattr(a, by), getattr(b, by)
    return None not in scores and scores[0] != scores[1]


def _alone(
    pairs: Sequence[tuple[CaseResult, CaseResult]], resamples: int, seed: int
) -> list[tuple[str, str, str]]:
    """The figures that only one of the runs has."""
    a, b = (figures(run, resamples=resamples, seed=seed) for run in zip(*pairs, strict=True))
    return [
        (run, name, f"{shown(name, figure.value)} ({interval(name, figure)}), n {figure.n:,}")
        for run, own, other in (("A", a, b), ("B", b, a))
        for name, figure in own.items()
        if name not in other
    ]


def _alike(a: CaseResult, b: CaseResult) -> bool:
    same = (a.question, a.answers, a.history, a.evidence) == (b.question, b.answers, b.history, b.evidence)
    return same and a.error is None and b.error is None


def _differences(
    pairs: Sequence[tuple[CaseResult, CaseResult]], resamples: int, seed: int
) -> list[Difference]:
    rows_a, rows_b = table([a for a, _ in pairs]), table([b for _, b in pairs])
    all_a = {metric.name: metric for metric in metrics_of(rows_a)}
    all_b = {metric.name: metric for metric in metrics_of(rows_b)}
    names = [name for name in all_a if name in all_b]
    if not names:
        return []
    of_a, of_b = stack([all_a[name] for name in names]), stack([all_b[name] for name in names])
    ones = np.ones((1, len(pairs)))
    points = zip(of_a(ones)[:, 0], of_b(ones)[:, 0], strict=True)
    drawn = draws(
        lambda weights: of_b(weights) - of_a(weights),
        len(pairs),
        groups=groups(rows_a),
        resamples=resamples,
        seed=seed,
    )
    return [
        _difference(all_b[name], float(a), float(b), row)
        for name, (a, b), row in zip(names, points, drawn, strict=True)
        if not (math.isnan(a) or math.isnan(b))
    ]


def _difference(metric: Metric, a: float, b: float, drawn: Floats) -> Difference:
    bounds, p = interval_of(drawn), None
    if bounds.low is not None:
        kept = drawn[~np.isnan(drawn)]
        tail = min(int((kept <= 0).sum()), int((kept >= 0).sum()))
        p = min(1.0, 2 * (tail + 1) / (len(kept) + 1))
    return Difference(metric.name, a, b, bounds.low, bounds.high, p, metric.n)


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the page: the differences drawn with their intervals, and every case that flipped."""
    shares = [d for d in comparison.differences if is_share(d.name)]
    reach = max((abs(v) for d in shares for v in (d.low, d.high, d.b - d.a) if v is not None), default=0.0)
    bars = {d.name: Markup(difference_bar(d.b - d.a, d.low, d.high, reach or 1.0)) for d in shares}
    values = {"comparison": comparison, "bars": bars, "glossary": GLOSSARY}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render("compare.html", values), encoding="utf-8", errors="backslashreplace")
