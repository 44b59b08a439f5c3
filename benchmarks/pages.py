"""How much of an article comes back out of a web page, and what comes with it that is not the article's.

    python benchmarks/pages.py [--corpus ARTICLES] [-n 100] [--seed 1]

Each of n articles is rendered by every template of `date_pages.py` and read as a saved page. Found are paragraphs that
stand in what was read, word by word; not the article's are paragraphs read that do not stand in it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from date_pages import TEMPLATES, Template
from measure import command, machine

from index.articles import Article
from index.readers import Record, read
from index.readers.formats import read_input
from index.readers.inputs import Input

ARTICLES = Path(__file__).parent.parent / "articles"
_CHARACTERS = 500  # a notice is no article


def main() -> None:
    """Print a row a template."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=str(ARTICLES))
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(machine(), end="\n\n")
    print("| template | pages | not read | paragraphs | found | not the article's | titles right |")
    print("| --- " * 7 + "|")
    articles = list(islice(_articles(arguments.corpus), arguments.n))
    for name, template in TEMPLATES.items():
        print(_row(name, template, articles, arguments.seed), flush=True)


def _articles(corpus: str) -> Iterator[Article]:
    for item in read([corpus]):
        if isinstance(item, Record) and item.article.source.published and len(item.article.text) > _CHARACTERS:
            yield item.article


def _row(name: str, template: Template, articles: list[Article], seed: int) -> str:
    paragraphs = found = others = titles = failed = 0
    for number, article in enumerate(articles):
        page = template(article, random.Random(seed + number))
        given = Input.of(page.html.encode(), page.url, "page.html", url=page.url)
        (item,) = read_input(given)
        if not isinstance(item, Record):
            failed += 1
            continue
        own, text = _words(article.text), _words(item.article.text)
        lines = [words for line in article.text.split("\n") if (words := _words(line))]
        paragraphs += len(lines)
        found += sum(line in text for line in lines)
        others += sum(_words(piece) not in own for piece in item.article.text.split("\n\n"))
        titles += _words(item.article.source.title) == _words(article.source.title)
    return (
        f"| {name} | {len(articles)} | {failed} | {paragraphs:,} | {found / max(paragraphs, 1):.3f} | {others} "
        f"| {titles / max(len(articles) - failed, 1):.3f} |"
    )


def _words(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    command(main)
