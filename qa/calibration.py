"""How sure the reader may be: what its confidence is judged by, and the fitted weights that make it one.

A reader's own score says little about whether the answer is there at all: coherent passages on the wrong
subject score high. So the scores stand beside what retrieval and the words themselves tell (Kamath, Jia and
Liang 2020 calibrate the same way). `qa.training.calibrate` fits the weights on questions kept from training.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from index.articles import ScoredPassage
from index.retriever import TIME_WEIGHT
from index.terms import content_words
from qa.citations import quote_bounds
from qa.spans import Candidate, same_answer

CALIBRATION_FILE = "calibration.json"
SIGNALS = (
    "margin",  # the best span's score over its window's null score
    "score",  # its score in competition
    "rival",  # its score over the best other answer's
    "agreement",  # what the same answer in other articles added
    "rank",  # log of the passage's place in retrieval
    "found",  # the retrieval score of its passage, as it would be in the period asked about
    "top",  # the highest of any passage
    "clear",  # how far that is above the middle one
    "lag",  # how much further from that period its article is than the nearest one
    "spread",  # the share of the passages that are of different articles, as it would be of FITTED_AT of them
    "nearest",  # the highest cosine of any passage with the question
    "passage",  # the share of the question's words that its passage and title have
    "title",  # the share that the title has
    "sentence",  # the share that its sentence has
    "names",  # the share of the question's names and numbers that its passage and title have
    "kind",  # 1 where it is the kind of thing that is asked for, -1 where not, 0 where that is open
)
FITTED_AT = 8  # passages read for a question
_STEM = 5  # letters
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w’'-]+|\d[\d,.]*)")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|once|twice|several|single)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:\w+day|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"years?|months?|weeks?|days?|night|morning|evening|noon|midnight|century|spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-Z]")
_KINDS = (
    (
        re.compile(r"\bhow (?:many|much|old|far|long|tall|high|big|large)\b|\bwhat (?:percentage|number)\b"),
        _NUMBER,
    ),
    (re.compile(r"^when\b|\b(?:what|which) (?:year|day|date|month)\b"), _TIME),
    (re.compile(r"^(?:who|whose|whom|where)\b|\bwhich (?:country|state|city)\b|\bnames? of\b"), _CAPITAL),
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns scores into a probability, fitted on questions that training never saw.

    `null_weight` is how much of a window's null score is taken from its spans before they compete,
    `agreement_weight` how much the same answer in other articles adds, `time_weight` what is added in the
    very period that the question is about; `weights` and `bias` are a
    logistic regression over SIGNALS, and `threshold` the confidence from which an answer is given.

    `alone` is that where all passages are of one article, or fewer than FITTED_AT are all there is. Right
    answers from an archive full of look-alikes come with less confidence than near misses over a single
    story: one bound cannot serve both.
    """

    null_weight: float
    agreement_weight: float
    time_weight: float
    weights: dict[str, float]
    bias: float
    threshold: float
    alone: float

    def threshold_for(self, passages: Sequence[ScoredPassage]) -> float:
        """The confidence from which an answer from these passages is given."""
        origins = {found.origin for found in passages}
        few = len(origins) == 1 or len(passages) < FITTED_AT
        return self.alone if few else self.threshold

    def confidence(self, signals: dict[str, float]) -> float:
        """The probability, in (0, 1), that the best span is right."""
        logit = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def own_score(self, candidate: Candidate, nearness: float) -> float:
        """A candidate's score in competition, before others that agree with it add to it."""
        null = candidate.score - candidate.margin
        return candidate.score - self.null_weight * null + self.time_weight * nearness


UNCALIBRATED = Calibration(0.5, 0.5, 0.0, {"margin": 0.5}, 0.0, 0.5, 0.5)


def read_calibration(directory: Path) -> Calibration:
    """The calibration beside a model; raises OSError, ValueError or TypeError where there is none."""
    return Calibration(**json.loads((directory / CALIBRATION_FILE).read_text(encoding="utf-8")))


def write_calibration(directory: Path, calibration: Calibration) -> None:
    """Keep a calibration beside its model."""
    text = json.dumps(asdict(calibration), indent=1) + "\n"
    (directory / CALIBRATION_FILE).write_text(text, encoding="utf-8")


def signals(
    question: str,
    ranked: Sequence[tuple[float, Candidate]],
    passages: Sequence[ScoredPassage],
    calibration: Calibration,
) -> dict[str, float]:
    """SIGNALS of the best of the `ranked` candidates (score, candidate), best first."""
    score, best = ranked[0]
    home = passages[best.passage]
    text = home.passage.text
    answer = text[best.start : best.end]
    sentence = text[slice(*quote_bounds(text, best.start, best.end))]
    words, around = content_words(question), f"{home.title} {text}"
    names = "" if question.isupper() else " ".join(_NAME.findall(question))
    period = max(one.nearness for one in passages)
    raised = 1 + TIME_WEIGHT * period  # an archive of another time is not to be doubted for that
    found = sorted((one.score / raised for one in passages), reverse=True)[:FITTED_AT]
    return {
        "margin": best.margin,
        "score": score,
        "rival": score - _rival(answer, ranked, passages),
        "agreement": score - calibration.own_score(best, home.nearness),
        "rank": math.log1p(best.passage),
        "found": home.score / raised,
        "top": found[0],
        "clear": found[0] - median(found),
        "lag": period - home.nearness,
        "spread": _spread(len({one.origin for one in passages}), len(passages)),
        "nearest": max(one.dense or 0.0 for one in passages),
        "passage": _coverage(words, around),
        "title": _coverage(words, home.title),
        "sentence": _coverage(words, sentence),
        "names": _coverage(content_words(names), around),
        "kind": _kind(question, answer),
    }


def _rival(
    answer: str, ranked: Sequence[tuple[float, Candidate]], passages: Sequence[ScoredPassage]
) -> float:
    """The score of the best candidate that says something else; ten below the worst where none does."""
    for score, other in ranked:
        if not same_answer(passages[other.passage].passage.text[other.start : other.end], answer):
            return score
    return ranked[-1][0] - 10


def _spread(origins: int, read: int) -> float:
    """Neither `-k` nor a short article may change what it means that all passages are of one."""
    return (1 + (origins - 1) * (FITTED_AT - 1) / max(1, read - 1)) / FITTED_AT


def _coverage(asked: set[str], text: str) -> float:
    """The share of the words asked for whose stem (first five letters) the text has; 1 where none is."""
    if not asked:
        return 1.0
    stems = set(map(_stem, content_words(text)))
    return sum(_stem(word) in stems for word in asked) / len(asked)


def _stem(word: str) -> str:
    return re.sub(r"['’]s?$|\.", "", word)[:_STEM]


def _kind(question: str, answer: str) -> float:
    for asks, fits in _KINDS:
        if asks.search(question.lower()):
            return 1.0 if fits.search(answer) else -1.0
    return 0.0
