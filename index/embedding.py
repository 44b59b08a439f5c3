"""Texts as vectors: the shipped static model, or any sentence-transformers model. Knows nothing of articles or indexes.

A static model is a table with one vector a token; a text is the mean of its tokens' vectors. It needs neither
torch nor sentence_transformers, which take 5 to 15 seconds to import and are imported only where a model asks for them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbeddingError

SHIPPED = "shipped"
HUB_SECONDS = 8.0  # the hub must have named the model by then; a download that follows may take longer
_SHIPPED_FOLDER = Path(__file__).parent / "shipped"
_BATCH = 256
_WORDS_KEPT = 200_000
_WEIGHTS = {".safetensors", ".bin", ".pt"}
_SETTINGS = {".json", ".txt", ".model", ".vocab", ".py"}
_OTHER_BACKENDS = {"onnx", "openvino"}

Vectors = NDArray[np.float32]
Tokens = Callable[[Sequence[str]], list[list[int]]]
T = TypeVar("T")


class Embedder(Protocol):
    """A model that turns texts into vectors.

    `name` is what `load_embedder` takes to get it again. `fingerprint` is equal where the vectors are comparable:
    64 hex digits over the model's files. Both methods return (n, dimensions) rows of unit length, in the order
    of the texts; a text without any known token may get a row of zeros, never NaN.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str | None = None) -> Embedder:
    """Return the shipped model (None or "shipped"), or the one in a folder or of that name on the Hugging Face hub.

    A folder comes first, then the local cache, then the hub. Raises: EmbeddingError.
    """
    if name is None or name == SHIPPED:
        return StaticEmbedder(_SHIPPED_FOLDER, SHIPPED)
    path = Path(name).expanduser()
    if path.is_dir():
        folder, name = path.resolve(), str(path.resolve())
    elif path.exists():
        raise EmbeddingError(f"{name} is a file, not an embedding model: name the folder that holds modules.json.")
    else:
        folder = _from_cache(name) or _from_hub(name)
    if _is_static(folder):
        return StaticEmbedder(folder, name)
    if not (folder / "modules.json").exists() and not (folder / "config.json").exists():
        raise EmbeddingError(
            f"{folder} holds no embedding model (no modules.json, no config.json): name another folder."
        )
    return SentenceTransformerEmbedder(folder, name)


