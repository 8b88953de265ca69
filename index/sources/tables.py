"""Tables with named columns (CSV, and with tabs or semicolons), an article a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.decoding import decode
from index.sources.files import File, read_bytes
from index.sources.masthead import FIELD_OF
from index.sources.records import Identities, article_of, reason_of

LARGEST = 200_000_000  # bytes, held in memory whole
LONGEST_CELL = 16_000_000  # characters
_SEPARATORS = ",;\t|"
_COLUMN_OF = FIELD_OF | {
    "id": "id",
    **dict.fromkeys(("text", "body", "content", "article", "article text", "full text"), "text"),
}


def read_table(file: File) -> Iterator[Article | Skipped]:
    """Read a .csv or .tsv file by its columns' names: title, text; date, author, source, url, id if there.

    Raises SourceError where the first row names no column of texts.
    """
    text, _ = decode(read_bytes(file, LARGEST), str(file))
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        names = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise SourceError(
            f"{str(file)!r} is no table with named columns ({error}); save it as CSV whose first row names "
            "them, 'title' and 'text' at least."
        ) from error
    fields = _fields(names)
    if "text" not in fields:
        excerpt = ", ".join(name[:40] for name in names[:8])
        raise SourceError(f"{str(file)!r} names no column of texts (but {excerpt!r}); call it 'text'.")
    identities = Identities()
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _read_row(row, fields, f"{file}:{rows.line_num}", identities)
    except csv.Error as error:
        yield Skipped(f"{file}:{rows.line_num}", f"the table breaks off here ({error}); mend what follows.")


def _fields(names: Sequence[str]) -> list[str | None]:
    """What each column holds. One that is called just so comes before those that are called alike."""
    plain = [name.lower().replace("_", " ") for name in names]
    fields = [_COLUMN_OF.get(name) for name in plain]
    return [
        None if field in plain and name != field else field for field, name in zip(fields, plain, strict=True)
    ]


def _read_row(
    row: Sequence[str], fields: Sequence[str | None], origin: str, identities: Identities
) -> Article | Skipped:
    if len(row) > len(fields):
        return Skipped(
            origin, f"the row has {len(row)} cells and the table {len(fields)} columns; quote its text."
        )
    cells: dict[str, str] = {}
    for name, cell in zip(fields, row, strict=False):
        if name and cell.strip():
            cells.setdefault(name, cell)
    try:
        return article_of({"title": None, "text": "", **cells}, identities)
    except ValueError as error:
        return Skipped(origin, reason_of(error))
