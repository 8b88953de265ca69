"""How long the reader takes over eight passages of 120 words, and what memory it holds.

    python bench/reader.py [--rounds 50] [--passages 8] [--words 120] [--threads 0] [READER_DIR]

The passages are cut from the sample article, none like another; the questions are the sample suite's. The
resident memory is that of a process that has imported nothing else, before and after.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from index.articles import Passage, ScoredPassage
from index.sources import read_source
from qa.span_reader import SHIPPED, load_reader

ROOT = Path(__file__).parents[1]


def passages(count: int, words: int) -> list[ScoredPassage]:
    """Stretches of the sample article, each beginning a little after the one before."""
    (article,) = read_source(ROOT / "index" / "sample" / "us-strikes-kataib-hezbollah.txt")
    every = article.text.split()
    made = []
    for number in range(count):
        start = number * max(1, (len(every) - words) // count)
        text = " ".join(every[start : start + words])
        made.append(ScoredPassage(Passage(str(number), "a", text, 0, len(text)), 1.0, article.title))
    return made


def questions(count: int) -> list[str]:
    """The sample suite's questions, over and over."""
    lines = (ROOT / "eval" / "suites" / "sample.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    return list(islice(cycle(json.loads(line)["question"] for line in lines), count))


def megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reader", nargs="?", type=Path, default=SHIPPED)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--passages", type=int, default=8)
    parser.add_argument("--words", type=int, default=120)
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    before = megabytes()
    reader = load_reader(asked.reader, threads=asked.threads)
    found = passages(asked.passages, asked.words)
    reader.read("Who denied responsibility?", found)
    times = []
    for question in questions(asked.rounds):
        began = perf_counter()
        reader.read(question, found)
        times.append((perf_counter() - began) * 1000)
    times.sort()
    print(f"{asked.passages} passages of {asked.words} words, {asked.rounds} questions")
    print(f"median {statistics.median(times):.0f} ms, 95th percentile {times[int(0.95 * len(times))]:.0f} ms")
    print(f"memory {megabytes():.0f} MB at most, {before:.0f} MB before the reader was loaded")


if __name__ == "__main__":
    main()
