"""`--fail-under em=0.8,citation_precision=0.95`: the bounds that a run must reach, and those it does not."""

from __future__ import annotations

import math
from collections.abc import Mapping

from eval.glossary import GLOSSARY
from eval.metrics import lower_is_better
from eval.report import Report


def parse_bounds(text: str) -> dict[str, float]:
    """Bounds by metric; raises ValueError with a sentence for a name or a number that is none.

    >>> parse_bounds("em=0.8, f1=.85")
    {'em': 0.8, 'f1': 0.85}
    """
    bounds: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, given = (side.strip() for side in part.partition("="))
        if name not in GLOSSARY:
            raise ValueError(f"{name!r} is no metric; the metrics are {', '.join(GLOSSARY)}.")
        if lower_is_better(name):
            raise ValueError(f"{name!r} is better when it is lower, so it cannot fall short; leave it out.")
        try:
            bounds[name] = float(given)
        except ValueError:
            raise ValueError(f"{part!r} is not of the form metric=number.") from None
        if not math.isfinite(bounds[name]):
            raise ValueError(f"{part!r} is not a bound; give a number like 0.8.")
    return bounds


def shortfalls(report: Report, bounds: Mapping[str, float]) -> list[str]:
    """A sentence for everything that makes the run fail, none where it is sound."""
    failed = []
    for name, bound in bounds.items():
        figure = report.metrics.get(name)
        if figure is None or figure.value is None:
            failed.append(
                f"{name} has no value in this run (no case has the gold for it), and {bound:g} is wanted."
            )
        elif figure.value < bound:
            failed.append(f"{name} is {figure.value:.4f}, under {bound:g}.")
    if report.unfaithful:
        value = report.metrics["quote_fidelity"].value
        failed.append(f"quote_fidelity is {value:.4f}: a quote is not in its article at its place.")
    if report.crashed:
        names = ", ".join(repr(result.id) for result in report.crashed[:10])
        more = f" and {len(report.crashed) - 10} more" if len(report.crashed) > 10 else ""
        failed.append(
            f"{len(report.crashed)} crashed without a score: {names}{more}; report.html has each error."
        )
    return failed
