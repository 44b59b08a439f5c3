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

from index.characters import inert
from index.errors import BadRequest, DatelineError

if TYPE_CHECKING:
    from index.scope import Scope

_LONGEST_SPAN = 30 * 86_400


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a bad argument with one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong; the usage is what --help is for. Raises: BadRequest."""
        raise BadRequest(f"{message[:1].upper()}{message[1:].rstrip('.')}: see `{self.prog} --help`.")


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
        print(inert(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader of our output has gone, as with `| head`; nor may Python's own last flush fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # a full disk, a file without permission
        print(inert(f"{error.filename or 'The system'}: {error.strerror or error}."), file=sys.stderr)
        return 2
    except Exception as error:
        # a defect of ours; no reader is helped by a traceback
        logging.getLogger("dateline").debug("unforeseen", exc_info=error)
        print(f"Dateline failed in a way it should not ({type(error).__name__}): please report it.", file=sys.stderr)
        return 2


def scope_lines(scope: Scope, *, how: bool = True) -> Iterator[str]:
    """Yield what a question was read as, in brackets, and `how` to take it back; nothing where nothing was read."""
    if narrowed := scope.narrowed():
        taken_back = " ".join(f'--without "{one.words}"' for one in scope.understood.phrases if one.filters)
        yield f"({narrowed}; say {taken_back} to search everything)" if how else f"({narrowed})"
    yield from (f"({note})" for note in scope.notes())
