"""The vectors of an archive's passages: a Chroma collection, in a folder or on a server."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from index.errors import ArchiveError

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

FEW = 200  # up to here, comparing with each candidate is quicker than walking the graph past all others
_DEEPEST = 4_000  # so many of the nearest are looked through for those that a filter lets pass


class VectorsDamagedError(ArchiveError):
    """Chroma cannot read or write what it stored. `byline check --repair` makes it again."""


class Vectors:
    """Unit vectors of `dim` numbers by passage id. Safe to use from many threads.

    Got from a `VectorStore`, which knows where they are: `explained` turns what Chroma raises there into a
    sentence, `batch` is how many it takes at once and `page` how many it gives. Raises ArchiveError when
    the disk is full or a server is out of reach, VectorsDamagedError when they are not as Chroma left them.
    Closed when nobody refers to it any more, or by `close`.
    """

    def __init__(
        self,
        name: str,
        dim: int,
        collection: ChromaCollection,
        explained: Callable[[], AbstractContextManager[None]],
        *,
        batch: int,
        page: int,
        close: Callable[[], object] = lambda: None,
    ) -> None:
        self.name = name
        self.dim = dim
        self._collection = collection
        self._explained = explained
        self._batch = batch
        self._page = page
        self.close = weakref.finalize(self, close)

    def add(self, passage_ids: Sequence[str], vectors: Matrix) -> None:
        """Store the rows of `vectors` (n, dim) under the ids, in place of any stored before."""
        with self._explained():
            for begin in range(0, len(passage_ids), self._batch):
                stop = begin + self._batch
                rows = np.ascontiguousarray(vectors[begin:stop], dtype=np.float32)
                self._collection.upsert(ids=list(passage_ids[begin:stop]), embeddings=rows)

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove these ids; one that is not there is no error."""
        with self._explained():
            for begin in range(0, len(passage_ids), self._batch):
                self._collection.delete(ids=list(passage_ids[begin : begin + self._batch]))

    def query(self, vector: Vector, k: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k nearest passages and their cosine with `vector`, best first; only of `ids` where given.

        An id that has no vector is passed over. The search is approximate (HNSW), but among a few `ids`.
        """
        if ids is None or len(ids) > max(FEW, k):
            return self._search(vector, k, ids)
        return self._exact(vector, k, ids)

    def few(self, k: int) -> int:
        """Up to so many ids, their k nearest are sooner found by the ids than among the nearest at all."""
        return max(FEW, 2 * k * self.count // _DEEPEST)

    def query_among(
        self, vector: Vector, k: int, passing: Callable[[Sequence[str]], Collection[str]]
    ) -> list[tuple[str, float]] | None:
        """The k nearest of those that `passing` lets pass, of the ids that it is given; see `query`.

        Looks for them among the nearest at all, deeper and deeper. None where too few of those pass: Chroma
        then finds them by their `ids`, for which it looks far longer than it searches.
        """
        depth, deepest = 2 * k, min(_DEEPEST, self.count)
        while depth <= deepest:
            nearest = self._search(vector, depth)
            wanted = set(passing([name for name, _ in nearest]))
            if len(found := [pair for pair in nearest if pair[0] in wanted]) >= k:
                return found[:k]
            depth *= 4
        return None

    def _search(self, vector: Vector, k: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        try:
            with self._explained():
                found = self._collection.query(
                    query_embeddings=vector[None, :],
                    n_results=k,
                    include=["distances"],
                    ids=None if ids is None else list(ids),
                )
        except VectorsDamagedError as error:
            if ids is None or "finding id" not in str(error.__cause__):
                raise
            # Chroma refuses the whole question when one id is unknown to it.
            return self._exact(vector, k, ids)
        distances = cast("list[list[float]]", found["distances"])
        return [(name, 1.0 - distance) for name, distance in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, passage_ids: Sequence[str]) -> tuple[list[str], Matrix]:
        """The ids that have a vector, in Chroma's order, and their vectors (n, dim)."""
        names: list[str] = []
        rows = [np.empty((0, self.dim), dtype=np.float32)]
        with self._explained():
            for begin in range(0, len(passage_ids), self._page):
                wanted = list(passage_ids[begin : begin + self._page])
                page = self._collection.get(ids=wanted, include=["embeddings"])
                if page["ids"]:
                    names.extend(page["ids"])
                    rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        return names, np.concatenate(rows)

    def pages(self) -> Iterator[tuple[list[str], Matrix]]:
        """All ids and their vectors (n, dim), some at a time. Nothing may be added or deleted meanwhile."""
        for offset in range(0, self.count, self._page):
            with self._explained():
                page = self._collection.get(limit=self._page, offset=offset, include=["embeddings"])
            yield page["ids"], np.asarray(page["embeddings"], dtype=np.float32)

    def ids(self) -> set[str]:
        """Every id that has a vector."""
        found: set[str] = set()
        with self._explained():
            for offset in range(0, self._collection.count(), self._page):
                found.update(self._collection.get(limit=self._page, offset=offset, include=[])["ids"])
        return found

    @property
    def count(self) -> int:
        with self._explained():
            return self._collection.count()

    def _exact(self, vector: Vector, k: int, ids: Sequence[str]) -> list[tuple[str, float]]:
        names, rows = self.vectors(ids)
        cosines = rows @ vector
        return [(names[row], float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:k]]
