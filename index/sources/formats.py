"""Which format a file is in, and the reader for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources.decoding import decode, refuse_tar
from index.sources.files import File, read_bytes
from index.sources.html import parse_html
from index.sources.json_files import read_json
from index.sources.jsonl import is_record, read_jsonl
from index.sources.markdown import parse_markdown
from index.sources.packed import GZIP, NESTED, ZIP, gunzipped, read_zip
from index.sources.sample import SAMPLE, sample_article
from index.sources.sandbox import parse_document
from index.sources.tables import read_table
from index.sources.text import parse_text

# Bytes of one article. Far above any article, and low enough that the slowest reader ends within seconds.
LARGEST = {
    "text": 20_000_000,
    "html": 5_000_000,
    "markdown": 2_000_000,
    "pdf": 100_000_000,
    "docx": 50_000_000,
    "epub": 50_000_000,
    "mail": 50_000_000,
    "wire": 20_000_000,
}

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
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".eml": "mail",
    ".nitf": "wire",
    ".newsml": "wire",
    ".xml": "wire",
    ".zip": "zip",
}
_RECORDS = {"jsonl": read_jsonl, "json": read_json, "table": read_table}
_ARTICLES = ("text", "markdown", "html")
_ZIPPED = ((b"mimetypeapplication/epub+zip", "epub"), (b"[Content_Types].xml", "docx"))
_XML = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml\b|<\0\?\0x\0m\0|\0<\0\?\0x\0m|<(?:nitf|news(?:Item|Message))\b)"
)
# Atomic throughout: it is run on whatever a stranger sends, and must not try each way to divide it.
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?+\s*+(?:<\?xml[^>]*+>\s*+)?+(?:(?><!--.*?-->)\s*+)*+<(?:!doctype html|html)\b",
    re.DOTALL | re.IGNORECASE,
)


def read_file(path: Path) -> Iterator[Article | Skipped]:
    """Read one file: one article, or many. Raises SourceError where it cannot be used."""
    file = File.at(path)
    if path.name == SAMPLE.name and read_bytes(file, LARGEST["text"]) == SAMPLE.read_bytes():
        yield sample_article()
    else:
        yield from _read(file)


def _read(file: File, unpacked: bool = False) -> Iterator[Article | Skipped]:
    """Read a file, or what was `unpacked` from one: what is packed twice is refused."""
    start = file.start()
    refuse_tar(start, str(file))
    kind = "gzip" if start.startswith(GZIP) else format_of(file.name, start)
    if kind in ("gzip", "zip") and unpacked:
        raise SourceError(f"{str(file)!r} {NESTED}")
    if kind == "gzip":
        yield from _read(gunzipped(file), unpacked=True)
    elif kind == "zip":
        yield from read_zip(file, partial(_read, unpacked=True))
    elif kind in _RECORDS:
        yield from _RECORDS[kind](file)
    elif kind in _ARTICLES:
        yield parse(read_bytes(file, LARGEST[kind]), kind, file.origin)
    else:
        yield from parse_document(kind, read_bytes(file, LARGEST[kind]), file.origin)


def format_of(name: str, start: bytes) -> str:
    """Return the format of a file: by its name's ending where that tells it, else by its first bytes.

    "text", "markdown", "html"; "jsonl", "json", "table"; "pdf", "docx", "epub", "mail", "wire"; "zip".
    """
    known = _SUFFIXES.get(Path(name.lower()).suffix)
    return sniff(start) if known is None or (known == "wire" and _PAGE.match(start)) else known


def sniff(start: bytes) -> str:
    """Tell a format from the first bytes of a file or a page; what shows no other is plain text."""
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(ZIP):
        return next((kind for mark, kind in _ZIPPED if mark in start[:200]), "zip")
    if _PAGE.match(start):
        return "html"
    if _XML.match(start):
        return "wire"
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
