"""What every store of vectors does alike: the archive's folder, and a Chroma server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from index.archive import Archive
from index.articles import Article
from index.errors import ArchiveError, SettingsError
from index.retriever import HybridRetriever
from index.vectors import ChromaAddress, VectorFolder, VectorsDamagedError, VectorServer, VectorStore
from tests.index.conftest import WordEmbedder, made_up_article

DIM = 8
QUESTION = "What did Mayor Ann7 Lee say?"


def rows(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(params=["folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "folder":
        made: VectorStore = VectorFolder(tmp_path / "vectors")
    else:
        address = ChromaAddress(request.getfixturevalue("chroma_server")).resolved({})
        made = VectorServer(address, f"byline-{uuid4().hex[:16]}-")
    yield made
    made.clear_away()
    made.close()


class TestVectorStore:
    def test_what_is_sealed_can_be_opened_and_searched(self, store: VectorStore) -> None:
        vectors = rows(30)
        draft = store.draft(None, DIM)
        draft.vectors.add([f"p{n}" for n in range(30)], vectors)
        draft.seal()
        opened = store.open(draft.name, DIM)
        assert (opened.count, opened.ids()) == (30, {f"p{n}" for n in range(30)})
        (first, cosine), *_ = opened.query(vectors[7], 3)
        assert (first, cosine) == ("p7", pytest.approx(1, abs=1e-4))
        assert {name for name, _ in opened.query(vectors[7], 3, ["p1", "p2", "nowhere"])} == {"p1", "p2"}

    def test_a_draft_is_a_copy_and_what_is_read_does_not_change(self, store: VectorStore) -> None:
        first = store.draft(None, DIM)
        first.vectors.add(["a", "b"], rows(2))
        first.seal()
        reading = store.open(first.name, DIM)
        second = store.draft(first.name, DIM)
        second.vectors.delete(["a", "not there"])
        second.vectors.add(["c"], rows(1, seed=1))
        assert reading.ids() == {"a", "b"}
        second.seal()
        assert store.open(second.name, DIM).ids() == {"b", "c"}
        assert reading.ids() == {"a", "b"}

    def test_what_is_not_published_is_cleared_away(self, store: VectorStore) -> None:
        first, second = store.draft(None, DIM), None
        first.vectors.add(["a"], rows(1))
        first.seal()
        second = store.draft(first.name, DIM)
        second.vectors.add(["b"], rows(1))
        store.draft(first.name, DIM).abandon()
        with pytest.raises(VectorsDamagedError, match="byline check --repair"):
            store.open(second.name, DIM)
        assert store.open(first.name, DIM).ids() == {"a"}

    def test_what_is_to_be_kept_is_not_cleared_away(self, store: VectorStore) -> None:
        in_use, unfinished = store.draft(None, DIM), None
        in_use.vectors.add(["a"], rows(1))
        in_use.seal()
        unfinished = store.draft(None, DIM, keep=[in_use.name])
        unfinished.vectors.add(["b"], rows(1))
        unfinished.seal()
        further = store.draft(unfinished.name, DIM, keep=[in_use.name])
        further.vectors.add(["c"], rows(1))
        further.seal()
        assert store.open(in_use.name, DIM).ids() == {"a"}
        assert store.open(further.name, DIM).ids() == {"b", "c"}
        store.clear_away(keep=[further.name])
        with pytest.raises(VectorsDamagedError):
            store.open(in_use.name, DIM)

    def test_what_is_not_there(self, store: VectorStore) -> None:
        with pytest.raises(VectorsDamagedError, match="byline check --repair"):
            store.open(uuid4().hex, DIM)


@pytest.fixture
def articles() -> list[Article]:
    return [made_up_article(number) for number in range(10)]


@pytest.fixture
def on_server(chroma_server: str, tmp_path: Path) -> Iterator[Callable[..., Archive]]:
    """Opens an archive whose vectors are on the server, as often as asked: each as another machine would."""
    opened: list[Archive] = []

    def open_archive(name: str = "archive", url: str | None = chroma_server) -> Archive:
        archive = Archive.open(tmp_path / name, embedder=WordEmbedder(), chroma=ChromaAddress(url))
        opened.append(archive)
        return archive

    yield open_archive
    for archive in opened:
        archive.close()


class TestArchiveOnAServer:
    def found(self, archive: Archive) -> list[str]:
        """The articles that a search by meaning finds, best first."""
        return [one.passage.article_id for one in HybridRetriever(archive, "dense").retrieve(QUESTION, 50)]

    def test_a_writer_and_readers_share_it(
        self, on_server: Callable[..., Archive], articles: list[Article], tmp_path: Path
    ) -> None:
        writer = on_server()
        writer.ingest(articles)
        reader = on_server(url=None)  # the archive knows where its vectors are
        assert not (tmp_path / "archive" / "vectors").exists()
        best = self.found(reader)[0]
        writer.remove([best])
        left = self.found(reader)
        assert left and best not in left
        assert writer.check() == reader.check() == []

    def test_archives_on_one_server_leave_each_other_alone(
        self, on_server: Callable[..., Archive], articles: list[Article]
    ) -> None:
        one, other = on_server("one"), on_server("other")
        one.ingest(articles[:5])
        other.ingest(articles[5:])
        one.remove(["report-1"])
        assert one.check() == other.check() == []

    def test_vectors_move_from_the_folder_to_the_server_and_back(
        self, on_server: Callable[..., Archive], articles: list[Article], chroma_server: str, tmp_path: Path
    ) -> None:
        on_server(url=None).ingest(articles)
        found = self.found(on_server(url=None))
        for url, in_folder in ((chroma_server, False), ("folder", True)):
            moved = on_server(url=url)
            moved.check(repair=True)
            assert moved.check() == []
            assert self.found(moved) == found
            assert ("chroma" in moved.catalog.meta()) is not in_folder

    def test_a_collection_that_somebody_deleted_is_found_and_made_again(
        self, on_server: Callable[..., Archive], articles: list[Article]
    ) -> None:
        archive = on_server()
        archive.ingest(articles)
        store = archive._store()
        store.clear_away()
        (problem,) = on_server().check()
        assert "byline check --repair" in problem.message
        mended = on_server()
        mended.check(repair=True)
        assert mended.check() == []


def test_a_server_out_of_reach_is_one_sentence(tmp_path: Path, articles: list[Article]) -> None:
    nobody = ChromaAddress("http://127.0.0.1:9")
    with Archive.open(tmp_path, embedder=WordEmbedder(), chroma=nobody) as archive:
        with pytest.raises(ArchiveError, match=r"'http://127.0.0.1:9' cannot be reached .*`chroma run"):
            archive.ingest(articles)
        assert archive.status().articles == 10  # stored; `byline ingest` goes on from there
    with Archive.open(tmp_path, embedder=WordEmbedder()) as archive:
        archive.ingest([])
        assert archive.check() == []


@pytest.mark.parametrize("url", ["chroma:8000", "ftp://host", "http://", "http://u:p@host", "http://h?x=1"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(SettingsError, match="write the server's address as http://HOST:PORT"):
        ChromaAddress(url)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(ChromaAddress("http://host", token="secret"))
