"""Files and folders: which there are, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.articles import Skipped
from index.errors import SourceError

START = 1 << 16  # bytes that tell a format


def check(path: Path) -> None:
    """Raise SourceError unless there is a file or a folder here that can be looked at."""
    try:
        path.stat()
    except FileNotFoundError:
        raise SourceError(f"{str(path)!r} does not exist; check the path.") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise SourceError(_unreadable(path, error)) from error


def read_bytes(path: Path, largest: int) -> bytes:
    """Return the bytes of one article's file. Raises SourceError where it is too large or cannot be read."""
    data = _read(path, largest + 1)
    if len(data) > largest:
        raise SourceError(
            f"{str(path)!r} is larger than the {largest // 1_000_000} MB that one article may have; "
            "split it into one file an article, or write JSONL records."
        )
    return data


def read_start(path: Path) -> bytes:
    """Return the first bytes of a file, which tell its format. Raises SourceError where it cannot be read."""
    return _read(path, START)


def walk(folder: Path) -> Iterator[Path | Skipped]:
    """Give the files of a folder and its subfolders, by name; hidden ones are passed over.

    Links to files are followed, links to folders are not, so that a loop cannot be entered. A subfolder
    that may not be opened is Skipped; raises SourceError where the folder itself may not.
    """
    waiting = _entries(folder)
    while waiting:
        path = waiting.pop()
        if _is_folder(path) and not path.is_symlink():
            try:
                waiting.extend(_entries(path))
            except SourceError as error:
                yield Skipped(str(path), str(error).removeprefix(f"{str(path)!r} "))
        elif not _is_folder(path):
            yield path


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
        raise SourceError(_unreadable(folder, error)) from error
    return sorted(found, key=lambda path: path.name, reverse=True)


def _read(path: Path, most: int) -> bytes:
    check_ordinary(path)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise SourceError(_unreadable(path, error)) from error


def check_ordinary(path: Path) -> None:
    """Raise SourceError for a pipe or a device, which might never end, and what may not be looked at."""
    check(path)
    if not path.is_file():
        raise SourceError(f"{str(path)!r} is no ordinary file; give a file, a folder or a web address.")


def _unreadable(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return (
            f"{str(path)!r} may not be read by this user; change its permissions, or run as a user who may."
        )
    why = getattr(error, "strerror", None) or str(error)
    return f"{str(path)!r} cannot be read ({why.lower()}); check the path."
