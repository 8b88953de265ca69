"""How well unsupported sentences are told from supported ones, on labelled sentences.

    python bench/checking.py [--articles NEWS2022.jsonl.gz] [--fit] [--list]
    python bench/checking.py --words ARTICLES.jsonl.gz...

bench/checking_data/ has news articles written for this, and sentences about them and about the sample
article, both written by hand: faithful ones (good), and others that are negated, exchange the roles, add
what the article does not say, or add a clause to what it says. A slot {Keller|same:Brandt|other:Ortega} in
a good sentence makes one wrong sentence for each wrong filling: a name of the same article or of another
one, a number, a date. Each good sentence is also held to the other article on its subject (article). A
sentence cites the passages that are named with it, or the first two of its article.

Half of the articles are for `--fit`, which writes the weights, and the figures are of both halves.
`--articles` takes the news of 2022 for the sentences about twelve of its articles, half of them for
`--fit`, too: the weights that ship were fitted with it. `--words` counts the words of the news anew.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, ScoredPassage
from index.embedder import load_embedder
from index.sources import read_source
from index.splitter import split
from index.terms import content_words
from qa.checking import Checker, Source
from qa.checking.support import SIGNALS, WEIGHTS, Weights, read_weights
from qa.checking.vocabulary import WORDS
from qa.span_reader import load_reader
from qa.training.calibrate import auroc, fit

HERE = Path(__file__).with_name("checking_data")
SAMPLE = Path(__file__).parents[1] / "index" / "sample"
SAMPLE_ID = "us-strikes-kataib-hezbollah"  # as the sentences name it
KEPT = 0.9  # of the good sentences fitted on, at the threshold
FEWEST = 20  # articles that use a word
UNFOUNDED = 1e-3  # what the support of a sentence is multiplied by that names what is not there
_SLOT = re.compile(r"\{([^{}|]*)((?:\|[a-z]+:[^{}|]*)+)\}")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, the passages of the article that it is held to ("": the first two), and what is wrong
    with it ("good": nothing). A line of the labelled sentences is one, with slots in its sentence.
    """

    article: str
    passages: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checker made of a case; `overlap` is the plain share of its content words in the passages."""

    case: Case
    founded: bool
    signals: dict[str, float]
    overlap: float


def cases_of(rows: Sequence[Case]) -> Iterator[Case]:
    """Every sentence that the lines stand for."""
    order = list(dict.fromkeys(row.article for row in rows))
    for row in rows:
        plain = _SLOT.sub(r"\1", row.sentence)
        yield Case(row.article, row.passages, row.kind, plain)
        for slot in _SLOT.finditer(row.sentence):
            for wrong in slot[2].split("|")[1:]:
                kind, filling = wrong.split(":", 1)
                start, end = slot.span()
                swapped = row.sentence[:start] + filling + row.sentence[end:]
                yield Case(row.article, row.passages, kind, _SLOT.sub(r"\1", swapped))
        if row.kind == "good" and not row.passages:
            yield Case(_beside(row.article, order), "", "article", plain)


def _beside(article: str, order: Sequence[str]) -> str:
    """The article of the same subject: they stand in pairs, apart from the sample article."""
    pairs = [name for name in order if name != SAMPLE_ID]
    place = pairs.index(article) ^ 1
    return pairs[place]


def read_rows(path: Path) -> list[Case]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [Case(*line.split("\t")) for line in lines]


def sources_of(article: Article, passages: str) -> list[Source]:
    """The passages of an article that a sentence cites, numbered from 1."""
    cut = split(article)
    chosen = (
        [int(number) for number in passages.split(",")] if passages else list(range(1, 1 + min(2, len(cut))))
    )
    return [
        Source(number, ScoredPassage(cut[number - 1], 1.0, article.title, article.published))
        for number in chosen
    ]


def judge(checker: Checker, articles: dict[str, Article], cases: Iterable[Case]) -> list[Judgement]:
    judgements = []
    for case in cases:
        cited = sources_of(articles[case.article], case.passages)
        score, judged = checker.judge(case.sentence, cited)
        there = content_words(" ".join(source.text for source in cited))
        words = content_words(case.sentence)
        judgements.append(Judgement(case, score > 0, judged.signals, len(words & there) / max(1, len(words))))
    return judgements


def scores(fitted: Weights, judgements: Sequence[Judgement]) -> Floats:
    return np.array([fitted.score(one.signals) * (1.0 if one.founded else UNFOUNDED) for one in judgements])


def fitted_on(judgements: Sequence[Judgement]) -> Weights:
    """Weights fitted on those that pass the hard checks, and the threshold that KEPT of the good reach."""
    some = balanced([one for one in judgements if one.founded])
    features = np.array([[one.signals[name] for name in SIGNALS] for one in some])
    good = np.array([float(one.case.kind == "good") for one in some])
    bias, weights = fit(features, good)
    named = dict(zip(SIGNALS, (round(float(weight), 4) for weight in weights), strict=True))
    free = Weights(named, round(bias, 4), 0.5)
    reached = np.quantile(scores(free, some)[good == 1], 1 - KEPT)
    return Weights(named, round(bias, 4), round(float(reached), 3))


def balanced(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The rarer kinds of wrong sentences several times: those that need the weights most are the fewest."""
    times = Counter(one.case.kind for one in judgements if one.case.kind != "good")
    most = max(times.values())
    return [
        one
        for one in judgements
        for _ in range(max(1, round(most / times[one.case.kind])) if one.case.kind != "good" else 2)
    ]


