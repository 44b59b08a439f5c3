"""`python -m index`: build, watch, remove, list, versions, info, verify, search, rollback, copy; decides nothing."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index import logs, tracing
from index.arguments import Parser, day, index_of, place_named, run, scope_lines, take_index, take_server, tell
from index.characters import inert
from index.errors import BadRequest
from index.ranking import PARTS, explain
from index.rounds import take_sources, take_times
from index.serial import difference_json, hit_json, marked, report_json, source_json, version_json
from index.web.arguments import manners

if TYPE_CHECKING:
    from index.articles import Source
    from index.building import Sofar
    from index.finding import Hit
    from index.reporting import BuildReport
    from index.where import Where

_SECONDS_A_LINE = 5.0
_REPRINTS_SHOWN = 10
_MOST_PROCESSES = 128
_COUNTED = {"undated": "without a date"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (some sources failed; the index is damaged) or 2 (with a sentence on stderr)."""

    def command() -> int:
        arguments = _parser().parse_args(argv)
        logs.set_up(arguments)
        tracing.start()
        if arguments.run is not _copy:
            arguments.index = index_of(arguments)
        return int(arguments.run(arguments))

    return run(command)


def _parser() -> Parser:
    parser = Parser(prog="python -m index", description="Build and search an index of news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Any, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        take_index(sub) if function is not _copy else take_server(sub)
        logs.take_logging(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        sub.set_defaults(run=function)
        return sub

    sub = command("build", _build, "Add articles to the index, or make it.")
    take_sources(sub)
    sub.add_argument("--fresh", action="store_true", help="start from nothing instead of adding")
    sub.add_argument(
        "--embedding-processes",
        type=int,
        metavar="N",
        help="embed in so many processes, where the model is a transformer (default: one a GPU, if there are several)",
    )
    sub.add_argument(
        "--ray", metavar="ADDRESS", help="have a Ray cluster build: HOST:PORT, auto, or local for one of this machine"
    )
    sub.add_argument("--root", metavar="DIR", help="name files by their path from here, so that it may be moved")
    sub.add_argument(
        "--progress", action="store_true", help="with --json: how far it is, a JSON object a line, on stderr"
    )
    sub.add_argument(
        "--report", metavar="FILE", help="write there what became of each record, and why (.jsonl, .json or .csv)"
    )

    sub = command("watch", _watch, "Keep the index fresh: build what is new now and again and again.")
    take_sources(sub)
    take_times(sub)

    sub = command("remove", _remove, "Remove articles from the index.")
    sub.add_argument("articles", nargs="+", metavar="ID_OR_URL")

    sub = command("list", _list, "List the articles, newest first.")
    sub.add_argument("-n", "--limit", type=int, metavar="N", help="at most so many")

    sub = command("versions", _versions, "Show what an article said before it was changed.")
    sub.add_argument("article", metavar="ID_OR_URL")
    sub.add_argument("--diff", action="store_true", help="show each change, word by word: [-taken out-] {+put in+}")

    command("info", _info, "Say what the index holds and how it was made.")
    command("verify", _verify, "Look whether the index is whole; name each file that is damaged, and what to do.")
    command("rollback", _rollback, "Go back to the generation before the live one.")

    sub = command("copy", _copy, "Copy an index between a folder and a Chroma server, with its vectors.")
    sub.add_argument("source", metavar="FROM", help="a folder, or the address of a server")
    sub.add_argument("target", metavar="TO", help="a folder, or the address of a server")
    sub.add_argument("--fresh", action="store_true", help="put the copy in the place of an index that is there")

    sub = command("search", _search, "Find passages.")
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument("-k", type=int, default=10, metavar="N", help="how many passages (default: 10)")
    sub.add_argument("--asked-on", type=day, metavar="DATE", help="the day of asking: articles near it count more")
    sub.add_argument("--outlet", action="append", default=[], metavar="X", help="only this outlet (may be given again)")
    sub.add_argument("--since", type=day, metavar="DATE", help="only articles of this day or later")
    sub.add_argument("--until", type=day, metavar="DATE", help="only articles of this day or earlier")
    sub.add_argument("--topic", default="", metavar="WORDS", help="only passages with each of these words")
    sub.add_argument("--explain", action="store_true", help="say what the score of each passage is made of")
    sub.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="WORDS",
        help="words of the question not to be read as an outlet or a time (may be given again)",
    )
    return parser


def _build(arguments: argparse.Namespace) -> int:
    from index.building import build

    processes = arguments.embedding_processes
    if processes is not None and not 1 <= processes <= _MOST_PROCESSES:
        raise BadRequest(f"--embedding-processes must be 1 to {_MOST_PROCESSES}, not {processes}.")
    bar = None if arguments.json else _Bar()
    lines = _print_progress if arguments.progress and arguments.json else None
    try:
        report = build(
            arguments.sources,
            arguments.index,
            embedding=arguments.embedding,
            processes=processes,
            fresh=arguments.fresh,
            format=arguments.format,
            progress=bar.show if bar else lines,
            manners=manners(arguments),
            report=arguments.report,
            root=arguments.root,
            tell=tell,
            ray=arguments.ray,
        )
    finally:
        if bar:
            bar.close()
    if arguments.json:
        _print_json(report_json(report))
    else:
        _print_report(report, arguments.index)
    return 1 if report.failed else 0


def _watch(arguments: argparse.Namespace) -> int:
    from index.rounds import follow

    return follow(arguments)


def _remove(arguments: argparse.Namespace) -> int:
    from index.building import remove

    report = remove(arguments.articles, arguments.index, tell=tell)
    if arguments.json:
        _print_json(report_json(report))
    else:
        print(f"Removed {report.removed}; generation {report.generation} holds {report.passages:,} passages.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from index.live import NewsIndex

    if arguments.limit is not None and arguments.limit < 1:
        raise BadRequest(f"-n must be 1 or more, not {arguments.limit}.")
    with NewsIndex.open(arguments.index, tell=tell) as index:
        sources = index.articles(limit=arguments.limit)
    if arguments.json:
        _print_json({"articles": [source_json(source) for source in sources]})
    for source in sources if not arguments.json else []:
        day, said = _iso(source.published) or "date unknown", f"  ({_status(source)})" if _status(source) else ""
        print(f"{source.id}  {day:12}  {source.outlet or '-'}  {source.title}{said}")
    return 0


def _versions(arguments: argparse.Namespace) -> int:
    from index.live import NewsIndex
    from index.versions import differences

    with NewsIndex.open(arguments.index, tell=tell) as index:
        versions = index.versions(arguments.article)
    changes = [differences(a.article.text, b.article.text) for a, b in pairwise(versions)] if arguments.diff else []
    if arguments.json:
        told = [version_json(version) for version in versions]
        for after, change in zip(told[1:], changes, strict=False):
            after["changes"] = [difference_json(one) for one in change]
        _print_json({"versions": told})
        return 0
    for number, version in enumerate(versions, 1):
        until = f"until {version.until:%Y-%m-%d %H:%M} UTC" if version.until else "now"
        words = f"{len(version.article.text.split()):,} words"
        print(inert(f"{number:2}. {until}, {words}: {version.article.source.title}"))
        if arguments.diff and number > 1:
            print(inert(marked(changes[number - 2])))
    if len(versions) == 1:
        print("No earlier version is kept.")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from index.live import NewsIndex

    with NewsIndex.open(arguments.index, tell=tell) as index:
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


def _verify(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from index.verifying import verify

    report = verify(arguments.index)
    if arguments.json:
        _print_json({"whole": report.whole, **asdict(report)})
        return 0 if report.whole else 1
    for found in report.generations:
        name = f"Generation {found.generation}{' (live)' if found.live else ''}"
        how = "" if found.listed else " by its content, since an earlier version of Dateline listed no files"
        print(f"{name}: {'damaged' if found.damage else 'whole'}{how}.")
        for damage in found.damage:
            print(f"  {damage.file}: {damage.what}")
    print(report.advice or "The index is whole.")
    return 0 if report.whole else 1


def _rollback(arguments: argparse.Namespace) -> int:
    from contextlib import closing

    from index.where import place_of

    with closing(place_of(arguments.index)) as place:
        generation = place.rollback()
    if arguments.json:
        _print_json({"generation": generation})
    else:
        print(f"Generation {generation} is live again.")
    return 0


def _copy(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from index.copying import copy

    source, target = (place_named(name, arguments) for name in (arguments.source, arguments.target))
    bar = None if arguments.json else _Bar()
    try:
        report = copy(source, target, fresh=arguments.fresh, progress=bar.copied if bar else None)
    finally:
        if bar:
            bar.close()
    if arguments.json:
        _print_json(asdict(report))
        return 0
    counts = f"{report.articles:,} articles, {report.passages:,} passages, {report.versions:,} earlier versions"
    print(f"{target}: generation {report.generation}, {counts}, {report.seconds:.1f} s")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from index.live import NewsIndex

    if not any(map(str.isalnum, arguments.question)):
        raise BadRequest("The question is empty, or has no word in it: type what to search for.")
    with NewsIndex.open(arguments.index, tell=tell) as index:
        found = index.find(
            arguments.question,
            arguments.k,
            asked_on=arguments.asked_on,
            outlets=arguments.outlet,
            since=arguments.since,
            until=arguments.until,
            topic=arguments.topic,
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
        print(f"{number:2}. {source.title}")
        print(f"    {source.outlet or 'outlet unknown'}, {_iso(source.published) or 'date unknown'}{_beside(hit)}")
        print(f"    {' '.join(hit.passage.text.split())[:240]}…")
        if arguments.explain:
            print(f"    {_explained(hit, scope.words)}")
    if not hits:
        print("Nothing found.")
    elif arguments.explain:
        print("\n" + "\n".join(f"{name}: {meaning}" for name, meaning in PARTS.items()))
    return 0


def _status(source: Source) -> str:
    return "withdrawn" if source.withdrawn else "corrected" if source.notice else ""


def _beside(hit: Hit) -> str:
    """Return what else the reader of a hit should know: withdrawn, corrected, how many reprint it."""
    source, count = hit.passage.source, len(hit.reprints)
    page = source.page(hit.passage.start)
    said = [
        f"page {page}" if page else "",
        _status(source),
        f"+{count} {'reprint' if count == 1 else 'reprints'}" if count else "",
    ]
    return "".join(f", {word}" for word in said if word)


def _explained(hit: Hit, question: str) -> str:
    """Return what a hit's score is made of, and which of the question's words, as the search sees them, it has."""
    from index.lexical import content_terms, heading, terms

    words, held = content_terms(question), set(terms(f"{heading(hit.passage.source)}\n{hit.passage.text}"))
    has, lacks = (", ".join(word for word in words if (word in held) is there) for there in (True, False))
    return f"{explain(hit.parts)}; has {has or 'no word'}{f', not {lacks}' if lacks else ''}"


class _Bar:
    """Progress: a bar on a terminal, of bytes where they are known; elsewhere a plain line now and then."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._next = time.monotonic() + _SECONDS_A_LINE

    def show(self, sofar: Sofar) -> None:
        said = f"{sofar.read:,} articles read, {sofar.passages:,} passages"
        if sofar.written:
            said += f", {sofar.written:,} of them written"
        if sofar.of_bytes is None:
            self._go_on(sofar.read, None, said)
        else:
            self._go_on(sofar.bytes, sofar.of_bytes, said, in_bytes=True)

    def copied(self, articles: int, of: int) -> None:
        self._go_on(articles, of, f"{articles:,} of {of:,} articles copied")

    def _go_on(self, done: int, of: int | None, said: str, in_bytes: bool = False) -> None:
        if sys.stderr.isatty():
            self._draw(done, of, said, in_bytes)
        elif done and time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS_A_LINE
            logs.say(said, logging.INFO)

    def _draw(self, done: int, of: int | None, said: str, in_bytes: bool) -> None:
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=of, unit="B" if in_bytes else " articles", unit_scale=in_bytes, leave=False)
        self._bar.total = of
        self._bar.set_postfix_str(said, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _print_report(report: BuildReport, folder: Where) -> None:
    for failure in report.failed:
        logs.say(f"Not read: {failure.source}: {failure.reason}", logging.WARNING)
    for duplicate in report.duplicates:
        print(f"Same text twice: {duplicate.source} says what {duplicate.same_as} says; indexed once.")
    for reprint in report.reprints[:_REPRINTS_SHOWN]:
        print(f"Reprint: {reprint.source}: {reprint.title} is {reprint.of} in another print.")
    if (more := len(report.reprints) - _REPRINTS_SHOWN) > 0:
        print(f"… and {more:,} more reprints: --report FILE lists all.")
    print(f"{folder}: generation {report.generation}, {report.passages:,} passages, {report.seconds:.1f} s")
    print(", ".join(f"{count:,} {_COUNTED.get(name, name)}" for name, count in report.counts().items()))


def _print_progress(sofar: Sofar) -> None:
    from dataclasses import asdict

    print(json.dumps(asdict(sofar)), file=sys.stderr, flush=True)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False, default=_iso))


if __name__ == "__main__":
    sys.exit(main())
