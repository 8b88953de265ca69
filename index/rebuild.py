"""All vectors made anew from the catalog, beside those in use, and put in their place when they are complete.

Meanwhile the old ones are searched. The new ones are sealed every half minute and noted in the catalog as
unfinished, with how far they have come: a rebuild that was killed is taken up from there by the next one,
unless something was ingested or removed since.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Self

from index.archive_model import ArchiveModel
from index.article_store import ArticleChanges, ArticleStore
from index.ingest import PassageEmbedder, embedded_batches, sealed, seconds_to_publish
from index.progress import Progress
from index.vectors import VectorsDamagedError, VectorStore

UNFINISHED = "rebuilding"  # where it is noted in the catalog


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Vectors of the model with this `fingerprint`, of `done` passages, the last of them number `last`."""

    fingerprint: str
    name: str | None = None
    last: int = 0
    done: int = 0

    @classmethod
    def noted(cls, catalog: ArticleStore) -> Self | None:
        """What a rebuild that was broken off has left, if one has."""
        note = catalog.meta().get(UNFINISHED)
        return cls(**json.loads(note)) if note else None

    def note(self, changes: ArticleChanges) -> None:
        changes.set_meta(**{UNFINISHED: json.dumps(asdict(self))})


def rebuild(catalog: ArticleStore, store: VectorStore, model: ArchiveModel, progress: Progress) -> None:
    """Embed every passage anew. The caller holds the archive's lock."""
    at: Unfinished | None = _taken_up(catalog, store, model.load())
    while at:
        at = _go_on(at, catalog, store, model, progress)
    store.clear_away(keep=[catalog.meta()["vectors"]])


def _go_on(
    at: Unfinished, catalog: ArticleStore, store: VectorStore, model: ArchiveModel, progress: Progress
) -> Unfinished | None:
    """Half a minute's worth of it: how far it has come then. None when it is complete, and in use."""
    began, embedder, meta = time.monotonic(), model.load(), catalog.meta()
    in_use, total = meta.get("vectors"), catalog.counts().passages
    draft = store.draft(at.name, embedder.dim, keep=[in_use] if in_use else [])
    at = replace(at, name=draft.name)

    def note(changes: ArticleChanges, name: str) -> None:
        if catalog.waiting(1, at.last, anew=True):
            at.note(changes)
        else:
            changes.set_meta(**store.place, **model.notes(), **{UNFINISHED: None})
            changes.replace_vectors(name)

    with sealed(catalog, draft, note):
        seconds = seconds_to_publish(began)
        for batch in embedded_batches(catalog, draft.vectors, embedder, seconds, after=at.last, anew=True):
            at = replace(at, last=batch[-1].number, done=at.done + len(batch))
            progress("embedding", at.done, total)
    return Unfinished.noted(catalog)


def void(catalog: ArticleStore) -> None:
    """An unfinished rebuild is of no use any more: its articles have changed, or nothing needs mending."""
    if UNFINISHED in catalog.meta():
        with catalog.writing() as changes:
            changes.set_meta(**{UNFINISHED: None})


def _taken_up(catalog: ArticleStore, store: VectorStore, embedder: PassageEmbedder) -> Unfinished:
    """The unfinished rebuild where it can be gone on with, else the beginning of one."""
    found = Unfinished.noted(catalog)
    if found and found.name and found.fingerprint == embedder.fingerprint:
        try:
            store.verify(found.name)
            vectors = store.open(found.name, embedder.dim)
            whole = vectors.count == found.done
            vectors.close()
            if whole:
                return found
        except VectorsDamagedError:  # begun anew
            pass
    return Unfinished(embedder.fingerprint)
