"""What the fault benchmarks share: a register of faults, each a function that tries it and says what happened.

A module of faults registers its own:

    @fault("a file with a flipped bit", times=200)
    def flipped(folder: Path, times: int, seed: int) -> Iterator[Tried]:
        yield Tried("answers as before")

`folder` is empty and goes afterwards; `times` says how often to try; `seed` makes the same tries again.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import DatelineError
from tests.standing import Lost


@dataclass(frozen=True)
class Tried:
    """One try: what happened, in words that count together; articles lost; and what went wrong, if anything did."""

    what: str
    lost: int = 0
    wrong: str = ""


def judged(attempt: Callable[[], str], named: str) -> Tried:
    """Make one try, which returns what happened; what it finds wrong or lost, or an index that fails, is told so."""
    try:
        return Tried(attempt())
    except Lost as error:
        return Tried("articles are lost", error.count, f"{named}: {error}")
    except (AssertionError, DatelineError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = str(error) or f"{where.filename}:{where.lineno}: {where.line}"
        return Tried("the index is not as it should be", wrong=f"{named}: {said}")


Try = Callable[[Path, int, int], Iterator[Tried]]


@dataclass(frozen=True)
class Fault:
    """A fault, how often it is tried unless told, and what tries it."""

    name: str
    times: int
    tries: Try


FAULTS: list[Fault] = []


def fault(name: str, times: int) -> Callable[[Try], Try]:
    """Register a fault."""

    def register(tries: Try) -> Try:
        FAULTS.append(Fault(name, times, tries))
        return tries

    return register
