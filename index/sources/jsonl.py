"""Article records, one JSON object a line (JSONL), plain or gzipped, read as a stream.

A broken line costs that line: it is named by its number, and the others go in.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.cleaning import clean, one_line
from index.sources.dates import iso_date
from index.sources.decoding import bom_of
from index.sources.identity import short_hash, url_identity, web_url
from index.sources.masthead import guessed, title_from_name
from index.sources.text import tidy

LONGEST_LINE = 16_000_000  # bytes: more than any article, little enough to hold in memory


def _words(value: Any) -> str | None:
    """Take a string, or a list of them (several authors); anything else in an optional field is left out."""
    if isinstance(value, list):
        value = ", ".join(part for part in value if isinstance(part, str))
    return one_line(value) or None if isinstance(value, str) else None


_Optional = Annotated[str | None, BeforeValidator(_words)]
_Identity = Annotated[
    str | None,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(max_length=200),
]


class Record(BaseModel):
    """One line of a JSONL file, as it comes. Other keys are ignored: real files are full of them."""

    id: _Identity = None
    title: str | None
    text: str
    published: _Optional = None
    author: _Optional = None
    source: _Optional = None
    url: _Optional = None


class _Identities:
    """Ids for the records of one file, in whatever order they come.

    A record without an id is known by its URL; without that, by title, date and source. If that is shared by
    records with different texts ("Corrections"), the second has an id of its own, so that none is lost.
    """

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def of(self, record: Record, published: str | None, text: str) -> str:
        if record.id and record.id.strip():
            return one_line(record.id)
        if identity := url_identity(web_url(record.url)):
            return short_hash(identity)
        known = short_hash(record.title or "", published or "", record.source or "")
        texts = self._texts.setdefault(known, [])
        digest = short_hash(text)
        if digest not in texts:
            texts.append(digest)
        number = texts.index(digest)
        return short_hash(known, str(number)) if number else known


def read_jsonl(path: Path) -> Iterator[Article | Skipped]:
    """Read the records of a .jsonl or .jsonl.gz file (told by its content), one by one.

    Raises SourceError for a file that cannot be opened or is not UTF-8 text at all.
    """
    identities = _Identities()
    for number, line in _lines(path):
        origin = f"{path}:{number}"
        if isinstance(line, Skipped):
            yield line
            continue
        try:
            yield _article(line, identities)
        except (ValueError, RecursionError) as error:
            yield Skipped(origin, _reason(error))


def is_record(line: bytes) -> bool:
    """Whether a line looks like one of a JSONL file: a JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _article(line: bytes, identities: _Identities) -> Article:
    record = Record.model_validate(json.loads(line))
    text = tidy(clean(record.text))
    if not any(character.isalnum() for character in text):
        raise ValueError(
            'its text is empty; give the article\'s words under "text", or leave the record out.'
        )
    title = one_line(record.title or "")
    published = iso_date(record.published)
    return Article(
        article_id=identities.of(record, published, text),
        title=title or guessed(text).title or title_from_name(" ".join(text.split()[:8]), text),
        text=text,
        published=published,
        author=record.author,
        source=record.source,
        url=web_url(record.url),
        inferred=() if title else ("title",),
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes | Skipped]]:
    """Number the lines from 1, leaving out blank ones. Never more than one line is in memory."""
    number = 0
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
            raw.seek(0)
            if head.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise SourceError(f"{str(path)!r} is {bom_of(head)}, and JSON is UTF-8; save it as UTF-8.")
            stream = gzip.GzipFile(fileobj=raw) if head.startswith(b"\x1f\x8b") else raw
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    _pass_over(stream, line)
                    too_long = (
                        f"the line is longer than {LONGEST_LINE // 1_000_000} MB; write one article a line."
                    )
                    yield number, Skipped(f"{path}:{number}", too_long)
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield number, line.removeprefix(b"\xef\xbb\xbf")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        broken = "the compressed data breaks off here; fetch or compress the file again for what follows."
        yield number + 1, Skipped(f"{path}:{number + 1}", broken)
    except OSError as error:
        raise SourceError(
            f"{str(path)!r} cannot be read ({error.strerror}); check its name and permissions."
        ) from error


def _pass_over(stream: gzip.GzipFile | BufferedReader, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        if not key:
            return 'the line is no JSON object; write one {"title": …, "text": …} a line.'
        return f"{key!r} is wrong ({first['msg'].lower()}); mend the record or leave it out."
    if isinstance(error, json.JSONDecodeError):
        where = f"{error.msg.lower()} at character {error.pos + 1}"
        return f"the line is not JSON ({where}); mend it or leave it out."
    if isinstance(error, UnicodeDecodeError):
        return f"the line is not UTF-8 (byte {error.start + 1}); save the file as UTF-8."
    if isinstance(error, RecursionError):
        return 'the line\'s JSON is nested too deep; write one {"title": …, "text": …} a line.'
    return str(error)
