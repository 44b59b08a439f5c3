"""The contract of every embedder, the shipped model against sentence-transformers, and names that cannot be had."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding import Embedder, SentenceTransformerEmbedder, StaticEmbedder, load_embedder
from index.errors import EmbeddingError
from tests.fakes import HashEmbedder, Trap

SHIPPED = Path(__file__).parent.parent / "index" / "shipped"
SENTENCE = "the court ruled that turkey bought s - 400 missiles from russia and nato is worried"
WORDS = SENTENCE.split()
TEXTS = [
    "Why is the US worried about the S-400?",
    "Turkey bought missiles from Russia. NATO is worried.",
    "The court ruled on Tuesday that $1,250.75 was owed — 12% of 2023's total.",
    "Zelenskyy, Erdoğan and Łukasz Żółć met in São Paulo; 東京 and Москва watched 🚀",
    "a",
    "  \n\tx\u00a0y\u200b ",
    "7",
    "The minister said on Monday that talks would resume, and the talks resumed. " * 120,
]


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer BERT with mean pooling and prompts, saved by sentence-transformers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    plain = folder / "plain"
    plain.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "?", "."]
    (plain / "vocab.txt").write_text("\n".join(special + WORDS), encoding="utf-8")
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(special + WORDS), max_position_embeddings=64, **sizes)).save_pretrained(plain)
    BertTokenizerFast(vocab=str(plain / "vocab.txt")).save_pretrained(plain)
    transformer = Transformer(str(plain))
    modules = [transformer, Pooling(transformer.get_embedding_dimension())]
    prompts = {"query": "query: ", "document": "passage: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(params=["shipped", "sentence-transformers", "word-hash"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "shipped":
        return load_embedder()
    if request.param == "word-hash":
        return HashEmbedder()
    return load_embedder(str(request.getfixturevalue("bert_folder")))


def test_rows_are_unit_float32_in_order(embedder: Embedder) -> None:
    for encode in (embedder.encode_documents, embedder.encode_queries):
        rows = encode(TEXTS)
        assert rows.shape == (len(TEXTS), embedder.dimensions)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows[:4], axis=1), 1, atol=1e-5)
        turned = encode(TEXTS[::-1])
        np.testing.assert_allclose(turned[::-1], rows, atol=1e-4)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.encode_documents([]).shape == (0, embedder.dimensions)
    assert embedder.encode_queries([]).shape == (0, embedder.dimensions)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b", "\ud83d"], ids=["none", "space", "breaks", "zero-width", "half"]
)
def test_empty_text_is_a_number(embedder: Embedder, text: str) -> None:
    rows = embedder.encode_documents([text, "NATO is worried."])
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows[0]) <= 1 + 1e-5
    np.testing.assert_allclose(rows[1], embedder.encode_documents(["NATO is worried."])[0], atol=1e-4)


def test_a_batch_is_as_its_texts_one_by_one(embedder: Embedder) -> None:
    texts = [f"{word} {n}" for n in range(40) for word in WORDS]
    rows = embedder.encode_documents(texts)
    for place in (0, 255, 256, 257, len(texts) - 1):
        np.testing.assert_allclose(rows[place], embedder.encode_documents([texts[place]])[0], atol=1e-4)


def test_fingerprint_is_hexadecimal_and_name_loads_it_again(embedder: Embedder) -> None:
    assert len(embedder.fingerprint) == 64
    assert int(embedder.fingerprint, 16)
    if not isinstance(embedder, HashEmbedder):
        assert load_embedder(embedder.name).fingerprint == embedder.fingerprint


@pytest.mark.parametrize("make", [load_embedder, HashEmbedder], ids=["shipped", "fake"])
def test_shared_words_are_near(make: Callable[[], Embedder]) -> None:
    embedder = make()
    query = embedder.encode_queries(["Turkey bought missiles from Russia"])[0]
    near, far = embedder.encode_documents(["Russia sold missiles to Turkey", "Bakers shaped bread before dawn"]) @ query
    assert near > far + 0.2


def test_shipped_gives_the_vectors_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(SHIPPED), device="cpu").encode(TEXTS, show_progress_bar=False)
    ours = load_embedder().encode_documents(TEXTS)
    known = np.linalg.norm(reference, axis=1) > 0
    assert known.sum() >= len(TEXTS) - 1
    cosines = (ours * reference).sum(axis=1)
    assert cosines[known].min() >= 0.999
    assert not ours[~known].any()


def test_shipped_loads_in_model2vec() -> None:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(SHIPPED)
    assert np.asarray((model.encode(TEXTS) * load_embedder().encode_documents(TEXTS)).sum(axis=1)).min() >= 0.999


def test_shipped_is_small_and_says_how_it_was_made() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 10_000_000
    card = (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert "benchmarks/train_embedding.py" in card
    assert "apache-2.0" in card.lower()


def test_shipped_vocabulary_is_word_pieces() -> None:
    tokens = json.loads((SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    assert all(not any(character.isspace() for character in token) and len(token) <= 40 for token in tokens)


def test_shipped_leaves_torch_alone_and_is_quick() -> None:
    code = """
