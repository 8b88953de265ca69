"""Embedding: passages and questions to unit vectors, with onnxruntime and tokenizers alone.

A model is a directory of three files, written by `index/export.py`: `model.onnx` (token ids in; pooled,
normalised vectors out), `tokenizer.json`, and `embedder.json`, which says what the other two are. The model
that ships with Byline is all-MiniLM-L6-v2 (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.onnx_session import open_session
from index.progress import Progress, silent

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

SHIPPED = "all-MiniLM-L6-v2"
MODEL_FILE, TOKENIZER_FILE, CARD_FILE = "model.onnx", "tokenizer.json", "embedder.json"
FORMAT = 1

# Texts are tokenised and sorted this many at a time, so that a long ingest holds no more in memory.
_WINDOW = 1024
# Tokens in one batch, padding included: where the matrices still fit the processor's cache.
_BATCH_TOKENS = 1024
# No more threads than this unless asked for: a model this small gains nothing from them.
_MOST_THREADS = 16
# A text is cut at this many characters for each token of the model's limit before it is tokenised.
# Ten times what a token has on average; it keeps a megabyte in one text from taking seconds.
_CHARACTERS_A_TOKEN = 64

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What `embedder.json` says: how texts are prepared for the model, and the sha256 of its two files.

    `max_tokens` counts special tokens too. `inputs` are the names of the model's inputs, of which only
    input_ids, attention_mask and token_type_ids can occur.
    """

    name: str
    dim: int
    max_tokens: int
    pad_id: int
    lowercase: bool
    question_prefix: str
    passage_prefix: str
    model_sha256: str
    tokenizer_sha256: str
    inputs: tuple[str, ...] = ("input_ids", "attention_mask")


class Embedder:
    """One embedding model, ready to run. Made by `load_embedder`; safe to share between threads.

    `fingerprint` is the beginning of the model file's sha256: vectors of different fingerprints must not
    be compared. Every batch runs on one thread and the batches side by side, which leaves no core waiting
    at a barrier, and lets questions that come together run together.
    """

    def __init__(
        self, card: ModelCard, session: InferenceSession, tokenizer: Tokenizer, threads: int
    ) -> None:
        self.name = card.name
        self.dim = card.dim
        self.fingerprint = card.model_sha256[:16]
        self.threads = threads
        self._card = card
        self._session = session
        self._tokenizer = tokenizer

    def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Unit vectors of the texts, in their order: float32, shape (len(texts), dim).

        What goes beyond the model's token limit is not seen. Never fails on a text, be it empty, huge or
        not valid Unicode.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        done = 0
        with ThreadPoolExecutor(self.threads, thread_name_prefix="embed") as pool:
            for start in range(0, len(texts), _WINDOW):
                tokens = self._tokens(texts[start : start + _WINDOW], self._card.passage_prefix)
                batches = list(_batches([len(row) for row in tokens]))
                runs = pool.map(lambda batch, rows=tokens: self._run([rows[i] for i in batch]), batches)
                for batch, rows in zip(batches, runs, strict=True):
                    vectors[np.asarray(batch) + start] = rows
                    done += len(batch)
                    progress("embed", done, len(texts))
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """The unit vector of a question: float32, (dim,). Its dot product with a passage's is the cosine."""
        vector: Vectors = self._run(self._tokens([text], self._card.question_prefix))[0]
        return vector

    def _tokens(self, texts: Sequence[str], prefix: str) -> list[list[int]]:
        prepared = [prefix + self._prepared(text) for text in texts]
        # A tokenizer that adds no special tokens makes nothing of an empty text; one padding token stands in.
        return [row.ids or [self._card.pad_id] for row in self._tokenizer.encode_batch_fast(prepared)]

    def _prepared(self, text: str) -> str:
        text = text[: self._card.max_tokens * _CHARACTERS_A_TOKEN]
        text = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate becomes "?"
        return text.lower() if self._card.lowercase else text

    def _run(self, tokens: list[list[int]]) -> Vectors:
        """Vectors of one batch, padded to its longest row."""
        ids = np.full((len(tokens), max(map(len, tokens))), self._card.pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(tokens):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (vectors,) = self._session.run(None, {name: given[name] for name in self._card.inputs})
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(model: str | None = None, *, cache: Path | None = None, threads: int = 0) -> Embedder:
    """The shipped model, one from a directory, or one of the hub by its name.

    A directory that `index/export.py` wrote is loaded as it is. Any other sentence-transformers model, in a
    directory or on the hub, is exported once into `cache` (None: the user's cache directory); this needs
    the extra `byline[models]`, later loads do not. `threads` 0 means as many as there are cores. Raises
    ModelError for a missing, damaged or unknown model, one sentence each.
    """
    if model is None or model in (SHIPPED, f"sentence-transformers/{SHIPPED}"):
        return _open(Path(__file__).parent / "models" / SHIPPED, threads)
    if (Path(model) / CARD_FILE).is_file():
        return _open(Path(model), threads)
    from index.export import exported

    return _open(exported(model, cache or _user_cache()), threads)


def read_card(directory: Path) -> ModelCard:
    """The card of an exported model. Raises ModelError where it is missing or says something else."""
    try:
        record: dict[str, Any] = json.loads((directory / CARD_FILE).read_text("utf-8"))
        if record["format"] != FORMAT:
            raise ModelError(
                f"The model in {str(directory)!r} has format {record['format']!r}, which this Byline cannot "
                f"read; delete that directory and run the command again to export it anew."
            )
        fields = {name: record[name] for name in ModelCard.__dataclass_fields__}
        return ModelCard(**fields | {"inputs": tuple(record["inputs"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(directory, CARD_FILE, error) from error


def _open(directory: Path, threads: int) -> Embedder:
    card = read_card(directory)
    for name, expected in ((MODEL_FILE, card.model_sha256), (TOKENIZER_FILE, card.tokenizer_sha256)):
        try:
            with (directory / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _damaged(directory, name, error) from error
        if found != expected:
            raise _damaged(directory, name, f"its sha256 is {found[:16]}…, not {expected[:16]}…")
    # Only after the check: what the two libraries say of a damaged file is nothing that a user can use.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_FILE))
    tokenizer.enable_truncation(card.max_tokens)
    tokenizer.no_padding()
    return Embedder(card, open_session(directory / MODEL_FILE), tokenizer, _threads(threads))


def _damaged(directory: Path, name: str, why: object) -> ModelError:
    mend = (
        "install Byline again"
        if directory.name == SHIPPED
        else "delete that directory and run the command again"
    )
    return ModelError(
        f"The embedding model's file {str(directory / name)!r} is missing or damaged ({why}); {mend}."
    )


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices grouped by length, longest first; no batch holds more than _BATCH_TOKENS once it is padded."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _threads(asked: int) -> int:
    """How many threads to embed on: the number asked for, or one for each core that this process may use."""
    if asked > 0:
        return asked
    cores: Iterable[int] = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    return min(len(list(cores)), _MOST_THREADS)


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("byline") / "models"
