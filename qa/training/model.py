"""The network (a BERT encoder with a start and an end score a token) and its loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertForQuestionAnswering

from qa.training.features import Batch, whole

PACK_TOKENS = 1024  # where a CPU's caches still hold what a pass works on
NOTHING = -1e4  # the logit of what must not be chosen


class RowDropout(nn.Module):  # type: ignore[misc]
    """Dropout that drops the same features at every token of a row (Gal and Ghahramani 2016).

    It draws one number for a hundred of the usual kind, which on a CPU would cost half the speed.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, states: Tensor) -> Tensor:
        """Hidden states (rows, tokens, features), some features of each row at nothing, the others raised."""
        if not self.training or self.p == 0:
            return states
        kept = torch.empty((states.shape[0], 1, states.shape[2]), dtype=states.dtype, device=states.device)
        return states * kept.bernoulli_(1 - self.p).div_(1 - self.p)


def load_network(directory: Path, dropout: float = 0.0) -> Any:
    """A span network from an encoder or a span checkpoint in transformers' format, in float32.

    `dropout` is the share of features dropped after every attention and every feed-forward part.
    Attention is plain: torch's fused one takes a third of the time of a pass in bfloat16 on a CPU.
    The word embeddings stay as they are: they are half of the weights, and rare words would forget.
    """
    network = BertForQuestionAnswering.from_pretrained(
        directory,
        dtype=torch.float32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    for layer in network.bert.encoder.layer:
        layer.attention.output.dropout = RowDropout(dropout)
        layer.output.dropout = RowDropout(dropout)
    network.bert.embeddings.word_embeddings.weight.requires_grad = False
    return network


def scores(network: nn.Module, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Start and end logits, (rows, length) float32.

    Windows of like length run together and the rest of each row stays at a constant: a question's windows
    differ in length, and padding all to the longest would waste a third of the work.
    """
    lengths = batch.mask.sum(axis=1)
    starts: list[Tensor] = [torch.empty(0)] * len(lengths)
    ends: list[Tensor] = [torch.empty(0)] * len(lengths)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half_is_faster(device)):
        for rows in _like_lengths(lengths):
            width = whole(int(lengths[rows].max()))
            run = network(
                input_ids=torch.from_numpy(batch.ids[rows, :width]).to(device),
                token_type_ids=torch.from_numpy(batch.types[rows, :width]).to(device),
                attention_mask=torch.from_numpy(batch.mask[rows, :width]).to(device),
            )
            padding = (0, batch.ids.shape[1] - width)
            for i, start, end in zip(rows, run.start_logits.float(), run.end_logits.float(), strict=True):
                starts[i] = nn.functional.pad(start, padding, value=NOTHING)
                ends[i] = nn.functional.pad(end, padding, value=NOTHING)
    return torch.stack(starts), torch.stack(ends)


def _like_lengths(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.intp]]:
    """Row numbers in packs of at most about PACK_TOKENS padded tokens, longest first."""
    pack: list[int] = []
    order = np.argsort(-lengths, kind="stable")
    for row in order:
        if pack and (len(pack) + 1) * lengths[pack[0]] > PACK_TOKENS:
            yield np.array(pack)
            pack = []
        pack.append(int(row))
    if pack:
        yield np.array(pack)


def half_is_faster(device: torch.device) -> bool:
    """bfloat16 pays on a GPU and on CPUs that multiply it; on others it takes twice as long as float32."""
    multiplies = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return device.type == "cuda" or bool(multiplies)


def loss(start: Tensor, end: Tensor, batch: Batch, together: float) -> Tensor:
    """Each window alone (null on [CLS], as SQuAD 2.0 does), plus all windows of a question `together`.

    The second term is the shared normalisation of Clark and Gardner (2018): without it a score in one
    passage says nothing about a score in another.
    """
    device = start.device
    context = torch.from_numpy(batch.context).to(device)
    group = torch.from_numpy(batch.group).to(device)
    allowed = context.clone()
    allowed[:, 0] = True
    total = start.new_zeros(())
    for logits, marks in ((start, batch.starts), (end, batch.ends)):
        gold = torch.from_numpy(marks).to(device)
        alone = _log_sum(logits, allowed) - _log_sum(logits, gold)
        total = total + alone.mean() + together * _shared(logits, context, gold & context, group)
    return total / 2


def _log_sum(logits: Tensor, mask: Tensor) -> Tensor:
    return torch.logsumexp(logits.masked_fill(~mask, NOTHING), dim=-1)


def _shared(logits: Tensor, context: Tensor, gold: Tensor, group: Tensor) -> Tensor:
    """Mean over the questions that have an answer in several windows' company of -log p(gold)."""
    members = group[None, :] == torch.arange(int(group.max()) + 1, device=group.device)[:, None]
    rows_all, rows_gold = _log_sum(logits, context), _log_sum(logits, gold)
    everything = torch.logsumexp(rows_all[None, :].masked_fill(~members, NOTHING), dim=-1)
    right = torch.logsumexp(rows_gold[None, :].masked_fill(~members, NOTHING), dim=-1)
    counted = (members & gold.any(-1)[None, :]).any(-1) & (members.sum(-1) > 1)
    if not bool(counted.any()):
        return logits.new_zeros(())
    return (everything - right)[counted].mean()
