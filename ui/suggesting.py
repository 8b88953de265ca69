"""What the page suggests to ask next: made behind an answer, while nobody waits for anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from index.archive import Archive
from index.articles import Filters
from qa.answers import Answer
from qa.suggestions import Asks, suggestions

REMEMBERED = 256  # answers whose suggestions are not made again


class Suggesting:
    """Suggestions for one answer at a time: while they are made for one, another has none.

    They are asked of `reading`, not at the desk: nobody asked for them, and where it is `busy` with what
    somebody did, none are made.
    """

    def __init__(self, archive: Archive, reading: Asks, busy: Callable[[], bool]) -> None:
        self._archive = archive
        self._reading = reading
        self._busy = busy
        self._making = Lock()
        self._made: dict[object, list[str]] = {}

    def __call__(self, answer: Answer, asked: Sequence[str], filters: Filters) -> list[str]:
        """What to ask after `answer`, of all that was `asked`; ArchiveError where its article is gone."""
        if not self._making.acquire(blocking=False):
            return []
        try:
            cited = answer.citations[0]
            article = self._archive.article(cited.article_id)
            for_this = (article.article_id, hash(article.text), cited.start, tuple(asked), filters)
            if (known := self._made.get(for_this)) is not None:
                return known
            looks: list[bool] = []

            def giving_way() -> bool:
                looks.append(self._busy())
                return looks[-1]

            made = list(
                suggestions(self._reading, article, cited, asked, filters=filters, giving_way=giving_way)
            )
            if not any(looks):  # else there may be more
                self._made[for_this] = made
                if len(self._made) > REMEMBERED:
                    del self._made[next(iter(self._made))]
            return made
        finally:
            self._making.release()
