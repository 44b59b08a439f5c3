"""Embedding in a process of its own gives the same vectors, survives that process, and ends it."""

from __future__ import annotations

import numpy as np
import pytest

from index.embedding import load_embedder
from index.encoding import Encoder
from tests.fakes import HashEmbedder

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
