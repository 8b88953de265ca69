"""What an archive holds, in numbers."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.article_store import ArticleStore
from index.lock import Writer
from index.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Status:
    """What an archive holds. `embedded` counts passages; `writer` is who writes to it now, if anybody."""

    path: Path
    articles: int
    passages: int
    embedded: int
    words: int
    model: str | None
    schema_version: int
    first_published: str | None
    last_published: str | None
    sources: dict[str, int]
    size_bytes: int
    writer: Writer | None


def status_of(folder: Path, catalog: ArticleStore, writer: Writer | None) -> Status:
    """The status of the archive in `folder`, to which `writer` writes."""
    counts = catalog.counts()
    return Status(
        path=folder,
        articles=counts.articles,
        passages=counts.passages,
        embedded=counts.embedded,
        words=counts.words,
        model=catalog.meta().get("model"),
        schema_version=SCHEMA_VERSION,
        first_published=counts.first_published,
        last_published=counts.last_published,
        sources=counts.sources,
        size_bytes=_size(folder),
        writer=writer,
    )


def _size(folder: Path) -> int:
    """Bytes of all files in it; a writer may take some away while they are counted."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total
