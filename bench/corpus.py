"""Archives of as many passages as are wanted, and llama-index's stores of the same passages.

Up to what a real archive has, passages and vectors are its own. Above, they are made up: articles of
sentences drawn from the real ones, and vectors each between three real ones drawn at random, with a little
noise. Into Byline they go by its own ingest, with the vectors given in place of the model's; what is made up
is not compared for copies. llama-index's store has Byline's passages as nodes, with the same vectors.

    python bench/corpus.py ARCHIVE FOLDER byline|llama-index PASSAGES
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import archive as archives
from index import ingest
from index.archive import Archive
from index.articles import Article
from index.progress import Progress, silent
from index.sentences import sentences
from index.splitter import split

SENTENCES = (20, 110)  # of a made-up article: real ones have 13 passages on the average
NOISE = 0.02  # in each of the 384 numbers of a vector
COLLECTION = "articles"
BATCH = 1000


def questions(path: Path, count: int) -> list[str]:
    """So many of a file of them, always the same."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [row["question"] for row in rows if row.get("strict", True) and "question" in row]
    return random.Random(1).sample(asked, min(count, len(asked)))


class Known:
    """An embedder that has the vectors of real texts, and draws one for any other text."""

    def __init__(self, real: Archive) -> None:
        meta = real.catalog.meta()
        self.name, self.fingerprint, self.dim = meta["model"], meta["fingerprint"], int(meta["dim"])
        ids = real.catalog.embedded_ids()
        assert real.vectors is not None
        names, self._rows = real.vectors.vectors(ids)
        listed = real.catalog.passages(names)
        self._known = {_key(listed[name].title, listed[name].passage.text): n for n, name in enumerate(names)}

    def embed_passages(self, texts: Sequence[str], _: Progress = silent) -> NDArray[np.float32]:
        return np.stack([self._row(text) for text in texts])

    def embed_question(self, text: str) -> NDArray[np.float32]:
        raise NotImplementedError

    def _row(self, text: str) -> NDArray[np.float32]:
        digest = blake2b(text.encode(), digest_size=16).digest()
        if digest in self._known:
            return self._rows[self._known[digest]]
        chance = np.random.default_rng(int.from_bytes(digest))
        some = self._rows[chance.integers(0, len(self._rows), 3)]
        row = chance.dirichlet((1, 1, 1)) @ some + chance.normal(0, NOISE, self.dim)
        return (row / np.linalg.norm(row)).astype(np.float32)  # type: ignore[no-any-return]


def _key(title: str, text: str) -> bytes:
    return blake2b(f"{title}\n{text}".encode(), digest_size=16).digest()


def articles(real: Archive) -> Iterator[tuple[Article, bool]]:
    """Without an end: the real articles, then made-up ones; each with whether it is real."""
    own = sorted(real.articles(), key=lambda article: article.article_id)
    yield from ((article, True) for article in own)
    told = [[article.text[start:end] for start, end in sentences(article.text)] for article in own]
    chance, number = random.Random(1), 0
    while True:
        like = chance.choice(own)
        drawn = (chance.choice(chance.choice(told)) for _ in range(chance.randint(*SENTENCES)))
        text = "".join(sentence + chance.choice((" ", " ", "\n\n")) for sentence in drawn)
        number += 1
        yield (
            Article(
                f"made-up-{number}", like.title, text.strip(), published=like.published, source=like.source
            ),
            False,
        )


def byline(real: Archive, folder: Path, passages: int) -> None:
    """Bring the archive in `folder` to at least so many passages."""
    with Archive.open(folder, embedder=Known(real)) as archive:
        left = passages
        chosen, made_up = list[Article](), list[Article]()
        for article, is_real in articles(real):
            if left <= 0:
                break
            left -= len(split(article))
            (chosen if is_real else made_up).append(article)
        archive.ingest(chosen)
        archives.compare = lambda *_: None  # type: ignore[attr-defined]
        ingest.PUBLISH_SECONDS = 1e9
        archive.ingest(made_up)


def llama_index(folder: Path, of: Path) -> None:
    """Bring llama-index's store in `folder` to the passages of the archive `of`."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    store = llama_store(folder)
    with Archive.open(of) as archive:
        assert archive.vectors is not None
        names = archive.catalog.embedded_ids()
        for begin in range(store._collection.count(), len(names), BATCH):
            found, rows = archive.vectors.vectors(names[begin : begin + BATCH])
            listed = archive.catalog.passages(found)
            store.add(
                [
                    TextNode(
                        id_=name,
                        text=listed[name].passage.text,
                        metadata={"title": listed[name].title},
                        embedding=row.tolist(),
                        relationships={
                            NodeRelationship.SOURCE: RelatedNodeInfo(node_id=listed[name].passage.article_id)
                        },
                    )
                    for name, row in zip(found, rows, strict=True)
                ]
            )


def llama_store(folder: Path) -> Any:
    from llama_index.vector_stores.chroma import ChromaVectorStore

    return ChromaVectorStore.from_params(COLLECTION, persist_dir=str(folder))


def llama_retriever(folder: Path, k: int) -> Callable[[str], Any]:
    """llama-index's retriever over its store, as its documentation sets it up."""
    from llama_index.core import VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    from eval.llama_baseline import model_folder

    model = HuggingFaceEmbedding(model_name=str(model_folder()), device="cpu")
    index = VectorStoreIndex.from_vector_store(llama_store(folder), embed_model=model)
    return index.as_retriever(similarity_top_k=k).retrieve


def build(real: Path, out: Path, name: str, passages: int) -> Path:
    """The folder of this store, made where it is not there: from the next smaller one, if there is one."""
    folder = out / f"{name}-{passages}"
    if folder.exists():
        return folder
    of = build(real, out, "byline", passages) if name != "byline" else None
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    smaller = [path for path in out.glob(f"{name}-*") if path.suffix != ".part"]
    sizes = {int(path.name.rsplit("-", 1)[1]): path for path in smaller}
    below = max((size for size in sizes if size < passages), default=None)
    if below:
        shutil.copytree(sizes[below], draft)
    if of:
        llama_index(draft, of)
    else:
        with Archive.open(real) as archive:
            byline(archive, draft, passages)
    return draft.rename(folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
