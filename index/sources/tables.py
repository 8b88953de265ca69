"""Tables with named columns (CSV, and with tabs or semicolons), an article a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import decode
from index.sources.files import File, read_bytes
from index.sources.records import Identities, field_called, read_record

LARGEST = 200_000_000  # bytes, held in memory whole
LONGEST_CELL = 16_000_000  # characters
_MOST_FAULTS = 100  # after each the rest is read anew
_SEPARATORS = ",;\t|"


def read_table(file: File) -> Iterator[Article | Skipped]:
    """Read a .csv or .tsv file by its columns' names: title, text; date, author, source, url, id if there.

    Raises SourceError where the first row names no column of texts.
    """
    text, _ = decode(read_bytes(file, LARGEST), str(file))
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    rows = _rows(text, separator)
    _, first = next(rows, (1, []))
    if isinstance(first, csv.Error):
        raise SourceError(
            f"{str(file)!r} is no table with named columns ({first}); save it as CSV whose first row names "
            "them, 'title' and 'text' at least."
        ) from first
    names = [name.strip() for name in first]
    fields = _fields(names)
    if "text" not in fields:
        excerpt = ", ".join(name[:40] for name in names[:8])
        raise SourceError(f"{str(file)!r} names no column of texts (but {excerpt!r}); call it 'text'.")
    identities = Identities()
    for line, row in rows:
        origin = f"{file}:{line}"
        if isinstance(row, csv.Error):
            yield Skipped(origin, f"its row cannot be read ({row}); see that every quotation mark is closed.")
        elif any(cell.strip() for cell in row):
            yield from _read_row(row, fields, origin, identities)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row, and the line at which it begins. After one that is faulty it goes on at the next line.

    A quotation mark that is never closed would take in all rows to the end, unseen.
    """
    lines = StringIO(text, newline="").readlines()
    begin, faults = 0, 0
    while begin < len(lines):
        rows = csv.reader(islice(lines, begin, None), delimiter=separator, strict=True)
        done = 0
        try:
            for row in rows:
                yield begin + done + 1, row
                done = rows.line_num
            return
        except csv.Error as error:
            begin, faults = begin + done + 1, faults + 1
            if faults == _MOST_FAULTS:
                yield (
                    begin,
                    csv.Error(f"{error}; it is the {faults}th such row, and what follows is not read"),
                )
                return
            yield begin, error


def _fields(names: Sequence[str]) -> list[str | None]:
    """What each column holds. One that is called just so comes before those that are called alike."""
    plain = [name.lower() for name in names]
    fields = [field_called(name) for name in plain]
    return [
        None if field in plain and name != field else field for field, name in zip(fields, plain, strict=True)
    ]


def _read_row(
    row: Sequence[str], fields: Sequence[str | None], origin: str, identities: Identities
) -> Iterator[Article | Skipped]:
    if len(row) > len(fields):
        yield Skipped(
            origin, f"the row has {len(row)} cells and the table {len(fields)} columns; quote its text."
        )
        return
    cells: dict[str, str] = {}
    for name, cell in zip(fields, row, strict=False):
        if name and cell.strip():
            cells.setdefault(name, cell)
    yield from read_record({"title": None, "text": "", **cells}, identities, origin)
