"""How often the quotes hold the answer, each share with its n and 95 % interval.

    python benchmarks/quotes.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --years 2024
                                [--index DIR] [--weights FILE] [--ablate] [--show N]
    python benchmarks/quotes.py --xquad FILE.json

A quote holds the answer when the answer stands in it (folded, whole words); "judged" also asks that its article is
judged relevant. Questions are asked on their day: first as a user asks them, where a refusal holds nothing; then by the
choice of sentences alone. The baseline takes BM25's ten passages and of them the sentences with the highest summed idf
of shared terms. `--ablate` leaves each group of parts, then each part, out of the weighing. `--show` prints N quotes.

With `--xquad`: the share of SQuAD-like questions whose answering sentence is quoted first, where only its paragraph is
read, and from one index of all paragraphs; also of the articles that training holds out. Without arguments: the
sample's own questions.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from measure import Question, folded, interval, key, load_questions, machine
from retrieval import HERE, build_index

from assistant import Assistant
from assistant.asked import Asked, take_apart
from assistant.evidence import PARTS
from assistant.quotes import Quote, choose, learned
from index import Article, Hit, NewsIndex, Snapshot, Source
from index.generations import Generations
from index.lexical import Filters, Lexical, content_terms, terms
from index.passages import passages, sentences

Said = list[tuple[str | None, str]]  # the URL of each quote's article, and its text
COLUMNS = ("in the first", "in the first three", "judged, first", "judged, first three")


def holds(question: Question, said: Said) -> tuple[bool, bool, bool, bool]:
    """Tell whether the first quote and one of the first three hold the answer, and the same where judged."""
    answer = folded(question.answer)
    right = [answer in folded(text) for _, text in said[:3]]
    judged = [there and url in question.urls for there, (url, _) in zip(right, said, strict=False)]
    return any(right[:1]), any(right), any(judged[:1]), any(judged)


def line(name: str, results: Sequence[tuple[bool, ...]]) -> str:
    """Return a table row: each column's share with its interval."""
    cells = [interval(np.array(column, dtype=float)) for column in zip(*results, strict=True)]
    return f"| {name} | {' | '.join(f'{mean:.3f} ({low:.3f}-{high:.3f})' for mean, low, high in cells)} |"


def as_asked(index_dir: str, questions: Sequence[Question]) -> tuple[list[Said], int]:
    """Return what a user gets, and how many questions were refused."""
    with Assistant.open(index_dir) as assistant:
        answers = [assistant.answer(question.text, asked_on=question.asked_on) for question in questions]
    said = [[(key(citation.source), citation.quote) for citation in answer.citations] for answer in answers]
    return said, sum(not answer.answered for answer in answers)


def chosen(live: Snapshot, question: str, hits: Sequence[Hit], weights: dict[str, float]) -> list[Quote]:
    """Return the quotes chosen from hits, whether or not the question would have been refused."""
    return choose(take_apart(question, live.idf, live.info().passages), hits, weights)


def baseline(index_dir: str, live: Snapshot, question: str) -> Said:
    """Return the sentences of BM25's ten passages that share most with the question, by summed idf."""
    words = content_terms(question)
    found: list[tuple[float, str | None, str]] = []
    generations = Generations(index_dir)
    lexical = Lexical.open(generations.path(generations.current()) / "lexical")
    for match in lexical.search(words, 10, Filters()):
        article = live.article(match.article)
        text = article.text[match.start : match.end]
        for start, end in sentences(text):
            score = sum(live.idf(term) for term in set(words) & set(terms(text[start:end])))
            found.append((score, key(article.source), text[start:end]))
    return [(url, text) for _, url, text in sorted(found, key=lambda item: -item[0])[:3]]


def measure(index_dir: str, questions: Sequence[Question], weights: dict[str, float], ablate: bool, show: int) -> None:
    """Print the tables."""
    print(f"| quotes | {' | '.join(COLUMNS)} |\n| --- | --- | --- | --- | --- |")
    said, refused = as_asked(index_dir, questions)
    rows = partial(map, holds, questions)
    print(line(f"as a user gets them, {refused / len(questions):.1%} refused", list(rows(said))), flush=True)
    with NewsIndex.open(index_dir).snapshot() as live:
        hits = [live.search(question.text, asked_on=question.asked_on) for question in questions]

        def by(some: dict[str, float]) -> list[list[Quote]]:
            return [chosen(live, question.text, found, some) for question, found in zip(questions, hits, strict=True)]

        whole = by(weights)
        print(line("refusals ignored", list(rows(map(pairs, whole)))), flush=True)
        base = [baseline(index_dir, live, question.text) for question in questions]
        print(line("baseline: BM25's ten passages, shared idf", list(rows(base))), flush=True)
        for name in without(weights) if ablate else ():
            left = {key: value for key, value in weights.items() if name not in (key, PARTS[key].group)}
            print(line(f"without {name}", list(rows(map(pairs, by(left))))), flush=True)
    for quote in random.Random(1).sample([quote for quotes in whole for quote in quotes], show):
        print(f"- {' '.join(quote.text.split())}")


