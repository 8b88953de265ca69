"""The vectors of the passages, in Chroma. The only file that imports chromadb, and only when it is needed.

Chroma writes its graph over the old one in place. Whoever opens it at that moment, or after a process was
killed at that moment, reads half of each and may crash outright. So what is open for reading is never
written to: a change is made in a copy (`Draft`), which is published in the catalog when it is complete.
"""

from __future__ import annotations

import os
import shutil
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.errors import ArchiveError

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

_COLLECTION = "passages"
_PAGE = 20_000  # Chroma puts ids into SQL variables, of which its SQLite allows 32,766
_FEW = 200  # up to here, comparing with each candidate is quicker than walking the graph past all others
_DEEPEST = 4_000  # so many of the nearest are looked through for those that a filter lets pass
_FULL = ("disk is full", "No space left", "os error 28", "os error 27", "File too large", "disk I/O")


class VectorsDamagedError(ArchiveError):
    """Chroma cannot read or write what it stored. `byline check --repair` makes it again."""


class Vectors:
    """Unit vectors of `dim` numbers by passage id, kept in `directory`. Safe to use from many threads.

    Closed when nobody refers to it any more, or by `close`. `create` makes the directory when there is
    none. Raises ArchiveError when the disk is full, VectorsDamagedError when the files are not as Chroma
    left them.
    """

    def __init__(self, directory: Path, dim: int, *, create: bool = False) -> None:
        self.directory = directory
        self.dim = dim
        with _explained(directory), _bewildered():
            from chromadb import PersistentClient
            from chromadb.api.client import Client
            from chromadb.config import Settings

            if not create and not directory.is_dir():
                raise FileNotFoundError(f"{directory.name!r} is not there")
            client = PersistentClient(directory, settings=Settings(anonymized_telemetry=False))
            self.close = weakref.finalize(self, cast("Client", client).close)
            self._batch = client.get_max_batch_size()
            if create:
                self._collection = client.get_or_create_collection(
                    _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
            else:
                self._collection = client.get_collection(_COLLECTION, embedding_function=None)

    def add(self, passage_ids: Sequence[str], vectors: Matrix) -> None:
        """Store the rows of `vectors` (n, dim) under the ids, in place of any stored before."""
        with _explained(self.directory):
            for begin in range(0, len(passage_ids), self._batch):
                stop = begin + self._batch
                rows = np.ascontiguousarray(vectors[begin:stop], dtype=np.float32)
                self._collection.upsert(ids=list(passage_ids[begin:stop]), embeddings=rows)

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove these ids; one that is not there is no error."""
        with _explained(self.directory):
            for begin in range(0, len(passage_ids), self._batch):
                self._collection.delete(ids=list(passage_ids[begin : begin + self._batch]))

    def query(self, vector: Vector, k: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k nearest passages and their cosine with `vector`, best first; only of `ids` where given.

        An id that has no vector is passed over. The search is approximate (HNSW), but among a few `ids`.
        """
        if ids is None:
            return self._search(vector, k)
        if len(ids) <= max(_FEW, k):
            return self._exact(vector, k, ids)
        return self._among(vector, k, ids)

    def _among(self, vector: Vector, k: int, ids: Sequence[str]) -> list[tuple[str, float]]:
        """The nearest of many `ids`: of the nearest at all, those that are among them.

        Chroma looks for many ids far longer than it searches; it is asked to where they are far away.
        """
        wanted, count = set(ids), self.count
        depth = 2 * k * -(-count // len(ids))
        while depth <= min(_DEEPEST, count):
            found = [pair for pair in self._search(vector, depth) if pair[0] in wanted]
            if len(found) >= k:
                return found[:k]
            depth *= 4
        return self._search(vector, k, ids)

    def _search(self, vector: Vector, k: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        try:
            with _explained(self.directory):
                found = self._collection.query(
                    query_embeddings=vector[None, :],
                    n_results=k,
                    include=["distances"],
                    ids=None if ids is None else list(ids),
                )
        except VectorsDamagedError as error:
            if ids is None or "finding id" not in str(error.__cause__):
                raise
            return self._exact(
                vector, k, ids
            )  # Chroma refuses the whole question when one id is unknown to it
        distances = cast("list[list[float]]", found["distances"])
        return [(name, 1.0 - distance) for name, distance in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, passage_ids: Sequence[str]) -> tuple[list[str], Matrix]:
        """The ids that have a vector, in Chroma's order, and their vectors (n, dim)."""
        names: list[str] = []
        rows = [np.empty((0, self.dim), dtype=np.float32)]
        with _explained(self.directory):
            for begin in range(0, len(passage_ids), _PAGE):
                wanted = list(passage_ids[begin : begin + _PAGE])
                page = self._collection.get(ids=wanted, include=["embeddings"])
                if page["ids"]:
                    names.extend(page["ids"])
                    rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        return names, np.concatenate(rows)

    def ids(self) -> set[str]:
        """Every id that has a vector."""
        found: set[str] = set()
        with _explained(self.directory):
            for offset in range(0, self._collection.count(), _PAGE):
                found.update(self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"])
        return found

    @property
    def count(self) -> int:
        with _explained(self.directory):
            return self._collection.count()

    def _exact(self, vector: Vector, k: int, ids: Sequence[str]) -> list[tuple[str, float]]:
        names, rows = self.vectors(ids)
        cosines = rows @ vector
        return [(names[row], float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:k]]


class Draft:
    """A copy of the vectors to change, in a directory of its own under `folder`.

    `base` names the directory to copy, None begins an empty one. Until the catalog names it, nobody else
    reads it, and the next draft clears it away if it was left lying.
    """

    def __init__(self, folder: Path, base: str | None, dim: int) -> None:
        self._folder = folder
        self.name = uuid4().hex
        directory = folder / self.name
        with _explained(folder / (base or self.name)):
            folder.mkdir(parents=True, exist_ok=True)
            clear_away(folder, keep=base)
            if base:
                shutil.copytree(folder / base, directory)
        self.vectors = Vectors(directory, dim, create=True)

    def seal(self) -> None:
        """Close it, with every byte on the disk: from now on it is only read."""
        self.vectors.close()
        directory = self._folder / self.name
        with _explained(directory):
            for path in (*directory.rglob("*"), directory, self._folder):
                _to_disk(path)

    def abandon(self) -> None:
        """Close it and forget it."""
        self.vectors.close()
        shutil.rmtree(self._folder / self.name, ignore_errors=True)


def clear_away(folder: Path, keep: str | None) -> None:
    """Delete what is not, or no longer, published. What another process still has open may stay."""
    for directory in folder.iterdir():
        if directory.name != keep:
            shutil.rmtree(directory, ignore_errors=True)


class Published:
    """The vectors that the catalog names, opened once and shared by all threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: Vectors | None = None

    def vectors(self, name: str, dim: int) -> Vectors:
        """Those called `name`. A thread that still uses earlier ones keeps them open until it is done."""
        with self._lock:
            if self._open is None or self._open.directory.name != name:
                self._open = None
                self._open = Vectors(self._folder / name, dim)
            return self._open

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open.close()
            self._open = None


def _to_disk(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle to flush for a directory
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _bewildered() -> Iterator[None]:
    """Chroma remembers a directory that it failed to open, and trips over its own remains the next time."""
    try:
        yield
    except (AttributeError, ValueError) as error:
        raise OSError("Chroma cannot open them") from error


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        archive, reason = str(directory.parent.parent), str(error)
        if any(words in reason for words in _FULL):
            raise ArchiveError(
                f"There is no room left to write to the archive at {archive!r}; free some space and run the "
                "same command again, what was stored before is kept."
            ) from error
        if isinstance(error, PermissionError):
            raise ArchiveError(
                f"The archive at {archive!r} cannot be read or written ({error.strerror}); check that you "
                "may write to it."
            ) from error
        raise VectorsDamagedError(
            f"The vectors in {str(directory)!r} cannot be read ({reason}); run `byline check --repair` to "
            "make them again from the articles."
        ) from error
