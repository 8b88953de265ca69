"""A program for test_killed.py: ingests, edits and removes, is killed at a random point, and does it again.

    python tests/index/killed.py FOLDER SEED TIMES

For each time it forks a writer and kills it with SIGKILL after a while drawn from the length of a whole
run, twice over on the same archive; then another does the same work to its end. Prints one JSON object a
line: how far the killed one came, and what is wrong with the archive that the last one left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import chromadb  # noqa: F401 (imported before the fork: each writer would take a second for it)
from conftest import WordEmbedder, made_up_article

from index import ingest
from index.archive import Archive
from index.splitter import split

FIRST = [made_up_article(number) for number in range(30)]
EDITED = [replace(article, text=article.text.replace("Friday", "Monday")) for article in FIRST[:6]]
REMOVED = [article.article_id for article in FIRST[10:16]]
LATER = [made_up_article(number) for number in range(30, 40)]
WANTED = {
    article.article_id: article for article in FIRST + EDITED + LATER if article.article_id not in REMOVED
}

# Small steps, so that there are many moments between two of them.
ingest._COMMIT_ARTICLES = 4
ingest._EMBED_PASSAGES = 16
ingest.PUBLISH_SECONDS = 0.02


def work(folder: Path) -> None:
    with Archive.open(folder, embedder=WordEmbedder()) as archive:
        archive.ingest(FIRST)
        archive.ingest(EDITED)
        archive.remove(REMOVED)
        archive.ingest(LATER)


def faults(folder: Path) -> list[str]:
    """What is not as it should be; empty when nothing was lost or doubled."""
    with Archive.open(folder, embedder=WordEmbedder()) as archive:
        found = [problem.message for problem in archive.check()]
        if {article.article_id: article for article in archive.articles()} != WANTED:
            found.append("the articles are not those that went in")
        passages = sorted(passage.passage_id for article in WANTED.values() for passage in split(article))
        if sorted(archive.catalog.embedded_ids()) != passages:
            found.append("the passages are not those of the articles")
        if archive.vectors is None or sorted(archive.vectors.ids()) != passages:
            found.append("the vectors are not those of the passages")
        if len(list((folder / "vectors").iterdir())) != 1:
            found.append("drafts are left lying")
    return found


def forked(task: Callable[[], object]) -> int:
    """Run the task in a process of its own, whose id is returned at once."""
    pid = os.fork()
    if pid:
        return pid
    try:
        task()
    except BaseException:  # noqa: BLE001 (a fork must not go on with its parent's program)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def whole(task: Callable[[], object]) -> float:
    """Run the task to its end in another process; the seconds it took. Raises if it failed."""
    began = time.monotonic()
    if os.waitpid(forked(task), 0)[1]:
        raise RuntimeError(f"{task} failed")
    return time.monotonic() - began


def report(folder: Path, killed_after: list[float]) -> None:
    print(json.dumps({"killed_after": killed_after, "faults": faults(folder)}), flush=True)


def main(scratch: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    seconds = whole(lambda: work(scratch / "whole"))
    for number in range(times):
        folder = scratch / str(number)
        killed_after = []
        for _ in range(2):
            pid = forked(lambda folder=folder: work(folder))
            killed_after.append(chance.uniform(0, seconds))
            time.sleep(killed_after[-1])
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        whole(lambda folder=folder: work(folder))
        whole(lambda folder=folder, after=killed_after: report(folder, after))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
