"""A refusal over HTTP: one sentence, in the shape that callers of each address know."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import BylineError

CRASHED = "Something went wrong while reading; ask again, or look at what `byline chat` printed."

# What OpenAI calls them: https://platform.openai.com/docs/guides/error-codes
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error", 500: "server_error"}


def refusal(path: str, sentence: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """`{"error": sentence}`; under `/v1` the object of `trouble`."""
    error = trouble(sentence, status) if path.startswith("/v1/") else sentence
    return JSONResponse({"error": error}, status, headers)


def trouble(sentence: str, status: int) -> dict[str, str | None]:
    """The object that OpenAI's clients raise as an error."""
    kind = _KINDS.get(status, "invalid_request_error")
    return {"message": sentence, "type": kind, "param": None, "code": None}


def add_refusals(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Make every error of `app` a refusal; one that nobody foresaw is a 500 with `headers`, and logged."""

    @app.exception_handler(BylineError)
    def mendable(request: Request, error: BylineError) -> JSONResponse:
        return refusal(request.url.path, str(error), 400)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        return refusal(request.url.path, f"{error.detail}.", error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def misshapen(request: Request, error: RequestValidationError) -> JSONResponse:
        path = request.url.path
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"{where!r} is wrong ({first['msg']}); see /api/openapi.json."
        return refusal(path, sentence, 400 if path.startswith("/v1/") else 422)

    @app.exception_handler(Exception)
    def crashed(request: Request, _: Exception) -> JSONResponse:
        # The server closes the connection after a crash: whoever kept it would lose the next question.
        return refusal(request.url.path, CRASHED, 500, {**headers, "connection": "close"})
