"""What a run came to: `report.json` for programs, and one self-contained `report.html` for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval import abstaining, plots
from eval.bootstrap import RESAMPLES, SEED
from eval.columns import table
from eval.environment import commit, machine, versions
from eval.glossary import GLOSSARY, HEADLINES, LABELS
from eval.metrics import Figure, figures, is_share, lower_is_better, sliced
from eval.results import CaseResult

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run: what was run, the figures over all cases and by tag, and every case.

    `settings` decide the results (suite, reader, threshold, …); `about` is what else there is to know
    (workers, when, how long).
    """

    settings: Mapping[str, Any]
    about: Mapping[str, Any]
    metrics: Mapping[str, Figure]
    slices: Mapping[str, Mapping[str, Figure]]
    results: Sequence[CaseResult]

    @property
    def counted(self) -> str:
        """How many cases there are, in words."""
        twins = sum(result.twin_of is not None for result in self.results)
        cases = len(self.results) - twins
        return (
            f"{cases} cases, {twins} of them again with their evidence withheld"
            if twins
            else f"{cases} cases"
        )

    @property
    def spent(self) -> str:
        """What an LLM took for all cases, in words; "" where none was asked."""
        asked = [result for result in self.results if result.tokens_in is not None]
        if not asked:
            return ""
        read, written = (sum(getattr(r, name) or 0 for r in asked) for name in ("tokens_in", "tokens_out"))
        ours = sum(result.tokens_counted for result in asked)
        said = f"The LLM read {read:,} tokens and wrote {written:,}"
        if ours:
            said += f", in {ours} of {len(asked)} cases as they were counted here, since it did not say"
        costs = [result.cost for result in asked if result.cost is not None]
        return said + (f"; it cost {sum(costs):,.3g} in all." if costs else ".")

    @property
    def instead(self) -> Mapping[str, int]:
        """Why the answers are the reader's where an LLM was asked, the most frequent reason first."""
        return dict(Counter(result.note for result in self.results if result.note).most_common())

    @property
    def judging(self) -> str:
        """Who judged, of how many answers, and what that took, in words; "" where there was no judge."""
        judge = self.settings.get("judge")
        if judge is None:
            return ""
        asked = [result.verdict for result in self.results if result.verdict]
        read, written = sum(one.tokens_in for one in asked), sum(one.tokens_out for one in asked)
        said = f"Answers put to the judge {judge['model']}: {len(asked)}"
        if none := sum(self.unjudged.values()):
            said += f", without a verdict {none}"
        said += f"; it read {read:,} tokens and wrote {written:,}"
        ours = sum(one.tokens_counted for one in asked)
        return said + (f", {ours} times as they were counted here." if ours else ".")

    @property
    def unjudged(self) -> Mapping[str, int]:
        """Why a judge gave no verdict, the most frequent reason first."""
        notes = (result.verdict.note for result in self.results if result.verdict)
        return dict(Counter(note for note in notes if note).most_common())

    @property
    def crashed(self) -> list[CaseResult]:
        """The cases that raised."""
        return [result for result in self.results if result.error is not None]

    @property
    def unfaithful(self) -> bool:
        """Whether any quote is not in its article at the offsets given: the run fails."""
        fidelity = self.metrics.get("quote_fidelity")
        return fidelity is not None and fidelity.value != 1.0

    def to_json(self) -> dict[str, Any]:
        """The contract's `report.json`. Passages are named, not repeated; `cases.jsonl` has their text."""
        return {
            "settings": dict(self.settings),
            **self.about,
            "versions": versions(),
            "machine": machine(),
            "commit": commit(),
            "seeds": {"bootstrap": SEED, "resamples": RESAMPLES},
            "metrics": _figures_json(self.metrics),
            "slices": {tag: _figures_json(metrics) for tag, metrics in self.slices.items()},
            "buckets": dict(Counter(result.bucket for result in self.results).most_common()),
            "instead": dict(self.instead),
            "unjudged": dict(self.unjudged),
            "crashed": [result.id for result in self.crashed],
            "cases": [_case_json(result) for result in self.results],
        }


def build_report(
    results: Sequence[CaseResult], settings: Mapping[str, Any], about: Mapping[str, Any]
) -> Report:
    """Work out every figure of a run."""
    return Report(settings, about, figures(results), sliced(results), results)


