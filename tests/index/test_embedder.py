"""The shipped embedding model: agreement, order, odd texts, damaged files."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from index import embedder as embedding
from index.embedder import CARD_FILE, MODEL_FILE, SHIPPED, TOKENIZER_FILE, Embedder, load_embedder, read_card
from index.errors import ModelError
from index.onnx_session import open_session
from index.sources import sample_article
from index.splitter import split

DIRECTORY = Path(embedding.__file__).parent / "models" / SHIPPED

WRITTEN = [
    "The central bank raised its main rate by half a point on Thursday, the third rise this year.",
    "Rain fell for a fourth day in the valley, and the river took two bridges and a school.",
    "“I have nothing to hide,” the senator said, and asked the committee to publish every letter.",
    "Squid Game will return for a second season, its makers announced in a short film.",
    "The European Union agreed that phones, tablets and cameras must share one charging port from 2024.",
    "Doctors in the capital reported fewer new infections for the second week, though wards remain full.",
    "El presidente anunció el martes una reforma de la ley electoral.",
    "Score: 3-1. Goals: Kane (12, 44), Saka (67); Fernandes (90+2).",
    "Vaccines",
]


@pytest.fixture(scope="module")
def shipped() -> Embedder:
    return load_embedder(threads=2)


@pytest.fixture(scope="module")
def passages() -> list[str]:
    article = sample_article()
    return [f"{article.title}\n{passage.text}" for passage in split(article)] + WRITTEN


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.sum(one * other, axis=1)


def test_passages_become_unit_rows_in_their_order(shipped: Embedder, passages: list[str]) -> None:
    vectors = shipped.embed_passages(passages)

    assert vectors.shape == (len(passages), shipped.dim) == (len(passages), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.stack([shipped.embed_question(text) for text in passages])
    assert np.array_equal(np.argmax(alone @ vectors.T, axis=1), np.arange(len(passages)))


def test_a_question_finds_the_passage_that_answers_it(shipped: Embedder, passages: list[str]) -> None:
    vectors = shipped.embed_passages(passages)

    for question, word in {
        "Which cable will the EU require?": "charging port",
        "How much did interest rates go up?": "half a point",
        "What did the flood destroy?": "two bridges",
        "Who fired the rockets at the base in Iraq?": "Kataib Hezbollah",
    }.items():
        nearest = passages[int(np.argmax(vectors @ shipped.embed_question(question)))]
        assert word in nearest, question


def test_batches_and_threads_change_vectors_only_as_int8_does(shipped: Embedder, passages: list[str]) -> None:
    """Each batch measures its own activations, so company moves a vector a little, and only a little."""
    order = np.random.default_rng(7).permutation(len(passages))
    together = shipped.embed_passages(passages)
    shuffled = shipped.embed_passages([passages[i] for i in order])
    one_thread = load_embedder(threads=1).embed_passages(passages)

    assert np.array_equal(shipped.embed_passages(passages), together)
    assert np.array_equal(one_thread, together)
    assert cosines(shuffled, together[order]).min() > 0.98


def test_more_texts_than_a_window_come_back_in_order(
    shipped: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_WINDOW", 4)
    steps: list[tuple[int, int | None]] = []
    vectors = shipped.embed_passages(WRITTEN, lambda stage, done, total: steps.append((done, total)))

    assert np.array_equal(
        np.argmax(vectors @ shipped.embed_passages(WRITTEN).T, axis=1), np.arange(len(WRITTEN))
    )
    assert steps[-1] == (len(WRITTEN), len(WRITTEN))


def test_no_texts_are_no_rows(shipped: Embedder) -> None:
    assert shipped.embed_passages([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\ud800", "a\udfffb", "\x00", "\u200b" * 50, "🫠" * 400, "漢字" * 900]
)
def test_no_text_is_too_odd(shipped: Embedder, text: str) -> None:
    vectors = shipped.embed_passages([text, "An ordinary sentence."])

    assert np.isfinite(vectors).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.isfinite(shipped.embed_question(text)).all()


def test_a_huge_text_costs_no_more_than_what_is_seen_of_it(shipped: Embedder) -> None:
    start = "The court rejected the appeal on Monday. " * 300
    started = time.perf_counter()
    vectors = shipped.embed_passages([start, start + "x" * 50_000_000])

    assert np.allclose(vectors[0], vectors[1], atol=1e-5)
    assert time.perf_counter() - started < 20  # a minute and more if all of it were tokenised


def test_the_shipped_model_has_more_than_one_name() -> None:
    assert load_embedder(f"sentence-transformers/{SHIPPED}").fingerprint == load_embedder().fingerprint
    assert load_embedder(str(DIRECTORY)).name == SHIPPED


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(DIRECTORY, tmp_path / "model")


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_file_is_named(copied: Path, name: str, damage: str) -> None:
    if damage == "missing":
        (copied / name).unlink()
    else:
        (copied / name).write_bytes((copied / name).read_bytes()[:5000])

    with pytest.raises(ModelError, match="missing or damaged") as raised:
        load_embedder(str(copied))
    assert repr(str(copied / name)) in str(raised.value)
    assert "delete that directory" in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "name": "x"}', "\xff"])
def test_a_damaged_card_is_named(copied: Path, text: str) -> None:
    (copied / CARD_FILE).write_text(text, encoding="latin-1")

    with pytest.raises(ModelError, match=CARD_FILE):
        load_embedder(str(copied))


def test_a_format_of_another_byline_is_refused(copied: Path) -> None:
    card = json.loads((copied / CARD_FILE).read_text("utf-8"))
    (copied / CARD_FILE).write_text(json.dumps(card | {"format": 99}), "utf-8")

    with pytest.raises(ModelError, match="has format 99"):
        read_card(copied)


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"\x08\x09" * 40])
def test_what_is_no_onnx_model_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ModelError) as raised:
        open_session(path)
    assert repr(str(path)) in str(raised.value)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_vectors_agree_with_sentence_transformers_in_float32(
    shipped: Embedder, passages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    from index.export import shipped_weights

    model = SentenceTransformer(str(shipped_weights()), device="cpu")
    reference = model.encode(passages, normalize_embeddings=True, show_progress_bar=False)

    assert cosines(shipped.embed_passages(passages), reference).mean() >= 0.99
    alone = np.stack([shipped.embed_question(text) for text in passages])
    assert cosines(alone, reference).mean() >= 0.99
