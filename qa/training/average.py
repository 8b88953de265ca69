"""The mean of several networks' weights: better than each, and as quick as one (Wortsman et al. 2022).

It works for networks of one lineage, where one was trained on from another's weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.training.model import load_network

TRAINED = "trained.json"


def average(networks: Sequence[Path], out: Path) -> Path:
    """Write the mean of the checkpoints to `out`; one that is named twice counts twice."""
    mean = load_network(networks[0])
    weights = {name: value.clone() / len(networks) for name, value in mean.state_dict().items()}
    for network in networks[1:]:
        for name, value in load_network(network).state_dict().items():
            weights[name] += value / len(networks)
    mean.load_state_dict(weights)
    mean.save_pretrained(out)
    parts = [
        part
        for network, times in Counter(networks).items()
        for part in parts_of(network, times / len(networks))
    ]
    (out / TRAINED).write_text(json.dumps({"parts": parts}, indent=1))
    return out


def parts_of(network: Path, share: float = 1.0) -> list[dict[str, Any]]:
    """How each network that went into this one was trained, with its share of the weights."""
    told = json.loads((network / TRAINED).read_text())
    parts = told.get("parts", [told | {"share": 1.0}])
    return [part | {"share": part["share"] * share} for part in parts]