class StaticEmbedder:
    """A static model, read without torch: the same vectors as sentence-transformers gives on its folder."""

    def __init__(self, folder: Path, name: str) -> None:
        from model2vec import StaticModel
        from tokenizers.pre_tokenizers import BertPreTokenizer

        self.name = name
        try:
            model = StaticModel.from_pretrained(folder, max_length=None)
            self.fingerprint = _fingerprint(folder)
        except Exception as error:
            raise _broken(folder, error) from error
        table = np.asarray(model.embedding, dtype=np.float32)
        if model.token_mapping is not None:
            table = table[model.token_mapping]
        if model.weights is not None:
            table = table * np.asarray(model.weights, dtype=np.float32)[:, None]
        self._table = table
        self._tokens: Tokens = model.tokenize
        if isinstance(model.tokenizer.pre_tokenizer, BertPreTokenizer):
            self._tokens = _word_by_word(model.tokenize)
        self.dimensions = int(table.shape[1])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) unit rows."""
        return _in_batches(self._encode, texts, self.dimensions)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) unit rows; questions and documents share one table."""
        return self.encode_documents(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, tokens in enumerate(self._tokens(texts)):
            if tokens:
                self._table[tokens].sum(axis=0, out=sums[row])
        return sums


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with its prompts for queries and documents; on a GPU where there is one."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        try:
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
            self.dimensions = int(self._model.get_embedding_dimension() or 0)
            self.fingerprint = _fingerprint(folder)
        except Exception as error:
            raise _broken(folder, error) from error
        self._pool: Any = None

    def spread(self, processes: int | None = None) -> bool:
        """Embed documents in processes of their own until `gather`: so many, else one a GPU where there are several.

        They are sentence-transformers' own pool. Each begins by importing the caller's main module, as Python's
        `multiprocessing` does where it spawns. Returns false where there is nothing to spread over.
        """
        import torch

        gpus = torch.cuda.device_count()
        number = processes or gpus
        if number < 2 or self._pool is not None:
            return self._pool is not None
        devices = [f"cuda:{place % gpus}" if gpus else "cpu" for place in range(number)]
        with _threads(max(1, torch.get_num_threads() // number)):
            self._pool = self._model.start_multi_process_pool(devices)
        return True

    def gather(self) -> None:
        """End the processes of `spread`."""
        if self._pool is not None:
            self._model.stop_multi_process_pool(self._pool)
            self._pool = None

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) unit rows."""

        def encode(batch: Sequence[str]) -> Vectors:
            return self._vectors(self._model.encode_document, batch, pool=self._pool)

        # a pool gets all at once and deals it out by itself
        return _in_batches(encode, texts, self.dimensions, len(texts) if self._pool else _BATCH)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) unit rows."""
        return _in_batches(lambda batch: self._vectors(self._model.encode_query, batch), texts, self.dimensions)

    def _vectors(self, encode: Callable[..., Any], texts: Sequence[str], **options: Any) -> Vectors:
        found = encode(list(texts), show_progress_bar=False, convert_to_numpy=True, **options)
        return np.asarray(found, dtype=np.float32)


@contextmanager
def _threads(each: int) -> Iterator[None]:
    """Let processes that are started meanwhile have so many threads each: all of all would be in each other's way."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(each)
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _word_by_word(tokenize: Tokens) -> Tokens:
    """Return a tokeniser that gives the same tokens, but looks at each spelling once: eight times as fast on news.

    Right where the tokeniser splits at white space anyway, so that no token depends on the words beside it.
    """
    known: dict[str, list[int]] = {}

    def tokens(texts: Sequence[str]) -> list[list[int]]:
        split = [text.split() for text in texts]
        new = list({word for words in split for word in words if word not in known})
        found = dict(zip(new, tokenize(new), strict=True))
        if len(known) < _WORDS_KEPT:
            known.update(found)
            found = known
        else:
            found.update((word, known[word]) for words in split for word in words if word in known)
        return [list(chain.from_iterable(map(found.__getitem__, words))) for words in split]

    return tokens


def _in_batches(
    encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str], dimensions: int, batch: int = _BATCH
) -> Vectors:
    """Encode and bring every row to unit length; rows that are no direction (empty texts) become zeros."""
    rows = np.zeros((len(texts), dimensions), dtype=np.float32)
    # half a surrogate pair cannot be tokenised
    texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    for start in range(0, len(texts), batch or 1):
        rows[start : start + batch] = encode(texts[start : start + batch])
    rows[~np.isfinite(rows).all(axis=1)] = 0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    np.divide(rows, norms, out=rows, where=norms > 0)
    return rows


def _is_static(folder: Path) -> bool:
    """Tell whether a folder holds a static model and nothing that only sentence-transformers would apply."""
    try:
        modules = [str(module["type"]).rsplit(".", 1)[-1] for module in _read(folder / "modules.json")]
        settings = folder / "config_sentence_transformers.json"
        prompts = _read(settings).get("prompts", {}) if settings.exists() else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return modules in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) and not any(prompts.values())


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _fingerprint(folder: Path) -> str:
    """Hash the names and contents of the files that decide the vectors. Raises: OSError."""
    files = [path for path in folder.rglob("*") if path.is_file() and not _OTHER_BACKENDS & set(path.parts)]
    weights = [path for path in files if path.suffix == ".safetensors"] or [p for p in files if p.suffix in _WEIGHTS]
    digest = hashlib.sha256()
    for path in sorted([*weights, *(path for path in files if path.suffix in _SETTINGS)]):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def _names(name: str) -> list[str]:
    """Return the hub's names to try: models of sentence-transformers itself may be named without their owner."""
    return [name] if "/" in name else [f"sentence-transformers/{name}", name]


def _from_cache(name: str) -> Path | None:
    """Return the folder of a model downloaded before, or None."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for candidate in _names(name):
        try:
            # the newest of what was named; weights are no code
            folder = Path(snapshot_download(candidate, local_files_only=True))  # nosec B615
        except HFValidationError:
            raise EmbeddingError(f"{name!r} is neither a folder here nor a name a model can have: check it.") from None
        except LocalEntryNotFoundError:
            continue
        if any(path.suffix in _WEIGHTS for path in folder.rglob("*")):
            return folder
    return None


def _from_hub(name: str) -> Path:
    """Download a model. Raises: EmbeddingError, within HUB_SECONDS where the hub does not know or does not answer."""
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, OfflineModeIsEnabled, RepositoryNotFoundError

    advice = "check the name, give a folder, or leave --embedding out to use the shipped model."
    for candidate in _names(name):
        try:
            _within(HUB_SECONDS, partial(HfApi().model_info, candidate, timeout=HUB_SECONDS / 2))
            others = [f"{other}/*" for other in sorted(_OTHER_BACKENDS)]
            others += ["*.h5", "*.msgpack", "*.onnx"]
            return Path(snapshot_download(candidate, ignore_patterns=others))  # as above  # nosec B615
        except GatedRepoError:
            raise EmbeddingError(
                f"The embedding model {name!r} asks for consent: log in with `hf auth login`."
            ) from None
        except RepositoryNotFoundError:
            continue
        except OfflineModeIsEnabled:
            raise EmbeddingError(f"{name!r} is not on this machine and HF_HUB_OFFLINE is set: {advice}") from None
        except Exception as error:
            reason = f"the Hugging Face hub cannot be reached ({_short(error)})"
            raise EmbeddingError(f"{name!r} is not on this machine and {reason}: {advice}") from error
    raise EmbeddingError(f"The Hugging Face hub has no embedding model {name!r}: {advice}")


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return what the call returns. Raises: what it raises; TimeoutError when it takes longer.

    The wait is ours because a look-up of a host name cannot be given a limit.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            results.append(call())
        except Exception as error:
            errors.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"no answer in {seconds:.0f} s")
    return results[0]


def _broken(folder: Path, error: Exception) -> EmbeddingError:
    logging.getLogger(__name__).debug("loading %s", folder, exc_info=error)
    return EmbeddingError(
        f"{folder} holds no embedding model that can be loaded ({_short(error)}): name another folder."
    )


def _short(error: Exception) -> str:
    """Return the first line of an error, without its last stop, at most 120 characters."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")[:120]
