"""Whatever someone has → articles: files, folders, globs, web addresses, standard input. Knows nothing of the index.

`formats.py` says which formats are read and what a reader is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.readers.amount import Amount
from index.readers.files import files
from index.readers.formats import FORMATS, Format, named, read_input
from index.readers.inputs import opened, shown, standard_input
from index.readers.record import Known, Record, Unreadable
from index.web import is_address

if TYPE_CHECKING:
    from index.web.visiting import Visit

__all__ = ["FORMATS", "STANDARD_INPUT", "Amount", "Known", "Record", "Unreadable", "read", "read_file"]

STANDARD_INPUT = "-"


def read(
    sources: Iterable[str | Path],
    format: str | None = None,
    visit: Visit | None = None,
    root: Path | None = None,
    amount: Amount | None = None,
) -> Iterator[Record | Unreadable | Known]:
    """Yield each article that the sources hold, or what could not be read and why. Nothing is skipped in silence.

    `format` is the name of one of `FORMATS`, for sources that do not tell theirs. Web addresses are fetched by `visit`,
    which knows what was fetched before; without one, nothing is known. Files below `root` are known by their path from
    there, wherever it lies. `amount` counts what is read. Raises: BadRequest for another format.
    """
    kind = named(format) if format else None
    amount = amount or Amount()
    for source in (os.fspath(source) for source in sources):
        if source == STANDARD_INPUT:
            yield from read_input(standard_input(), kind)
        elif is_address(source):
            yield from visit.read(source) if visit else _at_first_sight(source)
        else:
            yield from _read_files(source, kind, root, amount)


def _at_first_sight(address: str) -> Iterator[Record | Unreadable | Known]:
    from index.web.visiting import Visit

    with Visit() as visit:
        yield from visit.read(address)


def _read_files(source: str, kind: Format | None, root: Path | None, amount: Amount) -> Iterator[Record | Unreadable]:
    for path in files(source):
        yield from [path] if isinstance(path, Unreadable) else read_file(path, kind, root, amount)


def read_file(path: Path, kind: Format | None, root: Path | None, amount: Amount) -> Iterator[Record | Unreadable]:
    """Yield what one file holds, as `read` does."""
    try:
        with opened(path, root) as (given, file), amount.of(file.tell, file.size):
            yield from read_input(given, kind)
            if change := file.change():
                yield Unreadable(given.place, change)
    except SourceError as error:
        yield Unreadable(shown(str(path)), str(error))
    except OSError as error:
        yield Unreadable(shown(str(path)), f"could not be read: {error.strerror or error}")
