"""How often the passage that answers is found first: R@1, R@3, R@10, R@100, MRR@10, nDCG@10, with 95 % intervals.

    python benchmarks/retrieval.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --years 2024
                                   [--index DIR] [--baselines] [--looser] [--ablate]
    python benchmarks/retrieval.py --beir DIR [--split test] [--index DIR] [--baselines]

A passage is a hit when it holds the answer (folded, whole words, in title or text) and its article is judged
relevant; in a BEIR folder, which knows no answers, when its document is relevant. nDCG@10 ranks articles, each by
its first passage. Questions are asked on their day. `--baselines` adds bm25s and the stock LangChain chain on the
same articles, `--looser` two rows that count either half of a hit, since judgements are never complete, `--ablate` a
row for each part of the ranking left out. Without arguments: the sample's own questions.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure import (
    Question,
    command,
    header,
    holds,
    holds_answer,
    is_judged,
    key,
    load_beir,
    load_questions,
    machine,
    milliseconds,
    ndcg,
    row,
)

from index import NewsIndex
from index.errors import BadRequest
from index.ranking import Weights

Hits = Callable[[Question, str | None, str, str], bool]
HERE = Path(__file__).parent
FOUND = 100  # passages looked at
LOOSER: dict[str, Hits] = {
    "any passage with the answer": holds_answer,
    "any passage of a judged article": is_judged,
}
LEFT_OUT = {
    "the words in title, outlet and day": Weights(heading=0),
    "BM25 (the words still choose candidates)": Weights(bm25=0),
    "the cosine (the vectors still choose candidates)": Weights(cosine=0),
    "what is news on the day of asking": Weights(news=0),
    "the year before": Weights(lately=0),
    "time": Weights(news=0, lately=0),
    "the period named": Weights(period=0),
    "the spread over articles": Weights(spread=1),
}


@dataclass
class Ranked:
    """What a method found, question by question: the rank of the first hit (None: no hit) and nDCG@10."""

    ranks: list[int | None] = field(default_factory=list)
    ndcgs: list[float] = field(default_factory=list)
    is_hit: Hits = holds

    def add(self, question: Question, passages: Sequence[tuple[str, str, str]]) -> None:
        """Take the passages (key of the article, title, text) found for the next question, best first."""
        self.ranks.append(first(question, passages, self.is_hit))
        self.ndcgs.append(ndcg(question, [name for name, _, _ in passages]))

    def row(self, name: str) -> str:
        """Return the table row."""
        return row(name, self.ranks, self.ndcgs)


def first(question: Question, passages: Sequence[tuple[str | None, str, str]], is_hit: Hits = holds) -> int | None:
    """Return the rank, from 1, of the first passage (key of the article, title, text) that is a hit."""
    return next((rank for rank, passage in enumerate(passages, 1) if is_hit(question, *passage)), None)


def by_dateline(index: NewsIndex, questions: Sequence[Question], is_hit: Hits = holds) -> Ranked:
    """Rank by Dateline's search."""
    ranked = Ranked(is_hit=is_hit)
    for question in questions:
        hits = index.search(question.text, FOUND, asked_on=question.asked_on)
        sources = [(key(hit.passage.source), hit.passage.source.title, hit.passage.text) for hit in hits]
        ranked.add(question, sources)
    return ranked


def searches_for_ten(index: NewsIndex, questions: Sequence[Question]) -> list[float]:
    """Return the seconds of a search for ten, question by question."""
    times = []
    for question in questions:
        start = time.perf_counter()
        index.search(question.text, 10, asked_on=question.asked_on)
        times.append(time.perf_counter() - start)
    return times


def by_bm25s(corpus: str, questions: Sequence[Question]) -> Ranked:
    """Rank by bm25s with stemming over title and 1,000-character chunks."""
    chunks, found, _ = bm25s_found(corpus, questions)
    ranked = Ranked()
    for question, rows in zip(questions, found, strict=True):
        ranked.add(question, [chunks[i] for i in rows])
    return ranked


def bm25s_found(corpus: str, questions: Sequence[Question], k: int = FOUND):
    """Return the chunks (key, title, text) and by question the places (n, k) and scores (n, k) of the best."""
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
    return chunks, *retriever.retrieve(tokens, k=min(k, len(chunks)), show_progress=False)


def by_langchain(corpus: str, questions: Sequence[Question]) -> Ranked:
    """Rank by the stock chain: bare chunks in langchain-chroma, with the shipped model, exact distances by Chroma."""
    from building import stock_store

    with tempfile.TemporaryDirectory() as folder:
        rows = [{"url": key(s), "title": s.title, "outlet": s.outlet, "text": text} for s, text in articles(corpus)]
        store, ranked = stock_store(rows, folder), Ranked()
        for question in questions:
            found = store.similarity_search(question.text, k=FOUND)
            ranked.add(question, [(d.metadata["url"], "", d.page_content) for d in found])
        return ranked


def stock_chunks(corpus: str):
    """Yield (key, title, chunk) as LangChain's recursive splitter cuts."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=0)
    for source, text in articles(corpus):
        for chunk in splitter.split_text(text):
            yield key(source), source.title, chunk


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
    parser.add_argument("--beir", metavar="DIR", help="a BEIR folder in place of corpus, questions and judgements")
    parser.add_argument("--split", default="test", help="whose qrels: DIR/qrels/SPLIT.tsv")
    parser.add_argument("--index", help="an index of the corpus that is there already")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--looser", action="store_true", help="count half a hit too: answer alone, article alone")
    parser.add_argument("--ablate", action="store_true", help="leave out each part of the ranking in turn")
    arguments = parser.parse_args()

    corpus = arguments.corpus
    if arguments.beir:
        corpus = str(Path(arguments.beir) / "corpus.jsonl")
        questions = load_beir(arguments.beir, arguments.split)
    else:
        questions = load_questions(corpus, arguments.questions, arguments.judged, arguments.years)
    if not questions:
        raise BadRequest("No question is judged: nothing to measure.")
    print(f"{len(questions)} questions; {machine()}\n\n{header('nDCG@10')}")
    methods: dict[str, Callable[[str, Sequence[Question]], Ranked]] = {}
    if arguments.baselines:
        methods = {"bm25s, stemmed, title + chunk": by_bm25s, "stock LangChain chain, same model": by_langchain}
    for name, method in methods.items():
        print(method(corpus, questions).row(name), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        index_dir = arguments.index or build_index(corpus, folder)
        with NewsIndex.open(index_dir) as index:
            print(by_dateline(index, questions).row("Dateline"), flush=True)
            times = searches_for_ten(index, questions)
            for counted, is_hit in LOOSER.items() if arguments.looser else ():
                print(by_dateline(index, questions, is_hit).row(f"Dateline, {counted}"), flush=True)
        for part, weights in LEFT_OUT.items() if arguments.ablate else ():
            with NewsIndex.open(index_dir, weights=weights) as index:
                print(by_dateline(index, questions).row(f"without {part}"), flush=True)
        print(f"\nsearch, k=10: {milliseconds(times)}")


def build_index(corpus: str, folder: str) -> str:
    """Build an index of the corpus in a folder and return its path."""
    from index import build

    build([corpus], folder)
    return folder


if __name__ == "__main__":
    command(main)
