"""`python -m assistant check`: a text held against articles, each sentence by itself. Knows nothing of who wrote it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.arguments import run
from index.arguments import Parser
from index.characters import inert
from index.errors import ArticleMissing, BadRequest

if TYPE_CHECKING:
    from assistant.checks import Evidence
    from assistant.types import Check
    from index.articles import Article

LONGEST = 200_000  # characters of a text
MOST_ARTICLES = 200

_EPILOG = """examples:
  python -m assistant check "The deal is worth $2.5 billion [1]." --against article.md
  python -m assistant check - --against articles/*.html --json < answer.txt
  python -m assistant check "Turkey signed the deal." --against https://example.org/deal --index news-index

[1] is the first article, [2] the second. A text without such numbers is held against all articles together.
Exit code: 0 where all is supported, 1 where something is not, 2 where nothing could be checked."""


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0 (all supported), 1 (something is not) or 2 (one sentence on stderr says why not)."""
    return run(lambda: _run(_parser().parse_args(argv)))


def _parser() -> Parser:
    made = Parser(
        prog="python -m assistant check",
        description="Check each sentence of a text against articles.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("text", metavar="TEXT", help="what is to be checked; - reads it from the standard input")
    made.add_argument(
        "--against", metavar="ARTICLE", nargs="+", required=True, help="files, or with --index ids or URLs of articles"
    )
    made.add_argument("--index", metavar="DIR", help="take the articles from this index")
    made.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return made


def _run(args: argparse.Namespace) -> int:
    from assistant.checks import Evidence, check

    text = (sys.stdin.read() if args.text == "-" else args.text).strip()
    if not text:
        raise BadRequest("The text is empty: give what is to be checked.")
    if len(text) > LONGEST:
        raise BadRequest(f"The text has {len(text):,} characters: give at most {LONGEST:,}.")
    articles = list(_indexed(args.against, args.index) if args.index else _read(args.against))
    if len(articles) > MOST_ARTICLES:
        raise BadRequest(f"These are {len(articles):,} articles: give at most {MOST_ARTICLES}.")
    evidence = {number: Evidence(one.source, one.text) for number, one in enumerate(articles, start=1)}
    checks = check(text, evidence, uncited=tuple(evidence) if not _cites(text, evidence) else ())
    if args.json:
        print(json.dumps(_as_json(text, checks, articles), ensure_ascii=False))
    else:
        for line in _lines(text, checks, evidence):
            print(inert(line))
    return int(any(one.verdict != "supported" for one in checks))


def _cites(text: str, evidence: Mapping[int, Evidence]) -> bool:
    from assistant.citations import cited

    return any(number in evidence for number in cited(text))


def _read(sources: Sequence[str]) -> Iterator[Article]:
    """Yield the articles of files. Raises: BadRequest where one cannot be read."""
    from index.readers import Record, Unreadable, read

    for item in read(sources):
        if isinstance(item, Unreadable):
            raise BadRequest(f"{item.source}: {item.reason}.")
        if isinstance(item, Record):
            yield item.article


def _indexed(names: Sequence[str], folder: str) -> Iterator[Article]:
    """Yield articles of an index by id or URL. Raises: ArticleMissing and the errors of an index."""
    from index import NewsIndex

    with NewsIndex.open(folder) as index:
        for name in names:
            try:
                yield index.article(name)
            except ArticleMissing as error:
                raise BadRequest(str(error)) from error


def _lines(text: str, checks: Sequence[Check], evidence: Mapping[int, Evidence]) -> Iterator[str]:
    from assistant.attribution import attribution

    for one in checks:
        yield f"{one.verdict}: {' '.join(text[one.start : one.end].split())}"
        if one.verdict != "supported":
            yield f"  {one.reason}"
        if one.evidence is not None:
            source = evidence[one.evidence.number].source
            yield f"  [{one.evidence.number}] “{' '.join(one.evidence.quote.split())}” {attribution(source)}"


def _as_json(text: str, checks: Sequence[Check], articles: Sequence[Article]) -> dict[str, object]:
    return {
        "text": text,
        "supported": all(one.verdict == "supported" for one in checks),
        "checks": [{"sentence": text[one.start : one.end], **asdict(one)} for one in checks],
        "articles": [
            {
                "number": number,
                "article_id": one.source.id,
                "title": one.source.title,
                "outlet": one.source.outlet,
                "url": one.source.url,
                "published": one.source.published.isoformat() if one.source.published else None,
            }
            for number, one in enumerate(articles, start=1)
        ],
    }
