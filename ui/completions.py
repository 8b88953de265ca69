"""The assistant as OpenAI's clients know one: `/v1/chat/completions` and `/v1/models`.

The last message is the question, the ones before it the conversation. What a system message asks for is not
done: answers are the articles' own words, or sentences of an LLM, where one is set, that are each held to
the articles; whatever is said. Parameters that mean nothing here (temperature,
tools, …) are taken and left alone; `after`, `before`, `as_of`, `sources` and `k` narrow down what may answer,
as under `/api/ask`. After https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import date
from time import time
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from index.errors import BylineError, QuestionError
from qa.answers import Answer, Checked
from ui.completion_shapes import (
    MODEL,
    Choice,
    Completion,
    Model,
    Models,
    OpenAIRefusal,
    Reply,
    Said,
    Usage,
    Wanted,
)
from ui.desk import Desk
from ui.leaving import GONE, Streamed, unless_gone
from ui.message import answer_in, line_of
from ui.refusals import refusal, trouble
from ui.shapes import LONGEST, REFUSED

REMEMBERED = 20  # questions of a conversation, the last ones


def add_completions(app: FastAPI, desk: Desk) -> None:
    """Serve what is asked at `desk` under `/v1` of `app`."""
    refused: dict[int | str, dict[str, Any]] = {
        status: {"model": OpenAIRefusal, "description": what}
        for status, what in REFUSED.items()
        if status not in (404, 422)
    }
    missing: dict[int | str, dict[str, Any]] = {
        404: {"model": OpenAIRefusal, "description": f"The only model is {MODEL!r}."}
    }
    router = APIRouter(prefix="/v1", responses=refused)

    @router.get("/models")
    def list_models() -> Models:
        """The models: one."""
        return Models(data=[Model()])

    @router.get("/models/{model}", response_model=Model, responses=missing)
    def show_model(model: str) -> Model | JSONResponse:
        """One model."""
        return Model() if model == MODEL else _no_model(f"/v1/models/{model}", model)

    streamed: dict[str, Any] = {"content": {"text/event-stream": {"schema": {"type": "string"}}}}

    @router.post("/chat/completions", response_model=Completion, responses={**missing, 200: streamed})
    async def complete(wanted: Wanted, request: Request) -> Completion | Response:
        """The answer as the next message; with `stream`, in pieces."""
        if wanted.model != MODEL:
            return _no_model("/v1/chat/completions", wanted.model)
        question, history = conversation(wanted.messages)
        name, now = f"chatcmpl-{secrets.token_hex(12)}", int(time())
        if wanted.stream:
            parts = desk.parts(question, history, filters=wanted.filters(), k=wanted.k)
            # What cannot be asked is refused before anything is sent.
            first = await unless_gone(request, anext(parts))
            if first is None:
                return GONE
            chunk = {"id": name, "object": "chat.completion.chunk", "created": now, "model": MODEL}
            if wanted.counted:
                chunk["usage"] = None  # on every chunk but the last, as OpenAI does
            events = pieces(first, parts, chunk, wanted.as_of)
            return Streamed(events, media_type="text/event-stream")
        asking = desk.answer(question, history, filters=wanted.filters(), k=wanted.k)
        answer = await unless_gone(request, asking)
        if answer is None:
            return GONE
        return Completion(id=name, created=now, choices=[Choice(message=Reply.of(answer, wanted.as_of))])

    app.include_router(router)


def conversation(messages: Sequence[Said]) -> tuple[str, list[tuple[str, str]]]:
    """The question, and (question, answer) of those before it; raises QuestionError where there is none."""
    if messages[-1].role != "user":
        raise QuestionError(
            f"The last message has the role {messages[-1].role!r}; end with the question, its role 'user'."
        )
    history: list[tuple[str, str]] = []
    for message in messages[:-1]:
        if message.role == "user":
            history.append((message.text()[:LONGEST], ""))
        elif message.role == "assistant" and history:
            history[-1] = (history[-1][0], answer_in(message.text())[:LONGEST])
    return messages[-1].text(), history[-REMEMBERED:]


async def pieces(
    first: Checked | Answer,
    parts: AsyncGenerator[Checked | Answer],
    chunk: dict[str, Any],
    today: date | None = None,
) -> AsyncIterator[str]:
    """The message as server-sent events: an LLM's sentences as they come, then the lines that are left one
    after the other, then what belongs to the whole; at last the usage, where `chunk` has a place for it.

    `chunk` is what all of them have in common.
    """
    yield _event(chunk, {"role": "assistant", "content": ""})
    part, sent = first, ""
    async with aclosing(parts):
        while not isinstance(part, Answer):
            line = (" " if sent else "") + line_of(part)
            sent += line
            yield _event(chunk, {"content": line})
            try:
                part = await anext(parts)
            except BylineError as error:
                yield _sent({"error": trouble(str(error), 400)})
                return
    reply = Reply.of(part, today, sent)
    for line in reply.content[len(sent) :].splitlines(keepends=True):
        yield _event(chunk, {"content": line})
    yield _event(chunk, reply.model_dump(include={"annotations", "byline"}))
    yield _event(chunk, {}, "stop")
    if "usage" in chunk:
        yield _sent({**chunk, "choices": [], "usage": Usage().model_dump()})
    yield "data: [DONE]\n\n"


def _event(chunk: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _sent({**chunk, "choices": [choice]})


def _sent(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event)}\n\n"


def _no_model(path: str, model: str) -> JSONResponse:
    return refusal(path, f"There is no model {model!r}; the only one here is {MODEL!r}.", 404)
