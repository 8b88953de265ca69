"""Where vectors are kept: in the archive's folder, or on a Chroma server. Only in here is chromadb imported.

The catalog names the vectors that are searched. They are never written to: a change is made in a `Draft`, and
published by its name in the catalog when it is complete.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from index.vectors.collection import Matrix, Vector, Vectors, VectorsDamagedError
from index.vectors.folder import VectorFolder
from index.vectors.server import ChromaAddress, VectorServer

__all__ = [
    "ChromaAddress", "Draft", "Matrix", "Published", "Vector", "VectorFolder", "VectorServer", "VectorStore",
    "Vectors", "VectorsDamagedError",
]  # fmt: skip


class Draft(Protocol):
    """A copy of the vectors, to change. Until the catalog has its name, nobody else reads it."""

    @property
    def name(self) -> str: ...

    @property
    def vectors(self) -> Vectors: ...

    def seal(self) -> None:
        """It is complete: from now on it is only read, and survives whatever happens to this process."""

    def abandon(self) -> None:
        """Forget it."""


class VectorStore(Protocol):
    """Holds the vectors of one archive, as many versions of them as are open or being made."""

    @property
    def place(self) -> dict[str, str | None]:
        """What the catalog notes, beside the name, to find them again."""

    def open(self, name: str, dim: int) -> Vectors:
        """Those called `name`. Raises VectorsDamagedError where they are not there or cannot be read."""

    def verify(self, name: str) -> None:
        """Raises VectorsDamagedError where the graph is not what was sealed, to the byte. Opens nothing."""

    def draft(self, base: str | None, dim: int, keep: Collection[str] = ()) -> Draft:
        """A copy of those called `base`, empty for None. Clears away all others but those called `keep`."""

    def clear_away(self, keep: Collection[str] = ()) -> None:
        """Delete all but those called so: what is no longer published, and what earlier drafts left lying."""

    def close(self) -> None: ...


class Published:
    """The vectors that the catalog of the archive in `folder` names, opened once and shared by all threads.

    `address` says where they are to be, `meta` is what the catalog has noted.
    """

    def __init__(self, folder: Path, address: ChromaAddress) -> None:
        self._folder = folder
        self._address = address
        self._lock = threading.RLock()
        self._store: tuple[object, VectorStore] | None = None
        self._open: tuple[object, Vectors] | None = None

    def store(self, meta: dict[str, str]) -> VectorStore:
        """Where vectors are read from and written to."""
        address, archive = self._address.resolved(meta), meta.get("archive", "")
        with self._lock:
            if self._store is None or self._store[0] != (address, archive):
                self._open = None
                # By its place too: a copy of the archive must not clear away the collections of the first.
                key = blake2b(f"{archive} {self._folder.resolve()}".encode(), digest_size=8).hexdigest()
                store = VectorServer(address, f"byline-{key}-") if address.url else None
                self._store = (address, archive), store or VectorFolder(self._folder / "vectors")
            return self._store[1]

    def vectors(self, meta: dict[str, str]) -> Vectors | None:
        """Those that `meta` names. A thread that still uses earlier ones keeps them open until it is done."""
        name = meta.get("vectors")
        with self._lock:
            store = self.store(meta)
            if name is None:
                return None
            if self._open is None or self._open[0] != name:
                self._open = None
                self._open = name, store.open(name, int(meta["dim"]))
            return self._open[1]

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open[1].close()
            if self._store:
                self._store[1].close()
            self._open = self._store = None
