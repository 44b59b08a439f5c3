"""Boosted trees learned with LightGBM and written as the ONNX file that `index.trees` reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


def learn_ranking(
    rows: np.ndarray, gains: np.ndarray, groups: Sequence[int], *, rounds: int, seed: int = 1, **options: Any
) -> Any:
    """Return a LightGBM booster that ranks rows (n, features) within groups (their sizes) by whole-numbered gains."""
    import lightgbm

    settings = {
        "objective": "lambdarank",
        "num_threads": 2,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbose": -1,
        **options,
    }
    return lightgbm.train(settings, lightgbm.Dataset(rows, gains, group=list(groups)), rounds)


def save_trees(booster: Any, names: Sequence[str], made: dict[str, Any], path: Path) -> None:
    """Write a booster with the names of its columns and a word on how it was made."""
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    shape = [("rows", FloatTensorType([None, len(names)]))]
    model = convert_lightgbm(booster, initial_types=shape, target_opset=15, zipmap=False)
    for key, value in (("names", list(names)), ("made", made)):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value, sort_keys=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
