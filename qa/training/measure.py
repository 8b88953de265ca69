"""Reading-comprehension figures on dev files: every question against its own context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.articles import Passage, ScoredPassage
from qa.span_reader import SpanReader
from qa.squad import exact_match, token_f1
from qa.training.examples import Example, read_examples


def measure(reader: SpanReader, files: Iterable[Path]) -> dict[str, dict[str, float]]:
    """Per source: n, exact match and F1 (per cent).

    A source with unanswerable questions is scored at the null threshold that serves its F1 best, as the
    official SQuAD 2.0 script's `best_f1` does; `f1_answerable` is over the others alone, never refusing.
    """
    by_source: dict[str, list[tuple[float, str, Example]]] = defaultdict(list)
    for path in files:
        for example in read_examples(path):
            margin, answer = best_answer(reader, example)
            by_source[example.source].append((margin, answer, example))
    return {source: _figures(rows) for source, rows in sorted(by_source.items())}


def best_answer(reader: SpanReader, example: Example) -> tuple[float, str]:
    """The best span of the example's context and its margin over the null score."""
    passage = Passage("dev", "dev", example.context, 0, len(example.context))
    found = reader.candidates(example.question, [ScoredPassage(passage, 0.0, example.title)])
    if not found:
        return -100.0, ""
    best = max(found, key=lambda candidate: candidate.margin)
    return best.margin, example.context[best.start : best.end]


def _figures(rows: Sequence[tuple[float, str, Example]]) -> dict[str, float]:
    golds = [[text for text, _ in example.answers] for _, _, example in rows]
    answerable = [(row, gold) for row, gold in zip(rows, golds, strict=True) if gold]
    figures = {
        "n": len(rows),
        "exact_match_answerable": _mean([exact_match(row[1], gold) for row, gold in answerable]),
        "f1_answerable": _mean([token_f1(row[1], gold) for row, gold in answerable]),
    }
    if len(answerable) < len(rows):
        at = _best_threshold(rows, golds)
        given = [row[1] if row[0] >= at else None for row in rows]
        figures["exact_match"] = _mean([exact_match(a, g) for a, g in zip(given, golds, strict=True)])
        figures["f1"] = _mean([token_f1(a, g) for a, g in zip(given, golds, strict=True)])
    return figures


def _best_threshold(rows: Sequence[tuple[float, str, Example]], golds: Sequence[list[str]]) -> float:
    """The margin from which answering serves F1 best."""
    order = sorted(range(len(rows)), key=lambda i: -rows[i][0])
    gain = best_gain = 0.0
    best = float("inf")
    for i in order:
        gain += token_f1(rows[i][1], golds[i]) if golds[i] else -1.0
        if gain > best_gain:
            best_gain, best = gain, rows[i][0]
    return best


def _mean(values: Sequence[float]) -> float:
    return round(100 * sum(values) / max(1, len(values)), 2)
