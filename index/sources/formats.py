"""Which format a file is in, and the reader for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import decode
from index.sources.files import check_ordinary, read_bytes, read_start
from index.sources.html import parse_html
from index.sources.identity import Origin
from index.sources.json_files import read_json
from index.sources.jsonl import is_record, read_jsonl
from index.sources.markdown import parse_markdown
from index.sources.sample import SAMPLE, sample_article
from index.sources.tables import read_table
from index.sources.text import parse_text

# Bytes of one article. Far above any article, and low enough that the slowest reader ends within seconds.
LARGEST = {"text": 20_000_000, "html": 5_000_000, "markdown": 2_000_000}

_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "table",
    ".tsv": "table",
}
_RECORDS = {"jsonl": read_jsonl, "json": read_json, "table": read_table}
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b",
    re.DOTALL | re.IGNORECASE,
)


def read_file(path: Path) -> Iterator[Article | Skipped]:
    """Read one file: many articles from records, else one. Raises SourceError where it cannot be used."""
    check_ordinary(path)
    if path.name == SAMPLE.name and read_bytes(path, LARGEST["text"]) == SAMPLE.read_bytes():
        yield sample_article()
        return
    kind = format_of(path)
    if kind in _RECORDS:
        yield from _RECORDS[kind](path)
    else:
        yield parse(read_bytes(path, LARGEST[kind]), kind, Origin.of_file(path))


def format_of(path: Path) -> str:
    """Return "text", "markdown", "html", "jsonl", "json" or "table": by the name's ending, else the start."""
    name = path.name.lower().removesuffix(".gz")
    known = _SUFFIXES.get(Path(name).suffix)
    if known and (known == "jsonl" or name == path.name.lower()):
        return known
    return sniff(read_start(path))


def sniff(start: bytes) -> str:
    """Tell a format from the first bytes of a file or a page: HTML, JSONL, or else plain text."""
    if _PAGE.match(start):
        return "html"
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    return "jsonl" if first.startswith(b"{") and is_record(first) else "text"


def parse(data: bytes, kind: str, origin: Origin, charset: str | None = None) -> Article:
    """Read the one article in these bytes. Raises SourceError where there is none."""
    if not data.strip():
        raise SourceError(f"{origin.shown!r} is empty; put an article's text in it, or leave it out.")
    if kind == "html":
        return parse_html(data, origin, charset)
    text, guessed = decode(data, origin.shown, charset)
    guesses = ("encoding",) if guessed else ()
    return parse_markdown(text, origin, guesses) if kind == "markdown" else parse_text(text, origin, guesses)
