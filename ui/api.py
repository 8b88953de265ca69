"""The assistant over HTTP, beside the page: JSON in, and out what `byline ask --json` prints.

    curl -s 127.0.0.1:7860/api/ask -H 'content-type: application/json' -d '{"question": "Who denied it?"}'

`/api/openapi.json` describes it. An error that the caller can mend is `{"error": "one sentence"}`: 400 for
what cannot be asked, 422 for a body that is no question, 404 for an article that is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated, Any, Protocol

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index.archive import Archive
from index.articles import Filters
from index.errors import ArchiveError, BylineError
from qa.answers import Answer
from qa.encoding import printable

AT_ONCE = 4  # questions read at the same time; more wait their turn, each on no thread of its own
LONGEST = 5_000  # characters of a question, and of what was said before it
MOST_LISTED = 1000

Words = Annotated[str, Field(max_length=LONGEST), AfterValidator(printable)]


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

    question: Words = Field(examples=["Who denied responsibility?"])
    history: list[tuple[Words, Words]] = Field(
        default=[], max_length=100, description="[question, answer] pairs, oldest first."
    )
    after: date | None = Field(default=None, description="Only articles from this day on.")
    before: date | None = Field(default=None, description="Only articles up to this day.")
    as_of: date | None = Field(default=None, description="The day it is asked; today where it is left out.")
    sources: list[Words] = Field(default=[], max_length=100, description="Only articles of these sources.")
    k: int | None = Field(default=None, ge=1, le=100, description="Passages to read.")

    def filters(self) -> Filters:
        """The same as the archive takes it."""
        return Filters(_day(self.after), _day(self.before), tuple(self.sources), as_of=_day(self.as_of))


def add_api(app: FastAPI, archive: Archive, assistant: Asks) -> None:
    """Serve `archive` and `assistant` under `/api` of `app`."""
    reading = CapacityLimiter(AT_ONCE)
    router = APIRouter(prefix="/api")

    @router.post("/ask")
    async def ask(asked: Question) -> dict[str, Any]:
        """The answer in the articles' own words with its citations; `answer` null: they do not say."""
        work = partial(assistant.ask, asked.question, asked.history, filters=asked.filters(), k=asked.k)
        return (await to_thread.run_sync(work, limiter=reading)).to_json()

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

    @router.get("/articles/{article_id:path}", responses={404: {"description": "There is no such article."}})
    def show_article(article_id: str) -> Any:
        """One article whole; citations count their characters in its `text`."""
        try:
            return asdict(archive.article(article_id))
        except ArchiveError:
            return JSONResponse(
                {"error": f"There is no article {article_id!r}; /api/articles lists them."}, 404
            )

    @router.get("/health")
    def health() -> dict[str, Any]:
        """Whether it serves, and how much there is to ask about."""
        held = archive.catalog.counts()
        counts = {"articles": held.articles, "passages": held.passages, "embedded": held.embedded}
        return {"status": "ok", **counts}

    @app.exception_handler(BylineError)
    def mendable(_: Request, error: BylineError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": f"{error.detail}."}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def misshapen(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{where!r} is wrong ({first['msg']}); see /api/openapi.json."}, 422)

    app.include_router(router)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