def pairs(quotes: Sequence[Quote]) -> Said:
    """Return what `holds` looks at."""
    return [(key(quote.source), quote.text) for quote in quotes]


def without(weights: dict[str, float]) -> list[str]:
    """Return what can be left out: the groups, then the parts."""
    return [*dict.fromkeys(PARTS[name].group for name in weights), *weights]


@dataclass(frozen=True)
class About:
    """A question about a paragraph, and where the answer stands in it. `held_out`: training leaves it alone."""

    paragraph: int
    text: str
    start: int
    end: int
    held_out: bool

    def right(self, quotes: Sequence[Quote]) -> bool:
        """Tell whether the first quote covers the answer where it stands."""
        return any(quote.start <= self.start and self.end <= quote.end for quote in quotes[:1])


def measure_paragraphs(path: str, weights: dict[str, float]) -> None:
    """Print the share of questions whose answering sentence is quoted first."""
    paragraphs, questions = read_paragraphs(path)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "paragraphs.jsonl"
        records = ({"url": page(n), "title": "", "text": text} for n, text in enumerate(paragraphs))
        corpus.write_text("\n".join(map(json.dumps, records)))
        with NewsIndex.open(build_index(str(corpus), f"{folder}/index")).snapshot() as live:
            within = [one.right(choose(*alone(paragraphs, one), weights)) for one in questions]
            among = []
            for one in questions:
                quotes = chosen(live, one.text, live.search(one.text), weights)
                among.append(one.right(quotes) and quotes[0].source.url == page(one.paragraph))
    print("| read | first quote holds the answer | n |\n| --- | --- | --- |")
    for name, right in (("only its paragraph", within), ("all paragraphs as one index", among)):
        print_share(name, right)
        print_share(f"{name}, held out", [yes for yes, one in zip(right, questions, strict=True) if one.held_out])


def print_share(name: str, right: Sequence[bool]) -> None:
    """Print a table row; nothing where nothing was measured."""
    if right:
        share, low, high = interval(np.array(right, dtype=float))
        print(f"| {name} | {share:.3f} ({low:.3f}-{high:.3f}) | {len(right)} |")


def page(paragraph: int) -> str:
    """Return the address a paragraph is indexed under."""
    return f"https://paragraphs.example/{paragraph}"


def read_paragraphs(path: str) -> tuple[list[str], list[About]]:
    """Return the paragraphs of a file in SQuAD's form, and the questions; those of every other article are held out."""
    paragraphs: list[str] = []
    questions: list[About] = []
    for number, article in enumerate(json.loads(Path(path).read_text(encoding="utf-8"))["data"]):
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                answer = question["answers"][0]
                start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                questions.append(About(len(paragraphs), question["question"], start, end, bool(number % 2)))
            paragraphs.append(paragraph["context"])
    return paragraphs, questions


def alone(paragraphs: Sequence[str], one: About) -> tuple[Asked, list[Hit]]:
    """Return a question taken apart, and its hits, where nothing but its paragraph is indexed."""
    found = passages(Article(Source("0" * 16, ""), paragraphs[one.paragraph]))
    words = [set(terms(passage.text)) for passage in found]

    def idf(term: str) -> float:
        count = sum(term in there for there in words)
        return math.log(1 + (len(words) - count + 0.5) / (count + 0.5))

    return take_apart(one.text, idf, len(found)), [Hit(passage, 1.0, {}) for passage in found]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=str(HERE.parent / "articles"))
    parser.add_argument("--questions", default=str(HERE / "sample" / "questions.jsonl"))
    parser.add_argument("--judged", default=str(HERE / "sample" / "judged.jsonl"))
    parser.add_argument("--years", nargs="*", default=[], help="only questions asked in these years")
    parser.add_argument("--index", help="an index of the corpus that is there already")
    parser.add_argument("--weights", type=Path, help="weights to choose by instead of the learned ones")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    parser.add_argument("--xquad", metavar="FILE")
    arguments = parser.parse_args()

    weights = json.loads(arguments.weights.read_text())["weights"] if arguments.weights else learned()
    print(machine())
    if arguments.xquad:
        measure_paragraphs(arguments.xquad, weights)
        return
    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, arguments.years)
    print(f"{len(questions)} questions\n")
    with tempfile.TemporaryDirectory() as folder:
        index_dir = arguments.index or build_index(arguments.corpus, folder)
        measure(index_dir, questions, weights, arguments.ablate, arguments.show)


if __name__ == "__main__":
    main()
