"""The assistant over HTTP, beside the page: JSON in, and out what `byline ask --json` prints.

    curl -s 127.0.0.1:7860/api/ask -H 'content-type: application/json' \\
        -d '{"question": "Who denied responsibility?"}'

`/api/openapi.json` describes it. An error that the caller can mend is `{"error": "one sentence"}`: 400 for
what cannot be asked, 422 for a body that is no question, 404 for an article that is not there.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from index.archive import Archive
from index.articles import Filters
from index.errors import ArchiveError
from ui.desk import Desk
from ui.leaving import GONE, unless_gone
from ui.shapes import AnswerShape, ArticleShape, Day, Health, ListedShape, Question, Words, day, refusals

MOST_LISTED = 1000


def add_api(app: FastAPI, archive: Archive, desk: Desk) -> None:
    """Serve `archive`, and what is asked at `desk`, under `/api` of `app`."""
    router = APIRouter(prefix="/api", responses=refusals(400, 401, 403, 413, 422, 429, 500))

    @router.post("/ask", response_model=AnswerShape)
    async def ask(asked: Question, request: Request) -> dict[str, Any] | Response:
        """The answer in the articles' own words with its citations; `answer` null: they do not say."""
        answer = desk.answer(asked.question, asked.history, filters=asked.filters(), k=asked.k)
        found = await unless_gone(request, answer)
        return found.to_json() if found else GONE

    @router.get("/articles")
    def list_articles(
        after: Day | None = None,
        before: Day | None = None,
        source: Annotated[list[Words], Query(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    ) -> list[ListedShape]:
        """Articles without their text, newest first."""
        filters = Filters(day(after), day(before), tuple(source))
        found = archive.articles(filters, limit=limit, offset=offset)
        kin = archive.kin([article.article_id for article in found])
        return [ListedShape.of(article, kin) for article in found]

    @router.get("/articles/{article_id:path}", response_model=ArticleShape, responses=refusals(404))
    def show_article(article_id: str) -> ArticleShape | JSONResponse:
        """One article whole; citations count their characters in its `text`."""
        try:
            return ArticleShape.of(archive.article(article_id), archive.kin([article_id]))
        except ArchiveError:
            return JSONResponse(
                {"error": f"There is no article {article_id!r}; /api/articles lists them."}, 404
            )

    @router.get("/health")
    def health() -> Health:
        """Whether it serves, and how much there is to ask about."""
        held = archive.catalog.counts()
        return Health(status="ok", articles=held.articles, passages=held.passages, embedded=held.embedded)

    app.include_router(router)
