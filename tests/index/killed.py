"""A program for test_killed.py: ingests, edits, removes, repairs and embeds anew, is killed at a random
point, and does it again.

    PYTHONPATH=. python tests/index/killed.py FOLDER SEED TIMES

For each time it forks a writer and kills it with SIGKILL after a while drawn from the length of a whole
run, twice over on the same archive. After each kill the catalog must be sound and a question be answered: by
its words, and by the vectors too where there are any, half of a rebuild or not; then another does the same
work to its end. Prints one JSON object a line: when it was killed, and what was wrong with the archive after
the kills and after the last run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
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
from index.articles import Filters
from index.changes import content_hash
from index.retriever import HybridRetriever
from index.splitter import split
from index.vectors import VectorsDamagedError
from index.versions import earlier_id

FIRST = [made_up_article(number) for number in range(30)]
EDITED = [replace(article, text=article.text.replace("Friday", "Monday")) for article in FIRST[:6]]
UPDATED = [
    replace(article, text=f"{article.text} It rained.", modified="2021-01-01") for article in FIRST[7:9]
]
BEFORE = [
    replace(article, article_id=earlier_id(article.article_id, content_hash(article)))
    for article in FIRST[7:9]
]
REMOVED = [article.article_id for article in FIRST[10:16]]
LATER = [made_up_article(number) for number in range(30, 40)]
COPIES = [replace(FIRST[number], article_id=f"copy-{number}", source="Courier") for number in (3, 12, 20)]
WANTED = {
    article.article_id: article
    for article in FIRST + COPIES + EDITED + UPDATED + BEFORE + LATER
    if article.article_id not in REMOVED
}
VERSIONS = {article.article_id for article in BEFORE}
TWINS = {"copy-3": "report-3", "report-3": "copy-3", "copy-20": "report-20", "report-20": "copy-20"}

WORDS, OTHERS = WordEmbedder(), WordEmbedder("others", dim=48)

# Small steps, so that there are many moments between two of them.
ingest._COMMIT_ARTICLES = 4
ingest._EMBED_PASSAGES = 16
ingest.PUBLISH_SECONDS = 0.02


def work(folder: Path) -> None:
    """Everything that writes; the vectors are lost in between, and made again; at last the model changes."""
    with Archive.open(folder, embedder=WORDS) as archive:
        archive.check(repair=True)  # a killed one may have changed the model
        archive.ingest(FIRST + COPIES)
        archive.ingest(EDITED + UPDATED)
        archive.remove(REMOVED)
        shutil.rmtree(folder / "vectors")
        archive.check(repair=True)
        archive.ingest(LATER)
    with Archive.open(folder, embedder=OTHERS) as archive:
        archive.check(repair=True)


def model_of(folder: Path) -> WordEmbedder:
    """The one that the vectors are of, whenever a writer was killed."""
    with Archive.open(folder) as archive:
        return OTHERS if archive.status().model == OTHERS.name else WORDS


def faults_of_a_killed(folder: Path) -> list[str]:
    """What must not be, whenever a writer was killed."""
    found = []
    db = sqlite3.connect(folder / "catalog.sqlite3")
    if (said := db.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
        found.append(f"the catalog is damaged: {said}")
    db.close()
    with Archive.open(folder, embedder=model_of(folder)) as archive:
        file, words = archive.catalog.problems()
        found += file + words
        stored = {article.article_id for article in archive.articles()}
        wanted = archive.catalog.search("What did Mayor Ann5 Lee say?", 5, Filters())
        if "report-5" in stored and not any(one.passage_id.startswith("report-5:") for one in wanted):
            found.append("what is stored is not found by its words")
        try:
            near = HybridRetriever(archive, "dense").retrieve("What did Mayor Ann5 Lee say?")
            if archive.catalog.any_embedded() and not near:
                found.append("there are vectors, and none is found")
        except VectorsDamagedError:
            if (folder / "vectors").exists() and any((folder / "vectors").iterdir()):
                found.append("the vectors that are published cannot be read")
    return found


def faults(folder: Path) -> list[str]:
    """What is not as it should be; empty when nothing was lost or doubled."""
    with Archive.open(folder, embedder=OTHERS) as archive:
        found = [problem.message for problem in archive.check()]
        if {article.article_id: article for article in archive.articles()} != WANTED:
            found.append("the articles are not those that went in")
        kin = archive.kin(WANTED)
        if {
            name: [other.article_id for other in one.also_in] for name, one in kin.items() if one.also_in
        } != {name: [other] for name, other in TWINS.items()}:
            found.append("the copies of the articles are not known")
        if {telling.article_id for one in kin.values() for telling in one.earlier} != VERSIONS:
            found.append("the earlier versions of the articles are not known")
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


def report(folder: Path, killed_after: list[float], wrong: Path) -> None:
    found = wrong.read_text().splitlines() if wrong.exists() else []
    print(json.dumps({"killed_after": killed_after, "faults": found + faults(folder)}), flush=True)


def look(folder: Path, wrong: Path) -> None:
    """Note in the file `wrong` what is not as it should be after a kill."""
    if (folder / "catalog.sqlite3").exists():
        with wrong.open("a") as file:
            file.writelines(f"{fault}\n" for fault in faults_of_a_killed(folder))


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
            whole(lambda folder=folder: look(folder, folder.with_suffix(".wrong")))
        whole(lambda folder=folder: work(folder))
        whole(lambda folder=folder, after=killed_after: report(folder, after, folder.with_suffix(".wrong")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
