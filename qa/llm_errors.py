"""What goes wrong with an LLM, as one sentence with the next thing to do. No key is ever part of one."""

from __future__ import annotations

import os

from index.errors import ModelError
from qa.providers import is_address, key_variable

_SHORTEST_KEY = 8  # characters: a shorter one may be a word of the sentence


class OverlongError(ModelError):
    """The messages are longer than the model can take."""


class CutOffError(ModelError):
    """The answer is as long as it may be, and not at its end."""


def cut_off(use: str) -> CutOffError:
    """The LLM named `use` came to the end of its tokens, those that it thought with among them."""
    return CutOffError(f"The LLM {use!r} wrote all that it may; raise 'llm.tokens'.")


def told(error: Exception, use: str) -> ModelError:
    """An error of an integration's, or of a library's under it, about the LLM named `use`."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    said = _without_key(" ".join(str(error).split()), use)[:200]
    if "MAX_TOKENS" in said:  # Google's says it so
        return cut_off(use)
    if status in (400, 413, 422) and ("context" in said.lower() or "too long" in said.lower()):
        return OverlongError(
            f"The passages are too long for the LLM {use!r}; set 'llm.context' to the tokens that it takes."
        )
    if status is None:
        name = type(error).__name__
        return ModelError(
            f"The LLM {use!r} cannot be reached or broke off ({name}: {said}); see that it runs."
        )
    return ModelError(_answered(status, said, use))


def _without_key(said: str, use: str) -> str:
    key = os.environ.get(key_variable(use), "").strip()
    return said.replace(key, "…") if len(key) >= _SHORTEST_KEY else said


def _answered(status: int, said: str, use: str) -> str:
    if status in (401, 403) or (status == 400 and "api key" in said.lower()):
        return f"The LLM {use!r} refuses the key ({status}); set {key_variable(use)} to one that it takes."
    if status == 404 and is_address(use):
        return (
            f"There is no LLM at {use!r} (404); give its server's address, which mostly ends in '/v1', or "
            "ask again if its model was changed."
        )
    if status == 404:
        service, _, model = use.partition(":")
        return f"The service {service!r} has no model {model!r} (404); name another, '{service}:MODEL'."
    if status == 429:
        return f"The LLM {use!r} has had too many questions (429); ask again later."
    return f"The LLM {use!r} answers with an error ({status}: {said}); see its log."
