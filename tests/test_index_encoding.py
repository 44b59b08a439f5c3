"""Embedding in a process of its own gives the same vectors, survives that process, and ends it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from index.__main__ import main
from index.embedding import SentenceTransformerEmbedder, load_embedder
from index.encoding import Encoder
from tests.fakes import HashEmbedder
from tests.test_index_embedding import bert_folder

__all__ = ["bert_folder"]

TEXTS = [f"The ferry number {n} left the harbour." for n in range(300)]


def test_the_process_gives_the_vectors_of_the_model() -> None:
    model = load_embedder()
    encoder = Encoder(model)
    encoder.start()
    process = encoder._process
    assert process is not None
    for texts in (TEXTS, TEXTS[:1], []):
        encoder.submit(texts)
        assert np.allclose(encoder.result(), model.encode_documents(texts), atol=1e-6)
    assert encoder._process is process  # it did not fall back
    encoder.close()
    assert process.poll() is not None


@pytest.mark.parametrize("when", ["before a batch", "in a batch"])
def test_a_process_that_is_gone_loses_nothing(when: str) -> None:
    model = load_embedder()
    encoder = Encoder(model)
    encoder.start()
    process = encoder._process
    assert process is not None
    if when == "before a batch":
        process.kill()
        process.wait()
    encoder.submit(TEXTS)
    if when == "in a batch":
        process.kill()
    assert np.allclose(encoder.result(), model.encode_documents(TEXTS), atol=1e-6)
    encoder.submit(TEXTS[:5])
    assert encoder.result().shape == (5, model.dimensions)
    encoder.close()


def test_other_models_stay_in_this_process() -> None:
    encoder = Encoder(HashEmbedder())
    encoder.start()
    assert encoder._process is None
    encoder.submit(TEXTS[:3])
    assert encoder.result().shape[0] == 3
    encoder.close()


def test_a_transformer_embeds_in_several_processes_and_outlives_one(
    bert_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_embedder(str(bert_folder))
    assert isinstance(model, SentenceTransformerEmbedder)
    expected = model.encode_documents(TEXTS)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    encoder = Encoder(model, 2)
    encoder.start()
    assert "OMP_NUM_THREADS" not in os.environ
    processes = model._pool["processes"]
    assert len(processes) == 2
    for texts, rows in ((TEXTS, expected), (TEXTS[:1], expected[:1]), ([], expected[:0])):
        encoder.submit(texts)
        assert np.allclose(encoder.result(), rows, atol=1e-5)
    assert model._pool is not None  # they embedded it, not this process
    os.kill(processes[0].pid, signal.SIGKILL)
    processes[0].join(10)
    encoder.submit([*TEXTS] * 4)
    assert np.allclose(encoder.result(), np.tile(expected, (4, 1)), atol=1e-5)
    encoder.close()
    assert model._pool is None
    assert all(one._closed for one in processes)


def test_one_processor_is_not_spread_over(bert_folder: Path) -> None:
    model = load_embedder(str(bert_folder))
    assert isinstance(model, SentenceTransformerEmbedder)
    assert not model.spread(1)
    encoder = Encoder(model)
    encoder.start()  # no GPU here: nothing is told to it
    assert model._pool is None
    encoder.submit(TEXTS[:2])
    assert encoder.result().shape == (2, model.dimensions)
    encoder.close()


def test_processes_are_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    for wrong in ("0", "-1", "129"):
        assert main(["build", "articles", "--index", index, "--embedding-processes", wrong]) == 2
        assert f"must be 1 to 128, not {wrong}." in capsys.readouterr().err
    ours = ["--chroma", "http://127.0.0.1:9", "--ray", "local", "--embedding-processes", "2"]
    assert main(["build", "articles", *ours]) == 2
    assert "leave it out with --ray" in capsys.readouterr().err
