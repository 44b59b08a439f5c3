"""Learned trees: what LightGBM learned is what onnxruntime says, gaps included."""

import numpy as np
import pytest

from benchmarks.boosting import learn_ranking, save_trees
from index.errors import IndexDamaged
from index.trees import Trees


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    rng = np.random.default_rng(3)
    rows = rng.random((600, 3)).astype(np.float32)
    rows[::5, 1] = np.nan
    gains = (rows[:, 0] + np.nan_to_num(rows[:, 1]) > 1.1).astype(int)
    booster = learn_ranking(rows, gains, [20] * 30, rounds=20, num_leaves=7, min_data_in_leaf=5)
    path = tmp_path_factory.mktemp("trees") / "some.onnx"
    save_trees(booster, ("a", "b", "c"), {"rounds": 20}, path)
    return booster, path, rows


def test_the_file_scores_as_the_learner_does_with_gaps_too(learned):
    booster, path, rows = learned
    assert np.allclose(Trees(path).scores(rows), booster.predict(rows), atol=1e-5)


def test_the_file_names_its_columns_and_how_it_was_made(learned):
    trees = Trees(learned[1])
    assert trees.names == ("a", "b", "c")
    assert trees.made == {"rounds": 20}


def test_no_rows_give_no_scores(learned):
    assert Trees(learned[1]).scores(np.zeros((0, 3), dtype=np.float32)).shape == (0,)


def test_a_damaged_file_is_one_sentence(tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(IndexDamaged, match="cannot be read"):
        Trees(tmp_path / "broken.onnx")
