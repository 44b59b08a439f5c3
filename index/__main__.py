"""`python -m index`: build, remove, list, info, search, rollback. Reads the environment; decides nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from index.arguments import Parser, day, run, scope_lines
from index.characters import inert
from index.errors import BadRequest
from index.ranking import PARTS, explain

if TYPE_CHECKING:
    from index.articles import Source
    from index.building import BuildReport
    from index.finding import Hit

DEFAULT_INDEX = "news-index"
_SECONDS_A_LINE = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (built, but some sources failed) or 2 (one sentence on stderr says why not)."""

    def command() -> int:
        arguments = _parser().parse_args(argv)
        return int(arguments.run(arguments))

    return run(command)


def _parser() -> Parser:
    parser = Parser(prog="python -m index", description="Build and search an index of news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Any, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.add_argument(
            "--index",
            metavar="DIR",
            default=os.environ.get("DATELINE_INDEX") or DEFAULT_INDEX,
            help="the index's folder (default: $DATELINE_INDEX, else news-index)",
        )
        sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        sub.set_defaults(run=function)
        return sub

    sub = command("build", _build, "Add articles to the index, or make it.")
    sub.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or a glob")
    sub.add_argument(
        "--embedding", metavar="NAME", help="a sentence-transformers model or folder (default: the shipped one)"
    )
    sub.add_argument("--fresh", action="store_true", help="start from nothing instead of adding")

    sub = command("remove", _remove, "Remove articles from the index.")
    sub.add_argument("articles", nargs="+", metavar="ID_OR_URL")

    sub = command("list", _list, "List the articles, newest first.")
    sub.add_argument("-n", "--limit", type=int, metavar="N", help="at most so many")

    command("info", _info, "Say what the index holds and how it was made.")
    command("rollback", _rollback, "Go back to the generation before the live one.")

    sub = command("search", _search, "Find passages.")
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument("-k", type=int, default=10, metavar="N", help="how many passages (default: 10)")
    sub.add_argument("--asked-on", type=day, metavar="DATE", help="the day of asking: articles near it count more")
    sub.add_argument("--outlet", action="append", default=[], metavar="X", help="only this outlet (may be given again)")
    sub.add_argument("--since", type=day, metavar="DATE", help="only articles of this day or later")
    sub.add_argument("--until", type=day, metavar="DATE", help="only articles of this day or earlier")
    sub.add_argument("--explain", action="store_true", help="say what the score of each passage is made of")
    sub.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="WORDS",
        help="words of the question not to be read as an outlet or a time (may be given again)",
    )
    return parser


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as plain data."""
    passage = hit.passage
    return {
        "score": round(hit.score, 4),
        "article_id": passage.source.id,
        "title": passage.source.title,
        "outlet": passage.source.outlet,
        "published": _iso(passage.source.published),
        "url": passage.source.url,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "parts": {name: round(part, 4) for name, part in hit.parts.items()},
        "twins": [_source_json(source) for source in hit.twins],
    }


def _build(arguments: argparse.Namespace) -> int:
    from index.building import build

    bar = None if arguments.json else _Bar()
    try:
        report = build(
            arguments.sources,
            arguments.index,
            embedding=arguments.embedding,
            fresh=arguments.fresh,
            progress=bar.show if bar else None,
        )
    finally:
        if bar:
            bar.close()
    if arguments.json:
        _print_json(_report_json(report))
    else:
        _print_report(report, arguments.index)
    return 1 if report.failed else 0


def _remove(arguments: argparse.Namespace) -> int:
    from index.building import remove

    report = remove(arguments.articles, arguments.index)
    if arguments.json:
        _print_json(_report_json(report))
    else:
        print(f"Removed {report.removed}; generation {report.generation} holds {report.passages:,} passages.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from index.live import NewsIndex

    if arguments.limit is not None and arguments.limit < 1:
        raise BadRequest(f"-n must be 1 or more, not {arguments.limit}.")
    with NewsIndex.open(arguments.index) as index:
        sources = index.articles(limit=arguments.limit)
    if arguments.json:
        _print_json({"articles": [_source_json(source) for source in sources]})
    for source in sources if not arguments.json else []:
        print(f"{source.id}  {_iso(source.published) or 'date unknown':12}  {source.outlet or '-'}  {source.title}")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from index.live import NewsIndex

    with NewsIndex.open(arguments.index) as index:
        info = index.info()
    if arguments.json:
        _print_json(asdict(info))
        return 0
    print(f"{arguments.index}: generation {info.generation}, built {info.built_at:%Y-%m-%d %H:%M} UTC")
    span = f"{info.oldest} to {info.newest}" if info.newest else "no date known"
    print(f"{info.articles:,} articles, {info.passages:,} passages, {span}")
    print(f"embedding: {info.embedding} ({info.dimensions} dimensions)")
    for outlet, count in info.outlets.items():
        print(f"{count:8,}  {outlet}")
    return 0


def _rollback(arguments: argparse.Namespace) -> int:
    from index.generations import Generations

    generation = Generations(arguments.index).rollback()
    if arguments.json:
        _print_json({"generation": generation})
    else:
        print(f"Generation {generation} is live again.")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from index.live import NewsIndex

    if not any(map(str.isalnum, arguments.question)):
        raise BadRequest("The question is empty, or has no word in it: type what to search for.")
    with NewsIndex.open(arguments.index) as index:
        found = index.find(
            arguments.question,
            arguments.k,
            asked_on=arguments.asked_on,
            outlets=arguments.outlet,
            since=arguments.since,
            until=arguments.until,
            without=arguments.without,
        )
    hits, scope = found.hits, found.scope
    if arguments.json:
        hits_json = [hit_json(hit) for hit in hits]
        _print_json({"question": arguments.question, "filters": scope.to_json(), "hits": hits_json})
        return 0
    for line in scope_lines(scope):
        print(inert(line))
    for number, hit in enumerate(hits, 1):
        source = hit.passage.source
        twins = f"  +{len(hit.twins)}" if hit.twins else ""
        print(f"{number:2}. {source.title}{twins}")
        print(f"    {source.outlet or 'outlet unknown'}, {_iso(source.published) or 'date unknown'}")
        print(f"    {' '.join(hit.passage.text.split())[:240]}…")
        if arguments.explain:
            print(f"    {_explained(hit, scope.words)}")
    if not hits:
        print("Nothing found.")
    elif arguments.explain:
        print("\n" + "\n".join(f"{name}: {meaning}" for name, meaning in PARTS.items()))
    return 0


def _explained(hit: Hit, question: str) -> str:
    """Return what a hit's score is made of, and which of the question's words, as the search sees them, it has."""
    from index.lexical import content_terms, heading, terms

    words, held = content_terms(question), set(terms(f"{heading(hit.passage.source)}\n{hit.passage.text}"))
    has, lacks = (", ".join(word for word in words if (word in held) is there) for there in (True, False))
    return f"{explain(hit.parts)}; has {has or 'no word'}{f', not {lacks}' if lacks else ''}"


class _Bar:
    """Progress: a bar on a terminal; elsewhere a plain line now and then."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._next = time.monotonic() + _SECONDS_A_LINE
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit=" articles", leave=False)

    def show(self, articles: int, passages: int) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(f"{passages:,} passages", refresh=False)
            self._bar.update(articles - self._bar.n)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS_A_LINE
            print(f"{articles:,} articles read, {passages:,} passages", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _print_report(report: BuildReport, folder: str) -> None:
    for failure in report.failed:
        print(f"Not read: {failure.source}: {failure.reason}", file=sys.stderr)
    for duplicate in report.duplicates:
        print(f"Same text twice: {duplicate.source} says what {duplicate.same_as} says; indexed once.")
    counts = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": len(report.duplicates),
        "failed": len(report.failed),
    }
    print(f"{folder}: generation {report.generation}, {report.passages:,} passages, {report.seconds:.1f} s")
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()))


def _report_json(report: BuildReport) -> dict[str, Any]:
    return {
        "generation": report.generation,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "duplicates": len(report.duplicates),
        "failed": [{"source": failure.source, "reason": failure.reason} for failure in report.failed],
        "passages": report.passages,
        "seconds": report.seconds,
        "same_text": [{"source": twin.source, "same_as": twin.same_as} for twin in report.duplicates],
    }


def _source_json(source: Source) -> dict[str, Any]:
    return {
        "article_id": source.id,
        "title": source.title,
        "outlet": source.outlet,
        "url": source.url,
        "authors": list(source.authors),
        "published": _iso(source.published),
        "published_from": source.published_from,
    }


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False, default=_iso))


if __name__ == "__main__":
    sys.exit(main())
