"""Outlier features kept out of int8, as in LLM.int8() (Dettmers et al. 2022), before a network is exported.

A few features of a BERT are many times as large as all others, most of them at [CLS] and [SEP]. Activations
are quantised with one scale, so these few set it and the others lose their last bits: in this encoder most
of what int8 costs. A linear layer that multiplies its outliers in float, beside the rest in int8, loses a
seventh of that, and a handful of features take no time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from qa.encoding import Window

ROWS = "rows"  # the parameter that must stay float
_LARGE = 2.0  # times the ordinary one
_ORDINARY = 16  # the so many-th largest feature is an ordinary one
_MOST = 8  # features set apart in a layer


class OutlierLinear(nn.Module):  # type: ignore[misc]
    """A linear layer, the product of some input features taken apart from the others' and added."""

    def __init__(self, plain: nn.Linear, features: list[int]) -> None:
        super().__init__()
        weight = plain.weight.detach().T.clone()
        self.register_buffer("features", torch.tensor(features))
        self.rows = nn.Parameter(weight[features].clone())
        weight[features] = 0
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(plain.bias.detach())
        mask = torch.ones(plain.in_features)
        mask[features] = 0
        self.register_buffer("mask", mask)

    def forward(self, states: Tensor) -> Tensor:
        """States (…, inputs) to (…, outputs)."""
        apart = states[..., self.features] @ self.rows
        return (states * self.mask) @ self.weight + apart + self.bias


def set_apart(network: Any, windows: Iterable[Window]) -> None:
    """Put an OutlierLinear for each feed-forward layer whose inputs have outliers in the windows."""
    largest: dict[nn.Module, Tensor] = defaultdict(lambda: torch.zeros(1))
    holders = [part for layer in network.bert.encoder.layer for part in (layer.intermediate, layer.output)]
    hooks = [holder.dense.register_forward_hook(_watch(largest)) for holder in holders]
    with torch.no_grad():
        for window in windows:
            network(input_ids=torch.tensor([window.ids]), token_type_ids=torch.tensor([window.type_ids]))
    for hook in hooks:
        hook.remove()
    for holder in holders:
        found = _outliers(largest[holder.dense])
        if found:
            holder.dense = OutlierLinear(holder.dense, found)


def _watch(largest: dict[nn.Module, Tensor]) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
    def hook(layer: nn.Module, inputs: tuple[Tensor, ...], _output: Tensor) -> None:
        largest[layer] = torch.maximum(largest[layer], inputs[0].abs().flatten(0, -2).amax(0))

    return hook


def _outliers(largest: Tensor) -> list[int]:
    values, features = largest.sort(descending=True)
    large = values[:_MOST] > _LARGE * values[_ORDINARY]
    return sorted(features[:_MOST][large].tolist())
