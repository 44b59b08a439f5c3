"""How fast articles are read and cut into passages, and in how much memory, format by format.

    python benchmarks/reading.py [--corpus ARTICLES.jsonl[.xz]] [--sizes 1000 25000] [--formats jsonl html …]

Each format is written from the corpus (default: the sample, each copy with words of its own) by one process and read by
another, once per size; writing is not timed. Memory is the peak of the reading process, or of one that it starts if
that is larger: if it is flat, it does not grow with the number of articles. Articles a second are by the clock, and
with nothing else to do for the machine; CPU seconds are those of the reading process and those it starts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measure import machine, records  # noqa: E402 - found by the line above
from benchmarks.specimens import MAKERS  # noqa: E402

FORMATS = ("jsonl", "json", "csv", "parquet", "html", "zip", "feed", "xml", "warc")


def stories(corpus: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield articles without end: the corpus again and again, with a number in each from the second time on."""
    from index.readers import Record, read

    if corpus:
        own = list(itertools.islice(records(corpus), 30_000))
    else:
        found = (item.article for item in read([ROOT / "articles"]) if isinstance(item, Record))
        own = [{"title": article.source.title, "text": article.text, "url": article.source.url} for article in found]
    for turn in itertools.count():
        for story in own:
            again = {"text": f"{story['text']}\n\nCopy {turn}.", "url": f"{story['url']}/{turn}"}
            yield {**story, **again} if turn else story


def write(folder: Path, kind: str, size: int, corpus: str | None) -> None:
    """Write so many articles in a format: one file of them, or one a story."""
    for name, content in MAKERS[kind](list(itertools.islice(stories(corpus), size))).items():
        (folder / name).write_bytes(content)


def read_all(folder: Path) -> dict[str, Any]:
    """Read and cut what a folder holds in this process and return the figures."""
    from index.passages import passages
    from index.readers import Record, read

    started = time.perf_counter()
    articles = failed = cut = 0
    for item in read([folder]):
        if isinstance(item, Record):
            articles += 1
            cut += len(passages(item.article))
        else:
            failed += 1
    return {"articles": articles, "failed": failed, "passages": cut, "seconds": time.perf_counter() - started}


def in_process(*arguments: str) -> tuple[str, Any]:
    """Run this script again; return what it prints and what it used, the processes that it started with it."""
    worker = subprocess.Popen([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    printed = worker.stdout.read()
    _, status, used = os.wait4(worker.pid, 0)
    worker.stdout.close()
    worker.returncode = os.waitstatus_to_exitcode(status)
    if worker.returncode:
        raise SystemExit(worker.returncode)
    return printed, used


def measured(kind: str, size: int, corpus: str | None) -> str:
    """Return the row of a format at a size."""
    with tempfile.TemporaryDirectory() as folder:
        in_process(
            "--write", folder, "--formats", kind, "--sizes", str(size), *(["--corpus", corpus] if corpus else [])
        )
        megabytes = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
        printed, used = in_process("--read", folder)
    found = json.loads(printed)
    rate, speed = found["articles"] / found["seconds"], megabytes / found["seconds"]
    return (
        f"| {kind} | {found['articles']:,} | {found['failed']} | {found['passages']:,} | {rate:,.0f} | {speed:.1f} |"
        f" {found['seconds']:.1f} | {used.ru_utime + used.ru_stime:.1f} | {used.ru_maxrss // 1024} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", help="JSON lines to write the formats from (default: the sample)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 25_000])
    parser.add_argument("--formats", nargs="+", choices=sorted(MAKERS), default=list(FORMATS))
    parser.add_argument("--write", metavar="DIR", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--read", metavar="DIR", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments.write, arguments.formats[0], arguments.sizes[0], arguments.corpus)
        return
    if arguments.read:
        print(json.dumps(read_all(arguments.read)))
        return
    print(machine())
    print("\n| format | articles | failed | passages | articles/s | MB/s | seconds | CPU seconds | peak MB |")
    print("| --- " * 9 + "|")
    for kind, size in itertools.product(arguments.formats, arguments.sizes):
        print(measured(kind, size, arguments.corpus), flush=True)


if __name__ == "__main__":
    main()
