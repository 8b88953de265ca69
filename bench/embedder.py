"""What each step of the embedding model's export gives and takes: size, speed, agreement, answers found.

    python bench/embedder.py QUESTIONS.jsonl ARTICLES.jsonl.gz
    python bench/embedder.py QUESTIONS.jsonl ARTICLES.jsonl.gz --questions 60 --distractors 40 --model DIR

The same model in float32 and int8, each opened as Byline opens it and with all of onnxruntime's fusions ("all
fusions"), over the same passages in the same run, batch by batch as an ingest runs them, on one thread. Speed
is tokens for each second of processor time, as a multiple of plain float32: other work on the machine moves
it little. Agreement is the mean cosine with plain float32. "First 5" is how often the answer stands in one of
the five nearest passages, by vectors alone, of questions {question, answers, articles} whose articles hold
the answer; other articles are there to mislead. Needs the extras `byline[models]` and, without --model,
`byline[dev]`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from retrieval import normalised

from index import export, onnx_session
from index.articles import Article
from index.embedder import MODEL_FILE, Embedder, load_embedder
from index.splitter import split

VARIANTS = ("float32", "float32, all fusions", "int8", "int8, all fusions")
ROUNDS = 3  # of the timed passages; the fastest counts
TIMED = 96


@dataclass(frozen=True, slots=True)
class Task:
    """Passages as the archive embeds them, and each question with the passages that hold its answer."""

    passages: list[str]
    questions: list[tuple[str, frozenset[int]]]


def records(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from map(json.loads, file)


def task(questions: Path, articles: Path, most: int, distractors: int) -> Task:
    """The first `most` questions whose answer an article of theirs holds, that article, and some others."""
    kept = {row["id"]: row for row in records(articles)}
    asked: list[tuple[str, list[str], str]] = []
    for row in records(questions):
        answers = [normalised(answer) for answer in row["answers"] if row.get("strict", True)]
        for name in row["articles"]:
            if name in kept and any(answer in normalised(kept[name]["text"]) for answer in answers):
                asked.append((row["question"], answers, name))
                break
        if len(asked) == most:
            break
    own = dict.fromkeys(name for _, _, name in asked)
    others = [name for name in kept if name not in own][:: max(1, len(kept) // max(1, distractors))]
    passages: list[str] = []
    bare: list[str] = []
    for name in [*own, *others[:distractors]]:
        article = Article(name, kept[name]["title"], kept[name]["text"])
        for passage in split(article)[:12]:
            passages.append(f"{article.title}\n{passage.text}")
            bare.append(normalised(passage.text))
    holding = [
        (question, frozenset(i for i, text in enumerate(bare) if any(answer in text for answer in answers)))
        for question, answers, _ in asked
    ]
    return Task(passages, [(question, places) for question, places in holding if places])


def variants(model: str, folder: Path) -> dict[str, Embedder]:
    """The model in each of the variants, on one thread; the reference first."""
    loaded = export.load(model)
    plain, small = folder / "float32", folder / "int8"
    for directory in (plain, small):
        directory.mkdir()
    inputs = export.to_onnx(loaded, plain / MODEL_FILE)
    export.quantise(plain / MODEL_FILE, small / MODEL_FILE)
    for directory in (plain, small):
        export.describe(loaded, directory, model, inputs)
    opened = []
    for directory in (plain, small):
        opened.append(load_embedder(str(directory), threads=1))
        with mock.patch.object(onnx_session, "SLOW", []):
            opened.append(load_embedder(str(directory), threads=1))
    return dict(zip(VARIANTS, opened, strict=True))


def found(
    embedder: Embedder, vectors: NDArray[np.float32], questions: Sequence[tuple[str, frozenset[int]]]
) -> int:
    """How many questions have their answer in the five nearest passages."""
    hits = 0
    for question, places in questions:
        nearest = np.argsort(-(vectors @ embedder.embed_question(question)))[:5]
        hits += bool(places & set(nearest.tolist()))
    return hits


def seconds(embedder: Embedder, passages: Sequence[str]) -> float:
    started = time.process_time()
    embedder.embed_passages(passages)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--questions", dest="most", type=int, default=60)
    parser.add_argument("--distractors", type=int, default=40)
    parser.add_argument("--model", help="default: the published all-MiniLM-L6-v2")
    given = parser.parse_args()
    for path in (given.questions, given.articles):
        if not path.is_file():
            sys.exit(
                f"Nothing was measured: {str(path)!r} is not there; give files of questions and articles."
            )
    work = task(given.questions, given.articles, given.most, given.distractors)
    timed = work.passages[:TIMED]
    with tempfile.TemporaryDirectory() as folder:
        embedders = variants(given.model or str(export.shipped_weights()), Path(folder))
        files = {name: Path(folder) / name.split(",")[0] / MODEL_FILE for name in VARIANTS}
        fastest = dict.fromkeys(embedders, float("inf"))
        for _ in range(ROUNDS):
            for name, embedder in embedders.items():
                fastest[name] = min(fastest[name], seconds(embedder, timed))
        print(f"{len(work.passages):,} passages, {len(work.questions)} questions\n")
        print(
            "| variant | MB | speed | mean cosine | lowest | first 5 |\n| --- | --- | --- | --- | --- | --- |"
        )
        for name, embedder in embedders.items():
            vectors = embedder.embed_passages(work.passages)
            if name == VARIANTS[0]:
                reference = vectors
            cosine = np.sum(vectors * reference, axis=1)
            hits = found(embedder, vectors, work.questions)
            size, speed = files[name].stat().st_size / 1e6, fastest[VARIANTS[0]] / fastest[name]
            print(
                f"| {name} | {size:.1f} | {speed:.2f} | {cosine.mean():.4f} | {cosine.min():.4f} "
                f"| {hits} of {len(work.questions)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
