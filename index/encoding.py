"""Embedding beside writing: a model works in other processes than the one that writes. Knows no articles.

Chroma holds the interpreter's lock for as long as it writes, so a thread would wait. A transformer gets several
processes where it is told to or there are several GPUs (`spread`). A static model gets one, which keeps up with Chroma;
it is started by its command line, not forked (Chroma and the tokenisers run threads) nor spawned by multiprocessing
(which would import the caller's script again); it ends when its input does, however this process ends.

    python -m index.encoding NAME     pickled lists of texts in, pickled arrays of vectors out
"""

from __future__ import annotations

import os
import pickle  # for our own process alone  # nosec B403
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from index.embedding import Embedder, SentenceTransformerEmbedder, StaticEmbedder, Vectors, load_embedder
from index.logs import without_secrets


class Encoder:
    """Embeds one batch at a time: `submit` it, do other work, then take its `result`."""

    def __init__(self, embedder: Embedder, processes: int | None = None) -> None:
        self._embedder, self._processes = embedder, processes
        self._thread: ThreadPoolExecutor | None = None  # which waits for several processes
        self._embedding: Future[Vectors] | None = None
        self._texts: Sequence[str] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._submitted = False

    def start(self) -> None:
        """Use processes from the next batch on, where the model is one that gains by it."""
        if self._thread is None and isinstance(self._embedder, SentenceTransformerEmbedder):
            if self._embedder.spread(self._processes):
                self._thread = ThreadPoolExecutor(1)
        elif self._process is None and isinstance(self._embedder, StaticEmbedder):
            command = [sys.executable, "-m", "index.encoding", self._embedder.name]
            path = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]
            self._process = subprocess.Popen(  # our own command, no shell  # nosec B603
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # where it fails, this process embeds and says what is wrong
                env={**without_secrets(os.environ), "PYTHONPATH": os.pathsep.join(filter(None, path))},
            )

    def submit(self, texts: Sequence[str]) -> None:
        """Begin to embed; the batch before must have been taken."""
        self._texts, self._submitted = texts, False
        if self._thread is not None:
            self._embedding = self._thread.submit(self._embedder.encode_documents, texts)
        if self._process is None:
            return
        try:
            stdin = cast(BinaryIO, self._process.stdin)
            pickle.dump(list(texts), stdin)
            stdin.flush()
            self._submitted = True
        except OSError:
            self.close()

    def result(self) -> Vectors:
        """Return the vectors (n, dimensions) of the batch; where the processes have gone, this one embeds it."""
        if self._embedding is not None:
            try:
                return self._embedding.result()
            except RuntimeError:  # one of them died: sentence-transformers then gives up the pool
                self.close()
            finally:
                self._embedding = None
        if self._process is not None and self._submitted:
            try:
                # from our own process alone
                return cast(Vectors, pickle.load(cast(BinaryIO, self._process.stdout)))  # nosec B301
            except (OSError, EOFError, pickle.UnpicklingError):
                self.close()
        return self._embedder.encode_documents(self._texts)

    def close(self) -> None:
        """End the processes, if there are any."""
        if self._thread is not None:
            cast(SentenceTransformerEmbedder, self._embedder).gather()
            self._thread.shutdown()
            self._thread = None
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class Later:
    """Embeds nothing, in an `Encoder`'s place: the vectors are made by who writes them."""

    def start(self) -> None:
        """Do nothing."""

    def submit(self, texts: Sequence[str]) -> None:
        """Do nothing."""

    def result(self) -> Vectors:
        """Return no vectors."""
        return np.zeros((0, 0), dtype=np.float32)

    def close(self) -> None:
        """Do nothing."""


def serve(name: str, texts_in: BinaryIO, vectors_out: BinaryIO) -> None:
    """Embed batches until the input ends."""
    embedder = load_embedder(name)
    while True:
        try:
            texts = pickle.load(texts_in)  # from our own process alone  # nosec B301
        except EOFError:
            return
        pickle.dump(embedder.encode_documents(texts), vectors_out, protocol=pickle.HIGHEST_PROTOCOL)
        vectors_out.flush()


if __name__ == "__main__":
    try:
        serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
