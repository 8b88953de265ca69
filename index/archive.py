"""An archive: a folder with the catalog (the truth) and the vectors, opened together.

Many processes may read one archive at once; one at a time writes. A reader sees what a writer has committed
at its next question.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from index.article_store import ArticleChanges, ArticleStore
from index.articles import Article, Filters, IngestReport, Passage, Skipped
from index.catalog import Catalog
from index.checkup import Problem, find_vector_problems
from index.errors import ArchiveError, ArchiveVersionError
from index.ingest import PassageEmbedder, Storing, compare, embed, remove_vectors
from index.lock import Writer, WriterLock
from index.progress import Progress, silent
from index.schema import SCHEMA_VERSION
from index.stories import Kin
from index.vectors import ChromaAddress, Published, Vector, Vectors, VectorsDamagedError, VectorStore

CATALOG = "catalog.sqlite3"


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


class Archive:
    """Opened with `Archive.open`, closed by `with` or `close`. Safe to use from many threads."""

    def __init__(
        self,
        path: Path,
        catalog: ArticleStore,
        embedding_model: str | None,
        threads: int,
        chroma: ChromaAddress,
    ) -> None:
        self.path = path
        self.catalog = catalog
        self._embedding_model = embedding_model
        self._threads = threads
        self._embedder: PassageEmbedder | None = None
        self._published = Published(path, chroma)
        self._making = threading.RLock()
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
        archive = cls(path, Catalog(path / CATALOG), embedding_model, threads, chroma)
        archive._embedder = embedder
        return archive

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
        with self._making:
            meta = self.catalog.meta()
            self._refuse_another(self._wanted_model(meta), meta)
            embedder = self._load_embedder(meta)
            self._refuse_another(embedder.name, meta, embedder.fingerprint)
            return embedder

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

    def _wanted_model(self, meta: dict[str, str]) -> str:
        """The name asked for, in the form the archive knows it by; the archive's own when none was."""
        asked = self._embedding_model
        own = meta.get("model", "")
        return own if asked is None or asked == meta.get("embedding_model") else asked

    def _load_embedder(self, meta: dict[str, str]) -> PassageEmbedder:
        if self._embedder is None:
            from index.embedder import load_embedder

            asked = self._embedding_model
            if asked is None or asked == meta.get("model"):
                asked = meta.get("embedding_model")
            self._embedder = load_embedder(asked or None, cache=self.path / "models", threads=self._threads)
        return self._embedder

    def _refuse_another(self, name: str, meta: dict[str, str], fingerprint: str | None = None) -> None:
        own = meta.get("model")
        if own is None or not self.catalog.any_embedded():
            return
        if name != own:
            raise ArchiveVersionError(
                f"The archive at {str(self.path)!r} was embedded with {own!r}, not with {name!r}; leave out "
                f"--embedding-model, or embed it again with `byline check --repair --embedding-model {name}`."
            )
        if fingerprint is not None and fingerprint != meta.get("fingerprint"):
            raise ArchiveVersionError(
                f"The archive at {str(self.path)!r} was embedded with another version of {own!r} than this "
                "Byline has; embed it again with `byline check --repair`."
            )

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
            self._adopt(embedder)
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
            file_problems, word_problems = self.catalog.problems()
            model_problems = self._model_problems()
            vector_problems = model_problems or self._vector_problems()
            if repair:
                with self.catalog.writing() as changes:
                    if word_problems:
                        changes.rebuild_words()
                    if vector_problems:
                        changes.forget_vectors()
                compare(self.catalog, progress)
                embedder = self._load_embedder(self.catalog.meta())
                self._adopt(embedder)
                embed(self.catalog, self._store(), embedder, progress)
        return [Problem(message) for message in file_problems] + [
            Problem(message, repaired=repair) for message in (*word_problems, *vector_problems)
        ]

    def _vector_problems(self) -> list[str]:
        try:
            if name := self.catalog.meta().get("vectors"):
                self._store().verify(name)
            return find_vector_problems(self.catalog, self.vectors)
        except VectorsDamagedError as error:
            return [str(error)]

    def _model_problems(self) -> list[str]:
        try:
            _ = self.embedder
        except ArchiveVersionError as error:
            return [str(error)]
        return []

    def _adopt(self, embedder: PassageEmbedder) -> None:
        """Note whose vectors these are; where there are none yet, or no longer, clear away another's."""
        meta = self.catalog.meta()
        if "archive" not in meta:
            with self.catalog.writing() as changes:
                changes.set_meta(archive=uuid4().hex)
        if meta.get("fingerprint") == embedder.fingerprint and meta.get("model") == embedder.name:
            return
        with self.catalog.writing() as changes:
            changes.set_meta(
                model=embedder.name,
                fingerprint=embedder.fingerprint,
                dim=str(embedder.dim),
                embedding_model=self._embedding_model or meta.get("embedding_model", ""),
            )
            changes.forget_vectors()

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

    def nearest(self, vector: Vector, k: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k passages nearest to `vector`, with their cosine; see `Vectors.query`."""
        while vectors := self.vectors:
            try:
                return vectors.query(vector, k, ids)
            except VectorsDamagedError:
                if self.vectors is vectors:  # else a writer has just replaced them
                    raise
        return []

    def status(self) -> Status:
        """What the archive holds and who writes to it."""
        counts = self.catalog.counts()
        return Status(
            path=self.path,
            articles=counts.articles,
            passages=counts.passages,
            embedded=counts.embedded,
            words=counts.words,
            model=self.catalog.meta().get("model"),
            schema_version=SCHEMA_VERSION,
            first_published=counts.first_published,
            last_published=counts.last_published,
            sources=counts.sources,
            size_bytes=_size(self.path),
            writer=self._writer_lock.writer(),
        )


def is_archive(folder: Path) -> bool:
    """Whether there is an archive in this folder. Raises ArchiveError where that may not be looked at."""
    try:
        return (folder / CATALOG).exists()
    except OSError as error:
        raise ArchiveError(
            f"The archive at {str(folder)!r} cannot be reached ({error.strerror}); check that you may read "
            "it, or name another with --archive."
        ) from error


def _size(folder: Path) -> int:
    """Bytes of all files in it; a writer may take some away while they are counted."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total
