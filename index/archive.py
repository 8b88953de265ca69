"""An archive: a folder with the catalog (the truth) and the vectors, opened together.

Many processes may read one archive at once; one at a time writes. A reader sees what a writer has committed
at its next question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from index.archive_model import ArchiveModel
from index.article_store import ArticleChanges, ArticleStore
from index.articles import Article, Filters, IngestReport, Passage, Skipped
from index.catalog import Catalog
from index.checkup import Problem, examine, mend
from index.errors import ArchiveError
from index.ingest import PassageEmbedder, Storing, compare, embed, remove_vectors
from index.lock import WriterLock
from index.progress import Progress, silent
from index.rebuild import void
from index.status import Status, status_of
from index.stories import Kin
from index.vectors import ChromaAddress, Published, Vector, Vectors, VectorsDamagedError, VectorStore

CATALOG = "catalog.sqlite3"


class Archive:
    """Opened with `Archive.open`, closed by `with` or `close`. Safe to use from many threads."""

    def __init__(
        self,
        path: Path,
        catalog: ArticleStore,
        model: ArchiveModel,
        published: Published,
    ) -> None:
        self.path = path
        self.catalog = catalog
        self._model = model
        self._published = published
        self._writer_lock = WriterLock(path)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        embedding_model: str | None = None,
        threads: int = 0,
        embedder: PassageEmbedder | None = None,
        chroma: ChromaAddress = ChromaAddress(),
    ) -> Self:
        """Open the archive in the folder `path`, which is made if there is none.

        `embedding_model` None: the one the archive was made with, for a new archive the one Byline ships.
        `threads` for embedding; 0 leaves it to onnxruntime. `embedder` stands in for both.
        `chroma` says where the vectors are to be: where they are, for a new archive in its folder.
        Raises ArchiveVersionError for an archive of a newer Byline, ArchiveError where none can be.
        """
        path = Path(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"There can be no archive at {str(path)!r} ({error.strerror}); choose another folder with "
                "--archive."
            ) from error
        catalog = Catalog(path / CATALOG)
        model = ArchiveModel(path, catalog, embedding_model, threads, embedder)
        return cls(path, catalog, model, Published(path, chroma))

    def close(self) -> None:
        self._published.close()
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # The parts

    @property
    def embedder(self) -> PassageEmbedder:
        """The embedding model, loaded at first use. ArchiveVersionError if the vectors are another's."""
        return self._model.embedder

    @property
    def vectors(self) -> Vectors | None:
        """The vectors as last published, by this process or another; None where none are."""
        meta = self.catalog.meta()
        while True:
            try:
                return self._published.vectors(meta)
            except VectorsDamagedError:
                before, meta = meta, self.catalog.meta()
                if meta.get("vectors") == before["vectors"]:  # else a writer has just replaced them
                    raise

    def _store(self) -> VectorStore:
        return self._published.store(self.catalog.meta())

    # Writing

    def ingest(
        self,
        articles: Iterable[Article | Skipped],
        progress: Progress = silent,
        keep: Callable[[ArticleChanges], None] = lambda _: None,
    ) -> IngestReport:
        """Add articles, replace those that have changed, and embed all that is not embedded yet.

        `keep` is called at the end of each transaction, to write down what is known of the articles in it.
        Ingesting twice changes nothing. Raises ArchiveBusyError while another process writes. An error
        that `articles` raises is raised here once the articles before it are safely stored.
        """
        began = time.monotonic()
        with self._writer_lock.held():
            embedder = self.embedder
            self._begin_writing()
            self._model.adopt()
            storing = Storing(self.catalog, keep)
            storing.store(articles, progress)
            compare(self.catalog, progress)
            embedded = embed(self.catalog, self._store(), embedder, progress)
        return IngestReport(
            added=storing.counted["added"],
            updated=storing.counted["updated"],
            unchanged=storing.counted["unchanged"],
            passages=embedded,
            seconds=time.monotonic() - began,
            skipped=tuple(storing.skipped),
        )

    def remove(self, article_ids: Iterable[str]) -> list[str]:
        """Take articles out of the catalog, the words and the vectors. Gives the ids that were there."""
        with self._writer_lock.held():
            self._begin_writing()
            with self.catalog.writing() as changes:
                removed = [article_id for article_id in article_ids if changes.remove(article_id)]
            remove_vectors(self.catalog, self._store())
        return removed

    def check(self, repair: bool = False, progress: Progress = silent) -> list[Problem]:
        """Compare the catalog, the word index and the vectors; with `repair` make all right from the catalog.

        Repair also embeds what waits for it, and everything anew where the embedding model is another.
        Raises ArchiveBusyError while another process writes.
        """
        with self._writer_lock.held():
            findings = examine(self.catalog, self._store(), lambda: self.vectors, self._model)
            if repair:
                self._name_archive()
                mend(findings, self.catalog, self._store(), self._model, progress)
        return findings.problems(repaired=repair)

    def _begin_writing(self) -> None:
        self._name_archive()
        void(self.catalog)

    def _name_archive(self) -> None:
        if "archive" not in self.catalog.meta():
            with self.catalog.writing() as changes:
                changes.set_meta(archive=uuid4().hex)

    # Reading

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises ArchiveError if there is none."""
        article = self.catalog.article(article_id)
        if article is None:
            raise ArchiveError(
                f"There is no article {article_id!r} in the archive at {str(self.path)!r}; `byline "
                "articles list` shows those there are."
            )
        return article

    def articles(
        self, filters: Filters = Filters(), limit: int | None = None, offset: int = 0
    ) -> list[Article]:
        """The articles, newest first."""
        return self.catalog.articles(filters, limit, offset)

    def kin(self, article_ids: Iterable[str]) -> dict[str, Kin]:
        """Of each of the articles whose story others tell too: its copies and its other versions."""
        return {name: story.kin(name) for name, story in self.catalog.stories(article_ids).items()}

    def passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises ArchiveError if there is none."""
        found = self.catalog.passages([passage_id])
        if passage_id not in found:
            raise ArchiveError(
                f"There is no passage {passage_id!r} in the archive at {str(self.path)!r}; its article may "
                "have been edited or removed since, so ask again."
            )
        return found[passage_id].passage

    def nearest(self, vector: Vector, k: int, filters: Filters = Filters()) -> list[tuple[str, float]]:
        """The k passages nearest to `vector`, with their cosine, of articles that the filters let through."""
        while vectors := self.vectors:
            try:
                return self._nearest(vectors, vector, k, filters)
            except VectorsDamagedError:
                if self.vectors is vectors:  # else a writer has just replaced them
                    raise
        return []

    def _nearest(self, vectors: Vectors, vector: Vector, k: int, filters: Filters) -> list[tuple[str, float]]:
        """By the ids that SQLite chooses where they are few, else among the nearest; at last by all ids."""
        if not filters:
            return vectors.query(vector, k)
        few = vectors.few(k)
        ids = self.catalog.embedded_ids(filters, most=few + 1)
        if len(ids) > few:
            found = vectors.query_among(vector, k, lambda near: self.catalog.passing(near, filters))
            if found is not None:
                return found
            ids = self.catalog.embedded_ids(filters)
        return vectors.query(vector, k, ids) if ids else []

    def status(self) -> Status:
        """What the archive holds and who writes to it."""
        return status_of(self.path, self.catalog, self._writer_lock.writer())


def is_archive(folder: Path) -> bool:
    """Whether there is an archive in this folder. Raises ArchiveError where that may not be looked at."""
    try:
        return (folder / CATALOG).exists()
    except OSError as error:
        raise ArchiveError(
            f"The archive at {str(folder)!r} cannot be reached ({error.strerror}); check that you may read "
            "it, or name another with --archive."
        ) from error
