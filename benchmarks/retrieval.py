"""How often the passage that answers is found first: R@1, R@3, R@10, R@100, MRR@10, each with a 95 % interval.

    python benchmarks/retrieval.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --years 2024
                                   [--index DIR] [--baselines]

A passage is a hit when it holds the answer (folded, whole words, in title or text) and its article is judged
relevant. Questions are asked on their day. `--baselines` adds bm25s and the stock LangChain chain on the same
articles. Without arguments: the sample's own questions.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import HEADER, Question, holds, load_questions, machine, milliseconds, row

HERE = Path(__file__).parent


def dateline_ranks(index_dir: str, questions: Sequence[Question]) -> tuple[list[int | None], list[float]]:
    """Return the rank of each question's first hit by Dateline's search, and the seconds of a search for ten."""
    from index import NewsIndex

    index = NewsIndex.open(index_dir)
    ranks, times = [], []
    for question in questions:
        hits = index.search(question.text, 100, asked_on=question.asked_on)
        sources = [(hit.passage.source.url, hit.passage.source.title, hit.passage.text) for hit in hits]
        ranks.append(first(question, sources))
    for question in questions:
        start = time.perf_counter()
        index.search(question.text, 10, asked_on=question.asked_on)
        times.append(time.perf_counter() - start)
    return ranks, times


def first(question: Question, passages: Sequence[tuple[str | None, str, str]]) -> int | None:
    """Return the rank, from 1, of the first passage (url, title, text) that answers."""
    return next((rank for rank, passage in enumerate(passages, 1) if holds(question, *passage)), None)


def bm25s_ranks(corpus: str, questions: Sequence[Question]) -> list[int | None]:
    """Rank by bm25s with stemming over title and 1,000-character chunks."""
    import bm25s
    import Stemmer

    chunks = list(stock_chunks(corpus))
    stemmer = Stemmer.Stemmer("english")
    retriever = bm25s.BM25()
    retriever.index(
        bm25s.tokenize([f"{title}\n{text}" for _, title, text in chunks], stemmer=stemmer, show_progress=False),
        show_progress=False,
    )
    tokens = bm25s.tokenize([question.text for question in questions], stemmer=stemmer, show_progress=False)
    found, _ = retriever.retrieve(tokens, k=min(100, len(chunks)), show_progress=False)
    return [first(question, [chunks[i] for i in rows]) for question, rows in zip(questions, found, strict=True)]


def langchain_ranks(corpus: str, questions: Sequence[Question]) -> list[int | None]:
    """Rank by the stock chain: bare chunks in langchain-chroma, with the shipped model, exact distances by Chroma."""
    from building import stock_store

    with tempfile.TemporaryDirectory() as folder:
        rows = [{"url": s.url, "title": s.title, "outlet": s.outlet, "text": text} for s, text in articles(corpus)]
        store = stock_store(rows, folder)
        ranks = []
        for question in questions:
            found = store.similarity_search(question.text, k=100)
            ranks.append(first(question, [(d.metadata["url"], "", d.page_content) for d in found]))
        return ranks


def stock_chunks(corpus: str):
    """Yield (url, title, chunk) as LangChain's recursive splitter cuts."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=0)
    for source, text in articles(corpus):
        for chunk in splitter.split_text(text):
            yield source.url, source.title, chunk


def articles(corpus: str):
    """Yield (source, text) of every article of a corpus."""
    from index.readers import Record, read

    for item in read([corpus]):
        if isinstance(item, Record):
            yield item.article.source, item.article.text


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=str(HERE.parent / "articles"))
    parser.add_argument("--questions", default=str(HERE / "sample" / "questions.jsonl"))
    parser.add_argument("--judged", default=str(HERE / "sample" / "judged.jsonl"))
    parser.add_argument("--years", nargs="*", default=[], help="only questions asked in these years")
    parser.add_argument("--index", help="an index of the corpus that is there already")
    parser.add_argument("--baselines", action="store_true")
    arguments = parser.parse_args()

    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, arguments.years)
    print(f"{len(questions)} questions; {machine()}\n\n{HEADER}")
    methods: dict[str, Callable[[], list[int | None]]] = {}
    if arguments.baselines:
        methods["bm25s, stemmed, title + chunk"] = lambda: bm25s_ranks(arguments.corpus, questions)
        methods["stock LangChain chain, same model"] = lambda: langchain_ranks(arguments.corpus, questions)
    for name, method in methods.items():
        print(row(name, method()), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        index_dir = arguments.index or build_index(arguments.corpus, folder)
        ranks, times = dateline_ranks(index_dir, questions)
        print(row("Dateline", ranks))
        print(f"\nsearch, k=10: {milliseconds(times)}")


def build_index(corpus: str, folder: str) -> str:
    """Build an index of the corpus in a folder and return its path."""
    from index import build

    build([corpus], folder)
    return folder


if __name__ == "__main__":
    main()
