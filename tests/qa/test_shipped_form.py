"""What becomes of a network on its way into the product, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from qa.span_reader import SHIPPED

TOKENIZER = SHIPPED / "tokenizer.json"
IDS = np.array([[101, 2040, 6380, 102, 2049, 3188, 2003, 4199, 102, 1996, 2314, 2003, 2182, 102]])


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network whose feed-forward layers have features many times as large as the others."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    made = BertForQuestionAnswering(config)
    for parameter in made.parameters():  # of which those that are alike become one in the file
        parameter.data += 0.01 * torch.randn_like(parameter)
    for layer in made.bert.encoder.layer:
        layer.intermediate.dense.weight.data *= 20
        layer.output.dense.weight.data *= 20
        layer.intermediate.dense.bias.data[5] = 500.0
        layer.attention.output.LayerNorm.bias.data[7] = 50.0
    made.qa_outputs.weight.data *= 20
    path = tmp_path_factory.mktemp("network")
    made.save_pretrained(path)
    (path / "tokenizer.json").write_bytes(TOKENIZER.read_bytes())
    return path


def scores_of(model: Path) -> NDArray[np.float32]:
    fed = {"input_ids": IDS, "attention_mask": np.ones_like(IDS), "token_type_ids": np.zeros_like(IDS)}
    return np.concatenate(onnxruntime.InferenceSession(model).run(None, fed))


@pytest.mark.slow
def test_outliers_apart_change_nothing_in_float_and_save_int8(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from transformers import BertForQuestionAnswering

    from qa.training import export

    export.export(network, TOKENIZER, tmp_path / "apart")
    monkeypatch.setattr(export, "set_apart", lambda *_: None)
    export.export(network, TOKENIZER, tmp_path / "together")
    whole = BertForQuestionAnswering.from_pretrained(network).eval()
    with torch.no_grad():
        told = whole(input_ids=torch.from_numpy(IDS))
    exact = np.concatenate([told.start_logits.numpy(), told.end_logits.numpy()])
    assert np.allclose(scores_of(tmp_path / "apart" / export.FLOAT), exact, atol=1e-3)

    def lost(kind: str) -> Any:
        return np.abs(scores_of(tmp_path / kind / export.QUANTISED) - exact).mean()

    assert lost("apart") < 0.75 * lost("together")


@pytest.mark.slow
def test_a_shipped_reader_becomes_a_network_again(network: Path, tmp_path: Path) -> None:
    from transformers import BertForQuestionAnswering

    from qa.training.average import parts_of
    from qa.training.export import export
    from qa.training.restore import restore

    reader = tmp_path / "reader"
    export(network, TOKENIZER, reader)
    (reader / "model.json").write_text(json.dumps({"trained": {"parts": [{"start": "x", "share": 1.0}]}}))
    again = restore(reader, network, tmp_path / "again")
    told, kept = (BertForQuestionAnswering.from_pretrained(path).state_dict() for path in (network, again))
    assert told.keys() == kept.keys()
    for name, weight in told.items():
        step = float(weight.abs().max()) / 127
        assert float((weight - kept[name]).abs().max()) <= step / 2 + 1e-6, name
    assert parts_of(again) == [{"start": "x", "share": 1.0}]
    assert (again / "tokenizer.json").exists()
