"""The embedding model of an archive: the one that its vectors are of. Another one is refused."""

from __future__ import annotations

import threading
from pathlib import Path

from index.article_store import ArticleStore
from index.errors import ArchiveVersionError
from index.ingest import PassageEmbedder


class ArchiveModel:
    """Of the archive in `folder`, loaded at first use.

    `asked` None: the model that the archive was made with, for a new archive the one Byline ships.
    `threads` for embedding; 0 leaves it to onnxruntime. `given` stands in for both.
    """

    def __init__(
        self,
        folder: Path,
        catalog: ArticleStore,
        asked: str | None,
        threads: int,
        given: PassageEmbedder | None,
    ) -> None:
        self._folder = folder
        self._catalog = catalog
        self._asked = asked
        self._threads = threads
        self._given = given
        self._loaded: PassageEmbedder | None = None
        self._loading = threading.RLock()

    @property
    def embedder(self) -> PassageEmbedder:
        """The model. ArchiveVersionError if the vectors are another's."""
        with self._loading:
            meta = self._catalog.meta()
            self._refuse_another(self._wanted(meta), meta)
            embedder = self.load()
            self._refuse_another(embedder.name, meta, embedder.fingerprint)
            return embedder

    def load(self) -> PassageEmbedder:
        """The model that is asked for, whatever the vectors are of."""
        if self._given is not None:
            return self._given
        with self._loading:
            meta = self._catalog.meta()
            if self._loaded is None or (self._asked is None and not self._is_noted(self._loaded, meta)):
                from index.embedder import load_embedder

                asked = self._asked
                if asked is None or asked == meta.get("model"):
                    asked = meta.get("embedding_model")
                self._loaded = load_embedder(
                    asked or None, cache=self._folder / "models", threads=self._threads
                )
            return self._loaded

    def notes(self) -> dict[str, str]:
        """What the catalog notes of the model that is asked for, once the vectors are its."""
        embedder, meta = self.load(), self._catalog.meta()
        return {
            "model": embedder.name,
            "fingerprint": embedder.fingerprint,
            "dim": str(embedder.dim),
            "embedding_model": self._asked or meta.get("embedding_model", ""),
        }

    def adopt(self) -> None:
        """Note whose vectors these are; where there are none yet, or no longer, clear away another's."""
        if not self._is_noted(self.load(), self._catalog.meta()):
            with self._catalog.writing() as changes:
                changes.set_meta(**self.notes())
                changes.forget_vectors()

    @staticmethod
    def _is_noted(embedder: PassageEmbedder, meta: dict[str, str]) -> bool:
        return (meta.get("model"), meta.get("fingerprint")) == (embedder.name, embedder.fingerprint)

    def _wanted(self, meta: dict[str, str]) -> str:
        """The name asked for, in the form the archive knows it by; the archive's own when none was."""
        own = meta.get("model", "")
        return own if self._asked is None or self._asked == meta.get("embedding_model") else self._asked

    def _refuse_another(self, name: str, meta: dict[str, str], fingerprint: str | None = None) -> None:
        own, folder = meta.get("model"), str(self._folder)
        if own is None or not self._catalog.any_embedded():
            return
        if name != own:
            raise ArchiveVersionError(
                f"The archive at {folder!r} was embedded with {own!r}, not with {name!r}; leave out "
                f"--embedding-model, or embed it again with `byline check --repair --embedding-model {name}`."
            )
        if fingerprint is not None and fingerprint != meta.get("fingerprint"):
            raise ArchiveVersionError(
                f"The archive at {folder!r} was embedded with another version of {own!r} than this "
                "Byline has; embed it again with `byline check --repair`."
            )
