"""Vectors in a folder of the archive, by the Chroma inside this process.

Chroma writes its graph over the old one in place. Whoever opens it at that moment, or after a process was
killed at that moment, reads half of each and may crash outright. So what is open for reading is never
written to: a change is made in a copy (`FolderDraft`), which is published in the catalog when it is complete.

What the files of the graph were then is kept beside them (`sealed.json`): Chroma trusts them, and one that
was cut short or overwritten since ends the whole process. Its SQLite file it writes to even where it only
reads, so that one has no seal, and is copied as SQLite copies it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast
from uuid import uuid4

from index.errors import ArchiveError
from index.vectors.collection import Vectors, VectorsDamagedError

_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
_SEAL = "sealed.json"
_PAGE = 20_000  # Chroma puts ids into SQL variables, of which its SQLite allows 32,766
_FULL = ("disk is full", "No space left", "os error 28", "os error 27", "File too large", "disk I/O")


class VectorFolder:
    """Every directory in `folder` is a Chroma of its own. See `VectorStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> dict[str, str | None]:
        return {"chroma": None, "chroma_tenant": None, "chroma_database": None}

    def open(self, name: str, dim: int) -> Vectors:
        return open_directory(self._folder / name, dim)

    def verify(self, name: str) -> None:
        directory = self._folder / name
        with _explained(directory):
            for path, (size, digest) in _sealed(directory).items():
                _compare_size(directory, path, size)
                if _digest(directory / path) != digest:
                    raise OSError(f"{path!r} is not as it was stored")

    def draft(self, base: str | None, dim: int, keep: Collection[str] = ()) -> FolderDraft:
        with _explained(self._folder / (base or "draft")):
            self._folder.mkdir(parents=True, exist_ok=True)
            self.clear_away({*keep, *([base] if base else [])})
        return FolderDraft(self._folder, base, dim)

    def clear_away(self, keep: Collection[str] = ()) -> None:
        """What another process still has open may stay."""
        if self._folder.is_dir():
            for directory in self._folder.iterdir():
                if directory.name not in keep:
                    shutil.rmtree(directory, ignore_errors=True)

    def close(self) -> None:
        """Each is closed when nobody refers to it any more."""


def open_directory(directory: Path, dim: int, *, create: bool = False) -> Vectors:
    """The vectors in `directory`; `create` makes it when there is none. Raises what `Vectors` does."""
    with _explained(directory), _bewildered():
        from chromadb import PersistentClient
        from chromadb.api.client import Client
        from chromadb.config import Settings

        if not create and not directory.is_dir():
            raise FileNotFoundError(f"{directory.name!r} is not there")
        if not create:
            for path, (size, _) in _sealed(directory).items():
                _compare_size(directory, path, size)
        client = PersistentClient(directory, settings=Settings(anonymized_telemetry=False))
        close = cast("Client", client).close
        try:
            if create:
                collection = client.get_or_create_collection(
                    _COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
            else:
                collection = client.get_collection(_COLLECTION, embedding_function=None)
        except BaseException:
            close()
            raise
        return Vectors(
            directory.name,
            dim,
            collection,
            lambda: _explained(directory),
            batch=client.get_max_batch_size(),
            page=_PAGE,
            close=close,
        )


class FolderDraft:
    """A copy of the vectors in a directory of its own under `folder`. See `Draft`."""

    def __init__(self, folder: Path, base: str | None, dim: int) -> None:
        self._folder = folder
        self.name = uuid4().hex
        directory = folder / self.name
        if base:
            with _explained(folder / base):
                copy_directory(folder / base, directory)
                (directory / _SEAL).unlink(missing_ok=True)
        self.vectors = open_directory(directory, dim, create=True)

    def seal(self) -> None:
        """Close it, with every byte on the disk: from now on it is only read."""
        self.vectors.close()
        directory = self._folder / self.name
        with _explained(directory):
            # A graph that Chroma has not stored yet is begun anew by whoever opens it.
            graphs = [path.parent for path in directory.glob("*/index_metadata.pickle")]
            files = [path for graph in graphs for path in graph.iterdir()]
            kept = {
                path.relative_to(directory).as_posix(): (path.stat().st_size, _digest(path)) for path in files
            }
            (directory / _SEAL).write_text(json.dumps(kept), encoding="utf-8")
            for path in (*directory.rglob("*"), directory, self._folder):
                to_disk(path)

    def abandon(self) -> None:
        self.vectors.close()
        shutil.rmtree(self._folder / self.name, ignore_errors=True)


def copy_directory(source: Path, target: Path) -> None:
    """A copy of the vectors in `source`, whoever reads them. Raises OSError or sqlite3.Error."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
    reading = f"{(source / _DATABASE).resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(reading, uri=True)) as held,
        closing(sqlite3.connect(target / _DATABASE)) as copy,
    ):
        held.backup(copy)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sealed(directory: Path) -> dict[str, tuple[int, str]]:
    """Size and digest of each file when it was sealed; nothing is known of what an earlier Byline sealed."""
    try:
        kept = json.loads((directory / _SEAL).read_text(encoding="utf-8"))
        return {str(path): (int(size), str(digest)) for path, (size, digest) in kept.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise OSError(f"{_SEAL!r} is not as it was stored") from error


def _compare_size(directory: Path, path: str, size: int) -> None:
    found = (directory / path).stat().st_size
    if found != size:
        raise OSError(f"{path!r} has {found} bytes and had {size}")


def to_disk(path: Path) -> None:
    """Have the system write this file or directory through to the disk."""
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
    except (ChromaError, OSError, sqlite3.Error) as error:
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
