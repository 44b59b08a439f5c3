"""Boosted trees learned beforehand: rows of named numbers → a score each. Knows nothing of what the numbers mean.

The trees are an ONNX file that a script in `benchmarks/` makes; onnxruntime, which Chroma needs anyway, runs it.
The names of the columns and how it was made stand in the file, so a model and its features cannot drift apart unseen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged


class Trees:
    """A learned scorer. `names` are the columns it takes, in order; `made` says from what and how it was learned."""

    def __init__(self, path: Path) -> None:
        """Read a model. Raises: IndexDamaged where the file is missing or no model."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            about: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
            self.names: tuple[str, ...] = tuple(json.loads(about["names"]))
            self.made: dict[str, Any] = json.loads(about["made"])
        except Exception as error:  # onnxruntime raises classes of its own, of no common root
            raise IndexDamaged(f"The learned model {path} cannot be read: install Dateline again.") from error

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n,) scores, higher is better, of (n, len(names)) rows; NaN stands for what is not known."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        found: NDArray[np.float32] = self._session.run(None, {"rows": np.ascontiguousarray(rows, dtype=np.float32)})[0]
        return found.reshape(-1)
