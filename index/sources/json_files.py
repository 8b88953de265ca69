"""One JSON document with article records in it: a list, an object that holds one, or a single record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import decode
from index.sources.files import File, read_bytes
from index.sources.jsonl import is_record, read_jsonl
from index.sources.records import Identities, article_of, reason_of

LARGEST = 200_000_000  # bytes, held in memory whole; records beyond belong into JSONL, which is streamed
_LISTS = ("articles", "items", "records", "data", "results", "docs")


def read_json(file: File) -> Iterator[Article | Skipped]:
    """Read a .json file, or records a line by another name. A broken record costs that record.

    Raises SourceError for what is not JSON, or holds no records.
    """
    data = read_bytes(file, LARGEST)
    first, _, rest = data.strip().partition(b"\n")
    if rest and is_record(first):
        yield from read_jsonl(file)
        return
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
        try:
            yield article_of(record, identities)
        except (ValueError, RecursionError) as error:
            yield Skipped(f"{file}, record {number}", reason_of(error))


def _records(document: Any) -> list[Any] | None:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        if isinstance(document.get("text"), str):
            return [document]
        return next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    return None
