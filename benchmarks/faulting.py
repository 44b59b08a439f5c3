"""What the fault benchmarks share: a register of faults, each a function that tries it and says what happened.

A module of faults registers its own:

    @fault("a file with a flipped bit", times=200)
    def flipped(folder: Path, times: int, seed: int) -> Iterator[Tried]:
        yield Tried("answers as before")

`folder` is empty and goes afterwards; `times` says how often to try; `seed` makes the same tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tried:
    """One try: what happened, in words that count together; articles lost; and what went wrong, if anything did."""

    what: str
    lost: int = 0
    wrong: str = ""


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
