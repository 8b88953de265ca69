"""Several processes that train one network together: how they meet, and how they share their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import distributed


@contextmanager
def met(rank: int, workers: int, folder: Path) -> Iterator[None]:
    """Wait until all workers are there, who find each other by a file in the folder; part at the end."""
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/workers", rank=rank, world_size=workers
    )
    try:
        yield
    finally:
        distributed.destroy_process_group()


def averaged(network: Any, told: tuple[float, ...], workers: int) -> tuple[float, ...]:
    """The gradients become their mean over the workers; so do the numbers told, which are returned."""
    if workers == 1:
        return told
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor(told)])
    distributed.all_reduce(flat)
    flat /= workers
    at = 0
    for gradient in gradients:
        gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
        at += gradient.numel()
    return tuple(flat[at:].tolist())
