"""Which groups a run reads, and how often: the share of each source, and what is held out for calibration."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa.training.examples import Example, Group, read_examples, read_records
from qa.training.judged import judged_groups, judged_ids
from qa.training.mining import grouped, news_articles, news_groups, news_index
from qa.training.near_misses import near_miss_groups
from qa.training.wire import wire_groups
from qa.training.written import written_groups

WIRE_ARTICLES = 4500  # articles that questions are made from
WIRE_QUESTIONS = Path(__file__).parent / "wire_questions.jsonl"  # for calibration; their articles are not

# Sources far from news, or whose questions their context's own words give away, are read in part; one that
# teaches abstaining, more than once. A source that is not named here is read once.
SHARE = {
    "fairytaleqa": 0.5,
    "near-miss": 0.5,
    "news-judged": 1.5,
    "nq-swap": 0.3,
    "policyqa": 0.0,
    "qamr-wikinews": 0.8,
    "qamr-wikipedia": 0.5,
    "squad2-dev": 1.5,
    "subjqa": 0.05,
    "wire": 0.6,
    "wire-swapped": 0.6,
    "written": 1.5,
    "written-paragraphs": 1.5,
}


def held_out(question: str) -> bool:
    """Whether a news question is kept from training (one in five), for calibration."""
    return int(hashlib.sha1(question.encode()).hexdigest(), 16) % 5 == 0


def prepare(data: Path, seed: int) -> list[Group]:
    """All groups from the training files and the newest news questions in a directory, unweighed."""
    calibrating = {row["article_id"] for row in read_records(WIRE_QUESTIONS)}
    examples: list[Example] = []
    for path in training_files(data):
        examples += read_examples(path)
    groups = grouped(examples, seed)
    for questions, path in news_files(data):
        articles = news_articles(path)
        index = news_index(articles)
        unjudged = news_groups(questions, index, seed, judged_ids())
        groups += [g for g in (*judged_groups(questions, articles), *unjudged) if not held_out(g.question)]
        free = [article for article in articles if article.article_id not in calibrating]
        chosen = random.Random(seed).sample(free, min(WIRE_ARTICLES, len(free)))
        groups += wire_groups(chosen, index, seed)
        groups += near_miss_groups(chosen, seed)
        groups += written_groups(free, examples, index, seed)
    return groups


def weighed(groups: Sequence[Group], seed: int, shares: Mapping[str, float]) -> list[Group]:
    """Each group as often as its source's share says, a fraction by chance."""
    rng = random.Random(seed)
    chosen: list[Group] = []
    for group in groups:
        share = shares.get(group.source, 1.0)
        chosen += [group] * (int(share) + (rng.random() < share % 1))
    return chosen


def training_files(data: Path) -> list[Path]:
    """JSONL or SQuAD JSON files with `train` in their names."""
    return _named(data, "train")


def dev_files(data: Path) -> list[Path]:
    """JSONL or SQuAD JSON files with `dev` in their names."""
    return _named(data, "dev")


def news_files(data: Path) -> list[tuple[Path, Path]]:
    """Question and article files of the newest year, as `(newsYEAR_questions, newsYEAR_articles)`.

    Only the newest year is trained on; an older one is left whole for measuring.
    """
    years = sorted(data.glob("news*_questions.jsonl"))[-1:]
    return [(path, data / path.name.replace("_questions.jsonl", "_articles.jsonl.gz")) for path in years]


def _named(data: Path, word: str) -> list[Path]:
    found = [p for p in sorted(data.iterdir()) if word in p.name and ".json" in p.name]
    return [p for p in found if not p.name.startswith("followups")]
