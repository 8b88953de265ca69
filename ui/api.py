"""The assistant over HTTP, beside the page: JSON in, and out what `byline ask --json` prints.

    curl -s 127.0.0.1:7860/api/ask -H 'content-type: application/json' -d '{"question": "Who denied it?"}'

`/api/openapi.json` describes it. An error that the caller can mend is `{"error": "one sentence"}`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from index.archive import Archive
from index.articles import Filters
from index.errors import ArchiveError, BylineError
from qa.answers import Answer

AT_ONCE = 4  # questions read at the same time; more wait their turn
MOST_LISTED = 1000


class Asks(Protocol):
    """The part of `qa.assistant.Assistant` that is served."""

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = ...,
        k: int | None = None,
    ) -> Answer:
        """Answer from the articles, or say that they do not."""


class Question(BaseModel):
    """What is asked: the conversation before it, oldest first, and which articles may answer."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=["Who denied responsibility?"])
    history: list[tuple[str, str]] = Field(default=[], description="[question, answer] pairs, oldest first.")
    after: date | None = Field(default=None, description="Only articles from this day on.")
    before: date | None = Field(default=None, description="Only articles up to this day.")
    as_of: date | None = Field(default=None, description="The day it is asked; today where it is left out.")
    sources: list[str] = Field(default=[], description="Only articles of these sources.")
    k: int | None = Field(default=None, ge=1, le=100, description="Passages to read.")

    def filters(self) -> Filters:
        """The same as the archive takes it."""
        return Filters(_day(self.after), _day(self.before), tuple(self.sources), as_of=_day(self.as_of))


def add_api(app: FastAPI, archive: Archive, assistant: Asks) -> None:
    """Serve `archive` and `assistant` under `/api` of `app`."""
    reading = threading.BoundedSemaphore(AT_ONCE)
    router = APIRouter(prefix="/api")

    @router.post("/ask")
    def ask(asked: Question) -> dict[str, Any]:
        """The answer in the articles' own words with its citations; `answer` null: they do not say."""
        with reading:
            answer = assistant.ask(asked.question, asked.history, filters=asked.filters(), k=asked.k)
        return answer.to_json()

    @router.get("/articles")
    def list_articles(
        after: date | None = None,
        before: date | None = None,
        source: Annotated[list[str] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    ) -> list[dict[str, Any]]:
        """Articles without their text, newest first."""
        filters = Filters(_day(after), _day(before), tuple(source or ()))
        found = archive.articles(filters, limit=limit, offset=offset)
        return [{name: value for name, value in asdict(a).items() if name != "text"} for a in found]

    @router.get("/articles/{article_id}", responses={404: {"description": "There is no such article."}})
    def show_article(article_id: str) -> Any:
        """One article whole; citations count their characters in its `text`."""
        try:
            return asdict(archive.article(article_id))
        except ArchiveError as error:
            return JSONResponse({"error": str(error)}, 404)

    @router.get("/health")
    def health() -> dict[str, Any]:
        """Whether it serves, and how much there is to ask about."""
        held = archive.status()
        return {
            "status": "ok",
            "articles": held.articles,
            "passages": held.passages,
            "embedded": held.embedded,
        }

    @app.exception_handler(BylineError)
    def mendable(_: Request, error: BylineError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    app.include_router(router)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
