"""Article records, one JSON object a line (JSONL), read as a stream.

A broken line costs that line: it is named by its number, and the others go in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import bom_of
from index.sources.files import BrokenOffError, File, unreadable
from index.sources.records import Identities, read_record, reason_of

LONGEST_LINE = 16_000_000  # bytes: more than any article, little enough to hold in memory


def read_jsonl(file: File) -> Iterator[Article | Skipped]:
    """Read the records of a .jsonl file, one by one.

    Raises SourceError for a file that cannot be opened or is not UTF-8 text at all.
    """
    identities = Identities()
    for number, line in _lines(file):
        origin = f"{file}:{number}"
        if isinstance(line, Skipped):
            yield line
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Skipped(origin, reason_of(error))
            continue
        yield from read_record(value, identities, origin)


def is_record(line: bytes) -> bool:
    """Whether a line looks like one of a JSONL file: a JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(file: File) -> Iterator[tuple[int, bytes | Skipped]]:
    """Number the lines from 1, leaving out blank ones. Never more than one line is in memory."""
    number = 0
    head = file.start()[:4]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{str(file)!r} is {bom_of(head)}, and JSON is UTF-8; save it as UTF-8.")
    try:
        with file.open() as stream:
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    _pass_over(stream, line)
                    too_long = (
                        f"the line is longer than {LONGEST_LINE // 1_000_000} MB; write one article a line."
                    )
                    yield number, Skipped(f"{file}:{number}", too_long)
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield number, line.removeprefix(b"\xef\xbb\xbf")
    except BrokenOffError as error:
        yield number + 1, Skipped(f"{file}:{number + 1}", str(error))
    except OSError as error:
        raise SourceError(unreadable(str(file), error)) from error


def _pass_over(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)
