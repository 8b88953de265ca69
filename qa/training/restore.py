"""A shipped reader as a network that can be trained on: what int8 kept of its weights, in float32."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertForQuestionAnswering

from qa.training.average import TRAINED
from qa.training.export import QUANTISED
from qa.training.outliers import ROWS

Values = dict[str, NDArray[Any]]

_PREFIX = "network."  # what the exporter puts before a parameter's name


def restore(reader: Path, start: Path, out: Path) -> Path:
    """Write the network of a reader's directory to `out`, in transformers' format, and return `out`.

    `start` is the checkpoint that its training began from: it gives the shape, the tokenizer and the word
    embeddings, which training leaves as they are. The rest is exact to half a step of int8.
    """
    network = BertForQuestionAnswering.from_pretrained(start, dtype=torch.float32)
    weights = network.state_dict()
    frozen = {name for name in weights if "word_embeddings" in name}
    for name, value in _values(onnx.load(str(reader / QUANTISED)).graph).items():
        if name not in frozen:
            weights[name] = torch.from_numpy(np.array(value, dtype=np.float32)).reshape(weights[name].shape)
    network.load_state_dict(weights)
    network.save_pretrained(out)
    shutil.copyfile(start / "tokenizer.json", out / "tokenizer.json")
    trained = json.loads((reader / "model.json").read_text(encoding="utf-8"))["trained"]
    (out / TRAINED).write_text(json.dumps({"parts": trained["parts"]}, indent=1), encoding="utf-8")
    return out


def _values(graph: Any) -> Values:
    """The network's parameters by name."""
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    named = {name.removesuffix("_quantized") for name in tensors if name.startswith(_PREFIX)}
    found = {
        name.removeprefix(_PREFIX): _dequantised(tensors, name)
        for name in named
        if name.endswith((".weight", ".bias"))
    }
    for name, above in _matrices(graph).items():
        found[name.removesuffix("bias").removeprefix(_PREFIX) + "weight"] = _dequantised(tensors, above).T
    for rows in [name for name in named if name.endswith(f".{ROWS}")]:
        matrix = found[rows.removesuffix(ROWS).removeprefix(_PREFIX) + "weight"]
        matrix[:, ~matrix.any(axis=0)] = tensors[rows].T
    for number, (weight, bias) in enumerate(_attention(graph, tensors)):
        parts = ("query", "key", "value")
        for part, w, b in zip(parts, np.split(weight, 3, axis=1), np.split(bias, 3), strict=True):
            found[f"bert.encoder.layer.{number}.attention.self.{part}.weight"] = w.T
            found[f"bert.encoder.layer.{number}.attention.self.{part}.bias"] = b
    return found


def _dequantised(tensors: Values, name: str) -> NDArray[Any]:
    """A matrix (inputs, outputs) from its int8 form, one scale a column or one in all."""
    if name in tensors:
        return tensors[name]
    steps = tensors[f"{name}_quantized"].astype(np.float32) - tensors[f"{name}_zero_point"]
    return np.array(steps * tensors[f"{name}_scale"])


def _matrices(graph: Any) -> dict[str, str]:
    """The name of the matrix that was multiplied by before each bias was added, by the bias's name.

    A matrix may have lost its own name in the graph; its bias still has one.
    """
    made_by = {output: node for node in graph.node for output in node.output}
    return {
        name: _matrix_above(node, made_by)
        for node in graph.node
        for name in node.input
        if name.startswith(_PREFIX) and name.endswith(".bias") and "LayerNorm" not in name
    }


def _matrix_above(node: Any, made_by: dict[str, Any]) -> str:
    """The name of the matrix of the nearest large product above a node, over what scales and adds to it."""
    found = ""
    for one in (made_by[name] for name in node.input if name in made_by):
        if one.op_type in ("MatMul", "MatMulInteger"):
            found = str(one.input[1]).removesuffix("_quantized")
        elif one.op_type in ("Cast", "Mul", "Add"):
            found = _matrix_above(one, made_by)
        if found and not found.endswith(ROWS):
            return found
    return found


def _attention(graph: Any, tensors: Values) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """The joined query, key and value matrix (384, 3 × 384) and bias of each layer, from the first up."""
    nodes = [node for node in graph.node if node.op_type in ("Attention", "QAttention")]
    nodes.sort(key=lambda node: int(node.input[1].split("_")[1]))
    return [
        (_dequantised(tensors, node.input[1].removesuffix("_quantized")), tensors[node.input[2]])
        for node in nodes
    ]
