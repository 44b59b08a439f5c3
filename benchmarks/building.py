"""How fast an index is built, beside stock LangChain, and what it takes: seconds, passages a second, memory, disk.

    python benchmarks/building.py ARTICLES.jsonl[.xz] [--stock 2000] [--more 20] [--keep DIR]

Builds the whole corpus but the last `--more` articles, then adds those; and the first `--stock` articles once by
Dateline and once by LangChain (RecursiveCharacterTextSplitter, Chroma.from_documents, the same embedding model).
Every build runs in a process of its own; seconds are wall time, cpu_seconds are
those of all its processes, memory is the peak of the first.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import machine, peak_mb, records

KEYS = ("seconds", "cpu_seconds", "passages", "passages_a_second", "peak_mb", "disk_mb")


def stock_store(articles: list[dict[str, Any]], folder: str) -> Any:
    """Return the LangChain Chroma store that the stock recipe makes of articles, with Dateline's shipped model."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from index.embedding import load_embedder

    model = load_embedder()

    class Shipped(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return model.encode_documents(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return model.encode_queries([text])[0].tolist()

    documents = [
        Document(record["text"], metadata={"url": record["url"] or "", "title": record["title"]}) for record in articles
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=0).split_documents(documents)
    return Chroma.from_documents(chunks, Shipped(), persist_directory=folder)


def run_one(how: str, source: str, folder: str) -> dict[str, Any]:
    """Build in this process and return the figures."""
    start = time.perf_counter()
    if how == "stock":
        passages = stock_store(list(records(source)), folder)._collection.count()
    else:
        from index import build

        passages = build([source], folder).passages
    seconds = time.perf_counter() - start
    disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in used), 2),
        "passages": passages,
        "passages_a_second": round(passages / seconds),
        "peak_mb": peak_mb(),
        "disk_mb": round(disk / 1e6),
    }


def in_process(how: str, source: str, folder: str) -> dict[str, Any]:
    """Build in a fresh process, with starting it in the seconds of nothing."""
    command = [sys.executable, __file__, source, "--one", how, "--keep", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def write(path: Path, articles: Any) -> str:
    """Write articles as JSON lines and return the path."""
    path.write_text("".join(json.dumps(article) + "\n" for article in articles))
    return str(path)


def show(name: str, figures: dict[str, Any]) -> None:
    print(f"| {name} | {' | '.join(str(figures[key]) for key in KEYS)} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles")
    parser.add_argument("--stock", type=int, default=2000)
    parser.add_argument("--more", type=int, default=20)
    parser.add_argument("--keep", help="leave the whole index in this folder")
    parser.add_argument("--one", choices=("dateline", "stock"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(run_one(arguments.one, arguments.articles, arguments.keep)))
        return
    articles = list(records(arguments.articles))
    print(f"{len(articles)} articles; {machine()}\n\n| build | {' | '.join(KEYS)} |\n|{' --- |' * (len(KEYS) + 1)}")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        whole = arguments.keep or str(folder / "whole")
        some = write(folder / "some.jsonl", itertools.islice(articles, arguments.stock))
        ours = in_process("dateline", some, str(folder / "ours"))
        show(f"Dateline, {arguments.stock} articles", ours)
        stock = in_process("stock", some, str(folder / "stock"))
        show(f"stock LangChain, {arguments.stock} articles", stock)
        show(
            "Dateline, all but the last",
            in_process("dateline", write(folder / "a.jsonl", articles[: -arguments.more]), whole),
        )
        show(
            f"Dateline, {arguments.more} more",
            in_process("dateline", write(folder / "b.jsonl", articles[-arguments.more :]), whole),
        )
        print(f"\nDateline : stock, passages a second: {ours['passages_a_second'] / stock['passages_a_second']:.1f}")
        print(f"The load on the machine at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
