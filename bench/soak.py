"""Twenty people asking without a pause: how long they wait, whether anything fails, and whether memory grows.

    byline --archive DIR ingest ARTICLES.jsonl.gz
    python bench/soak.py DIR QUESTIONS.jsonl [--questions 2000] [--people 20]

Serves the archive with `byline chat`, asks over HTTP as other programs do, and reads the server's memory from
its own `/metrics` after every tenth of the questions. The questions are those of the file, over and over.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from ui.server import listening

STEPS = 10


@contextmanager
def served(archive: Path) -> Iterator[str]:
    """`byline chat` on a free port; gives its address."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-u", "-c", "from ui.cli import main; main()"),
        *("--archive", str(archive), "chat", "--port", str(port)),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    try:
        assert process.stdout
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert found, "the chat did not start"
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def asked(path: Path, count: int) -> list[str]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    questions = [row["question"] for row in rows if "question" in row]
    return list(itertools.islice(itertools.cycle(questions), count))


def memory(client: httpx.Client) -> float:
    """What the server holds now, in MB."""
    found = re.search(r"^process_resident_memory_bytes (\S+)", client.get("/metrics").text, re.MULTILINE)
    assert found
    return float(found[1]) / 2**20


def soak(client: httpx.Client, questions: Sequence[str], people: int) -> tuple[list[float], int]:
    """Milliseconds that each answer took, and how many failed."""

    def wait(question: str) -> tuple[float, bool]:
        began = time.perf_counter()
        answered = client.post("/api/ask", json={"question": question}).status_code == 200
        return (time.perf_counter() - began) * 1000, answered

    with ThreadPoolExecutor(people) as pool:
        told = list(pool.map(wait, questions))
    return [took for took, _ in told], sum(not answered for _, answered in told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--questions", dest="count", type=int, default=2000)
    parser.add_argument("--people", type=int, default=20)
    given = parser.parse_args()
    questions = asked(given.questions, given.count)
    waits: list[float] = []
    failed = 0
    step = -(-len(questions) // STEPS)
    limits = httpx.Limits(max_connections=given.people)
    with (
        served(given.archive.resolve()) as address,
        httpx.Client(base_url=address, timeout=120, limits=limits) as client,
    ):
        print(f"{0:>6} questions   {memory(client):5.0f} MB")
        began = time.perf_counter()
        for at in range(0, len(questions), step):
            more, wrong = soak(client, questions[at : at + step], given.people)
            waits += more
            failed += wrong
            print(f"{len(waits):>6} questions   {memory(client):5.0f} MB", flush=True)
        seconds = time.perf_counter() - began
    ordered = sorted(waits)
    p95 = ordered[int(0.95 * len(ordered))]
    print(
        f"{given.people} at once: p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, {failed} failed"
    )
    print(f"{len(waits) / seconds:.1f} questions/s")


if __name__ == "__main__":
    main()
