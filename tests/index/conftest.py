"""Archives to test with, and an embedder small enough to reason about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from index.archive import Archive
from index.articles import Article
from index.progress import Progress, silent


class WordEmbedder:
    """A real embedder of little wit: each word adds 1 to a place that its hash chooses."""

    def __init__(self, name: str = "words", dim: int = 64) -> None:
        self.name = name
        self.dim = dim
        self.fingerprint = f"{name}-{dim}"

    def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.dim), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                rows[row, crc32(word.encode(errors="replace")) % self.dim] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        return self.embed_passages([text])[0]


NOUNS = (
    *("senator", "river", "treaty", "vaccine", "strike", "harvest"),
    *("pilot", "bridge", "museum", "court", "drought", "satellite"),
)


def made_up_article(number: int, paragraphs: int = 6) -> Article:
    """An article of about 60 words a paragraph; no two numbers give the same text."""
    lines = [
        f"Paragraph {place} of report {number} is about the {NOUNS[(number + place) % 12]} of town{number}. "
        f"Mayor Ann{number} Lee said the {NOUNS[(number * 5 + place) % 12]} cost {number * 37 + place} "
        "dollars. “We did not expect it,” she told reporters on Friday, and nobody in the room asked her a "
        "second time about the money, the weather or the long road that leads out of the valley toward the "
        "sea."
        for place in range(paragraphs)
    ]
    return Article(
        article_id=f"report-{number}",
        title=f"Report {number}",
        text="\n\n".join(lines),
        published=f"2020-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        source=("VOA", "CNN", "The Week")[number % 3],
    )


@pytest.fixture
def made_up() -> Callable[..., list[Article]]:
    """Gives `count` made-up articles, numbered from `first`."""

    def make(count: int, paragraphs: int = 6, first: int = 0) -> list[Article]:
        return [made_up_article(number, paragraphs) for number in range(first, first + count)]

    return make


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def opened(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Callable[..., Archive]]:
    """Opens the archive of this test, as often as asked: each as another process would."""
    archives: list[Archive] = []

    def open_archive(**options: object) -> Archive:
        archives.append(Archive.open(tmp_path / "archive", **{"embedder": embedder, **options}))  # type: ignore[arg-type]
        return archives[-1]

    yield open_archive
    for archive in archives:
        archive.close()


@pytest.fixture
def archive(opened: Callable[..., Archive]) -> Archive:
    return opened()