def write_report(report: Report, folder: Path) -> None:
    """Write report.json and report.html into the run's folder."""
    payload = report.to_json()
    text = json.dumps(payload, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    page = render("report.html", _page(report, payload))
    (folder / "report.html").write_text(page, encoding="utf-8", errors="backslashreplace")


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a page's template; every value is escaped unless it is Markup made here."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"figure": shown, "interval": interval, "island": island}
    return environment.get_template(template).render(values)


def shown(name: str, value: float | None) -> str:
    """A metric's value as people read it: milliseconds and tokens whole, shares to three places."""
    if value is None:
        return "–"
    if name == "cost":
        return f"{value:.3g}"
    return f"{value:.3f}" if is_share(name) else f"{value:,.0f}" + " ms" * name.endswith("_ms")


def interval(name: str, figure: Figure) -> str:
    """The 95 % interval as text, empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{shown(name, figure.low).removesuffix(' ms')} – {shown(name, figure.high)}"


def island(value: Any) -> Markup:
    """Data for a page's script, as JSON that no text inside can end or break out of."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    unsafe = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return Markup("".join(unsafe.get(letter, letter) for letter in text))


def _page(report: Report, payload: Mapping[str, Any]) -> dict[str, Any]:
    rows = table(report.results)
    texts = {p.passage_id: [p.title, p.text] for result in report.results for p in result.passages}
    return {
        "report": report,
        "payload": payload,
        "headlines": [(n, report.metrics[n]) for n in HEADLINES if n in report.metrics],
        "glossary": GLOSSARY,
        "labels": LABELS,
        "lower_is_better": lower_is_better,
        "bars": {name: Markup(_bar(name, figure)) for name, figure in report.metrics.items()},
        "plots": [(title, note, Markup(svg)) for title, note, svg in _plots(report, rows)],
        "data": {"cases": [_case_data(result) for result in report.results], "passages": texts},
    }


def _bar(name: str, figure: Figure) -> str:
    return plots.whisker(figure) if is_share(name) else ""


def _plots(report: Report, rows: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    curve = abstaining.risk_coverage(dict(rows))
    if curve:
        note = "Answering the most confident questions first: how many of the answers are wrong."
        drawn = plots.risk_coverage(curve, report.settings.get("threshold"))
        found.append(("Risk and coverage", note, drawn))
        note = "Where the dots lie on the diagonal, a confidence of 70 % is right in 70 % of the cases."
        found.append(("Calibration", note, plots.calibration(abstaining.reliability(dict(rows)))))
    series = {
        label: [
            (int(n.rpartition("_")[2]), f) for n, f in report.metrics.items() if n.startswith(f"{name}_at_")
        ]
        for label, name in (
            ("gold quote found", "success"),
            ("recall", "recall"),
            ("answer string", "answer"),
        )
    }
    series = {label: [(k, f) for k, f in points if f.value is not None] for label, points in series.items()}
    if any(series.values()):
        note = "How often what is looked for is among the first k passages."
        found.append(("Retrieval at k", note, plots.at_k({n: p for n, p in series.items() if p})))
    sure = {
        label: [float(v) for v in rows["withheld_confidence"][rows["withheld"] == twin] if not np.isnan(v)]
        for label, twin in (("evidence there", 0), ("withheld", 1))
    }
    if all(sure.values()):
        note = "The further apart, the better the confidence tells the two. Share with no more than so much."
        found.append(("With and without evidence", note, plots.confidence(dict(sure))))
    times = {
        label: [value for r in report.results if (value := getattr(r, f"{name}_ms")) is not None]
        for label, name in (("whole answer", "total"), ("retrieving", "retrieve"), ("reading", "read"))
    }
    if any(times.values()):
        note = f"The share of the cases done in time, measured with {report.about.get('workers')} at once."
        found.append(("Latency", note, plots.latency({n: v for n, v in times.items() if v})))
    return found


def _figures_json(metrics: Mapping[str, Figure]) -> dict[str, dict[str, float | int | None]]:
    return {name: figure.to_json() for name, figure in metrics.items()}


def _case_json(result: CaseResult) -> dict[str, Any]:
    whole = result.model_dump(exclude={"passages", "relevant_ids"})
    return {**whole, "passages": [passage.passage_id for passage in result.passages]}


def _case_data(result: CaseResult) -> dict[str, Any]:
    whole = result.model_dump(exclude={"passages", "relevant_ids", "best_em"})
    passages = [[p.passage_id, p.score, p.relevant, p.says_answer] for p in result.passages]
    return {**whole, "passages": passages}
