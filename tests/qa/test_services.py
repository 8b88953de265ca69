"""The services, each through its own integration, at servers of this machine that its address is set to.

OpenAI's, Anthropic's and Mistral's ways of asking are understood by llama.cpp, whose small model answers;
Google's is not: there a recorded stream stands for an answer.
"""

from __future__ import annotations

import json
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest

from index.errors import ModelError
from qa import local_llm
from qa.llm import CutOffError, Llm, Said
from qa.providers import PROVIDERS
from qa.settings import LlmSettings
from qa.usage import Usage
from tests.qa.faulty_server import Script, faulty
from tests.qa.small_server import busy, idle_soon, started

pytestmark = pytest.mark.slow
ADDRESSES = {  # the variable, and what follows the server's own address
    "anthropic": ("ANTHROPIC_BASE_URL", ""),
    "google": ("GOOGLE_GEMINI_BASE_URL", ""),
    "mistral": ("MISTRAL_ENDPOINT", ""),
    "openai": ("OPENAI_API_BASE", "/v1"),
}
MODELS = {
    "anthropic": "claude-haiku-4-5",
    "google": "gemini-2.5-flash",
    "mistral": "mistral-small-latest",
    "openai": "gpt-4.1-mini",
}
SPOKEN = ("anthropic", "mistral", "openai")
QUESTION = [
    Said("system", "You answer in one short sentence."),
    Said("user", "What is the capital of France?"),
]
STORY = [Said("user", "Write a very long story about the sea, its ships and their many sailors.")]
GEMINI: list[dict[str, Any]] = [
    {"candidates": [{"content": {"role": "model", "parts": [{"text": "Paris "}]}, "index": 0}]},
    {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": "it is."}]}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 20},
    },
]
CUT_OFF = {"candidates": [{**GEMINI[1]["candidates"][0], "finishReason": "MAX_TOKENS"}]}

