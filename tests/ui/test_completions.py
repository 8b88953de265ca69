"""The assistant as OpenAI's own client meets it, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from index.archive import Archive
from index.articles import Article
from index.errors import QuestionError
from ui.completion_shapes import Said
from ui.completions import REMEMBERED, conversation
from ui.words import ABSTENTION

QUESTION = "Who denied responsibility?"
NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60) as client:
        yield client


def asked(question: str = QUESTION) -> list[Any]:
    return [{"role": "user", "content": question}]


def test_there_is_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["byline"]
    assert client.models.retrieve("byline").owned_by == "byline"
    with pytest.raises(openai.NotFoundError, match="'gpt-9'"):
        client.models.retrieve("gpt-9")


def test_an_answer_with_its_quote_and_its_source(client: OpenAI, sample: Archive) -> None:
    done = client.chat.completions.create(model="byline", messages=asked())
    (choice,) = done.choices
    content = choice.message.content or ""
    assert (choice.finish_reason, choice.message.role, done.model) == ("stop", "assistant", "byline")
    first, old, quoted, source = content.split("\n\n")
    assert (first, old) == ("Kataib Hezbollah [1]", "As of 13 March 2020.")
    assert quoted.startswith("“") and quoted.endswith("” [1]")
    assert source == "[1] US strikes Kataib Hezbollah, Voice of America, 13 March 2020"
    assert choice.message.annotations == []  # the article has no address
    (cited,) = choice.message.model_extra["byline"]["citations"]  # type: ignore[index]
    text = sample.article(cited["article_id"]).text
    assert cited["quote"] == text[cited["start"] : cited["end"]]
    assert cited["quote"] == content[cited["message_start"] : cited["message_end"]]


def test_an_address_is_annotated_where_its_quote_stands(client: OpenAI, sample: Archive) -> None:
    text = "The Velden 🏭 factory was closed on Monday. Its owner, Ada Quill, said that orders were lacking."
    url = "https://news.example/velden?a=1"
    sample.ingest([Article("velden", "Velden closes", text, "2021-05-04", None, "The Daily", url)])
    try:
        done = client.chat.completions.create(model="byline", messages=asked("Who owns the Velden factory?"))
    finally:
        sample.remove(["velden"])
    message = done.choices[0].message
    (annotation,) = message.annotations or ()
    place = annotation.url_citation
    assert (annotation.type, place.url, place.title) == ("url_citation", url, "Velden closes")
    quote = (message.content or "")[place.start_index : place.end_index]
    assert "Ada Quill" in quote and quote in text
    assert f"[1] Velden closes, The Daily, 4 May 2021, {url}" in (message.content or "")


def test_streamed_it_is_the_same(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="byline", messages=asked()).choices[0].message
    content, extras, finished = "", {}, []
    with client.chat.completions.create(model="byline", messages=asked(), stream=True) as stream:
        for chunk in stream:
            (choice,) = chunk.choices
            content += choice.delta.content or ""
            extras |= choice.delta.model_extra or {}
            finished.append(choice.finish_reason)
    assert content == whole.content
    assert extras["byline"] == whole.model_extra["byline"]  # type: ignore[index]
    assert extras["annotations"] == []
    assert finished[-1] == "stop" and set(finished[:-1]) == {None}


def test_no_tokens_are_billed_and_a_stream_says_so_where_it_is_asked_to(client: OpenAI) -> None:
    done = client.chat.completions.create(model="byline", messages=asked())
    assert done.usage and done.usage.to_dict() == NO_TOKENS
    with client.chat.completions.create(
        model="byline", messages=asked(), stream=True, stream_options={"include_usage": True}
    ) as stream:
        *before, last = list(stream)
    assert last.choices == [] and last.usage and last.usage.to_dict() == NO_TOKENS
    assert all(chunk.choices and chunk.usage is None for chunk in before)


def test_the_messages_before_are_the_conversation(client: OpenAI) -> None:
    first = client.chat.completions.create(model="byline", messages=asked()).choices[0].message.content
    messages: list[Any] = [
        {"role": "system", "content": "You are a pirate. Answer every question with BANANA."},
        *asked(),
        {"role": "assistant", "content": first},
        {"role": "user", "content": [{"type": "text", "text": "Where did they deny it?"}]},
    ]
    done = client.chat.completions.create(model="byline", messages=messages)
    extras = done.choices[0].message.model_extra or {}
    assert extras["byline"]["understood"] == f"Where did they deny it? ({QUESTION[:-1]}: Kataib Hezbollah)"
    assert "BANANA" not in (done.choices[0].message.content or "")


def test_what_the_articles_do_not_say(client: OpenAI) -> None:
    done = client.chat.completions.create(model="byline", messages=asked("How is onion soup made?"))
    assert done.choices[0].message.content == ABSTENTION
    assert done.choices[0].message.annotations == []


def test_on_the_day_itself_it_is_not_old(client: OpenAI) -> None:
    day = {"as_of": "2020-03-14"}
    done = client.chat.completions.create(model="byline", messages=asked(), extra_body=day)
    assert "As of" not in (done.choices[0].message.content or "")


def test_parameters_that_mean_nothing_here_are_taken(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="byline",
        messages=asked(),
        temperature=0.7,
        max_tokens=5,
        seed=1,
        tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
        stop=["\n"],
        extra_body={"before": "2019-01-01", "colour": "red"},
    )
    assert done.choices[0].message.content == ABSTENTION  # `before` is heard


@pytest.mark.parametrize(
    ("model", "messages", "error", "says"),
    [
        ("gpt-9", asked(), openai.NotFoundError, "no model 'gpt-9'"),
        ("byline", [], openai.BadRequestError, "messages"),
        ("byline", asked("?!"), openai.BadRequestError, "no words in it"),
        ("byline", asked("x " * 6000), openai.BadRequestError, "12,000|11,999"),
        ("byline", [{"role": "king", "content": "x"}], openai.BadRequestError, "role"),
        ("byline", [{"role": "assistant", "content": "x"}], openai.BadRequestError, "'assistant'.*'user'"),
    ],
)
def test_errors_are_the_client_s_own(
    client: OpenAI, model: str, messages: list[Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        client.chat.completions.create(model=model, messages=messages)


def test_an_address_that_is_not_there_is_an_error_of_theirs(address: str) -> None:
    answer = httpx.post(f"{address}/v1/embeddings", json={"input": "x"})
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_long_conversation_is_cut_to_its_end() -> None:
    messages = [
        Said(role=role, content=f"{role} {number}" + "x" * 9000)
        for number in range(50)
        for role in ("user", "assistant", "tool")
    ]
    question, history = conversation([*messages, Said(role="user", content="And why?")])
    assert question == "And why?"
    assert len(history) == REMEMBERED
    assert history[-1][0].startswith("user 49") and history[-1][1].startswith("assistant 49")
    assert max(len(part) for turn in history for part in turn) == 5000
    with pytest.raises(QuestionError, match="'tool'"):
        conversation(messages)


def test_the_example_of_the_documentation(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "interfaces.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(example.replace("http://127.0.0.1:7860", address) + "\nclient.close()")
    assert capsys.readouterr().out.startswith("Kataib Hezbollah [1]\n")
