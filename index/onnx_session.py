"""Opening an ONNX model: the only place that imports onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# onnxruntime puts an addition and the layer norm after it into one operator, whose kernel for the CPU takes
# several times as long as the two: an eighth of the whole model's time. `bench/embedder.py` measures it.
SLOW = ["SkipLayerNormFusion"]


def open_session(path: Path, threads: int = 1) -> InferenceSession:
    """A session on the CPU. `threads` run inside one call; 0: one for each core. Raises ModelError."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # a plan for each shape of input: no two questions have the same
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW
        )
    except (raised.NoSuchFile, raised.InvalidGraph, raised.InvalidProtobuf, raised.InvalidArgument) as error:
        raise ModelError(
            f"The model {str(path)!r} is missing or damaged ({str(error)[:200]}); install Byline again."
        ) from error
    except (raised.Fail, raised.NotImplemented) as error:
        raise ModelError(
            f"onnxruntime {onnxruntime.__version__} cannot run the model {str(path)!r} ({str(error)[:200]}); "
            "update it with `pip install --upgrade onnxruntime`."
        ) from error
