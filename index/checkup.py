"""Whether the catalog, its word index and the vectors agree, and making them agree again."""

from __future__ import annotations

from dataclasses import dataclass

from index.article_store import ArticleStore
from index.vectors import Vectors

_SAMPLE = 256  # vectors that are looked up by themselves
_LOST = 0.02  # the search is approximate: so many of them may be missed by right


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an archive, in one sentence, and whether it has been put right since."""

    message: str
    repaired: bool = False


def find_vector_problems(catalog: ArticleStore, vectors: Vectors | None) -> list[str]:
    """Compare the vectors with the catalog, id by id both ways, and look some of them up by themselves.

    Raises VectorsDamagedError where they cannot be read at all.
    """
    expected = set(catalog.embedded_ids()).union(catalog.removals())
    waiting = catalog.counts().passages - catalog.counts().embedded
    problems = [f"{waiting} passages wait to be embedded; `byline ingest` does it too."] if waiting else []
    stored = vectors.ids() if vectors else set()
    problems += _differences(expected, stored)
    return problems + (_lost(vectors, sorted(expected & stored)) if vectors else [])


def _differences(expected: set[str], stored: set[str]) -> list[str]:
    problems = []
    if missing := expected - stored:
        problems.append(f"{len(missing)} passages have no vector (for one, {min(missing)!r}).")
    if extra := stored - expected:
        problems.append(f"{len(extra)} vectors belong to no passage (for one, {min(extra)!r}).")
    return problems


def _lost(vectors: Vectors, names: list[str]) -> list[str]:
    """Vectors that a search for themselves does not find: the graph that leads to them is damaged."""
    sample = names[:: max(1, len(names) // _SAMPLE)]
    found, rows = vectors.vectors(sample)
    lost = [
        name
        for name, row in zip(found, rows, strict=True)
        if not any(near == name or cosine > 0.999 for near, cosine in vectors.query(row, 10))
    ]
    if len(found) == len(sample) and len(lost) <= _LOST * len(sample):
        return []
    missing = len(lost) + len(sample) - len(found)
    return [
        f"{missing} of {len(sample)} vectors looked up cannot be found by search "
        f"(for one, {(lost or sample)[0]!r})."
    ]
