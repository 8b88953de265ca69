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
from dataclasses import asdict
from datetime import date
from time import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from index.errors import BylineError, QuestionError
from qa.answers import Answer, Checked
from qa.encoding import printable
from ui.desk import Desk
from ui.leaving import GONE, Streamed, unless_gone
from ui.message import Message, answer_in, line_of, message_of
from ui.refusals import refusal, trouble
from ui.shapes import LONGEST, REFUSED, CitationShape, Narrowing, WrittenShape
from ui.words import on_the_web

MODEL = "byline"
REMEMBERED = 20  # questions of a conversation, the last ones
MADE = 1_735_689_600  # 1 January 2025: clients want a day on which the model was made

Text = Annotated[str, AfterValidator(printable)]


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: Text
    text: Text = ""


class Said(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None

    def text(self) -> str:
        """What was said."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text")


class Wanted(Narrowing):
    """A chat completion that is asked for."""

    model_config = ConfigDict(extra="allow")

    model: Text = Field(json_schema_extra={"const": MODEL})
    messages: list[Said] = Field(min_length=1, max_length=1000)
    stream: bool | None = False


class UrlCitation(BaseModel):
    """Where the quote stands in the message, in Unicode characters: `content[start_index:end_index]`."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A quote whose article has an address on the web."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Quoted(CitationShape):
    """A citation, and where its quote stands in the message."""

    message_start: int
    message_end: int


class Byline(WrittenShape):
    """What OpenAI's shape has no place for."""

    answer: str | None
    understood: str | None
    confidence: float
    citations: list[Quoted]


class Reply(BaseModel):
    """The assistant's message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]
    byline: Byline

    @classmethod
    def of(cls, answer: Answer, today: date | None = None, begun: str = "") -> Reply:
        """The message that an answer makes on the day `today`, of which `begun` was sent before."""
        message = message_of(answer, begun, today)
        extension = Byline(
            answer=answer.text,
            understood=answer.understood,
            confidence=round(answer.confidence, 4),
            **answer.written(),
            citations=[
                Quoted(**asdict(citation), message_start=start, message_end=end)
                for citation, (start, end) in zip(answer.citations, message.places, strict=True)
            ],
        )
        return cls(content=message.content, annotations=_annotations(answer, message), byline=extension)


class Choice(BaseModel):
    """The one answer that there is."""

    index: Literal[0] = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """A chat completion."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]


class Model(BaseModel):
    """The one model that there is."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = MADE
    owned_by: str = MODEL


class Models(BaseModel):
    """A list of one."""

    object: Literal["list"] = "list"
    data: list[Model]


class Trouble(BaseModel):
    """The inside of an error."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIRefusal(BaseModel):
    """An error as OpenAI's clients read it."""

    error: Trouble


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
            events = pieces(first, parts, name, now, wanted.as_of)
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
    name: str,
    now: int,
    today: date | None = None,
) -> AsyncIterator[str]:
    """The message as server-sent events: an LLM's sentences as they come, then the lines that are left one
    after the other, then what belongs to the whole."""
    yield _event(name, now, {"role": "assistant", "content": ""})
    part, sent = first, ""
    async with aclosing(parts):
        while not isinstance(part, Answer):
            line = (" " if sent else "") + line_of(part)
            sent += line
            yield _event(name, now, {"content": line})
            try:
                part = await anext(parts)
            except BylineError as error:
                yield f"data: {json.dumps({'error': trouble(str(error), 400)})}\n\n"
                return
    reply = Reply.of(part, today, sent)
    for line in reply.content[len(sent) :].splitlines(keepends=True):
        yield _event(name, now, {"content": line})
    yield _event(name, now, reply.model_dump(include={"annotations", "byline"}))
    yield _event(name, now, {}, "stop")
    yield "data: [DONE]\n\n"


def _event(name: str, now: int, delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    chunk = {
        "id": name,
        "object": "chat.completion.chunk",
        "created": now,
        "model": MODEL,
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk)}\n\n"


def _annotations(answer: Answer, message: Message) -> list[Annotation]:
    return [
        Annotation(
            url_citation=UrlCitation(start_index=start, end_index=end, title=citation.title, url=citation.url)
        )
        for citation, (start, end) in zip(answer.citations, message.places, strict=True)
        if on_the_web(citation.url)
    ]


def _no_model(path: str, model: str) -> JSONResponse:
    return refusal(path, f"There is no model {model!r}; the only one here is {MODEL!r}.", 404)
