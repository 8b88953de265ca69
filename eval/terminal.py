"""A run and a comparison as tables on stdout."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.compare import Comparison
from eval.report import Report, interval, shown

WIDE = 90  # columns from which p has room beside the interval, which says the same


def print_report(report: Report) -> None:
    """The figures, what became of the cases, and where the report is."""
    console = Console()
    heading = f"{report.settings['suite']}: {report.counted}; {report.settings['system']}"
    console.print(escape(heading), soft_wrap=True, highlight=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, side in (("metric", "left"), ("value", "right"), ("95 % interval", "right"), ("n", "right")):
        table.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    for name, figure in report.metrics.items():
        table.add_row(name, shown(name, figure.value), interval(name, figure), f"{figure.n:,}")
    console.print(table)
    counts = Counter(result.bucket for result in report.results)
    console.print("  ".join(f"{bucket}: {count}" for bucket, count in counts.most_common()))
    for note, count in report.instead.items():
        times = f"The reader answered in the LLM's stead ({count} of {len(report.results)}): {note}"
        console.print(escape(times), soft_wrap=True, highlight=False)
    if report.spent:
        console.print(escape(report.spent), soft_wrap=True, highlight=False)
    if report.judging:
        console.print(escape(report.judging), soft_wrap=True, highlight=False)
    for note, count in report.unjudged.items():
        console.print(escape(f"No verdict ({count}): {note}"), soft_wrap=True, highlight=False)
    page = Path(report.about["folder"]) / "report.html"
    console.print(f"The whole report: {escape(str(page))}", soft_wrap=True)


def print_comparison(comparison: Comparison, page: Path) -> None:
    """The differences with their intervals, McNemar's test, and the cases that flipped."""
    console = Console()
    title = f"{comparison.name_b} against {comparison.name_a}: {comparison.cases} cases in both"
    if comparison.left_out:
        title += f"; {comparison.left_out} in one alone, crashed, or with other gold, are left out"
    console.print(escape(title), soft_wrap=True, highlight=False)
    for name, (a, b) in comparison.changed.items():
        console.print(escape(f"  {name}: {a!r:.60} | {b!r:.60}"), soft_wrap=True, highlight=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    names = ("metric", "A", "B", "B − A", "95 % interval", "p", "n", "")
    kept = [name for name in names if name != "p" or console.width >= WIDE]
    for name in kept:
        table.add_column(name, justify="left" if name in {"metric", ""} else "right", no_wrap=True)
    for row in comparison.differences:
        table.add_row(*(cell for name, cell in zip(names, row.cells(), strict=True) if name in kept))
    console.print(table)
    for run, name, value in comparison.alone:
        console.print(escape(f"Only {run}: {name} {value}"), soft_wrap=True, highlight=False)
    console.print(escape(comparison.mcnemar_sentence()), soft_wrap=True)
    for label, flips in (("Only B is right", comparison.gained), ("Only A is right", comparison.lost)):
        console.print(f"\n{label}: {len(flips)}")
        for flip in flips[:15]:
            said = f"[A: {flip.a.answer!r:.50} | B: {flip.b.answer!r:.50}]"
            line = f"  {flip.a.id}: {flip.a.question[:90]}  {said}"
            console.print(escape(line), soft_wrap=True)
        if len(flips) > 15:
            console.print(f"  … and {len(flips) - 15} more, in the page")
    console.print(f"\nThe whole comparison: {escape(str(page))}", soft_wrap=True)