import sys, time
started = time.perf_counter()
from index.embedding import load_embedder
rows = load_embedder().encode_queries(["Why is the US worried about the S-400?"])
print(time.perf_counter() - started)
assert rows.any()
assert not {"torch", "sentence_transformers", "transformers"} & set(sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 10


def test_prompts_are_respected(bert_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    embedder = load_embedder(str(bert_folder))
    assert isinstance(embedder, SentenceTransformerEmbedder)
    model = SentenceTransformer(str(bert_folder), device="cpu")
    text = "nato is worried"
    plain = model.encode(["query: " + text, "passage: " + text], prompt="", normalize_embeddings=True)
    np.testing.assert_allclose(embedder.encode_queries([text])[0], plain[0], atol=1e-4)
    np.testing.assert_allclose(embedder.encode_documents([text])[0], plain[1], atol=1e-4)
    assert not np.allclose(plain[0], plain[1], atol=1e-3)


def test_static_folder_loads_without_torch(tmp_path: Path) -> None:
    copy = shutil.copytree(SHIPPED, tmp_path / "copy")
    embedder = load_embedder(str(copy))
    assert isinstance(embedder, StaticEmbedder)
    assert embedder.name == str(copy)
    assert embedder.fingerprint == load_embedder().fingerprint


def test_fingerprint_changes_with_the_weights_not_with_the_card(tmp_path: Path) -> None:
    copy = shutil.copytree(SHIPPED, tmp_path / "copy")
    (copy / "README.md").write_text("another card", encoding="utf-8")
    assert load_embedder(str(copy)).fingerprint == load_embedder().fingerprint
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(weights)
    assert load_embedder(str(copy)).fingerprint != load_embedder().fingerprint


def test_static_folder_with_prompts_is_left_to_sentence_transformers(tmp_path: Path) -> None:
    copy = shutil.copytree(SHIPPED, tmp_path / "copy")
    settings: dict[str, Any] = {"prompts": {"query": "query: ", "document": ""}, "default_prompt_name": None}
    (copy / "config_sentence_transformers.json").write_text(json.dumps(settings), encoding="utf-8")
    embedder = load_embedder(str(copy))
    assert isinstance(embedder, SentenceTransformerEmbedder)
    asked = embedder.encode_queries(["who paid"])[0]
    assert asked @ embedder.encode_documents(["query: who paid"])[0] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("made", ["empty", "broken weights", "no weights", "a file"])
def test_folder_without_a_model_is_one_sentence(tmp_path: Path, made: str) -> None:
    folder = tmp_path / "model"
    if made == "empty":
        folder.mkdir()
    elif made == "a file":
        folder.write_text("text", encoding="utf-8")
    else:
        shutil.copytree(SHIPPED, folder)
        (folder / "model.safetensors").write_bytes(b"not weights")
        if made == "no weights":
            (folder / "model.safetensors").unlink()
    with pytest.raises(EmbeddingError) as caught:
        load_embedder(str(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("nobody/no-such-model", {"HF_HUB_OFFLINE": "1"}),
        ("nobody/no-such-model", {"HF_ENDPOINT": "http://127.0.0.1:9"}),
        ("no-such-model", {"HF_ENDPOINT": "http://127.0.0.1:9"}),
        ("not a name!", {}),
    ],
    ids=["offline", "unreachable", "unreachable-without-owner", "no-name"],
)
def test_missing_name_fails_at_once_in_one_sentence(tmp_path: Path, name: str, settings: dict[str, str]) -> None:
    code = """
import sys
from index.embedding import load_embedder
from index.errors import EmbeddingError
try:
    load_embedder(sys.argv[1])
except EmbeddingError as error:
    print(error)
    sys.exit(2)
"""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    environment = {**kept, "HF_HOME": str(tmp_path), **settings}
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", code, name], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert run.returncode == 2, run.stderr
    assert name in run.stdout
    assert run.stdout.count("\n") == 1
    assert time.perf_counter() - started < 15  # the look-up is bounded at 8 s; the rest is starting Python


def test_hub_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """A server that takes the connection and says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        test_missing_name_fails_at_once_in_one_sentence(tmp_path, "nobody/no-such-model", {"HF_ENDPOINT": endpoint})


@pytest.mark.parametrize("kind", ["a class beside it", "a class of Python's", "a pickle for weights"])
def test_no_file_of_an_embedding_model_is_run(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, run = tmp_path / "model", tmp_path / "run"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "evil.py").write_text(f"from pathlib import Path\nPath({str(run)!r}).touch()\nclass Evil: ...\n")
    types = {"a class beside it": "evil.Evil", "a class of Python's": "pathlib.Path"}
    first = types.get(kind, "sentence_transformers.models.Transformer")
    modules = [{"idx": 0, "name": "0", "path": "", "type": first}]
    (folder / "modules.json").write_text(json.dumps(modules))
    config = {"model_type": "bert", "architectures": ["BertModel"], "auto_map": {"AutoModel": "evil.Evil"}}
    sizes = {
        "hidden_size": 8,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "intermediate_size": 8,
        "vocab_size": 9,
    }
    (folder / "config.json").write_text(json.dumps({**config, **sizes}))
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcd"]))
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(run)))
    with pytest.raises(EmbeddingError, match="holds no embedding model that can be loaded"):
        load_embedder(str(folder))
    assert not run.exists()
