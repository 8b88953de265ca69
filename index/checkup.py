"""Whether the catalog, its word index and the vectors agree, and making them agree again from the catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.archive_model import ArchiveModel
from index.article_store import ArticleStore
from index.errors import ArchiveVersionError
from index.ingest import compare, embed
from index.progress import Progress
from index.rebuild import Unfinished, rebuild, void
from index.vectors import Vectors, VectorsDamagedError, VectorStore

_SAMPLE = 256  # vectors that are looked up by themselves
_LOST = 0.02  # the search is approximate: so many of them may be missed by right


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an archive, in one sentence, and whether it has been put right since."""

    message: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong, by what there is to do: sentences.

    `file` is of the catalog itself, which nothing can mend. `lost` are vectors that cannot be read, `wrong`
    those that can be searched and are not right, `undone` what only has to be gone on with.
    """

    file: tuple[str, ...]
    words: tuple[str, ...]
    lost: tuple[str, ...]
    wrong: tuple[str, ...]
    undone: tuple[str, ...]

    def problems(self, repaired: bool) -> list[Problem]:
        mended = (*self.words, *self.lost, *self.wrong, *self.undone)
        return [Problem(message) for message in self.file] + [Problem(one, repaired) for one in mended]


def examine(
    catalog: ArticleStore, store: VectorStore, opened: Callable[[], Vectors | None], model: ArchiveModel
) -> Findings:
    """Compare all parts of an archive; `opened` gives the vectors in use."""
    file, words = catalog.problems()
    lost, wrong = list[str](), _of_another_model(model)
    try:
        if name := catalog.meta().get("vectors"):
            store.verify(name)
        wrong += _vector_problems(catalog, opened())
    except VectorsDamagedError as error:
        lost = [str(error)]
    return Findings(tuple(file), tuple(words), tuple(lost), tuple(wrong), tuple(_undone(catalog)))


def mend(
    findings: Findings, catalog: ArticleStore, store: VectorStore, model: ArchiveModel, progress: Progress
) -> None:
    """Make all right from the catalog; what waits is embedded too.

    Vectors that can still be searched are searched until the new ones are complete. Of those that cannot,
    nothing is left to lose: the new ones are published as they fill.
    """
    with catalog.writing() as changes:
        if findings.words:
            changes.rebuild_words()
        if findings.lost:
            changes.forget_vectors()
    compare(catalog, progress)
    if findings.wrong and not findings.lost:
        rebuild(catalog, store, model, progress)
    void(catalog)
    model.adopt()
    embed(catalog, store, model.load(), progress)


def _of_another_model(model: ArchiveModel) -> list[str]:
    try:
        _ = model.embedder
    except ArchiveVersionError as error:
        return [str(error)]
    return []


def _undone(catalog: ArticleStore) -> list[str]:
    counts, found = catalog.counts(), Unfinished.noted(catalog)
    undone = []
    if waiting := counts.passages - counts.embedded:
        undone.append(f"{waiting} passages wait to be embedded; `byline ingest` does it too.")
    if found:
        undone.append(
            f"A `byline check --repair` was broken off after {found.done} of {counts.passages} passages; the "
            "next one goes on from there."
        )
    return undone


def _vector_problems(catalog: ArticleStore, vectors: Vectors | None) -> list[str]:
    """Compare the vectors with the catalog, id by id both ways, and look some of them up by themselves.

    Raises VectorsDamagedError where they cannot be read at all.
    """
    expected = set(catalog.embedded_ids()).union(catalog.removals())
    stored = vectors.ids() if vectors else set()
    problems = _differences(expected, stored)
    return problems + (_unreachable(vectors, sorted(expected & stored)) if vectors else [])


def _differences(expected: set[str], stored: set[str]) -> list[str]:
    problems = []
    if missing := expected - stored:
        problems.append(f"{len(missing)} passages have no vector (for one, {min(missing)!r}).")
    if extra := stored - expected:
        problems.append(f"{len(extra)} vectors belong to no passage (for one, {min(extra)!r}).")
    return problems


def _unreachable(vectors: Vectors, names: list[str]) -> list[str]:
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
