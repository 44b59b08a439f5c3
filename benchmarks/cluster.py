"""A build on Ray beside one by itself, both into a Chroma server: seconds, processor time, memory; the same index.

    python benchmarks/cluster.py ARTICLES.jsonl[.xz] [--first 2000]

Builds the first `--first` articles, then all, each once by one process and once by a Ray cluster of this machine (as
many workers as cores), each into a server of its own. Processor time and memory are those of the build and of all that
it starts, looked at four times a second, and apart from them the server's. Memory is the peak of what is not shared.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
from building import write
from measure import machine, records

from index.where import place_of

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the server is the tests' too
KEYS = ("seconds", "passages_a_second", "processor_s", "peak_mb", "server_processor_s", "server_peak_mb")


class Watched:
    """Processor time and memory of a process and its children."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._seconds, self.peak = process, dict[int, float](), 0

    def look(self) -> None:
        memory = 0
        with suppress(psutil.NoSuchProcess):
            for one in (self._process, *self._process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    times = one.cpu_times()
                    self._seconds[one.pid] = times.user + times.system
                    memory += one.memory_full_info().uss
        self.peak = max(self.peak, memory)

    @property
    def seconds(self) -> float:
        return sum(self._seconds.values())


def build(source: str, ray: bool, folder: Path) -> tuple[dict[str, Any], str]:
    """Build into a new server; return the figures, and a hash of all that the index holds."""
    from tests.chroma import chroma

    folder.mkdir()
    with chroma(folder / "data") as server:
        (of_server,) = (one for one in psutil.Process().children() if str(folder / "data") in one.cmdline())
        command = [sys.executable, "-m", "index", "build", source, "--chroma", server.url, "--json"]
        environment = {**os.environ, **server.environment(), "PYTHONPATH": str(ROOT)}
        started = time.monotonic()
        command += ["--ray", "local"] if ray else []
        process = psutil.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        watched = Watched(process), Watched(of_server)
        before = sum(of_server.cpu_times()[:2])
        while process.poll() is None:
            for one in watched:
                one.look()
            time.sleep(0.25)
        seconds = time.monotonic() - started
        if process.returncode not in (0, 1):
            raise SystemExit(process.returncode)
        passages = json.load(process.stdout)["passages"]
        figures = {
            "seconds": round(seconds, 1),
            "passages_a_second": round(passages / seconds),
            "processor_s": round(watched[0].seconds),
            "peak_mb": watched[0].peak // 1_000_000,
            "server_processor_s": round(watched[1].seconds - before),
            "server_peak_mb": watched[1].peak // 1_000_000,
        }
        with closing(place_of(server)) as place:
            return figures, fingerprint(place)


def fingerprint(place: Any) -> str:
    """Return a hash of all articles, passages and vectors of the live generation."""
    store = place.open(place.current())
    digest = hashlib.sha256()
    for line in sorted(_lines(store)):
        digest.update(line)
    return digest.hexdigest()[:16]


def _lines(store: Any) -> Iterator[bytes]:
    for stored in store.stored():
        spans = [f"{stored.entry.source.id}:{start}-{end}" for start, end in stored.entry.spans]
        keys, vectors = store.vectors(spans)
        rows = sorted(zip(keys, map(bytes, vectors), strict=True))
        yield hashlib.sha256(repr((stored, rows)).encode()).digest()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles")
    parser.add_argument("--first", type=int, default=2_000)
    arguments = parser.parse_args()
    print(f"{machine()}\n\n| build | {' | '.join(KEYS)} |\n|{' --- |' * (len(KEYS) + 1)}")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        some = write(folder / "some.jsonl", itertools.islice(records(arguments.articles), arguments.first))
        for name, source in ((f"the first {arguments.first:,}", some), ("all", arguments.articles)):
            made = set()
            for ray in (False, True):
                figures, what = build(source, ray, folder / f"{name} {ray}")
                made.add(what)
                how = "on Ray" if ray else "one process"
                print(f"| {name}, {how} | {' | '.join(str(figures[key]) for key in KEYS)} |", flush=True)
            print(f"| | {'the same index' if len(made) == 1 else 'NOT THE SAME INDEX'} |{' |' * (len(KEYS) - 1)}")
    print(f"\nThe load on the machine at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
