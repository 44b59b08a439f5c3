"""What the command lines share: one sentence for a bad argument, days, words for a failure. Knows no command."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from index.errors import BadRequest, DatelineError
from index.logs import say

if TYPE_CHECKING:
    from index.scope import Scope
    from index.where import Where

DEFAULT_INDEX = "news-index"
_MANY = 1_000  # articles
_LONGEST_SPAN = 30 * 86_400


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a bad argument with one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong; the usage is what --help is for. Raises: BadRequest."""
        raise BadRequest(f"{message[:1].upper()}{message[1:].rstrip('.')}: see `{self.prog} --help`.")


def take_index(parser: argparse.ArgumentParser) -> None:
    """Add what says where the index is: a folder, or a Chroma server."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--index", metavar="DIR", help="the index's folder (default: $DATELINE_INDEX, else news-index)")
    where.add_argument(
        "--chroma", metavar="URL", help="a Chroma server that holds the index (default: $DATELINE_CHROMA)"
    )
    take_server(parser)


def take_server(parser: argparse.ArgumentParser) -> None:
    """Add how to speak to a Chroma server."""
    parser.add_argument("--chroma-tenant", metavar="NAME", help="its tenant (default: $DATELINE_CHROMA_TENANT)")
    parser.add_argument("--chroma-database", metavar="NAME", help="its database (default: $DATELINE_CHROMA_DATABASE)")
    parser.add_argument(
        "--chroma-token-file", metavar="FILE", help="a file with its token (default: $DATELINE_CHROMA_TOKEN)"
    )
    parser.add_argument(
        "--chroma-ca",
        metavar="FILE",
        help="certificates to trust instead of the system's (default: $DATELINE_CHROMA_CA)",
    )


def index_of(options: argparse.Namespace) -> Where:
    """Return where the index is: as the options say, else the environment. Raises: BadRequest."""
    if options.index:
        return place_named(options.index, options)
    url = options.chroma or os.environ.get("DATELINE_CHROMA")
    return server_named(url, options) if url else os.environ.get("DATELINE_INDEX") or DEFAULT_INDEX


def place_named(name: str, options: argparse.Namespace) -> Where:
    """Return the folder of that name, or the server at that address. Raises: BadRequest."""
    return server_named(name, options) if re.match(r"https?://", name) else name


def server_named(url: str, options: argparse.Namespace) -> Where:
    """Return the server at an address, spoken to as the options say. Raises: BadRequest."""
    from index.servers import server_of

    given = {name: getattr(options, f"chroma_{name}") for name in ("tenant", "database", "token_file", "ca")}
    return server_of(url, os.environ, **given)


def tell(taken: int, of: int) -> None:
    """Say on stderr how far the taking in of what a server holds has come; a few articles are not worth a word."""
    if of >= _MANY:
        say(f"Making the index on the server ready here: {taken:,} of {of:,} articles", logging.INFO)


def day(text: str) -> date:
    """Return the day that a command-line argument names. Raises: argparse.ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date, write it as 2024-05-03") from None


def span(text: str) -> float:
    """Return the seconds of a length of time such as 30s, 15m, 2h or 1d. Raises: argparse.ArgumentTypeError."""
    match = re.fullmatch(r"(\d{1,6})\s*([smhd])", text.strip().lower())
    seconds = int(match.group(1)) * {"s": 1, "m": 60, "h": 3_600, "d": 86_400}[match.group(2)] if match else 0
    if not 1 <= seconds <= _LONGEST_SPAN:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no length of time from 1s to 30d, write it as 30s, 15m, 2h or 1d"
        )
    return float(seconds)


def run(command: Callable[[], int]) -> int:
    """Run a command and return its exit code; what the user can put right is one sentence on stderr and 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a terminal that lacks a letter shows a question mark for it
            stream.reconfigure(errors="replace")
    try:
        code = command()
        sys.stdout.flush()
        return code
    except DatelineError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Stopped.", logging.INFO)
        return 130
    except BrokenPipeError:
        # the reader of our output has gone, as with `| head`; nor may Python's own last flush fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # a full disk, a file without permission
        say(f"{error.filename or 'The system'}: {error.strerror or error}.")
        return 2
    except Exception as error:
        # a defect of ours; no reader is helped by a traceback
        logging.getLogger("dateline").debug("unforeseen", exc_info=error)
        say(f"Dateline failed in a way it should not ({type(error).__name__}): please report it.")
        return 2


def scope_lines(scope: Scope, *, how: bool = True) -> Iterator[str]:
    """Yield what a question was read as, in brackets, and `how` to take it back; nothing where nothing was read."""
    if narrowed := scope.narrowed():
        taken_back = " ".join(f'--without "{one.words}"' for one in scope.understood.phrases if one.filters)
        yield f"({narrowed}; say {taken_back} to search everything)" if how else f"({narrowed})"
    yield from (f"({note})" for note in scope.notes())
