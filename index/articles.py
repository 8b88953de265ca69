"""What the archive holds: articles, the passages cut from them, and passages with a score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    `text` is what every offset in Byline counts against (Python characters, not bytes) and what the
    reader of an answer sees. Paragraphs stand apart by a newline or more; no sentence crosses one.
    `published` and `modified` are ISO 8601: a date (2020-03-13), or a date and time in the zone that was
    stated (2020-03-13T21:05:00-04:00). `section` is the part of the paper that it stood in, as its source
    names it.
    `inferred` names the fields that were guessed from the text or file name, not read from metadata.
    """

    article_id: str
    title: str
    text: str
    published: str | None = None
    author: str | None = None
    source: str | None = None
    url: str | None = None
    inferred: tuple[str, ...] = ()  # never None: the content hash ends on what is set after it
    modified: str | None = None
    section: str | None = None

    @property
    def told(self) -> str | None:
        """When it was told as it stands: the later of its two dates."""
        return max(filter(None, (self.published, self.modified)), default=None)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was offered for ingest and left out: where it came from, and why, in one sentence."""

    origin: str
    reason: str

    @classmethod
    def because(cls, origin: str, error: Exception) -> Self:
        """What the error says, without the place that its sentence begins with: it stands beside it."""
        return cls(origin, str(error).removeprefix(f"{origin!r} "))


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article. Always: `text == article.text[start:end]`."""

    passage_id: str
    article_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage that a question found.

    `score` is the fused score (higher is better; it tells of ranks, not of likeness). `dense` is the
    cosine with the question in [-1, 1], `bm25` the BM25 score (higher is better); None where that side
    did not return the passage. `title`, `published` and `source` are the article's, for whoever reads it;
    `nearness`, in [0, 1], is how near that day is to the period that the question is about. `story` is the
    name of the story that the article shares with others (see `index.stories`), "" where it stands alone.
    """

    passage: Passage
    score: float
    title: str = ""
    published: str | None = None
    dense: float | None = None
    bm25: float | None = None
    nearness: float = 0.0
    story: str = ""
    source: str | None = None

    @property
    def origin(self) -> str:
        """What counts as one witness: all articles of a story are one."""
        return self.story or self.passage.article_id


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a question may be answered from. Both days are inclusive, ISO 8601 (YYYY-MM-DD).

    `as_of`, the day on which it is asked (None: today), leaves out none: it says what "this week" means. An
    article without a date is outside any date filter. `sources` compares without regard to case.
    `article_ids` are the only articles, where there are any; `without` are left out whatever else is asked.
    `about` leaves out none either: the articles that the conversation has cited last, which a question that
    leans on it may be meant of.
    """

    after: str | None = None
    before: str | None = None
    sources: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    as_of: str | None = None
    about: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.after or self.before or self.sources or self.article_ids or self.without)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did, counted in articles. `passages` are those newly embedded."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    passages: int = 0
    seconds: float = 0.0
    skipped: tuple[Skipped, ...] = field(default=())
