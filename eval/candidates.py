"""What to evaluate, from its name: Byline with one reader or another, or one of the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.environment import cores, folder_hash
from eval.systems import AssistantSystem, FirstSentence, Holdings, System, WatchedReader
from eval.writing import WatchedWriter
from index.archive import Archive
from index.articles import Article
from index.errors import SuiteError
from index.progress import Progress
from index.retriever import HybridRetriever, Mode
from qa.assistant import Assistant
from qa.providers import NONE
from qa.reader import Reader
from qa.settings import Settings

BASELINES = ("first-sentence", "llama-index")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked: a reader (None: the shipped one), a way to retrieve, or a baseline in Byline's place.

    `threshold` and `k` None: as the settings have them.
    """

    reader: str | None = None
    retrieval: Mode = "fused"
    baseline: str | None = None
    threshold: float | None = None
    k: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system to ask, and all that decides what it says, for the record."""

    system: System
    settings: dict[str, Any]


def candidate(
    choice: Choice,
    archive: Archive,
    articles: Sequence[Article],
    settings: Settings,
    workers: int,
    progress: Progress,
) -> Candidate:
    """Make what the choice names; raises SuiteError for a reader or a baseline that there is not, ModelError
    for an LLM that cannot be had.

    Where the settings leave the threads open, `workers` share the cores among them.
    """
    k = choice.k or settings.k
    decided: dict[str, Any] = {"system": choice.baseline, "retrieval": choice.retrieval, "k": k}
    if choice.baseline == "llama-index":
        from eval.llama_baseline import LlamaIndex, model_folder

        decided |= {"retrieval": "dense", "embedding_hash": folder_hash(model_folder())}
        return Candidate(LlamaIndex(articles, k, progress), decided)
    if choice.baseline not in {None, *BASELINES}:
        raise SuiteError(f"There is no baseline {choice.baseline!r}; choose {' or '.join(BASELINES)}.")
    decided |= {"embedding_model": archive.embedder.name, "embedding_hash": archive.embedder.fingerprint}
    retriever = HybridRetriever(archive, choice.retrieval)
    holdings = Holdings(archive.article)
    if choice.baseline == "first-sentence":
        return Candidate(FirstSentence(retriever, holdings, k), decided)
    threads = settings.threads or max(1, cores() // workers)
    reader, reader_hash = _reader(choice.reader, archive, threads)
    watched = WatchedReader(reader)
    threshold = settings.threshold if choice.threshold is None else choice.threshold
    name = f"Byline, {watched.name}, {choice.retrieval} retrieval"
    written = None
    if settings.llm.use != NONE:  # its checks are not the readings that are watched
        written = WatchedWriter(archive, reader, settings.llm, threads)
        name += f", {written.writer.llm.name}"
        decided["llm"] = settings.llm.model_dump()
    writer = written.writer if written else None
    assistant = Assistant(
        archive, reader=watched, retriever=retriever, writer=writer, k=k, threshold=threshold
    )
    decided |= {
        "system": name,
        "reader_hash": reader_hash,
        "threshold": reader.threshold if threshold is None else threshold,
    }
    return Candidate(AssistantSystem(name, assistant, holdings, watched, written), decided)


def _reader(name: str | None, archive: Archive, threads: int) -> tuple[Reader, str | None]:
    """A reader by its name, and the hash of its weights where it has any of its own."""
    from qa.span_reader import SHIPPED, load_reader

    if name == "sentence" or (name is None and not SHIPPED.is_dir()):
        from qa.sentence_reader import SentenceReader

        return SentenceReader(archive.embedder.embed_passages), None
    folder = SHIPPED if name in {None, "trained"} else Path(str(name))
    if not folder.is_dir():
        raise SuiteError(f"There is no reader {str(folder)!r}; give trained, sentence, or a model's folder.")
    return load_reader(folder, threads=threads), folder_hash(folder)
