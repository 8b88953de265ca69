"""From 1,000 to 1,000,000 passages: how long retrieving takes, and what memory and disk, beside llama-index.

    byline --archive DIR ingest ARTICLES.jsonl.gz
    python bench/curve.py DIR QUESTIONS.jsonl FOLDER [--sizes 1000 10000 …] [--rounds 1]
    python bench/curve.py --plot FOLDER docs/curve.svg

Makes in FOLDER what is not there yet (see corpus.py: real passages as far as DIR has them, made-up ones
above), then asks both, in turn, each store in a process of its own: Byline's retriever, and llama-index's
over its ChromaVectorStore with HuggingFaceEmbedding(all-MiniLM-L6-v2), eight passages a question, on one
thread each (a second one only waits, which counts as processor time). Every measurement is added to
FOLDER/curve.jsonl; run again, it goes on with what is missing. A million passages take an hour to make.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus import build, llama_retriever, questions

SIZES = (1_000, 10_000, 50_000, 200_000, 1_000_000)
NAMES = ("byline", "llama-index")
K = 8
WARMING = 5  # questions


def byline_retriever(folder: Path) -> Callable[[str], Any]:
    from index.archive import Archive
    from index.retriever import HybridRetriever

    retriever = HybridRetriever(Archive.open(folder, threads=1))
    return lambda question: retriever.retrieve(question, K)


def measure(name: str, folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """In this process, warm: milliseconds of wall and of processor time, and megabytes.

    Processor time is that of all threads; a busy machine does not lengthen it. Of one question alone nothing
    is measured.
    """
    retrieve = byline_retriever(folder) if name == "byline" else llama_retriever(folder, K)
    for question in asked[:WARMING]:
        retrieve(question)
    if len(asked) == 1:
        return {}
    took, worked = [], []
    for question in asked:
        began, before = time.perf_counter(), time.process_time()
        retrieve(question)
        worked.append((time.process_time() - before) * 1000)
        took.append((time.perf_counter() - began) * 1000)
    return {
        "p50": statistics.median(took),
        "p95": sorted(took)[int(0.95 * len(took))],
        "cpu_p50": statistics.median(worked),
        "cpu_p95": sorted(worked)[int(0.95 * len(worked))],
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
    }


def measured_apart(name: str, folder: Path, asked: Path, count: int) -> dict[str, float]:
    """The same in a process of its own, and how long a process takes that asks one question and ends."""

    def run(count: int) -> dict[str, float]:
        command = [sys.executable, __file__, "--measure", name, folder, asked, count]
        environment = os.environ | {"ANONYMIZED_TELEMETRY": "False", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            list(map(str, command)), env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return figures

    figures = run(count)
    began = time.perf_counter()
    run(1)
    return {**figures, "cold_ms": (time.perf_counter() - began) * 1000}


def run(given: argparse.Namespace) -> None:
    results = given.folder / "curve.jsonl"
    given.folder.mkdir(parents=True, exist_ok=True)
    done = [(row["name"], row["passages"], row["round"]) for row in read(results)]
    for size in given.sizes:
        folders = {name: build(given.archive, given.folder, name, size) for name in NAMES}
        for number in range(given.rounds):
            for name in NAMES if number % 2 == 0 else NAMES[::-1]:
                if (name, size, number) in done:
                    continue
                figures = measured_apart(name, folders[name], given.questions, given.count)
                row = {"name": name, "passages": size, "round": number, **figures}
                with results.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(json.dumps(row), flush=True)


def read(results: Path) -> list[dict[str, Any]]:
    lines = results.read_text().splitlines() if results.exists() else []
    return [json.loads(line) for line in lines]


def middle(rows: Sequence[dict[str, Any]]) -> dict[str, dict[int, dict[str, float]]]:
    """The median of the rounds, by name and size."""
    found: dict[str, dict[int, dict[str, float]]] = {}
    for name in NAMES:
        for size in sorted({row["passages"] for row in rows if row["name"] == name}):
            own = [row for row in rows if (row["name"], row["passages"]) == (name, size)]
            keys = ("p50", "p95", "cpu_p50", "cpu_p95", "cold_ms", "memory_mb", "disk_mb")
            found.setdefault(name, {})[size] = {
                key: statistics.median(row[key] for row in own) for key in keys
            }
    return found


def plot(rows: Sequence[dict[str, Any]], target: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "byline", "font.size": 9})
    from matplotlib import pyplot

    panels = (
        ("cpu_p50", "processor time, ms (dashed: p95)"),
        ("memory_mb", "memory, MB"),
        ("disk_mb", "disk, MB"),
    )
    figure, axes = pyplot.subplots(1, 3, figsize=(10.5, 3.4), layout="constrained")
    for axis, (key, title) in zip(axes, panels, strict=True):
        for (name, points), color in zip(middle(rows).items(), ("#1f5fa8", "#b4561f"), strict=False):
            sizes = list(points)
            axis.plot(sizes, [points[n][key] for n in sizes], marker="o", ms=4, color=color, label=name)
            if key == "cpu_p50":
                axis.plot(sizes, [points[n]["cpu_p95"] for n in sizes], ls="--", lw=1, color=color)
        axis.set(xscale="log", yscale="log", xlabel="passages", title=title)
        axis.grid(alpha=0.3)
    axes[0].legend()
    figure.savefig(target, metadata={"Date": None})


def show(rows: Sequence[dict[str, Any]]) -> None:
    """The table of docs/performance.md."""
    print("\n| passages | | processor p50 | p95 | wall p50 | p95 | cold process | memory | disk |")
    print("|" + " ---: |" * 9)
    found = middle(rows)
    for size in sorted({row["passages"] for row in rows}):
        for name in NAMES:
            if of := found.get(name, {}).get(size):
                times = " | ".join(f"{of[key]:,.0f} ms" for key in ("cpu_p50", "cpu_p95", "p50", "p95"))
                print(
                    f"| {size:,} | {name} | {times} | {of['cold_ms'] / 1000:.1f} s "
                    f"| {of['memory_mb']:,.0f} MB | {of['disk_mb']:,.0f} MB |"
                )


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        name, folder, asked, count = sys.argv[2:]
        print(json.dumps(measure(name, Path(folder), questions(Path(asked), int(count)))), flush=True)
        os._exit(0)  # Chroma and torch take their time to leave
    if sys.argv[1:2] == ["--plot"]:
        rows = read(Path(sys.argv[2]) / "curve.jsonl")
        show(rows)
        plot(rows, Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    run(given)
    show(read(given.folder / "curve.jsonl"))


if __name__ == "__main__":
    main()
