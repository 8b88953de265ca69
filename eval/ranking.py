"""How well passages were retrieved, case by case, by ir-measures (MacAvaney et al. 2022).

A passage is relevant where it overlaps gold evidence. Cases without evidence have no such scores; for
them `answer_at_k` says whether one of the gold answers stands anywhere in the first k passages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from eval.results import CaseResult

DEPTHS = (1, 3, 5, 8, 10)


def depths(results: Sequence[CaseResult]) -> tuple[int, ...]:
    """The k worth reporting: no deeper than any case's passages go."""
    deepest = max((len(result.passages) for result in results), default=0)
    return tuple(k for k in DEPTHS if k <= deepest)


def rank_scores(results: Sequence[CaseResult]) -> list[dict[str, float]]:
    """For each case in order: recall_at_k, success_at_k, mrr and ndcg_at_10 (with evidence), answer_at_k."""
    ks = depths(results)
    scores: list[dict[str, float]] = [{} for _ in results]
    judged = [i for i, result in enumerate(results) if result.evidence and result.error is None]
    for i, values in _judged({i: results[i] for i in judged}, ks).items():
        scores[i].update(values)
    for i, result in enumerate(results):
        if result.answers and result.error is None:
            says = [passage.says_answer is True for passage in result.passages]
            scores[i].update({f"answer_at_{k}": float(any(says[:k])) for k in ks})
    return scores


def _judged(results: dict[int, CaseResult], ks: tuple[int, ...]) -> dict[int, dict[str, float]]:
    names = {RR: "mrr", nDCG @ 10: "ndcg_at_10"}
    for k in ks:
        names[R @ k] = f"recall_at_{k}"
        names[Success @ k] = f"success_at_{k}"
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    for i, result in results.items():
        # Evidence that no passage holds cannot be found: "unreachable" keeps it in the count.
        relevant = dict.fromkeys([*result.relevant_ids, *_found(result)]) or {"unreachable": None}
        qrels += [Qrel(str(i), passage_id, 1) for passage_id in relevant]
        run += [ScoredDoc(str(i), p.passage_id, -float(rank)) for rank, p in enumerate(result.passages)]
        if not result.passages:
            run.append(ScoredDoc(str(i), "nothing", 0.0))
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    for metric in ir_measures.iter_calc(list(names), qrels, run) if qrels else ():
        scores[int(metric.query_id)][names[metric.measure]] = float(metric.value)
    return scores


def _found(result: CaseResult) -> list[str]:
    return [passage.passage_id for passage in result.passages if passage.relevant]
