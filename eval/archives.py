"""The archive that a suite runs over, ingested once and kept in the user's cache.

It is keyed by the articles' content, by how they are split and indexed, and by the embedding model: any
change makes another archive, and the same articles are ingested once, whichever suite names them.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from platformdirs import user_cache_path

from index import changes, ingest, schema, sentences, splitter, terms
from index.archive import Archive
from index.articles import Article
from index.embedder import load_embedder
from index.errors import SuiteError
from index.progress import Progress, silent


def suite_archive(
    articles: Sequence[Article],
    *,
    embedding_model: str | None = None,
    threads: int = 0,
    progress: Progress = silent,
) -> Archive:
    """Open the archive of these articles, made first where there is none; close it with `with`.

    Raises SuiteError where an article could not be put in: its questions would be scored against nothing.
    """
    embedder = load_embedder(embedding_model, threads=threads)
    folder = cache_folder() / archive_key(articles, embedder.fingerprint)[:24]
    archive = Archive.open(folder, embedder=embedder)
    complete = folder / "complete"
    if not complete.exists():
        try:
            report = archive.ingest(articles, progress)
            if report.skipped:
                first = report.skipped[0]
                raise SuiteError(f"The article {first.origin!r} could not be ingested: {first.reason}")
        except BaseException:
            archive.close()
            raise
        complete.touch()
    return archive


def cache_folder() -> Path:
    """Where the archives of suites are kept; any of them may be deleted, and is made again when wanted."""
    return user_cache_path("byline", appauthor=False) / "eval"


def archive_key(articles: Sequence[Article], model: str) -> str:
    """One hash of the articles, the code that cuts and indexes them, and the model's fingerprint."""
    total = hashlib.sha256(model.encode())
    for module in (splitter, sentences, schema, terms, changes, ingest):
        total.update(inspect.getsource(module).encode())
    for article in sorted(articles, key=lambda article: article.article_id):
        total.update(json.dumps(asdict(article)).encode())
    return total.hexdigest()
