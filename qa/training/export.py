"""The network as ONNX: float32, then int8 a channel at a time, outlier features apart."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertForQuestionAnswering

from index.sources import sample_article
from qa.encoding import Encoding
from qa.training.outliers import ROWS, set_apart

FLOAT, QUANTISED = "reader-float.onnx", "reader.onnx"


class _Scores(nn.Module):  # type: ignore[misc]
    """The network with a tuple out, as the exporter wants it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        out = self.network(input_ids=ids, attention_mask=mask, token_type_ids=types)
        return out.start_logits, out.end_logits


def export(network: Path, tokenizer: Path, out: Path) -> None:
    """Write the float and the int8 model of the transformers checkpoint into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    _to_onnx(network, tokenizer, out / FLOAT)
    quantise(out / FLOAT, out / QUANTISED)


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8: weights symmetric per channel (per tensor costs this encoder points), embeddings too."""
    from onnx import TensorProto, load
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = load(source, load_external_data=False).graph.node
    quantize_dynamic(
        source,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[node.name for node in nodes if any(name.endswith(ROWS) for name in node.input)],
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def _to_onnx(network: Path, tokenizer: Path, path: Path) -> None:
    model = BertForQuestionAnswering.from_pretrained(network, attn_implementation="eager").eval()
    article = sample_article()
    set_apart(model, Encoding(tokenizer).windows(article.title, [(article.title, article.text)]))
    example = torch.ones((2, 16), dtype=torch.long)
    axes = {0: "rows", 1: "tokens"}
    names = ["input_ids", "attention_mask", "token_type_ids"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the exporter is the older one
        torch.onnx.export(
            _Scores(model),
            (example, example, torch.zeros_like(example)),
            str(path),
            input_names=names,
            output_names=["start", "end"],
            dynamic_axes=dict.fromkeys([*names, "start", "end"], axes),
            opset_version=17,
            dynamo=False,
        )
