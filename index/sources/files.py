"""Files and folders: which there are, and their bytes. A member of a zip file is a File like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.articles import Skipped
from index.errors import SourceError
from index.identity import Origin

START = 1 << 16  # bytes that tell a format
_STEP = 1 << 10


class BrokenOffError(OSError):
    """The bytes of a packed file go no further: damaged, or too many. Says so, and what to do."""


@dataclass(frozen=True, slots=True)
class File:
    """Something that can be opened and read, and `origin`, which says what it is called and who it is.

    `name` is the file's own name, with its ending. `open` gives its bytes from the start, each time anew.
    """

    origin: Origin
    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def at(cls, path: Path) -> File:
        """Return the file at a path. Raises SourceError where there is none, or no ordinary one."""
        check_ordinary(path)
        return cls(Origin.of_file(path), path.name, lambda: path.open("rb"))

    def __str__(self) -> str:
        return self.origin.shown

    def read(self, most: int) -> bytes:
        """Return its first bytes. Raises SourceError where it cannot be read."""
        try:
            with self.open() as stream:
                return stream.read(most)
        except BrokenOffError as error:
            raise SourceError(f"{str(self)!r} cannot be used: {error}") from error
        except OSError as error:
            raise SourceError(unreadable(str(self), error)) from error

    def start(self) -> bytes:
        """Return the first bytes, which tell its format: fewer where it breaks off. SourceError as `read`."""
        data = b""
        try:
            with self.open() as stream:
                while len(data) < START and (more := stream.read(_STEP)):
                    data += more
        except BrokenOffError:
            pass
        except OSError as error:
            raise SourceError(unreadable(str(self), error)) from error
        return data


def check(path: Path) -> None:
    """Raise SourceError unless there is a file or a folder here that can be looked at."""
    try:
        path.stat()
    except FileNotFoundError:
        raise SourceError(f"{str(path)!r} does not exist; check the path.") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise SourceError(unreadable(str(path), error)) from error


def read_bytes(file: File, largest: int) -> bytes:
    """Return the bytes of one article's file. Raises SourceError where it is too large or cannot be read."""
    data = file.read(largest + 1)
    if len(data) > largest:
        raise SourceError(
            f"{str(file)!r} is larger than the {largest // 1_000_000} MB that one article may have; "
            "split it into one file an article, or write JSONL records."
        )
    return data


def walk(folder: Path) -> Iterator[Path | Skipped]:
    """Give the files of a folder and its subfolders, by name; hidden ones are passed over.

    Links to files are followed; links to folders are Skipped, so that a loop cannot be entered, and so is a
    subfolder that may not be opened. Raises SourceError where the folder itself may not.
    """
    waiting = _entries(folder)
    while waiting:
        path = waiting.pop()
        if not _is_folder(path):
            yield path
        elif path.is_symlink():
            yield Skipped(str(path), "is a link to a folder, which is not followed; give that folder itself.")
        else:
            try:
                waiting.extend(_entries(path))
            except SourceError as error:
                yield Skipped.because(str(path), error)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # in a folder whose files may be listed and not looked at
        return False


def _entries(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden, last first: the walk takes from the end."""
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise SourceError(unreadable(str(folder), error)) from error
    return sorted(found, key=lambda path: path.name, reverse=True)


def check_ordinary(path: Path) -> None:
    """Raise SourceError for a pipe or a device, which might never end, and what may not be looked at."""
    check(path)
    if not path.is_file():
        raise SourceError(f"{str(path)!r} is no ordinary file; give a file, a folder or a web address.")


def unreadable(shown: str, error: OSError | ValueError) -> str:
    """Say that something cannot be read, why, and what to do."""
    if isinstance(error, PermissionError):
        return f"{shown!r} may not be read by this user; change its permissions, or run as a user who may."
    why = getattr(error, "strerror", None) or str(error)
    return f"{shown!r} cannot be read ({why.lower()}); check the path."
