"""What goes over `/v1`, described: a chat completion as OpenAI's clients ask for it and read it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qa.answers import Answer
from qa.encoding import printable
from ui.message import Message, message_of
from ui.shapes import CitationShape, Narrowing, WrittenShape
from ui.words import on_the_web

MODEL = "byline"
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


class StreamOptions(BaseModel):
    """With `include_usage`, a last chunk tells the usage."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = False


class Wanted(Narrowing):
    """A chat completion that is asked for."""

    model_config = ConfigDict(extra="allow")

    model: Text = Field(json_schema_extra={"const": MODEL})
    messages: list[Said] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    @property
    def counted(self) -> bool:
        """Whether the usage is told at the end of a stream."""
        return bool(self.stream_options and self.stream_options.include_usage)


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


class Usage(BaseModel):
    """Tokens billed through this door: none. What an LLM read and wrote is not known here."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class Completion(BaseModel):
    """A chat completion."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage = Usage()


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


def _annotations(answer: Answer, message: Message) -> list[Annotation]:
    return [
        Annotation(
            url_citation=UrlCitation(start_index=start, end_index=end, title=citation.title, url=citation.url)
        )
        for citation, (start, end) in zip(answer.citations, message.places, strict=True)
        if on_the_web(citation.url)
    ]
