"""Which articles print one story, by MinHash over runs of words. Knows nothing of search, nor who wrote first.

A signature says how much two texts share without reading either: `VALUES` numbers for each text, kept with the
generation, so that a build reads only what is new. Texts that agree in one band of their signatures are compared;
those that share most of the shorter one's runs, and appeared within a month, are prints of one story.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged

RUN = 4  # words
VALUES = 126  # of a signature: what it says of two texts is right within about .04
BAND = 3  # values that must agree for two texts to be compared
CONTAINED = 0.8  # share of the shorter text's runs that the longer one must hold
EDGES = 10  # runs forgiven: each cut makes a few that stand in neither text
ALIKE = 0.4  # and share of all their runs that both hold: a short notice within a long page is no reprint of it

DAYS = 31  # between the known days of two prints: what comes again each year is written anew
NEIGHBOURS = 8  # rows compared with each of those that agree in a band

_WORD = re.compile(r"\w+")
_FACTORS = np.array([2654435761, 2246822519, 3266489917, 668265263], dtype=np.uint32)[:RUN]
FILE = "signatures.npz"


def runs(text: str) -> NDArray[np.uint32]:
    """Return a number for each different run of `RUN` words of a text, sorted; case and punctuation do not count."""
    words = np.array([_number(word) for word in _WORD.findall(text.casefold())], dtype=np.uint32)
    if len(words) < RUN:
        return np.unique(words)
    found = np.zeros(len(words) - RUN + 1, dtype=np.uint32)
    for place, factor in enumerate(_FACTORS):
        found += words[place : place + len(found)] * factor
    return np.unique(found)


def share(of: NDArray[np.uint32], within: NDArray[np.uint32]) -> float:
    """Return the share of a text's runs that stand in another; 0 where it has none."""
    return len(np.intersect1d(of, within, assume_unique=True)) / len(of) if len(of) else 0.0


class Signature(NamedTuple):
    """What is kept of a text: how many runs it has, the day it appeared, its MinHash values."""

    runs: int
    day: int  # 0: not known
    values: NDArray[np.uint32]


def sign(text: str, day: date | None) -> Signature:
    """Return the signature of a text and the day it appeared."""
    found = runs(text)
    sketch = _sketch()
    sketch.clear()
    sketch.update_batch(found.tolist())
    return Signature(len(found), day.toordinal() if day else 0, sketch.hashvalues.copy())


class Signatures:
    """The signatures of the articles of one generation, by article id."""

    def __init__(self) -> None:
        self._rows: dict[str, Signature] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the signatures in a folder. Raises: IndexDamaged where they are missing or cannot be read."""
        made = cls()
        try:
            with (path / FILE).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                values = file["values"]
                if values.shape[1] != VALUES:
                    raise ValueError("another length")
                keys = [f"{key:016x}" for key in file["articles"].tolist()]
                rows = map(Signature, file["runs"].tolist(), file["days"].tolist(), values)
                made._rows = dict(zip(keys, rows, strict=True))
        except Exception as error:  # numpy raises zipfile's, pickle's and its own errors alike
            raise IndexDamaged(
                f"The signatures in {path} are missing or cannot be read: "
                "any `python -m index build` on this index makes them again."
            ) from error
        return made

    def save(self, path: Path) -> None:
        """Write the signatures into a folder."""
        rows = self._rows
        path.mkdir(exist_ok=True)
        np.savez(
            path / FILE,
            articles=np.array([int(key, 16) for key in rows], dtype=np.uint64),
            runs=np.array([row.runs for row in rows.values()], dtype=np.uint32),
            days=np.array([row.day for row in rows.values()], dtype=np.int32),
            values=np.array([row.values for row in rows.values()], dtype=np.uint32).reshape(-1, VALUES),
        )

    @property
    def articles(self) -> set[str]:
        """The ids of the articles that are signed."""
        return set(self._rows)

    def add(self, article: str, text: str, day: date | None) -> None:
        """Add an article and the day it appeared."""
        self.put(article, sign(text, day))

    def put(self, article: str, signature: Signature) -> None:
        """Add an article by its signature."""
        self._rows[article] = signature

    def remove(self, article: str) -> None:
        """Remove an article; one that is not there is none the less gone."""
        self._rows.pop(article, None)

    def stories(self, contained: float = CONTAINED, alike: float = ALIKE) -> list[tuple[str, ...]]:
        """Return the ids of the articles of each story that more than one prints, in a fixed order."""
        keys = sorted(self._rows)  # whatever the order in which they came
        one: dict[int, int] = {}

        def root(row: int) -> int:
            while (above := one.get(row, row)) != row:
                one[row] = one.get(above, above)
                row = above
            return row

        for a, b in _pairs([self._rows[key] for key in keys], contained, alike):
            one[max(root(a), root(b))] = min(root(a), root(b))
        found: dict[int, list[str]] = {}
        for row in sorted({*one, *one.values()}):
            found.setdefault(root(row), []).append(keys[row])
        return sorted(tuple(sorted(story)) for story in found.values())


def _pairs(rows: Sequence[Signature], contained: float, alike: float) -> Iterator[tuple[int, int]]:
    """Yield the rows of near-twins, those of two prints at least through others of their story."""
    counts = np.array([row.runs for row in rows], dtype=np.float64)
    days = np.array([row.day for row in rows], dtype=np.int64)
    values = np.array([row.values for row in rows], dtype=np.uint32).reshape(-1, VALUES)
    for low, high in _candidates(values):
        equal = (values[low] == values[high]).mean(axis=1)
        both = equal / (1 + equal) * (counts[low] + counts[high])
        near = (equal >= alike) & (both + EDGES >= contained * np.minimum(counts[low], counts[high]))
        apart = np.abs(days[low] - days[high])
        near &= (apart <= DAYS) | (days[low] == 0) | (days[high] == 0)
        yield from zip(low[near].tolist(), high[near].tolist(), strict=True)


def _candidates(values: NDArray[np.uint32]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield rows that agree in a band, as two columns: each row with the next few of those that agree in it."""
    for start in range(0, VALUES, BAND):
        keys = np.zeros(len(values), dtype=np.uint64)
        for column in range(start, start + BAND):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + values[:, column]
        order = np.argsort(keys, kind="stable")
        for step in range(1, NEIGHBOURS + 1):
            same = keys[order[step:]] == keys[order[:-step]]
            if not same.any():
                break
            yield order[:-step][same], order[step:][same]


@cache
def _sketch() -> Any:
    from datasketch import MinHash

    return MinHash(VALUES, hashfunc=int)


@lru_cache(maxsize=200_000)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))
