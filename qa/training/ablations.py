"""What each step of the recipe gives: the same short run without the step, and the figures side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qa.training.train import Plan

WHOLE = "everything"


@dataclass(frozen=True, slots=True)
class Ablation:
    """A change to the plan of a run: `plan` and `context` by field, `shares` by source."""

    plan: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)

    def of(self, plan: Plan) -> Plan:
        """The plan with the change made."""
        return replace(
            plan,
            context=replace(plan.context, **self.context),
            shares=plan.shares | dict(self.shares),
            **self.plan,
        )


# In the order of the recipe. Each is named by what the run goes without; the last adds what it has not.
ABLATIONS = {
    WHOLE: Ablation(),
    "without other passages beside the right one": Ablation(context={"windows": 1}),
    "without questions that the passage does not answer": Ablation(
        shares={"swapped": 0.0, "wire-swapped": 0.0, "near-miss": 0.0}
    ),
    "without one norm over all passages": Ablation(plan={"together": 0.0}),
    "without news quizzes": Ablation(shares={"news": 0.0}),
    "without questions made from news": Ablation(shares={"wire": 0.0, "wire-swapped": 0.0, "near-miss": 0.0}),
    "without the title": Ablation(context={"titles": 0.0}),
    "without dropout": Ablation(plan={"dropout": 0.0}),
    "with the date before the title": Ablation(context={"dates": 1.0}),
}


def figures_of(dev: Mapping[str, Mapping[str, float]], asked: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a run, in per cent: F1 of every dev source, and what asking an archive gave."""
    figures = {f"{source} F1": row.get("f1", row["f1_answerable"]) for source, row in dev.items()}
    news, wire = asked["by_kind"]["news"], asked["by_kind"]["wire"]
    return figures | {
        "news EM": 100 * news["exact_match"],
        "news F1": 100 * news["f1"],
        "withheld AUROC": 100 * asked["news_auroc"],
        "wire AUROC": 100 * wire["auroc"],
    }


def table(rows: Mapping[str, Mapping[str, float]]) -> Sequence[str]:
    """The lines of a Markdown table: a row a run, a column a figure."""
    columns = list(next(iter(rows.values())))
    lines = [f"| run | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    for name, figures in rows.items():
        lines.append(f"| {name} | {' | '.join(f'{figures[column]:.1f}' for column in columns)} |")
    return lines
