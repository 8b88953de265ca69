"""What goes over HTTP and MCP, described: the JSON of `byline ask --json`, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from index.articles import Article, Filters, ScoredPassage
from index.stories import Kin, Telling
from qa.answers import Answer, passage_json
from qa.encoding import printable
from ui.listing import whole_json

LONGEST = 5_000  # characters of a question, and of what was said before it
MOST_READ = 100  # passages

_ABSENT = Field(default=None, exclude_if=lambda value: value is None)

Words = Annotated[str, Field(max_length=LONGEST), AfterValidator(printable)]


def _iso(given: object) -> object:
    """Days as they are written: pydantic alone would read "20200313" as seconds since 1970."""
    if isinstance(given, date) or (isinstance(given, str) and _ISO.fullmatch(given)):
        return given
    raise ValueError("a day is written as 2020-03-13")


_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_iso)]


class Narrowing(BaseModel):
    """Which articles may answer, and how many passages are read."""

    after: Day | None = Field(default=None, description="Only articles from this day on.")
    before: Day | None = Field(default=None, description="Only articles up to this day.")
    as_of: Day | None = Field(default=None, description="The day it is asked; today where it is left out.")
    sources: list[Words] = Field(default=[], max_length=100, description="Only articles of these sources.")
    k: int | None = Field(default=None, ge=1, le=MOST_READ, description="Passages to read.")

    def filters(self) -> Filters:
        """The same as the archive takes it."""
        return Filters(day(self.after), day(self.before), tuple(self.sources), as_of=day(self.as_of))


class Question(Narrowing):
    """What is asked: the conversation before it, oldest first, and which articles may answer."""

    model_config = ConfigDict(extra="forbid")

    question: Words = Field(examples=["Who denied responsibility?"])
    history: list[tuple[Words, Words]] = Field(
        default=[], max_length=100, description="[question, answer] pairs, oldest first."
    )
    about: list[Words] = Field(
        default=[], max_length=100, description="Ids of the articles that the last answer cited."
    )

    def filters(self) -> Filters:
        """With what the conversation is about: a question that leans on it is read there first."""
        return replace(super().filters(), about=tuple(self.about))


class KinShape(BaseModel):
    """Which other articles tell the story of this one."""

    also_in: list[Telling] = Field(default=[], description="Copies; they confirm nothing.")
    earlier: list[Telling] = Field(default=[], description="Versions that this one supersedes.")
    later: list[Telling] = Field(default=[], description="Versions that supersede this one.")


class CitationShape(KinShape):
    """Where the answer stands: `quote` is the article's `text[start:end]`, counted in Unicode characters.

    `answer_start` and `answer_end` are the short answer's own place in the article.
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
    modified: str | None = None


class PassageShape(BaseModel):
    """A passage that was found: `text` is the article's `text[start:end]`; a higher score is better."""

    passage_id: str
    article_id: str
    text: str
    start: int
    end: int
    title: str
    source: str | None
    published: str | None
    score: float

    @classmethod
    def of(cls, found: ScoredPassage) -> Self:
        """The same passage, described."""
        return cls.model_validate(passage_json(found))


class TimingsShape(BaseModel):
    """Milliseconds."""

    retrieve_ms: float
    read_ms: float
    total_ms: float


class SentenceShape(BaseModel):
    """A sentence that an LLM wrote: the numbers of the citations that hold it up, or why none does."""

    text: str
    citations: list[int]
    reason: str | None


class WrittenShape(BaseModel):
    """What an LLM adds to an answer; absent where none is set.

    Where it wrote, `writer` is its name and `answer` those of its `sentences` that stand. Otherwise the
    reader answers, and `note` says why; where the LLM failed in the middle, what stood by then is among the
    `sentences`, and its quotes among the citations.
    """

    writer: str | None = _ABSENT
    note: str | None = _ABSENT
    sentences: list[SentenceShape] | None = _ABSENT


class AnswerShape(WrittenShape):
    """An answer in the articles' own words, or, where `writer` is named, in an LLM's, each sentence checked.

    `answer` null: the articles do not say.
    """

    question: str
    understood: str | None
    answer: str | None
    confidence: float
    citations: list[CitationShape]
    passages: list[PassageShape]
    timings: TimingsShape

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The same answer, described."""
        return cls.model_validate(answer.to_json())


class ListedShape(KinShape):
    """An article without its text."""

    article_id: str
    title: str
    published: str | None
    author: str | None
    source: str | None
    url: str | None
    modified: str | None = None
    section: str | None = None
    inferred: list[str] = Field(description="The fields that were guessed.")

    @classmethod
    def of(cls, article: Article, kin: Mapping[str, Kin]) -> Self:
        """The same article, and who tells its story too, described."""
        return cls.model_validate(whole_json(article, kin))


class ArticleShape(ListedShape):
    """An article whole; citations count the characters of its `text`."""

    text: str


class Health(BaseModel):
    """That it serves, and how much there is to ask about."""

    status: str
    articles: int
    passages: int
    embedded: int


class Refusal(BaseModel):
    """What went wrong, and what to do about it, in one sentence."""

    error: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Responses for the description of an address, beside its good one."""
    return {status: {"model": Refusal, "description": REFUSED[status]} for status in statuses}


REFUSED = {
    400: "It cannot be asked as it is.",
    401: "The password is missing.",
    403: "Another site's page may not do this.",
    404: "It is not there.",
    413: "The body is too large.",
    422: "The request is misshapen.",
    429: "Too many questions from one client.",
    500: "It failed; the server's log tells why.",
}


def day(given: date | None) -> str | None:
    """A day as the filters want it."""
    return given.isoformat() if given else None
