"""One JSON document with article records in it: a list, an object that holds one, or a single record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import decode
from index.sources.files import File
from index.sources.jsonl import LONGEST_LINE, is_record, read_jsonl
from index.sources.records import Identities, field_called, read_record, reason_of

# Held in memory whole, where a value of three bytes takes seventy; records beyond belong into JSONL.
LARGEST = 50_000_000  # bytes
MOST_VALUES = 2_000_000  # some fifteen for an article, and one for each comma of its text
_LISTS = ("articles", "items", "records", "data", "results", "docs")


def read_json(file: File) -> Iterator[Article | Skipped]:
    """Read a .json file, or records a line by another name. A broken record costs that record.

    Raises SourceError for what is not JSON, or holds no records.
    """
    data = file.read(LARGEST + 1)
    first, _, rest = data.lstrip().partition(b"\n")
    if rest.strip() and len(first) <= LONGEST_LINE and is_record(first):
        yield from read_jsonl(file)
        return
    if len(data) > LARGEST or sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise SourceError(
            f"{str(file)!r} is more JSON than is read at once ({LARGEST // 1_000_000} MB, or {MOST_VALUES:,} "
            "values); write JSONL, an article a line, or split it."
        )
    text, _ = decode(data, str(file))
    try:
        records = _records(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{str(file)!r} cannot be used: {reason_of(error)}") from error
    if records is None:
        raise SourceError(
            f'{str(file)!r} holds no list of articles; write [{{"title": …, "text": …}}, …], or JSONL.'
        )
    identities = Identities()
    for number, record in enumerate(records, 1):
        yield from read_record(record, identities, f"{file}, record {number}")


def _records(document: Any) -> list[Any] | None:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        if isinstance(document.get("text"), str):
            return [document]
        listed = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
        return [document] if listed is None and _tells_a_text(document) else listed
    return None


def _tells_a_text(document: dict[str, Any]) -> bool:
    return any(field_called(key) == "text" and isinstance(told, str) for key, told in document.items())
