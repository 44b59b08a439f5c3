"""`python -m index watch`: what it takes and prints, a line a round, and how it ends. Knows nothing of building."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from index.arguments import span
from index.characters import inert
from index.errors import BadRequest
from index.logs import say
from index.serial import report_json
from index.web.arguments import manners, take_manners

if TYPE_CHECKING:
    from index.watching import Round


def take_sources(parser: argparse.ArgumentParser) -> None:
    """Add what build and watch take alike."""
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a file, a folder, a glob, a web address, or - for standard input"
    )
    parser.add_argument("--format", metavar="NAME", help="the format of sources that do not show theirs, such as text")
    parser.add_argument(
        "--embedding", metavar="NAME", help="a sentence-transformers model or folder (default: the shipped one)"
    )
    take_manners(parser)


def take_times(parser: argparse.ArgumentParser) -> None:
    """Add what watch alone takes."""
    parser.add_argument("--every", type=span, default=900.0, metavar="TIME", help="30s, 15m, 2h, 1d (default: 15m)")
    parser.add_argument("--rounds", type=int, metavar="N", help="end after so many rounds (default: go on)")


def follow(arguments: argparse.Namespace) -> int:
    """Watch, print each round, and return the exit code: of the last round, or 0 where a signal ended it."""
    from index.watching import watch

    if arguments.rounds is not None and arguments.rounds < 1:
        raise BadRequest(f"--rounds must be 1 or more, not {arguments.rounds}.")
    stop = _ended_by_signals()
    told: set[str] = set()
    code = 0
    for done in watch(
        arguments.sources,
        arguments.index,
        every=arguments.every,
        stop=stop,
        rounds=arguments.rounds,
        embedding=arguments.embedding,
        format=arguments.format,
        manners=manners(arguments),
    ):
        line = json.dumps(_round_json(done), ensure_ascii=False) if arguments.json else _line(done)
        print(line, flush=True)
        failed = _failed(done)
        for words in sorted(failed - told) if not arguments.json else ():
            say(words, logging.WARNING)
        # what a round tells is not told again by the next
        told = told if done.trouble else failed
        code = 2 if done.trouble else int(bool(failed))
    return 0 if stop.is_set() else code


def _ended_by_signals() -> threading.Event:
    stop = threading.Event()

    def end(number: int, _: object) -> None:
        # the first signal lets a build end well, a second one does not wait
        signal.signal(number, signal.default_int_handler)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return stop


def _round_json(done: Round) -> dict[str, Any]:
    return {
        "round": done.number,
        "at": done.at.isoformat(),
        "new": done.new,
        "trouble": done.trouble,
        "report": report_json(done.report) if done.report else None,
        "next": done.next.isoformat() if done.next else None,
    }


def _line(done: Round) -> str:
    words = "nothing changed"
    if done.trouble:
        words = f"not done: {done.trouble.rstrip('.')}"
    elif report := done.report:
        counts = {
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "duplicates": len(report.duplicates),
            "failed": len(report.failed),
        }
        words = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
        words += f"; generation {report.generation}, {report.seconds:.1f} s"
    form = "%H:%M:%S" if done.next and done.next.date() == done.at.date() else "%Y-%m-%d %H:%M"
    then = f"; next at {done.next.strftime(form)}" if done.next else ""
    return inert(f"{done.at:%Y-%m-%d %H:%M:%S}  {words}{then}").replace("\n", " ")


def _failed(done: Round) -> set[str]:
    failures = done.report.failed if done.report else ()
    return {inert(f"Not read: {failure.source}: {failure.reason}").replace("\n", " ") for failure in failures}
