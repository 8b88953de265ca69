"""How well unsupported sentences are told from supported ones, on labelled sentences (bench/labelled.py).

    python bench/checking.py --articles NEWS2022.jsonl.gz NEWS2023.jsonl.gz [--fit] [--list]

The figures are out of sample: in each of ten folds the weights and the threshold are fitted on the articles
of the other nine; a pair of articles is in one fold, in every set. `--fit` writes the weights that ship,
fitted on all of it: that is due when the reader or the embedding model changes. A set whose articles are not
given is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from labelled import Case, Labelled, labelled, pairs, sources_of
from numpy.typing import NDArray

from index.embedder import load_embedder
from index.terms import content_words
from qa.checking import Checker
from qa.checking.support import SIGNALS, WEIGHTS, Weights
from qa.span_reader import load_reader
from qa.training.calibrate import auroc, fit

KEPT = 0.9  # of the good sentences fitted on, at the threshold
FOLDS = 10
UNFOUNDED = 1e-3  # what the support of a sentence is multiplied by that names what is not there
GROUPS: dict[str, tuple[str, ...]] = {"names": ("same", "other"), "numbers": ("number", "date")}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checker made of a case; `overlap` is the plain share of its content words in the passages."""

    case: Case
    fold: int
    founded: bool
    signals: dict[str, float]
    overlap: float

    @property
    def good(self) -> bool:
        return self.case.kind == "good"


@dataclass(frozen=True, slots=True)
class Scored:
    """A judgement, its support out of sample, and whether it stands at the threshold of its fold."""

    judgement: Judgement
    support: float
    stands: bool


def judge(checker: Checker, found: Labelled, leaders: dict[str, str]) -> list[Judgement]:
    """Every sentence with its signals; `leaders` name the pair of each article, which shares a fold."""
    judgements = []
    for case in found.cases:
        cited = sources_of(found.articles[case.article], case.passages)
        score, judged = checker.judge(case.sentence, cited)
        there = content_words(" ".join(source.text for source in cited))
        words = content_words(case.sentence)
        overlap = len(words & there) / max(1, len(words))
        fold = _fold(leaders[case.article])
        judgements.append(Judgement(case, fold, score > 0, judged.signals, overlap))
    return judgements


def _fold(article: str) -> int:
    return int(hashlib.sha1(article.encode()).hexdigest(), 16) % FOLDS


def fitted_on(judgements: Sequence[Judgement]) -> Weights:
    """Weights fitted on those that pass the hard checks, and the threshold that KEPT of the good reach."""
    some = balanced([one for one in judgements if one.founded])
    features = np.array([[one.signals[name] for name in SIGNALS] for one in some])
    bias, weights = fit(features, np.array([float(one.good) for one in some]))
    named = dict(zip(SIGNALS, (round(float(weight), 4) for weight in weights), strict=True))
    free = Weights(named, round(bias, 4), 0.5)
    reached = np.quantile([free.score(one.signals) for one in some if one.good], 1 - KEPT)
    return Weights(named, round(bias, 4), round(float(reached), 3))


def balanced(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The rarer kinds of wrong sentences several times: those that need the weights most are the fewest."""
    times = Counter(one.case.kind for one in judgements if not one.good)
    most = max(times.values())
    return [
        one
        for one in judgements
        for _ in range(2 if one.good else max(1, round(most / times[one.case.kind])))
    ]


def out_of_sample(judged: dict[str, list[Judgement]]) -> dict[str, list[Scored]]:
    """Every judgement scored with weights that were fitted without its fold."""
    every = [one for some in judged.values() for one in some]
    fits = [fitted_on([one for one in every if one.fold != fold]) for fold in range(FOLDS)]
    return {name: [_scored(fits[one.fold], one) for one in some] for name, some in judged.items()}


def _scored(fitted: Weights, one: Judgement) -> Scored:
    support = fitted.score(one.signals)
    stands = one.founded and support >= fitted.threshold
    return Scored(one, support * (1.0 if one.founded else UNFOUNDED), stands)


def report(title: str, scored: Sequence[Scored]) -> None:
    """A line for each kind of wrong sentence: AUROC against the good ones, and the share that is struck."""
    columns: dict[str, Callable[[Scored], float]] = {
        "checker": lambda one: one.support,
        "cosine": lambda one: one.judgement.signals["cosine"],
        "overlap": lambda one: one.judgement.overlap,
    }
    good = [one for one in scored if one.judgement.good]
    wrong = [one for one in scored if not one.judgement.good]
    print(f"\n{title}: {len(good)} good sentences, {len(wrong)} wrong ones, out of sample")
    print(f"{'kind':10} {'n':>5} {'checker':>9} {'cosine':>9} {'overlap':>9} {'struck':>9}")
    kinds = [(name, GROUPS.get(name, (name,))) for name in (*GROUPS, *sorted({_kind(one) for one in wrong}))]
    for name, some in [("all", tuple({_kind(one) for one in wrong})), *kinds]:
        those = [one for one in wrong if _kind(one) in some]
        if those:
            areas = [auroc(_values(good, column), _values(those, column)) for column in columns.values()]
            print(f"{name:10} {len(those):5} {''.join(f'{area:10.3f}' for area in areas)} {_struck(those)}")
    print(f"{'good':10} {len(good):5} {'':30} {_struck(good)}")


def _kind(one: Scored) -> str:
    return one.judgement.case.kind


def _values(scored: Sequence[Scored], column: Callable[[Scored], float]) -> Floats:
    return np.array([column(one) for one in scored])


def _struck(scored: Sequence[Scored]) -> str:
    return f"{np.mean([not one.stands for one in scored]):9.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, nargs="+", default=[])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--list", action="store_true", help="print the sentences on the wrong side, too")
    asked = parser.parse_args()
    embed, reader = load_embedder(threads=1).embed_passages, load_reader(threads=1)
    sets = labelled(asked.articles)
    leaders, judged = pairs(sets.values()), {}
    for name, found in sets.items():
        begun = time.process_time()
        known = {article.article_id: article for article in found.articles.values()}
        checker = Checker(known.__getitem__, embed, reader, fitted=Weights({}, 0.0, 0.5))
        judged[name] = judge(checker, found, leaders)
        took = 1000 * (time.process_time() - begun) / len(found.cases)
        print(f"{name}: {len(found.cases)} sentences, {took:.0f} ms of processor time each")
    scored = out_of_sample(judged)
    for name, some in scored.items():
        report(name, some)
    report("all sets", [one for some in scored.values() for one in some])
    if asked.list:
        for one in (one for some in scored.values() for one in some):
            if one.stands != one.judgement.good:
                case = one.judgement.case
                print(f"{one.support:.3f}\t{case.article}\t{case.kind}\t{case.sentence}")
    if asked.fit:
        fitted = fitted_on([one for some in judged.values() for one in some])
        WEIGHTS.write_text(json.dumps(asdict(fitted), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
