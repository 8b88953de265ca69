"""What is suggested next is made once for an answer and what its article says; whatever else is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Article, Filters
from qa.answers import Answer
from qa.assistant import Assistant
from ui.suggesting import Suggesting

TEXT = (
    "The new bridge of Velden was opened on 4 May 2021 after three years of work.\n\n"
    "Ada Quill, the mayor of Velden, said the bridge had cost 12 million euros.\n\n"
    "The Velden Council rejected a toll for lorries that the builders had proposed."
)
ARTICLE = Article("velden", "Velden opens its bridge", TEXT, "2021-05-04")
OPENED = "When was the new bridge of Velden opened?"


class Counting:
    """An assistant, and how often it was asked."""

    def __init__(self, own: Assistant) -> None:
        self._own = own
        self.asked = 0
        self.busy = False

    def ask(self, question: str, *given: object, filters: Filters = Filters(), **named: object) -> Answer:
        self.asked += 1
        return self._own.ask(question, filters=filters)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", threads=1) as archive:
        archive.ingest([ARTICLE])
        yield archive


def test_what_is_known_is_not_made_again_until_the_article_changes(archive: Archive) -> None:
    reading = Counting(Assistant(archive))
    suggests = Suggesting(archive, reading, lambda: reading.busy)
    answer = Assistant(archive).ask(OPENED)
    reading.busy = True
    assert suggests(answer, [OPENED], Filters()) == []  # it gave way
    reading.busy = False
    made = suggests(answer, [OPENED], Filters())
    assert made and reading.asked
    asked = reading.asked
    assert suggests(answer, [OPENED], Filters()) == made
    assert reading.asked == asked
    archive.ingest([replace(ARTICLE, text=TEXT.split("\n\n", maxsplit=1)[0])])
    assert suggests(answer, [OPENED], Filters()) == []
