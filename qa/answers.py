"""What asking gives back: an Answer, and the Citations that hold it up."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from index.articles import ScoredPassage
from index.stories import Telling

REFUSAL = "The articles do not say."


_SORRY = r"(?:(?:i'm|i’m|i am) )?sorry,? (?:but )?"
_REFUSES = re.compile(rf"\W*(?:{_SORRY})?{re.escape(REFUSAL.rstrip('.'))}\b", re.IGNORECASE)
_TELLS = re.compile(
    r"\w.*\[\d+\]|;|[,:—–] ?(?:and|but|though|although|however|only|yet|while)\b", re.IGNORECASE
)


def refuses(said: str) -> bool:
    """Whether a sentence of an LLM's, marks and all, is the refusal that it was told to write.

    "The articles do not say who ordered it, but five depots were hit [1]." tells something as well, and is
    checked like any other.
    """
    match = _REFUSES.match(said)
    return match is not None and _TELLS.search(said, match.end()) is None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands. Always: `quote == article.text[start:end]`.

    `quote` is the sentence (or sentences) that hold the answer; `answer_start` and `answer_end` are the
    short answer's own place in the article, inside the quote. `also_in` are the copies of the article that
    say the same; they confirm nothing. `earlier` and `later` are its other versions, oldest first.
    """

    number: int
    article_id: str
    title: str
    source: str | None
    published: str | None
    url: str | None
    quote: str
    start: int
    end: int
    answer_start: int
    answer_end: int
    also_in: tuple[Telling, ...] = ()
    earlier: tuple[Telling, ...] = ()
    later: tuple[Telling, ...] = ()
    modified: str | None = None

    @property
    def told(self) -> str | None:
        """When the article was told as it stands: the later of its two dates, ISO 8601."""
        return max(filter(None, (self.published, self.modified)), default=None)

    @property
    def answer(self) -> str:
        """The short answer as this article has it."""
        return self.quote[self.answer_start - self.start : self.answer_end - self.start]


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of wall time."""

    retrieve_ms: float = 0.0
    read_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of an LLM after checking: `text` without its marks, and what in the articles holds it up.

    `reason` says why it does not stand, in words for a person; None: it stands, and `citations` has at least
    one, the best first. Each quote is one sentence, and its `number` that of
    the passage; a sentence made of two places has two. `support` is the probability that it is supported, 0.0
    where the marks, names, numbers, dates or quotations alone tell that it is not.
    """

    text: str
    citations: tuple[Citation, ...]
    reason: str | None
    support: float = 0.0

    @property
    def stands(self) -> bool:
        """Whether the passages hold it up."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. `text` is None when the articles do not say: a value, not an error.

    `confidence` is the calibrated probability, in [0, 1], that the best span found is right, given also
    when the answer is None (it was too low). `passages` are all that were read, best first.
    `understood` is the question as it was taken, where that is not as it was asked: with what a conversation
    gave it, if it took that to find the answer; without what led up to it; with its slips put right.

    Where an LLM wrote, `writer` is its name, `sentences` are what it wrote, those that do not stand among
    them, and `text` is those that stand; `note` says that it was cut off, if it was. Where it was asked and
    the reader's answer is given in its stead, `writer` is None and `note` says why.
    """

    question: str
    text: str | None
    confidence: float
    citations: tuple[Citation, ...] = ()
    passages: tuple[ScoredPassage, ...] = ()
    timings: Timings = field(default_factory=Timings)
    understood: str | None = None
    sentences: tuple[Checked, ...] = ()
    writer: str | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON values, in the shape that `byline ask --json` promises."""
        return self._read() | self.written()

    def written(self) -> dict[str, Any]:
        """What an LLM adds to that, where one was asked; a sentence names its citations by their numbers."""
        if self.writer is None and self.note is None:
            return {}
        said = {"writer": self.writer, "note": self.note}
        sentences = [
            {"text": one.text, "citations": [c.number for c in one.citations], "reason": one.reason}
            for one in self.sentences
        ]
        return {name: value for name, value in said.items() if value is not None} | {"sentences": sentences}

    def _read(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "understood": self.understood,
            "answer": self.text,
            "confidence": round(self.confidence, 4),
            "citations": [_plain(citation) for citation in self.citations],
            "passages": [passage_json(found) for found in self.passages],
            "timings": {name: round(value, 2) for name, value in asdict(self.timings).items()},
        }


def passage_json(found: ScoredPassage) -> dict[str, Any]:
    """A passage with its article's particulars and its score; `text` is the article's `text[start:end]`."""
    told = {"title": found.title, "source": found.source, "published": found.published}
    return asdict(found.passage) | told | {"score": round(found.score, 6)}


def _plain(citation: Citation) -> dict[str, Any]:
    others = {name: [asdict(t) for t in getattr(citation, name)] for name in ("also_in", "earlier", "later")}
    return asdict(citation) | others