def report(title: str, fitted: Weights, judgements: Sequence[Judgement]) -> None:
    kinds = np.array([one.case.kind for one in judgements])
    founded = np.array([one.founded for one in judgements])
    support = scores(fitted, judgements)
    alone = np.array([fitted.score(one.signals) for one in judgements])
    rows = {
        "checker": support,
        "support alone": alone,
        "cosine alone": np.array([one.signals["cosine"] for one in judgements]),
        "overlap alone": np.array([one.overlap for one in judgements]),
    }
    good = kinds == "good"
    print(f"\n{title}: {good.sum()} good sentences, {(~good).sum()} wrong ones")
    print(
        f"{'kind':10} {'n':>4}  " + "  ".join(f"{name:>13}" for name in rows) + "   struck: checks, support"
    )
    for kind in ("all", "names", *sorted(set(kinds[~good]))):
        wrong = {"all": ~good, "names": np.isin(kinds, ("same", "other"))}.get(kind, kinds == kind)
        areas = "  ".join(f"{auroc(values[good], values[wrong]):13.3f}" for values in rows.values())
        print(f"{kind:10} {wrong.sum():4}  {areas}   {_struck(fitted, founded[wrong], alone[wrong])}")
    print(f"{'good':10} {good.sum():4}  {'':58}   {_struck(fitted, founded[good], alone[good])}")


def _struck(fitted: Weights, founded: NDArray[np.bool_], alone: Floats) -> str:
    low = founded & (alone < fitted.threshold)
    return f"{(~founded).mean():6.1%} + {low.mean():6.1%} = {((~founded) | low).mean():6.1%}"


def listed(fitted: Weights, judgements: Sequence[Judgement]) -> None:
    """The sentences on the wrong side of the threshold."""
    for one, score in zip(judgements, scores(fitted, judgements), strict=True):
        if (score >= fitted.threshold) != (one.case.kind == "good"):
            print(f"{score:.3f}\t{one.case.article}\t{one.case.kind}\t{one.case.sentence}")


def count_words(paths: Sequence[Path]) -> None:
    """Write words.txt: of how many of the articles each word is a part."""
    used: Counter[str] = Counter()
    count = 0
    for path in paths:
        for article in read_source(path):
            if isinstance(article, Article):
                count += 1
                used.update(set(re.findall(r"\b[a-z]+(?:'[a-z]+)?\b", article.text.replace("’", "'"))))
    classes = defaultdict(list)
    for word, times in used.items():
        if times >= FEWEST:
            classes[min(10.0, round(-2 * math.log2(times / count)) / 2)].append(word)
    lines = [
        f"# bits: words of that rarity, in small letters; counted in {count} news articles of 2022 and 2023"
    ]
    lines += [f"{bits:g} {' '.join(sorted(classes[bits]))}" for bits in sorted(classes)]
    WORDS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def own_set() -> tuple[dict[str, Article], list[Case]]:
    """The articles written for this and the sample article, by id, and the sentences about them."""
    articles = {
        one.article_id: one for one in read_source(HERE / "articles.jsonl") if isinstance(one, Article)
    }
    (sample,) = (one for one in read_source(SAMPLE) if isinstance(one, Article))
    return articles | {SAMPLE_ID: sample}, list(cases_of(read_rows(HERE / "sentences.tsv")))


def news_set(path: Path) -> tuple[dict[str, Article], list[Case]]:
    """The articles of the news of 2022 that there are sentences about, by id, and those sentences."""
    rows = read_rows(HERE / "sentences_news2022.tsv")
    wanted = {row.article for row in rows}
    found = (one for one in read_source(path) if isinstance(one, Article))
    return {one.article_id: one for one in found if one.article_id in wanted}, list(cases_of(rows))


def halves(judgements: Sequence[Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """Those to fit on, and those held out: every other pair of articles, and the sample article."""
    order = [name for name in dict.fromkeys(one.case.article for one in judgements) if name != SAMPLE_ID]
    for_fit = {name for place, name in enumerate(order) if place // 2 % 2 == 0}
    return (
        [one for one in judgements if one.case.article in for_fit],
        [one for one in judgements if one.case.article not in for_fit],
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--list", action="store_true", help="print the sentences on the wrong side, too")
    parser.add_argument("--words", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.words:
        count_words(asked.words)
        return
    sets = {"written": own_set()}
    if asked.articles and asked.articles.is_file():
        sets["news of 2022"] = news_set(asked.articles)
    embed, reader = load_embedder(threads=1).embed_passages, load_reader(threads=1)
    judged = {}
    for name, (articles, cases) in sets.items():
        checker = Checker(articles.__getitem__, embed, reader, fitted=Weights({}, 0.0, 0.5))
        judged[name] = halves(judge(checker, articles, cases))
    if asked.fit:
        fitted = fitted_on([one for for_fit, _ in judged.values() for one in for_fit])
        WEIGHTS.write_text(json.dumps(asdict(fitted), indent=1) + "\n", encoding="utf-8")
    fitted = read_weights()
    for name, (for_fit, held_out) in judged.items():
        report(f"{name}, fitted on", fitted, for_fit)
        report(f"{name}, held out", fitted, held_out)
        if asked.list:
            listed(fitted, held_out)


if __name__ == "__main__":
    main()