CHUNK = {"id": "c", "model": "m", "object": "chat.completion.chunk", "created": 0}
MISTRAL: list[dict[str, Any]] = [
    {**CHUNK, "choices": [{"index": 0, "delta": {"content": "Paris"}, "finish_reason": None}]},
    {
        **CHUNK,
        "choices": [{"index": 0, "delta": {"content": "."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    },
]


@pytest.fixture(scope="module")
def running() -> local_llm.Running:
    return started()


def at(patch: pytest.MonkeyPatch, service: str, address: str, key: str) -> str:
    """Sends a service's requests to an address that ends in /v1; gives the LLM's name."""
    variable, path = ADDRESSES[service]
    patch.setenv(variable, address.removesuffix("/v1") + path)
    patch.setenv(PROVIDERS[service].key, key)
    return f"{service}:{MODELS[service]}"


@pytest.mark.parametrize("service", SPOKEN)
def test_it_streams(service: str, running: local_llm.Running, monkeypatch: pytest.MonkeyPatch) -> None:
    use = at(monkeypatch, service, running.address, running.key)
    llm = Llm(LlmSettings(use=use, tokens=64, timeout=280.0))
    pieces = list(llm.stream(QUESTION))
    assert len(pieces) > 3
    assert "Paris" in "".join(pieces)
    assert llm.name == MODELS[service]
    assert llm.context > 4096  # that of the service's model, by llama-index's table


@pytest.mark.parametrize("service", SPOKEN)
def test_closed_in_the_middle_the_server_stops(
    service: str, running: local_llm.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    use = at(monkeypatch, service, running.address, running.key)
    pieces = Llm(LlmSettings(use=use, tokens=1500, timeout=280.0)).stream(STORY)
    next(pieces)
    assert busy(running)
    pieces.close()
    assert idle_soon(running)


@pytest.mark.parametrize("service", SPOKEN)
def test_a_wrong_key_is_one_sentence(
    service: str, running: local_llm.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    use = at(monkeypatch, service, running.address, "sk-not-it")
    refused = rf"refuses the key \(401\); set {PROVIDERS[service].key}"
    with pytest.raises(ModelError, match=refused) as caught:
        list(Llm(LlmSettings(use=use)).stream(QUESTION))
    assert "sk-not-it" not in str(caught.value)


@pytest.mark.parametrize("service", SPOKEN)
def test_cut_off_it_says_so_and_what_it_took(
    service: str, running: local_llm.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[Usage] = []
    use = at(monkeypatch, service, running.address, running.key)
    with pytest.raises(CutOffError, match=r"wrote all that it may; raise 'llm\.tokens'"):
        list(Llm(LlmSettings(use=use, tokens=16, timeout=280.0), spent=spent.append).stream(STORY))
    (usage,) = spent
    assert usage.read > 0
    assert usage.counted if service == "mistral" else usage.written == 16  # Mistral is asked for none


@pytest.mark.parametrize("service", ADDRESSES)
def test_stopped_before_its_first_word_the_server_is_left(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, stop = Script(silent=True), Event()

    def stop_when_asked() -> None:
        while not script.asked:
            sleep(0.05)
        stop.set()

    with faulty(script) as address:
        Thread(target=stop_when_asked, daemon=True).start()
        llm = Llm(LlmSettings(use=at(monkeypatch, service, address, "key"), timeout=280.0))
        assert list(llm.stream(QUESTION, stop=stop)) == []
        assert script.gone.wait(30) and len(script.asked) == 1


def streamed(chunks: list[dict[str, Any]]) -> bytes:
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()


def test_gemini_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[Usage] = []
    script = Script(texts=[""], raw=streamed(GEMINI))
    with faulty(script) as address:
        settings = LlmSettings(use=at(monkeypatch, "google", address, "key"))
        assert "".join(Llm(settings, spent=spent.append).stream(QUESTION)) == "Paris it is."
    assert spent == [Usage(9, 24)]  # what it thought is written, too
    assert script.asked[0]["generationConfig"]["maxOutputTokens"] > settings.tokens  # and has its place


def test_mistral_tells_the_tokens_with_its_last_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[Usage] = []
    with faulty(Script(texts=[""], raw=streamed(MISTRAL))) as address:
        settings = LlmSettings(use=at(monkeypatch, "mistral", address, "key"))
        assert "".join(Llm(settings, spent=spent.append).stream(QUESTION)) == "Paris."
    assert spent == [Usage(9, 3)]


def test_gemini_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(Script(texts=[""], raw=streamed([GEMINI[0], CUT_OFF]))) as address:
        pieces = Llm(LlmSettings(use=at(monkeypatch, "google", address, "key"))).stream(QUESTION)
        assert next(pieces) == "Paris "
        with pytest.raises(CutOffError, match=r"raise 'llm\.tokens'"):
            list(pieces)


def test_a_wrong_key_of_googles_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "API key not valid. Please pass a valid API key."
    with faulty(Script(status=400, error=said)) as address:
        llm = Llm(LlmSettings(use=at(monkeypatch, "google", address, "key")))
        with pytest.raises(ModelError, match=r"refuses the key \(400\); set GOOGLE_API_KEY"):
            list(llm.stream(QUESTION))


@pytest.mark.parametrize("service", ADDRESSES)
def test_a_model_that_a_service_does_not_have(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(Script(status=404, error="not found")) as address:
        llm = Llm(LlmSettings(use=at(monkeypatch, service, address, "key")))
        told = rf"'{service}' has no model '{MODELS[service]}' \(404\); name another, '{service}:MODEL'"
        with pytest.raises(ModelError, match=told):
            list(llm.stream(QUESTION))


@pytest.mark.parametrize(
    ("status", "told"),
    [(401, "refuses the key"), (429, "too many questions"), (503, "answers with an error")],
)
@pytest.mark.parametrize("service", ADDRESSES)
def test_an_error_is_one_sentence(
    service: str, status: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty(Script(status=status, error="not now")) as address:
        use = at(monkeypatch, service, address, "sk-secret")
        with pytest.raises(ModelError, match=told) as caught:
            list(Llm(LlmSettings(use=use, timeout=60.0)).stream(QUESTION))
    assert str(status) in str(caught.value)
    assert "sk-secret" not in str(caught.value)
