"""The training loop: by the clock, resumable at any checkpoint, the same code on CPU and GPU."""

from __future__ import annotations

import json
import logging
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from qa.encoding import Encoding
from qa.training.examples import Group
from qa.training.features import Batch, batches, rows_of
from qa.training.model import load_network, loss, scores

log = logging.getLogger(__name__)
LONGEST_STEP = 20.0  # seconds; what goes beyond was a pause, not training
CHUNK = 4096  # groups that are tokenised and put into batches of like length together


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `minutes` is the whole run's time on the clock, resumed parts added up."""

    minutes: float
    peak_rate: float = 1.5e-4
    warm_up: float = 0.03
    batch_tokens: int = 4096
    weight_decay: float = 0.01
    threads: int = 2
    seed: int = 20221
    checkpoint_every: float = 300.0


@dataclass(slots=True)
class Progressed:
    """Where a run stands: seconds trained, steps, tokens seen, and the place in the pass over the data."""

    seconds: float = 0.0
    steps: int = 0
    tokens: int = 0
    epoch: int = 0
    chunk: int = 0
    batch: int = 0


def train(groups: list[Group], start: Path, tokenizer: Path, out: Path, plan: Plan) -> Path:
    """Train from `start` on the groups, and return the directory of the finished network.

    Checkpoints go to `out/checkpoint.pt` every few minutes, written beside and renamed; a run that finds
    one goes on from it at the same place in the same pass.
    """
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = load_network(start).to(device).train()
    optimiser = _optimiser(network, plan)
    state = Progressed()
    saved = out / "checkpoint.pt"
    if saved.exists():
        kept = torch.load(saved, map_location=device, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        state = Progressed(**kept["state"])
        log.info("resumed after %.0f s, %d steps", state.seconds, state.steps)
    encoding = Encoding(tokenizer)
    budget = plan.minutes * 60
    last_saved, average = state.seconds, None
    clock = time.monotonic()
    for batch in _endless(groups, encoding, plan, state):
        now = time.monotonic()
        state.seconds += min(now - clock, LONGEST_STEP)
        clock = now
        if state.seconds >= budget:
            break
        rate = plan.peak_rate * _schedule(state.seconds / budget, plan.warm_up)
        for parameters in optimiser.param_groups:
            parameters["lr"] = rate
        value = loss(*scores(network, batch, device), batch)
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        state.steps += 1
        state.tokens += int(batch.mask.sum())
        average = value.item() if average is None else 0.98 * average + 0.02 * value.item()
        if state.steps % 25 == 0:
            log.info(
                "%5.0f s  step %d  pass %d  %.1f M tokens  %.0f tokens/s  rate %.1e  loss %.3f",
                state.seconds, state.steps, state.epoch, state.tokens / 1e6,
                state.tokens / max(state.seconds, 1), rate, average,
            )  # fmt: skip
        if state.seconds - last_saved > plan.checkpoint_every:
            _save(saved, network, optimiser, state)
            last_saved = state.seconds
    _save(saved, network, optimiser, state)
    finished = out / "network"
    network.save_pretrained(finished)
    (finished / "trained.json").write_text(json.dumps({**asdict(plan), **asdict(state)}, indent=1))
    return finished


def _endless(groups: list[Group], encoding: Encoding, plan: Plan, state: Progressed) -> Iterator[Batch]:
    """Pass after pass over the data, a chunk of groups at a time, so that a resumed run is soon back.

    The order of a pass, and each chunk's batches, follow from the seed, the pass and the chunk alone.
    """
    while True:
        order = list(groups)
        random.Random(plan.seed + state.epoch).shuffle(order)
        while state.chunk * CHUNK < len(order):
            rng = random.Random(f"{plan.seed} {state.epoch} {state.chunk}")
            chunk = order[state.chunk * CHUNK : (state.chunk + 1) * CHUNK]
            rows = [rows for group in chunk if (rows := rows_of(group, encoding, rng))]
            for number, batch in enumerate(batches(rows, plan.batch_tokens, rng)):
                if number >= state.batch:
                    state.batch = number + 1
                    yield batch
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
