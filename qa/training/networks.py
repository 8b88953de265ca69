"""The networks that can be trained: the reader's small BERT encoder, and a larger one that teaches it.

Both give a start and an end score a token, and both are fed the reader's own token ids.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, BertForQuestionAnswering, MPNetForQuestionAnswering

_MOVED = 4  # by which MPNet's vocabulary comes after BERT's, whose pieces it has in the same order
_SPECIAL = {0: 1, 101: 0, 102: 2}  # BERT's [PAD], [CLS] and [SEP], and MPNet's own


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


class MPNetTeacher(MPNetForQuestionAnswering):  # type: ignore[misc]
    """An MPNet span network (Song et al. 2020) that reads what the reader reads, id for id."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Tensor) -> Any:
        """Scores of sequences in BERT's ids, (rows, tokens) each; MPNet knows no segments."""
        ids = input_ids + _MOVED
        for theirs, own in _SPECIAL.items():
            ids = ids.masked_fill(input_ids == theirs, own)
        return super().forward(input_ids=ids, attention_mask=attention_mask)


def load_network(directory: Path, dropout: float = 0.0) -> Any:
    """A span network from an encoder or a span checkpoint in transformers' format, in float32.

    `dropout` is the share of features dropped after every attention and every feed-forward part.
    Attention is plain: torch's fused one takes a third of the time of a pass in bfloat16 on a CPU.
    The word embeddings stay as they are: they are half of a small network's weights, and rare words would
    forget.
    """
    kind = AutoConfig.from_pretrained(directory).model_type
    network = (MPNetTeacher if kind == "mpnet" else BertForQuestionAnswering).from_pretrained(
        directory,
        dtype=torch.float32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    for layer in network.base_model.encoder.layer:
        attention = layer.attention if kind == "mpnet" else layer.attention.output
        attention.dropout = RowDropout(dropout)
        layer.output.dropout = RowDropout(dropout)
    network.base_model.embeddings.word_embeddings.weight.requires_grad = False
    return network
