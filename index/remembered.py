"""What the archive knows of web addresses, and what an ingest learns of them."""

from __future__ import annotations

from index.article_store import ArticleChanges, ArticleStore
from index.articles import Article
from index.origins import Fetched


class Remembered:
    """The catalog as `index.sources.address.Memory`.

    What is noted while articles are read goes into the catalog in the transaction that stores them (`keep`),
    so that a kill leaves no address marked as had whose article was not stored.
    """

    def __init__(self, catalog: ArticleStore) -> None:
        self._catalog = catalog
        self._noted: list[Fetched] = []

    def fetched(self, url: str) -> Fetched | None:
        return self._catalog.fetched(url)

    def fetched_of(self, listing: str) -> list[Fetched]:
        return self._catalog.fetched_of(listing)

    def article(self, article_id: str) -> Article | None:
        return self._catalog.article(article_id)

    def note(self, fetched: Fetched) -> None:
        self._noted.append(fetched)

    def keep(self, changes: ArticleChanges) -> None:
        """Write down what was noted since the last time."""
        noted, self._noted = self._noted, []
        for fetched in noted:
            changes.remember_fetched(fetched)
