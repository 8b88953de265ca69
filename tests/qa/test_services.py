"""The services, each through its own integration, at servers of this machine that its address is set to.

OpenAI's, Anthropic's and Mistral's ways of asking are understood by llama.cpp, whose small model answers;
Google's is not: there a recorded stream stands for an answer.
"""

from __future__ import annotations

import json

import pytest

from index.errors import ModelError
from qa import local_llm
from qa.llm import Llm, Said
from qa.providers import PROVIDERS
from qa.settings import LlmSettings
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
GEMINI = [
    {"candidates": [{"content": {"role": "model", "parts": [{"text": "Paris "}]}, "index": 0}]},
    {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": "it is."}]}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13},
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


def test_gemini_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in GEMINI).encode()
    with faulty(Script(texts=[""], raw=raw)) as address:
        llm = Llm(LlmSettings(use=at(monkeypatch, "google", address, "key")))
        assert "".join(llm.stream(QUESTION)) == "Paris it is."


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
