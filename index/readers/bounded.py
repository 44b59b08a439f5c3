"""A document is taken apart in a process of its own, so that a hostile one is given up after a time and a size.

Knows no format: a task is a function of the document's bytes to plain values (dicts, lists, strings, numbers, None).
The process is started by its command line for the first document, serves all that follow and ends when its input
does; a document that it did not live through costs that document alone.

    python -m index.readers.bounded     per document: a line of JSON and the bytes in, a line of JSON out
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.errors import SourceError
from index.logs import without_secrets

SECONDS = 30.0  # a news page takes 0.02, a PDF of a hundred pages 5
DOCUMENT_BYTES = 50_000_000
_ANSWER_BYTES = 100_000_000  # what is sent back is held in both processes
_MEMORY_BYTES = 800_000_000
_TOO_MUCH = "it takes more memory to read than a document may"

Task = Callable[..., Any]


def _tasks() -> dict[str, Task]:
    from index.readers import feeds, html, mail, pdf

    return {
        "html": html.page,
        "fragment": html.markup_text,
        "pdf": pdf.paged,
        "feed": feeds.parsed,
        "mail": mail.parts,
    }


class Bounded:
    """The process, started when it is needed; one document at a time, whichever thread asks."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def run(self, task: str, content: bytes, **options: Any) -> Any:
        """Return what a task makes of a document. Raises: SourceError with the task's reason, or the bound it met."""
        if len(content) > DOCUMENT_BYTES:
            raise SourceError(f"it is larger than {DOCUMENT_BYTES // 1_000_000} MB, more than one document may be")
        with self._lock:
            answer = self._ask(json.dumps([task, options, len(content)]).encode() + b"\n" + content)
        if "error" in answer:
            raise SourceError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _ask(self, request: bytes) -> dict[str, Any]:
        process = self._running()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, give_up)
        timer.start()
        try:
            stdin, stdout = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
            with suppress(BrokenPipeError):
                stdin.write(request)
                stdin.flush()
            line = stdout.readline()
        finally:
            timer.cancel()
        if line.endswith(b"\n") and not late.is_set():
            return cast(dict[str, Any], json.loads(line))
        self.close()
        if late.is_set():
            return {"error": f"it was given up after {self._seconds:g} seconds of reading"}
        return {"error": "it broke the program that reads it"}

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.close()
            path = [str(Path(__file__).parent.parent.parent), os.environ.get("PYTHONPATH")]
            self._process = subprocess.Popen(  # our own command, no shell  # nosec B603
                [sys.executable, "-m", "index.readers.bounded"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # parsers complain there of every page
                env={**without_secrets(os.environ), "PYTHONPATH": os.pathsep.join(filter(None, path))},
            )
            self._owner = os.getpid()
        return self._process


_bounded = Bounded()
atexit.register(_bounded.close)
run = _bounded.run


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    tasks = _tasks()
    while line := requests.readline():
        task, options, size = json.loads(line)
        answer = _answer(tasks[task], requests.read(size), options)
        encoded = json.dumps(answer).encode()
        if len(encoded) > _ANSWER_BYTES:
            encoded = json.dumps({"error": "its text is longer than a document's may be"}).encode()
        answers.write(encoded + b"\n")
        answers.flush()


def _answer(task: Task, content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": task(content, **options)}
    except SourceError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": _TOO_MUCH}
    except RecursionError:
        return {"error": "it is nested too deeply"}
    except Exception as error:  # a parser's own failure on one document
        return {"error": f"could not be read: {type(error).__name__}: {' '.join(str(error).split())[:200]}"}


def _bound_memory() -> None:
    if find_spec("resource"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


if __name__ == "__main__":
    _bound_memory()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
