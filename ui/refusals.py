"""A refusal over HTTP: one sentence, in the shape that callers of each address know."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from reprlib import Repr
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import BylineError

DESCRIBED = "/api/openapi.json"  # where it says what there is
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 80
CRASHED = "Something went wrong while reading; ask again, or look at what `byline chat` printed."

# What OpenAI calls them: https://platform.openai.com/docs/guides/error-codes
_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}


def refusal(path: str, sentence: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """`{"error": sentence}`; under `/v1` the object of `trouble`."""
    error = trouble(sentence, status) if path.startswith("/v1/") else sentence
    return JSONResponse({"error": error}, status, headers)


def trouble(sentence: str, status: int) -> dict[str, str | None]:
    """The object that OpenAI's clients raise as an error."""
    kind = _KINDS.get(status, "invalid_request_error")
    return {"message": sentence, "type": kind, "param": None, "code": None}


def misshapen(wrong: Mapping[str, Any]) -> str:
    """What is wrong with a request, as pydantic found it, in one sentence."""
    where = ".".join(str(part) for part in wrong["loc"])
    if where == "body" and isinstance(wrong["input"], bytes):
        return "The header `content-type: application/json` is missing."
    told = wrong["type"] not in ("missing", "json_invalid")  # else it is the whole body
    amiss = f"cannot be {SHORT.repr(wrong['input'])}" if told else "is wrong"
    return f"{where!r} {amiss} ({wrong['msg'].removeprefix('Value error, ')})."


def add_refusals(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Make every error of `app` a refusal; one that nobody foresaw is a 500 with `headers`, and logged.

    None of it waits for a thread: what a stopping server refuses must be said at once.
    """

    @app.exception_handler(BylineError)
    async def mendable(request: Request, error: BylineError) -> JSONResponse:
        return refusal(request.url.path, str(error), 400)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        path, sentence = request.url.path, f"{error.detail}."
        if error.detail == HTTPStatus.NOT_FOUND.phrase:
            sentence = f"There is nothing to {request.method} at {SHORT.repr(path)}; see {DESCRIBED}."
        elif error.detail == HTTPStatus.METHOD_NOT_ALLOWED.phrase:
            taken = (error.headers or {}).get("Allow", "another method")
            sentence = f"{SHORT.repr(path)} takes {taken}, not {request.method}; see {DESCRIBED}."
        return refusal(path, sentence, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> JSONResponse:
        path = request.url.path
        first = error.errors()[0]
        sentence = f"{misshapen(first)[:-1]}; see {DESCRIBED}."
        return refusal(path, sentence, 400 if path.startswith("/v1/") else 422)

    @app.exception_handler(Exception)
    async def crashed(request: Request, _: Exception) -> JSONResponse:
        # The server closes the connection after a crash: whoever kept it would lose the next question.
        return refusal(request.url.path, CRASHED, 500, {**headers, "connection": "close"})
