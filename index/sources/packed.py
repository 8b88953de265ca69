"""Zip and gzip files, unpacked in memory and never to disk, and only as far as they may go.

A few kilobytes can unpack to more than a disk holds. What a packed file may unpack to is bounded twice: in
all, and as a multiple of its size.
"""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.cleaning import one_line
from index.sources.files import BrokenOffError, File, unreadable

LARGEST = 4_000_000_000  # bytes, of all that one packed file holds
RATIO = 200  # unpacked to packed; text comes to 3 to 10, and zeros to 1000
ALLOWED = 10_000_000  # bytes that anything may unpack to, whatever the ratio
MOST_MEMBERS = 100_000
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
NESTED = "is packed inside a packed file; unpack the outer one and give what is in it."
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile)

Reader = Callable[[File], Iterator[Article | Skipped]]


class _Bounded(io.RawIOBase):
    """A stream that is being unpacked. Raises BrokenOffError at damage, and beyond its limit."""

    def __init__(self, stream: Any, limit: Callable[[], int], also: BinaryIO | None = None) -> None:
        super().__init__()
        self._stream = stream
        self._limit = limit
        self._also = also
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read1(len(buffer))
        except _DAMAGED as error:
            raise BrokenOffError(
                "the compressed data breaks off here; fetch or compress the file again for what follows."
            ) from error
        self._given += len(data)
        if self._given > self._limit():
            raise BrokenOffError(
                f"it unpacks to more than {RATIO} times its size, or {LARGEST / 1e9:.0f} GB; unpack it "
                "yourself if you trust it."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        if self._also:
            self._also.close()
        super().close()


def gunzipped(file: File) -> File:
    """Return what a gzip file holds, as a file that is called like it."""

    def opened() -> BinaryIO:
        raw = file.open()
        unpacking = gzip.GzipFile(fileobj=raw)
        bounded = _Bounded(unpacking, lambda: _limit(raw.tell()), also=raw)
        return cast(BinaryIO, io.BufferedReader(bounded, 1 << 16))

    name = file.name[:-3] if file.name.lower().endswith(".gz") else file.name
    return replace(file, name=name, open=opened)


def read_zip(file: File, read: Reader) -> Iterator[Article | Skipped]:
    """Read the members of a zip file one by one with `read`. A member that cannot be used costs itself.

    Raises SourceError where the file is no zip file, or would unpack to more than it may.
    """
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as packed:
            check_zip(packed, str(file))
            seen: set[str] = set()
            for info in packed.infolist():
                yield from _member(file, packed, info, seen, read)
    except OSError as error:
        raise SourceError(unreadable(str(file), error)) from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
    ) as error:  # of an unknown kind, a bad name
        raise SourceError(f"{str(file)!r} is damaged, or no zip file; fetch or pack it again.") from error


def check_zip(packed: zipfile.ZipFile, shown: str, largest: int = LARGEST) -> None:
    """Raise SourceError where the members are too many, or too large together or for what they are packed in.

    Their sizes are as stated, which zipfile holds them to.
    """
    members = packed.infolist()
    total = sum(info.file_size for info in members)
    size = packed.start_dir  # what lies before the directory: members that overlap are counted once
    if len(members) > MOST_MEMBERS:
        raise SourceError(f"{shown!r} holds {len(members):,} files, more than {MOST_MEMBERS:,}; split it.")
    if total > largest or total > _limit(size):
        raise SourceError(
            f"{shown!r} unpacks to {total:,} bytes, more than {RATIO} times its size or {largest:,}; unpack "
            "it yourself if you trust it."
        )


def _limit(packed: int) -> int:
    return min(LARGEST, max(ALLOWED, RATIO * packed))


def _member(
    file: File, packed: zipfile.ZipFile, info: zipfile.ZipInfo, seen: set[str], read: Reader
) -> Iterator[Article | Skipped]:
    name = one_line(info.filename)
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if info.is_dir() or any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts:
        return
    shown = f"{file}/{name}"
    if (reason := _refusal(info, name, parts, seen)) is not None:
        yield Skipped(shown, reason)
        return
    seen.add(name)
    origin = replace(file.origin, shown=shown, key=f"{file.origin.key}/{name}", name=parts[-1].split(".")[0])
    member = File(origin, parts[-1], lambda: _open_member(packed, info))
    try:
        yield from read(member)
    except SourceError as error:
        yield Skipped.because(shown, error)


def _refusal(info: zipfile.ZipInfo, name: str, parts: list[str], seen: set[str]) -> str | None:
    if not parts:
        return "has no name; pack it again."
    if info.flag_bits & 1:
        return "is locked with a password; unpack it and give what is in it."
    if name in seen:
        return "is in the zip file twice, and the first was read; give the other a name of its own."
    return None


def _open_member(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    try:
        stream = packed.open(info)
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:  # Runtime: locked, or an unknown packing
        raise BrokenOffError("it is damaged, or packed in an unusual way; pack it again.") from error
    limit = _limit(info.compress_size)
    return cast(BinaryIO, io.BufferedReader(_Bounded(stream, lambda: limit), 1 << 16))
