"""Who can lend an LLM, and how one is named: `local`, an address, or a provider's model.

local                              the small model of `make local-llm`
http://127.0.0.1:8080/v1           an OpenAI-compatible server: vLLM, llama.cpp, LM Studio, Ollama
openai:gpt-4.1-mini                a provider's model, through its llama-index integration
none                               no LLM
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from index.errors import SettingsError

LOCAL = "local"
NONE = "none"
ADDRESS_KEY = "BYLINE_LLM_KEY"

_ADDRESS = re.compile(r"https?://[^\s/@]+(?:/\S*)?")


@dataclass(frozen=True, slots=True)
class Provider:
    """A llama-index integration: its class, the extra that installs it, the variable that holds its key."""

    module: str
    name: str
    extra: str
    key: str


PROVIDERS = {
    "anthropic": Provider("llama_index.llms.anthropic", "Anthropic", "anthropic", "ANTHROPIC_API_KEY"),
    "google": Provider("llama_index.llms.google_genai", "GoogleGenAI", "google", "GOOGLE_API_KEY"),
    "mistral": Provider("llama_index.llms.mistralai", "MistralAI", "mistral", "MISTRAL_API_KEY"),
    "openai": Provider("llama_index.llms.openai", "OpenAI", "llm", "OPENAI_API_KEY"),
}


def is_address(use: str) -> bool:
    """Whether an LLM is named by the address of its server."""
    return bool(_ADDRESS.fullmatch(use))


def checked_name(use: str) -> str:
    """The name of an LLM as it was given; raises ValueError, saying which there are, where it is none."""
    provider, _, model = use.partition(":")
    if use in (LOCAL, NONE) or is_address(use) or (provider in PROVIDERS and model):
        return use
    models = ", ".join(f"'{name}:MODEL'" for name in PROVIDERS)
    raise ValueError(f"it is {LOCAL!r}, {NONE!r}, an address as 'http://127.0.0.1:8080/v1', or {models}")


def key_in(variable: str) -> str:
    """The key that an environment variable holds; "" where it holds none.

    What stands around it (the end of a line in the file that it came from) is no part of it. Raises
    SettingsError for what no header can carry, and never says it.
    """
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(f"{variable} holds characters that no key has; set it to the key alone.")
    return key


def key_variable(use: str | None) -> str:
    """The environment variable that holds the key of the LLM named `use`."""
    provider = PROVIDERS.get((use or "").partition(":")[0])
    return provider.key if provider else ADDRESS_KEY
