"""What the archive asks of whatever holds its articles. `index.catalog.Catalog`, one SQLite file, is the one.

Another implementation (PostgreSQL, say) must pass `tests/contracts/test_article_stores.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from index.articles import Article, Filters
from index.origins import Fetched, Watched
from index.stories import Story

if TYPE_CHECKING:
    from index.catalog import Counts, Listed, Waiting
    from index.word_search import Found


class ArticleChanges(Protocol):
    """Everything that can be changed, within one transaction."""

    def set_meta(self, **values: str | None) -> None:
        """Note these; None takes a note away."""

    def put(self, article: Article, again: bool = False) -> str:
        """Store the article and its passages. Gives "added", "updated" or "unchanged".

        Of an article and a later version of it, whichever comes first, both stay (see `index.versions`).
        `again`: its id came before, in the same ingest. With another text it does not replace that then,
        unless it is a later version of it: gives "taken", and nothing is stored.
        """

    def remove(self, article_id: str) -> bool:
        """Take the article and its words out, and note its vectors for removal. False: there was none.

        Its earlier versions go with it, and may be named in the same transaction as well.
        """

    def remember_fetched(self, fetched: Fetched) -> None:
        """That this address was fetched, in place of what was remembered of it."""

    def remember_watched(self, folder: str, file: Watched) -> None:
        """That this file of a folder kept in step was read, in place of what was remembered of it."""

    def forget_watched(self, folder: str, path: str) -> None:
        """This file is no longer in the folder."""

    def comes_from_elsewhere(self, article_id: str) -> bool:
        """Whether a file or an address is remembered that gave this article."""

    def compare(self, limit: int) -> int:
        """Find the twins of the next `limit` articles that wait for it (see `index.twins`). How many."""

    def publish(self, vectors: str, embedded: Iterable[str], removed: Iterable[str]) -> None:
        """From now on `vectors` names those to search: with these embedded, and those gone."""

    def replace_vectors(self, vectors: str) -> None:
        """From now on `vectors` names those to search: with every passage embedded, and no other."""

    def forget_vectors(self) -> None:
        """No vectors are right any more: everything waits to be embedded."""

    def rebuild_words(self) -> None:
        """Make the word index again from the passages."""


class ArticleStore(Protocol):
    """Every article and passage, the words to find them by, and how far ingest has come: the truth.

    Safe to use from many threads; what one process has committed, the others see at their next call. One
    process at a time writes, which the caller sees to. Every method raises ArchiveError, one sentence that
    says what to do, where the store cannot be read or written.
    """

    def close(self) -> None: ...

    def writing(self) -> AbstractContextManager[ArticleChanges]:
        """One transaction: all of it, or on any exception nothing."""

    def meta(self) -> dict[str, str]:
        """What is noted about the archive: its model, and which vectors are published."""

    def article(self, article_id: str) -> Article | None: ...

    def articles(self, filters: Filters, limit: int | None, offset: int) -> list[Article]:
        """Newest first; those without a date last."""

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Listed]:
        """Those of the passages that are held, by id."""

    def search(self, question: str, k: int, filters: Filters) -> Sequence[Found]:
        """The k passages that BM25 ranks highest for the question's words, best first."""

    def fetched(self, url: str) -> Fetched | None:
        """What is remembered of an address."""

    def fetched_of(self, listing: str) -> list[Fetched]:
        """What is remembered of the addresses that a feed or sitemap named."""

    def watched(self, folder: str) -> dict[str, Watched]:
        """What is remembered of the files of a folder kept in step, by path."""

    def uncompared(self) -> int:
        """How many articles have not been compared with the others yet."""

    def stories(self, article_ids: Iterable[str], filters: Filters = Filters()) -> dict[str, Story]:
        """The story of each of the articles that has twins; `filters` say which may be answered from."""

    def embedded_ids(self, filters: Filters = Filters(), most: int | None = None) -> list[str]:
        """The passages that have a vector, of the articles that the filters let through; at most so many."""

    def passing(self, passage_ids: Iterable[str], filters: Filters) -> list[str]:
        """Those of the passages that are of articles which the filters let through."""

    def waiting(self, limit: int, after: int = 0, anew: bool = False) -> Sequence[Waiting]:
        """Passages that are still to be embedded, `anew` all, by number, from the first above `after`."""

    def unembedded(self) -> int:
        """How many passages are still to be embedded."""

    def removals(self) -> list[str]:
        """The vectors that are still to be taken out."""

    def counts(self) -> Counts: ...

    def any_embedded(self) -> bool: ...

    def problems(self) -> tuple[list[str], list[str]]:
        """What is wrong with the store, and with its word index; both empty when all is well."""
