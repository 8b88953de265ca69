"""The training data's form: questions grouped with the passages they are read against."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Example:
    """One annotated question over one context; `answers` are (text, start); none: it is unanswerable."""

    example_id: str
    source: str
    title: str
    question: str
    context: str
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to read: its title, its text, the (start, end) of every gold answer in it, and its date."""

    title: str
    text: str
    golds: tuple[tuple[int, int], ...] = ()
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One question with the passages that it competes over; the loss normalises over all of them."""

    question: str
    candidates: tuple[Candidate, ...]
    source: str


def open_text(path: Path) -> Iterator[str]:
    """The lines of a plain or gzipped UTF-8 file."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    else:
        with path.open(encoding="utf-8") as lines:
            yield from lines


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file."""
    for line in open_text(path):
        if line.strip():
            yield json.loads(line)


def read_examples(path: Path) -> list[Example]:
    """Read JSONL (`id, source, title, question, context, answers`) or SQuAD 1.1/2.0 JSON."""
    if path.name.endswith(".json"):
        return list(_squad(json.loads(path.read_text(encoding="utf-8")), path.stem))
    return [
        Example(
            example_id=str(row["id"]),
            source=row.get("source", path.stem),
            title=_readable(row.get("title") or ""),
            question=row["question"].strip(),
            context=row["context"],
            answers=tuple((a["text"], a["start"]) for a in row["answers"] if a["text"].strip()),
        )
        for row in read_records(path)
    ]


def candidate(example: Example) -> Candidate:
    """The example's own context as a candidate with its golds."""
    golds = {(start, start + len(text)) for text, start in example.answers}
    return Candidate(example.title, example.context, tuple(sorted(golds)))


def _squad(data: dict[str, Any], source: str) -> Iterator[Example]:
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                answers = [] if qa.get("is_impossible") else qa["answers"]
                yield Example(
                    example_id=str(qa["id"]),
                    source=source,
                    title=_readable(article.get("title", "")),
                    question=qa["question"].strip(),
                    context=paragraph["context"],
                    answers=tuple((a["text"], a["answer_start"]) for a in answers if a["text"].strip()),
                )


def _readable(title: str) -> str:
    """Dataset titles such as `2008_Sichuan_earthquake` as words; codes without meaning become nothing."""
    if title.startswith(("Amazon_Reviews", "Filtered_Reddit")):
        return ""
    return title.replace("_", " ").strip()
