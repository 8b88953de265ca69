"""A run as a table: a row for each case, a column for each value, NaN where a case has no such value.

Missing gold gives no score, never 0. A twin (see `eval.withholding`) has no value but those named
`withheld` and the count of its quotes: it speaks of refusing without evidence, and of nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from eval.bootstrap import Floats, Groups
from eval.ranking import depths, rank_scores
from eval.results import CaseResult

Table = dict[str, Floats]
Row = dict[str, float | None]

OF_LLM = ("alce_recall", "alce_precision", "tokens_in", "tokens_out", "cost")
SCORES = (
    *("em", "f1", "said", "judged", "best_em", "confidence", "citation_precision", "citation_recall"),
    *OF_LLM,
)
_WRITTEN = ("written", "sentences", "supported")
TIMES = {"latency": "total_ms", "retrieve": "retrieve_ms", "read": "read_ms"}


def table(results: Sequence[CaseResult]) -> Table:
    """The per-case values of a run, one array a column; a column that no case fills is there too."""
    ks = depths(results)
    ranked = [f"{name}_at_{k}" for name in ("answer", "success", "recall") for k in ks]
    names = (*SCORES, *TIMES.values(), "answerable", "answered", *ranked, "mrr", "ndcg_at_10")
    twinned = {result.twin_of for result in results}
    rows = [
        _quotes(result) | _withheld(result, twinned) | ({} if result.twin_of else _asked(result, ranks))
        for result, ranks in zip(results, rank_scores(results), strict=True)
    ]
    withheld = ("withheld", "withheld_answered", "withheld_confidence")
    every = (*names, *_WRITTEN, "quotes", "exact_quotes", *withheld)
    columns = {name: np.array([_number(row.get(name)) for row in rows], dtype=np.float64) for name in every}
    return columns | {"group": _groups(results)}


def groups(rows: Mapping[str, Floats]) -> Groups | None:
    """Which rows are drawn as one, numbered from 0; None where each is drawn by itself."""
    found, numbers = np.unique(rows["group"], return_inverse=True)
    return None if len(found) == len(numbers) else numbers.astype(np.intp)


def _asked(result: CaseResult, ranks: Mapping[str, float]) -> Row:
    row: Row = {name: getattr(result, name) for name in (*SCORES, *TIMES.values())}
    row["answerable"] = None if result.em is None else float(bool(result.answers))
    row["answered"] = _answered(result)
    return {**row, **_written(result), **ranks}


def _written(result: CaseResult) -> Row:
    """Whether the answer is the LLM's, where one was asked, and how many of its sentences are supported."""
    own = None if result.writer is None and result.note is None else float(result.writer is not None)
    supported = sum(sentence.supported for sentence in result.sentences)
    return dict(zip(_WRITTEN, (own, float(len(result.sentences)), float(supported)), strict=True))


def _quotes(result: CaseResult) -> Row:
    exact = sum(cited.exact for cited in result.citations)
    return {"quotes": float(len(result.citations)), "exact_quotes": float(exact)}


def _withheld(result: CaseResult, twinned: set[str | None]) -> Row:
    if result.twin_of is None and result.id not in twinned:
        return {}
    return {
        "withheld": float(result.twin_of is not None),
        "withheld_answered": _answered(result),
        "withheld_confidence": result.confidence,
    }


def _answered(result: CaseResult) -> float | None:
    return None if result.error or result.confidence is None else float(result.answer is not None)


def _groups(results: Sequence[CaseResult]) -> Floats:
    numbers: dict[str, int] = {}
    return np.array(
        [numbers.setdefault(result.twin_of or result.id, len(numbers)) for result in results],
        dtype=np.float64,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
