"""What a build made of each record: counted, listed, written to a file. Knows nothing of how it is built."""

from __future__ import annotations

import csv
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, Self

from index.errors import BadRequest

Kind = Literal["added", "updated", "unchanged", "duplicate", "failed", "reprint", "undated"]

_NUMBERED = re.compile(r"(?P<file>.+), (?P<record>[a-z]+ \d+)", re.DOTALL)
_COLUMNS = ("kind", "file", "record", "url", "article_id", "title", "reason")


@dataclass(frozen=True, slots=True)
class Failure:
    """A source or record that gave no article, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record whose article is there already under another name; `same_as` is that article's URL or title."""

    source: str
    same_as: str


@dataclass(frozen=True, slots=True)
class Reprint:
    """A record that prints a story which another article had first; `of` is that article's URL or title."""

    source: str
    title: str
    of: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build or removal did. Records read = added + updated + unchanged + duplicates + failed.

    `reprints` and `undated` (where they stood) are among the added and updated.
    """

    generation: int
    added: int
    updated: int
    unchanged: int
    removed: int
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    passages: int
    seconds: float
    reprints: tuple[Reprint, ...] = ()
    undated: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many records came to what, by name, in the order to be told."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": len(self.duplicates),
            "failed": len(self.failed),
            "reprints": len(self.reprints),
            "undated": len(self.undated),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record, and the reason in words. `place` is its file and number, or its address.

    Each record has one outcome; a reprint or an undated article has a second one of that kind.
    """

    kind: Kind
    place: str
    reason: str
    title: str | None = None
    url: str | None = None
    article_id: str | None = None

    def row(self) -> dict[str, str | None]:
        """Return the outcome as it is written: what is not known is None."""
        fields = asdict(self)
        place = fields.pop("place")
        numbered = _NUMBERED.fullmatch(place)
        file, fields["record"] = numbered.group("file", "record") if numbered else (place, None)
        on_the_web = file.startswith(("http://", "https://"))
        fields["file"] = None if on_the_web else file
        fields["url"] = fields["url"] or (file if on_the_web else None)
        return {column: fields[column] for column in _COLUMNS}


class Ledger:
    """Writes outcomes to a file as they come: JSON lines, one JSON list, or CSV, by the file's ending."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Begin the file. Raises: BadRequest where its ending is none of these, or it cannot be written."""
        self._path = Path(path)
        self._ending = self._path.suffix.lower()
        if self._ending not in (".jsonl", ".json", ".csv"):
            raise BadRequest(
                f"The report {self._path} must end in .jsonl, .json or .csv, which says how it is written."
            )
        try:
            self._file: IO[str] = self._path.open("w", encoding="utf-8", errors="replace", newline="")
        except OSError as error:
            raise self._unwritable(error) from error
        self._csv: Any = csv.DictWriter(self._file, _COLUMNS) if self._ending == ".csv" else None
        self._first = True
        if self._csv:
            self._csv.writeheader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with self._file as file:
                if self._ending == ".json":
                    file.write("[]\n" if self._first else "\n]\n")
        except OSError as error:
            if kind is None:
                raise self._unwritable(error) from error

    def write(self, outcome: Outcome) -> None:
        """Write one outcome. Raises: BadRequest where the disk takes no more."""
        row = outcome.row()
        try:
            if self._csv:
                self._csv.writerow(row)
            else:
                before = "" if self._ending == ".jsonl" else "[\n" if self._first else ",\n"
                self._file.write(before + json.dumps(row, ensure_ascii=False))
                self._file.write("\n" if self._ending == ".jsonl" else "")
        except OSError as error:
            raise self._unwritable(error) from error
        self._first = False

    def _unwritable(self, error: OSError) -> BadRequest:
        return BadRequest(f"The report {self._path} cannot be written ({error.strerror}): name another file.")
