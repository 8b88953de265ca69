"""Articles into the archive: stored and searchable by their words first, then compared, then embedded.

Every stage commits as they go, and the catalog knows which passages wait to be embedded, so whatever ends
an ingest early (a kill, a full disk, a cut-off source), the next one begins where it stopped. The caller
holds the archive's lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.article_store import ArticleChanges, ArticleStore
from index.articles import Article, Skipped
from index.catalog import Waiting
from index.progress import Progress, silent
from index.vectors import Draft, Vectors, VectorStore

_COMMIT_ARTICLES = 256
_COMMIT_CHARACTERS = 4_000_000
_COMMIT_SECONDS = 2.0
_EMBED_PASSAGES = 512
PUBLISH_SECONDS = 30.0  # each time costs a copy of the vectors
_COPY_SECONDS = 6.0  # where a copy takes longer, so much less often


class PassageEmbedder(Protocol):
    """What the archive asks of an embedder. `index.embedder.Embedder` is the one."""

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def embed_passages(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]: ...

    def embed_question(self, text: str) -> NDArray[np.float32]: ...


class Storing:
    """The first stage: articles into the catalog. Counts what became of each."""

    def __init__(
        self, catalog: ArticleStore, keep: Callable[[ArticleChanges], None] = lambda _: None
    ) -> None:
        self._catalog = catalog
        self._keep = keep
        self.counted = {"added": 0, "updated": 0, "unchanged": 0}
        self.skipped: list[Skipped] = []
        self._seen: set[str] = set()

    def store(self, articles: Iterable[Article | Skipped], progress: Progress) -> None:
        """Store them all, or all up to an error of the source's own, which is raised once they are safe."""
        total = len(articles) if isinstance(articles, Sized) else None
        items = iter(articles)
        done = 0
        while batch := self._store_batch(items):
            done += batch
            progress("reading", done, total)

    def _store_batch(self, items: Iterator[Article | Skipped]) -> int:
        """One transaction's worth of the items; how many. 0 when there are no more."""
        taken, characters, since = 0, 0, time.monotonic()
        counted = dict(self.counted)
        failure: Exception | None = None
        with self._catalog.writing() as changes:
            while taken < _COMMIT_ARTICLES and characters < _COMMIT_CHARACTERS:
                item, failure = _next(items)
                if item is None:
                    break
                taken += 1
                if isinstance(item, Article) and (reason := _unusable(item)):
                    item = Skipped(item.article_id, reason)
                if isinstance(item, Skipped):
                    self.skipped.append(item)
                else:
                    became = changes.put(item, again=item.article_id in self._seen)
                    if became == "taken":
                        self.skipped.append(Skipped(item.article_id, _taken(item)))
                    else:
                        counted[became] += 1
                    self._seen.add(item.article_id)
                    characters += len(item.text)
                if time.monotonic() - since > _COMMIT_SECONDS:
                    break
            self._keep(changes)
        self.counted = counted
        if failure:
            raise failure
        return taken


def _next(items: Iterator[Article | Skipped]) -> tuple[Article | Skipped | None, Exception | None]:
    """The next item, or the error that the source raised: not to be raised before the commit."""
    try:
        return next(items, None), None
    except Exception as error:  # noqa: BLE001 (raised again by the caller, whatever it is)
        return None, error


def _unusable(article: Article) -> str | None:
    if not article.text.strip():
        return f"The article {article.article_id!r} has no text; give it its words, or leave it out."
    try:
        "".join((article.article_id, article.title, article.text)).encode()
    except UnicodeEncodeError:
        return (
            f"The article {article.article_id!r} holds half characters (lone surrogates); save it as UTF-8."
        )
    return None


def _taken(article: Article) -> str:
    return (
        f"The id {article.article_id!r} of {article.title!r} came with another article in the same ingest; "
        "give each article an id of its own, or none."
    )


def compare(catalog: ArticleStore, progress: Progress) -> None:
    """The second stage: which of the articles tell a story that another one tells (see `index.twins`)."""
    total, done = catalog.uncompared(), 0
    while total:
        with catalog.writing() as changes:
            compared = changes.compare(_COMMIT_ARTICLES)
        if not compared:
            return
        done += compared
        progress("comparing", done, total)


def embed(catalog: ArticleStore, store: VectorStore, embedder: PassageEmbedder, progress: Progress) -> int:
    """The third stage: vectors of what is gone out, of what is new in. How many passages were embedded.

    Works on drafts in `store`, published every half minute, or less often where making a draft takes long:
    a kill costs that much work and no more.
    """
    counts = catalog.counts()
    total = counts.passages - counts.embedded
    done = 0
    while catalog.waiting(1) or catalog.removals():
        began = time.monotonic()
        with _changed_vectors(catalog, store, embedder.dim) as (vectors, added):
            for batch in embedded_batches(catalog, vectors, embedder, seconds_to_publish(began)):
                added.extend(passage.passage_id for passage in batch)
                progress("embedding", done + len(added), total)
        done += len(added)
    return done


def remove_vectors(catalog: ArticleStore, store: VectorStore) -> None:
    """The vectors of what is gone out."""
    if catalog.removals():
        with _changed_vectors(catalog, store, int(catalog.meta()["dim"])):
            pass


@contextmanager
def _changed_vectors(
    catalog: ArticleStore, store: VectorStore, dim: int
) -> Iterator[tuple[Vectors, list[str]]]:
    """A draft of the vectors without those to be removed, and a list for the ids that are added to it.

    Published when the block ends well, forgotten when it does not.
    """
    removals, added = catalog.removals(), list[str]()

    def publish(changes: ArticleChanges, name: str) -> None:
        changes.set_meta(**store.place)
        changes.publish(name, added, removals)

    draft = store.draft(catalog.meta().get("vectors"), dim)
    with sealed(catalog, draft, publish):
        draft.vectors.delete(removals)
        yield draft.vectors, added
    store.clear_away(keep=[draft.name])


@contextmanager
def sealed(
    catalog: ArticleStore, draft: Draft, note: Callable[[ArticleChanges, str], None]
) -> Iterator[None]:
    """Seal the draft when the block ends well, and `note` in the catalog what it is; else forget it."""
    try:
        yield
        draft.seal()
        with catalog.writing() as changes:
            note(changes, draft.name)
    except BaseException:
        draft.abandon()
        raise


def seconds_to_publish(began: float) -> float:
    """For how long to add to a draft whose making was begun at this moment, before it is sealed."""
    return PUBLISH_SECONDS * max(1.0, (time.monotonic() - began) / _COPY_SECONDS)


def embedded_batches(
    catalog: ArticleStore,
    vectors: Vectors,
    embedder: PassageEmbedder,
    seconds: float,
    after: int = 0,
    anew: bool = False,
) -> Iterator[Sequence[Waiting]]:
    """Embed what waits, batch by batch, until nothing does or the seconds are over. Gives the passages.

    `anew`: all passages, whether they wait or not, from the first above the number `after`.
    """
    since = time.monotonic()
    while waiting := catalog.waiting(_EMBED_PASSAGES, after, anew):
        rows = embedder.embed_passages([f"{passage.title}\n{passage.text}" for passage in waiting])
        vectors.add([passage.passage_id for passage in waiting], rows)
        after = waiting[-1].number
        yield waiting
        if time.monotonic() - since > seconds:
            return
