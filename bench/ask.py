"""How long an answer takes over a whole archive: warm, from a cold process, and with 1 to 20 asking at once.

    byline --archive DIR ingest ARTICLES.jsonl.gz
    python bench/ask.py DIR QUESTIONS.jsonl [--questions 200] [--cold 5] [--threads 0] [--beside FOLDER]

Warm figures are of one process that has its models loaded, split into retrieving and reading, and set beside
retrieval by words alone and by meaning alone over the same archive. A cold one is a whole `byline ask`, from
the shell's point of view. Memory is the most that the serving process has held. `--beside` puts the same
passages into a llama-index store in FOLDER, once, and asks its retriever the same questions, after Byline's:
each in a process of its own, warm and cold, and what it held (see curve.py, which does it from 1,000 to
1,000,000 passages).
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus import llama_index, questions
from curve import measured_apart

from index.archive import Archive
from index.retriever import HybridRetriever, Mode
from qa.answers import Answer
from qa.assistant import Assistant
from qa.span_reader import load_reader

MODES: tuple[Mode, ...] = ("bm25", "dense", "fused")
AT_ONCE = (1, 2, 5, 20)


def spread(milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)
    return f"p50 {statistics.median(ordered):6.0f} ms   p95 {ordered[int(0.95 * len(ordered))]:6.0f} ms"


def warm(assistant: Assistant, asked: Sequence[str]) -> list[Answer]:
    assistant.ask(asked[0])
    return [assistant.ask(question) for question in asked]


def at_once(assistant: Assistant, asked: Sequence[str], people: int) -> tuple[list[float], float]:
    """Milliseconds that each of them waited, and questions a second, with so many asking without a pause."""

    def wait(question: str) -> float:
        began = time.perf_counter()
        assistant.ask(question)
        return (time.perf_counter() - began) * 1000

    began = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        waits = list(pool.map(wait, asked))
    return waits, len(asked) / (time.perf_counter() - began)


def cold(archive: Path, question: str) -> float:
    command = [
        sys.executable,
        "-c",
        "from ui.cli import main; main()",
        "--archive",
        str(archive),
        "ask",
        question,
    ]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
    return (time.perf_counter() - began) * 1000


def beside(folder: Path, given: argparse.Namespace) -> None:
    """Retrieving alone, Byline and llama-index in turn."""
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.part")
        llama_index(draft, given.archive)
        draft.rename(folder)
    for name, place in (("byline", given.archive), ("llama-index", folder)):
        figures = measured_apart(name, place, given.questions, given.count)
        print(
            f"{name:>11}  retrieve  p50 {figures['p50']:6.0f} ms   p95 {figures['p95']:6.0f} ms   "
            f"cold process {figures['cold_ms'] / 1000:.1f} s   {figures['memory_mb']:.0f} MB at most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--questions", dest="count", type=int, default=200)
    parser.add_argument("--cold", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--beside", type=Path, metavar="FOLDER", help="of llama-index's store")
    asked = parser.parse_args()
    chosen = questions(asked.questions, asked.count)
    with Archive.open(asked.archive, threads=asked.threads) as archive:
        held = archive.status()
        print(f"{held.articles:,} articles, {held.passages:,} passages, {len(chosen)} questions")
        reader = load_reader(threads=asked.threads)
        for mode in MODES:
            retriever = HybridRetriever(archive, mode)
            answers = warm(Assistant(archive, reader=reader, retriever=retriever), chosen)
            timings = [answer.timings for answer in answers]
            print(f"{mode:>6}  whole     {spread([t.total_ms for t in timings])}")
            print(f"        retrieve  {spread([t.retrieve_ms for t in timings])}")
            print(f"        read      {spread([t.read_ms for t in timings])}")
        assistant = Assistant(archive, reader=reader)
        for people in AT_ONCE:
            waits, rate = at_once(assistant, chosen, people)
            print(f"{people:>2} at once           {spread(waits)}   {rate:.1f} questions/s")
        print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    times = [cold(asked.archive.resolve(), question) for question in chosen[: asked.cold]]
    print(f"cold process, of {len(times)}    {spread(times)}")
    if asked.beside:
        beside(asked.beside, asked)


if __name__ == "__main__":
    main()
