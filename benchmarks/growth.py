"""How an index grows: building, adding, searching, answering, memory and disk at sizes up to a million passages.

    python benchmarks/growth.py ARTICLES.jsonl[.xz] QUESTIONS.jsonl[.xz] --out growth.jsonl [--server]
                                [--passages 10000 31600 100000 316000 1000000] [--work DIR]
    python benchmarks/growth.py --plot growth.jsonl ... --svg docs/growth.svg
                                [--dollars-memory 0.008] [--dollars-disk 0.08]

Each size is built from nothing, then 20 more articles are added, then questions are searched and answered, each in a
process of its own; `--server` does all of it over a Chroma server on this machine. Where the corpus is too small, the
rest are made articles (`grown`): paragraphs of four real ones with their names exchanged. They have the lengths and
words of real ones; what they cannot show is that new years bring new words. A size is written to `--out` as soon as it
is measured, with the machine's load; sizes that are there already are passed over. `--plot` prints tables and fits,
draws the curves, and works out from the fits what 10 and 100 million passages take. Each figure is fitted as a base
and so much a passage, by least squares of relative errors. That overstates what grows as a logarithm, such as a walk
through the graph; a power of the size would understate what has a base, such as a copy. What a machine costs is a
matter of two prices that are given: dollars for a GB of memory an hour (processors come with it), of disk a month.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from building import in_process
from measure import command, machine, records

sys.path.insert(0, str(Path(__file__).parent.parent))  # the server is the tests' too

SIZES = (10_000, 31_600, 100_000, 316_000, 1_000_000)
MORE = 20  # articles that are added
ASKED = 200
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")  # not at a sentence's start, where any word has a capital
FITTED = (
    *("build_seconds", "build_mb", "disk_mb", "add_seconds", "open_seconds"),
    *("search_p50_ms", "answer_p50_ms", "answering_mb", "server_mb"),
)
COLUMNS = ("passages", "build_cpu_seconds", *FITTED, "search_p99_ms", "answer_p99_ms", "load")
FURTHER = (10_000_000, 100_000_000)
GENERATIONS = 3  # on disk at once while one is built: a folder holds each whole, a server its lists of one
HOURS = 730  # a month


def grown(articles: Sequence[dict[str, Any]], seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield articles in a random order, then made ones without end, each of four of them."""
    rng = random.Random(seed)
    yield from rng.sample(articles, len(articles))
    names = [name for one in articles[:4_000] for name in NAME.findall(one["text"])]
    number = 0
    while True:
        number += 1
        four = rng.sample(articles, 4)
        pool = [paragraph for one in four for paragraph in one["text"].split("\n") if paragraph.strip()]
        first = [paragraph for paragraph in four[0]["text"].split("\n") if paragraph.strip()]
        exchanged: dict[str, str] = {}

        def other(found: re.Match[str], known: dict[str, str] = exchanged) -> str:
            return known.setdefault(found[0], rng.choice(names))

        text = NAME.sub(other, "\n".join(rng.sample(pool, len(first))))
        made = {"text": text, "title": NAME.sub(other, four[0]["title"] or ""), "id": f"made-{number}"}
        yield {**rng.choice(four), **made, "url": f"https://made.example/{number}"}


def write_sizes(articles: str, sizes: Sequence[int], work: Path) -> tuple[list[Path], Path]:
    """Write a file of articles for each size, and one of those that are added; a size counts passages."""
    from index.passages import passages
    from index.readers.records import from_mapping

    source, made, have = grown(list(records(articles))), work / "made.jsonl", 0
    paths = [work / f"{size}.jsonl" for size in sizes]
    with made.open("w") as file:
        for size, path in zip(sizes, paths, strict=True):
            while have < size:
                record = next(source)
                have += len(list(passages(from_mapping(record))))
                file.write(json.dumps(record) + "\n")
            file.flush()
            shutil.copyfile(made, path)
    more = work / "more.jsonl"
    more.write_text(
        "".join(json.dumps({**next(source), "url": f"https://more.example/{n}"}) + "\n" for n in range(MORE))
    )
    return paths, more


