"""The training loop: by the clock, resumable at any checkpoint, the same code on CPU and GPU.

On a CPU every core trains by itself on its share of a step, and the gradients are averaged: two processes of
one thread each get through 1.6 times the tokens of one process with two threads, whose loops wait for each
other at every layer, and they hardly mind what else the machine does.
"""

from __future__ import annotations

import json
import logging
import math
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import multiprocessing

from qa.encoding import Encoding
from qa.training.average import TRAINED
from qa.training.examples import Group
from qa.training.features import Batch, Context, batches, rows_of
from qa.training.mix import SHARE
from qa.training.model import load_network, loss, scores
from qa.training.workers import averaged, met

log = logging.getLogger(__name__)
LONGEST_STEP = 20.0  # seconds; what goes beyond was a pause, not training
CHUNK = 4096  # groups that are tokenised and put into batches of like length together


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `minutes` is the whole run's time on the clock, resumed parts added up.

    Where `tokens` is given the run is as long as that many take, whatever else the machine does.
    `workers` is the number of processes, of one thread each, that share the `batch_tokens` of a step;
    `together` weighs the loss over all passages of a question, beside that of each alone (1).
    """

    minutes: float
    tokens: float | None = None
    peak_rate: float = 1.5e-4
    warm_up: float = 0.03
    batch_tokens: int = 6144
    weight_decay: float = 0.01
    dropout: float = 0.1
    together: float = 0.5
    context: Context = field(default_factory=Context)
    shares: dict[str, float] = field(default_factory=lambda: dict(SHARE))
    workers: int = 2
    seed: int = 20221
    checkpoint_every: float = 300.0

    def done(self, state: Progressed) -> float:
        """How much of the run is over, from 0 to 1 and beyond."""
        return state.tokens / self.tokens if self.tokens else state.seconds / (60 * self.minutes)


@dataclass(slots=True)
class Progressed:
    """Where a run stands: seconds trained, steps, tokens seen, and the place in the pass over the data."""

    seconds: float = 0.0
    steps: int = 0
    tokens: float = 0.0
    epoch: int = 0
    chunk: int = 0
    batch: int = 0


def train(groups: list[Group], start: Path, tokenizer: Path, out: Path, plan: Plan) -> Path:
    """Train from `start` on the groups, and return the directory of the finished network.

    Checkpoints go to `out/checkpoint.pt` every few minutes, written beside and renamed; a run that finds
    one goes on from it at the same place in the same pass.
    """
    finished = out / "network"
    if torch.cuda.is_available():
        plan = replace(plan, workers=1)
    if plan.workers == 1:
        _work(0, groups, start, tokenizer, out, plan)
        return finished
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.start_processes(
            _join, (Path(folder), groups, start, tokenizer, out, plan), plan.workers, start_method="spawn"
        )
    return finished


def _join(
    rank: int, folder: Path, groups: list[Group], start: Path, tokenizer: Path, out: Path, plan: Plan
) -> None:
    """One of several workers: meet the others, then train beside them."""
    logging.basicConfig(
        level=logging.INFO if rank == 0 else logging.WARNING, format="%(asctime)s %(message)s"
    )
    torch.set_num_threads(1)
    with met(rank, plan.workers, folder):
        _work(rank, groups, start, tokenizer, out, plan)


def _work(rank: int, groups: list[Group], start: Path, tokenizer: Path, out: Path, plan: Plan) -> None:
    """Train as one of the plan's workers; the first of them saves."""
    torch.manual_seed(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = load_network(start, plan.dropout).to(device).train()
    torch.manual_seed(plan.seed + rank)  # every worker drops what it drops
    optimiser = _optimiser(network, plan)
    state = Progressed()
    saved = out / "checkpoint.pt"
    if saved.exists():
        kept = torch.load(saved, map_location=device, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        state = Progressed(**kept["state"])
        log.info("resumed after %.0f s, %d steps", state.seconds, state.steps)
    last_saved, average = state.seconds, None
    clock = time.monotonic()
    for batch in _endless(groups, Encoding(tokenizer), plan, state, rank):
        value = loss(*scores(network, batch, device), batch, plan.together)
        value.backward()
        now = time.monotonic()
        told = (min(now - clock, LONGEST_STEP), float(batch.mask.sum()), value.item())
        clock = now
        seconds, tokens, shown = averaged(network, told, plan.workers)
        state.seconds += seconds
        state.tokens += tokens * plan.workers
        state.steps += 1
        if plan.done(state) >= 1:
            break
        rate = plan.peak_rate * _schedule(plan.done(state), plan.warm_up)
        for parameters in optimiser.param_groups:
            parameters["lr"] = rate
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average = shown if average is None else 0.98 * average + 0.02 * shown
        if state.steps % 25 == 0:
            log.info(
                "%5.0f s  step %d  pass %d  %.1f M tokens  %.0f tokens/s  rate %.1e  loss %.3f",
                state.seconds, state.steps, state.epoch, state.tokens / 1e6,
                state.tokens / max(state.seconds, 1), rate, average,
            )  # fmt: skip
        if rank == 0 and state.seconds - last_saved > plan.checkpoint_every:
            _save(saved, network, optimiser, state)
            last_saved = state.seconds
    if rank == 0:
        _save(saved, network, optimiser, state)
        network.save_pretrained(out / "network")
        described = json.dumps({"start": start.name, **asdict(plan), **asdict(state)}, indent=1)
        (out / "network" / TRAINED).write_text(described)


def _endless(
    groups: list[Group], encoding: Encoding, plan: Plan, state: Progressed, rank: int
) -> Iterator[Batch]:
    """Pass after pass over the data, a chunk of groups at a time, so that a resumed run is soon back.

    The order of a pass, and each chunk's batches, follow from the seed, the pass and the chunk alone. Of
    every `workers` batches in a row each worker takes one; the few left over at a chunk's end are not read.
    """
    while True:
        order = list(groups)
        random.Random(plan.seed + state.epoch).shuffle(order)
        while state.chunk * CHUNK < len(order):
            rng = random.Random(f"{plan.seed} {state.epoch} {state.chunk}")
            chunk = order[state.chunk * CHUNK : (state.chunk + 1) * CHUNK]
            rows = [rows for group in chunk if (rows := rows_of(group, encoding, rng, plan.context))]
            made = list(batches(rows, plan.batch_tokens // plan.workers, rng))
            while state.batch + plan.workers <= len(made):
                state.batch += plan.workers
                yield made[state.batch - plan.workers + rank]
            state.chunk, state.batch = state.chunk + 1, 0
        state.epoch, state.chunk = state.epoch + 1, 0


def _optimiser(network: Any, plan: Plan) -> torch.optim.Optimizer:
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    plain = [p for n, p in named if p.ndim < 2]
    decayed = [p for n, p in named if p.ndim >= 2]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        lr=plan.peak_rate,
        betas=(0.9, 0.98),
        fused=True,
    )


def _schedule(done: float, warm_up: float) -> float:
    """Up over the first few per cent of the time, then down to nothing along a half cosine."""
    if done < warm_up:
        return done / warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warm_up) / (1 - warm_up))))


def _save(path: Path, network: Any, optimiser: torch.optim.Optimizer, state: Progressed) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    torch.save(
        {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "state": asdict(state)}, beside
    )
    beside.replace(path)
