"""The model card: what the reader is, how long it was trained and on what, and what it measured."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from qa.training.ablations import table
from qa.training.calibrate import LOST
from qa.training.export import QUANTISED
from qa.training.mix import SHARE

Figures = dict[str, dict[str, float]]
RECIPE = (
    "What the run is made of:",
    "",
    "- Questions that stand alone are read beside other paragraphs of their article and beside passages",
    "  that a word search ranks high without the answer; some are asked with another name or year in them.",
    "- All windows of a question are normalised together (Clark and Gardner 2018), beside each one alone.",
    "- `news-judged`: quiz questions with passages that a search finds, each judged whether it answers, and",
    "  where (`qa/training/judged_quizzes.jsonl`); a fifth of all quiz questions is held out.",
    "- `news`: of a quiz question that was not judged, every occurrence of the answer.",
    "- `wire`: questions made by rule from news sentences, beside look-alikes (`qa/training/wire.py`).",
    "- `near-miss`: questions made by rule that the passage does not answer (`qa/training/near_misses.py`).",
    "- `written`, `written-paragraphs`: questions written for training over news articles and over",
    "  encyclopedia paragraphs, two in five of them near misses (`qa/training/written_questions.jsonl`; what",
    "  they were written over is named, not shipped).",
    "- `twins`: questions of the public data with a word or two changed, so that their paragraph answers",
    "  them no more though the old answer still tempts (in the same file).",
    "- Questions over one sentence are asked, two times in five, over a paragraph of such sentences.",
    "- The article's title stands before the passage, three times in four. Its date does not.",
    "- No teacher: there was no GPU. all-mpnet-base-v2 (110 M), trained as one on two cores for 57 minutes",
    "  and 2.6 M tokens, still read worse than the reader that it was to teach: F1 77.8 for 81.9 on 200",
    "  questions of SQuADShifts wiki, 56.7 for 67.6 on 300 of SQuAD 2.0.",
    "- int8 by channel, dynamic; a few outlier features of each feed-forward layer stay float",
    "  (`qa/training/outliers.py`).",
)


def write_card(
    directory: Path,
    trained: dict[str, Any],
    quantised: Figures,
    floating: Figures,
    calibrated: dict[str, Any],
) -> None:
    """Write `model.json` (every figure, for programs) and `MODEL_CARD.md` (for people) into the directory."""
    record = {
        "sha256": hashlib.sha256((directory / QUANTISED).read_bytes()).hexdigest(),
        "trained": trained,
        "dev_int8": quantised,
        "dev_float": floating,
        **calibrated,
    }
    (directory / "model.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (directory / "MODEL_CARD.md").write_text(_card(record, directory), encoding="utf-8")


def _card(record: dict[str, Any], directory: Path) -> str:
    trained, megabytes = record["trained"], (directory / QUANTISED).stat().st_size / 1e6
    shares = trained["parts"][-1].get("shares", SHARE)
    lines = [
        "# The reader",
        "",
        f"A span reader (BERT, 6 layers, 22 M parameters) as int8 ONNX, {megabytes:.1f} MB. Made by",
        "`python -m qa.training`; every figure here is its own; `model.json` has them all.",
        "",
        "## Training",
        "",
        *(["The mean of the weights of:", ""] if len(trained["parts"]) > 1 else []),
        *(_part(part) for part in trained["parts"]),
        "",
        *RECIPE,
        "",
        *([trained["note"], ""] if trained["note"] else []),
        *_ablated(trained.get("ablations", {})),
        "| source | questions read in a pass of the last run, of one written |",
        "| --- | ---: |",
        *(f"| {source} | {share:g} |" for source, share in sorted(shares.items(), key=lambda row: -row[1])),
        "",
        "Any other source is read whole.",
        "",
        "## Reading comprehension (dev, per cent)",
        "",
        "Each question against its own context. A source with unanswerable questions is scored whole, at the",
        "null threshold that serves its F1 best.",
        "",
        "| source | n | exact match | F1 | F1 of the float model |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for source, row in record["dev_int8"].items():
        other = record["dev_float"][source]
        lines.append(
            f"| {source} | {row['n']:,.0f} | {_whole(row, 'exact_match'):.1f} | {_whole(row, 'f1'):.1f} "
            f"| {_whole(other, 'f1'):.1f} |"
        )
    lines += [
        "",
        "## Asking an archive (out of sample, ten folds)",
        "",
        "`news`: held-out quiz questions of 2023 over the articles listed with them; `standalone`: questions",
        "like them that were written over an article; `withheld`: the same with every article that holds the",
        "answer left out; `wire`: questions written over one article, many of them near misses.",
        "",
        "| kind | n | exact match | F1 | right answers lost | refused | AUROC |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, row in record["by_kind"].items():
        names = ("exact_match", "f1", "right_answers_lost", "refused", "auroc")
        cells = " | ".join(f"{100 * row[name]:.1f}" if name in row else "" for name in names)
        lines.append(f"| {kind} | {row['n']} | {cells} |")
    lines += [
        "",
        f"AUROC of confidence, `news` against `news, withheld`: {100 * record['news_auroc']:.1f}.",
        f"Expected calibration error over all: {record['ece']:.3f}.",
        f"Threshold over an archive: {record['calibration']['threshold']:.3f}, at which "
        f"{100 * LOST:.0f} % of the",
        "right answers are lost. Over a single article, where near misses are the danger:",
        f"{record['calibration']['alone']:.3f}, which serves best.",
        "",
        "| coverage | risk | confidence from |",
        "| ---: | ---: | ---: |",
    ]
    lines += [f"| {100 * c:.0f} % | {100 * r:.1f} % | {t:.3f} |" for c, r, t in record["risk_coverage"]]
    return "\n".join(lines) + "\n"


def _ablated(rows: Figures) -> list[str]:
    if not rows:
        return []
    return [
        "What each part gives, in short runs from `reader-start` that differ in it alone (per cent; a",
        "difference of less than about two is noise):",
        "",
        *table(rows),
        "",
    ]


def _part(part: dict[str, Any]) -> str:
    dropout = f", dropout {part['dropout']:g}" if part.get("dropout") else ""
    return (
        f"- {100 * part['share']:.0f} %: from `{part['start']}`, {part['seconds'] / 60:.0f} minutes, "
        f"{part['steps']:,} steps, {part['tokens'] / 1e6:.1f} M tokens; batches of "
        f"{part['batch_tokens']:,} tokens, peak rate {part['peak_rate']:.1e}, seed {part['seed']}"
        f"{dropout}."
    )


def _whole(row: dict[str, float], name: str) -> float:
    return row.get(name, row[f"{name}_answerable"])