def measure(source: Path, more: Path, where: str, stored: Path, questions: str, server: psutil.Process | None) -> Any:
    """Build, add, search and answer at one size; return the row."""
    built = in_process("dateline", str(source), where)
    # of the server, what it holds once it has built: what it was given is still there beside the graph
    holds = server.memory_info().rss >> 20 if server else None
    disk = sum(path.stat().st_size for path in stored.rglob("*") if path.is_file()) / 1e6
    added = in_process("dateline", str(more), where)
    latency = [sys.executable, str(Path(__file__).with_name("latency.py")), where, questions, "--json"]
    done = subprocess.run([*latency, "-n", str(ASKED)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    asked = json.loads(done.stdout.splitlines()[-1])
    return {
        "place": "server" if server else "folder",
        "passages": built["passages"],
        "build_seconds": built["seconds"],
        "build_cpu_seconds": built["cpu_seconds"],
        "build_mb": built["peak_mb"],
        "disk_mb": round(disk),
        "add_seconds": added["seconds"],
        "answering_mb": asked["peak_mb"],
        "server_mb": holds,
        "load": round(os.getloadavg()[1], 1),
        **{name: round(value, 2) for name, value in asked.items() if name in COLUMNS and name != "passages"},
    }


def grow(arguments: argparse.Namespace) -> None:
    """Measure the sizes that are not in `--out` yet."""
    from tests.chroma import chroma

    out, place = Path(arguments.out), "server" if arguments.server else "folder"
    rows = list(records(out)) if out.exists() else []
    have = {row["size"] for row in rows if row["place"] == place}
    sizes = [size for size in sorted(arguments.passages) if size not in have]
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        work = Path(folder)
        os.environ["DATELINE_CHROMA_CACHE"] = str(work / "derived")
        paths, more = write_sizes(arguments.articles, sizes, work)
        for size, path in zip(sizes, paths, strict=True):
            stored, process = work / "stored", None
            with ExitStack() as running:
                where = str(stored)
                if arguments.server:
                    where = running.enter_context(chroma(stored)).url
                    process = next(one for one in psutil.Process().children() if "chroma" in " ".join(one.cmdline()))
                row = {"size": size, **measure(path, more, where, stored, arguments.questions, process)}
            with out.open("a") as file:
                file.write(json.dumps({**row, "machine": machine()}) + "\n")
            print(json.dumps(row), flush=True)
            shutil.rmtree(stored, ignore_errors=True)
            shutil.rmtree(work / "derived", ignore_errors=True)


def fit(rows: Sequence[dict[str, Any]], name: str) -> tuple[float, float]:
    """Return the base of a figure, and what a million passages add to it."""
    sizes, values = (np.array([row[key] for row in rows], dtype=float) for key in ("passages", name))
    each, base = np.polyfit(sizes / 1e6, values, 1, w=1 / values)
    return float(base), float(each)


def at(rows: Sequence[dict[str, Any]], name: str, passages: float) -> float:
    """Return the value that the fit gives for so many passages."""
    base, each = fit(rows, name)
    return base + each * passages / 1e6


def tell(rows: Sequence[dict[str, Any]], memory: float, disk: float) -> None:
    """Print of each place the table, the fits, and what they say of more."""
    for place in sorted({row["place"] for row in rows}):
        mine = sorted((row for row in rows if row["place"] == place), key=lambda row: row["passages"])
        print(f"\n{place}; {mine[-1]['machine']}\n\n| {' | '.join(COLUMNS)} |\n{'| --- ' * len(COLUMNS)}|")
        for row in mine:
            print(f"| {' | '.join('' if row.get(name) is None else f'{row[name]:,}' for name in COLUMNS)} |")
        names = [name for name in FITTED if mine[0][name] is not None]
        further = " | ".join(f"{size:,}" for size in FURTHER)
        print(f"\n| {place}, fitted | {further} | base | a million more |\n{'| --- ' * 5}|")
        for name in names:
            values = (*(at(mine, name, size) for size in FURTHER), *fit(mine, name))
            print(f"| {name} | {' | '.join(f'{value:,.4g}' for value in values)} |")
        for size in FURTHER:
            held = at(mine, "server_mb" if "server_mb" in names else "build_mb", size) / 1e3
            stored = at(mine, "disk_mb", size) / 1e3 * (1 if "server_mb" in names else GENERATIONS)
            dollars = held * memory * HOURS + stored * disk
            needs = f"{held:,.0f} GB of memory and {stored:,.0f} GB of disk"
            print(f"\n{size:,}: a machine with {needs}, ${dollars:,.0f} a month")


def draw(rows: Sequence[dict[str, Any]], path: str) -> None:
    """Draw four plots, folder beside server, with their fits."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained")
    shown = {
        "Building, seconds": "build_seconds",
        "Adding 20 articles, seconds": "add_seconds",
        "Search and answer, p50, ms": ("search_p50_ms", "answer_p50_ms"),
        "Memory of an answering process, and disk, MB": ("answering_mb", "disk_mb"),
    }
    for axes, (title, names) in zip(figure.subplots(2, 2).flat, shown.items(), strict=True):
        for place, style in (("folder", "-"), ("server", "--")):
            mine = sorted((row for row in rows if row["place"] == place), key=lambda row: row["passages"])
            for number, name in enumerate((names,) if isinstance(names, str) else names):
                if not mine:
                    continue
                x = np.array([row["passages"] for row in mine])
                color, label = f"C{number}", f"{place}: {name.rpartition('_')[0].replace('_', ' ')}"
                axes.plot(x, [row[name] for row in mine], "o" if style == "-" else "s", color=color)
                axes.plot(x, [at(mine, name, size) for size in x], style, color=color, label=label)
        axes.set(xscale="log", yscale="log", title=title, xlabel="passages")
        axes.grid(alpha=0.3, which="both")
        axes.legend(fontsize=8)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "growth"}):  # text as text; the same file each time
        figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, or print and draw what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?")
    parser.add_argument("questions", nargs="?")
    parser.add_argument("--passages", type=int, nargs="+", default=SIZES)
    parser.add_argument("--server", action="store_true")
    parser.add_argument("--out", default="growth.jsonl")
    parser.add_argument("--work", help="where the indexes are made; needs 15 GB for a million passages")
    parser.add_argument("--plot", nargs="+", metavar="JSONL")
    parser.add_argument("--svg", help="with --plot: the file for the curves")
    parser.add_argument("--dollars-memory", type=float, default=0.008, help="a GB an hour")
    parser.add_argument("--dollars-disk", type=float, default=0.08, help="a GB a month")
    arguments = parser.parse_args()
    if arguments.plot:
        rows = [row for path in arguments.plot for row in records(path)]
        tell(rows, arguments.dollars_memory, arguments.dollars_disk)
        if arguments.svg:
            draw(rows, arguments.svg)
        return
    if arguments.questions is None:
        parser.error("name the articles and the questions")
    grow(arguments)


if __name__ == "__main__":
    command(main)
