"""Files, folders and globs → articles, one module a format family. Knows nothing of the index.

`.gz` and `.xz` of every format are read as well. `formats.py` says what a reader is.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from index.readers.formats import READERS, read_input
from index.readers.inputs import Input, shown
from index.readers.record import Record, Unreadable, open_bytes

__all__ = ["READERS", "Record", "Unreadable", "read"]

_NO_FILE = "neither a file nor a folder"


def read(sources: Iterable[str | Path]) -> Iterator[Record | Unreadable]:
    """Yield each article that the sources hold, or what could not be read and why. Nothing is skipped in silence."""
    for source in sources:
        for path in _files(os.fspath(source)):
            if isinstance(path, Unreadable):
                yield path
            else:
                yield from _read_file(path)


def _files(source: str) -> Iterator[Path | Unreadable]:
    """Yield the files of a file name, folder or glob, in a fixed order; hidden files of a folder are no articles."""
    if source.startswith(("http://", "https://")):
        yield Unreadable(source, "web addresses are not read yet: save the page and give its file")
        return
    path = Path(source)
    with suppress(RuntimeError):
        # ~nobody is no one's home: then it is a name like others
        path = path.expanduser()
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.exists():
            yield path if path.is_file() else Unreadable(source, _NO_FILE)
        else:
            yield from _matching(str(path))
    except OSError as error:
        yield Unreadable(source[:100], f"could not be read: {error.strerror or error}")


def _in_folder(folder: Path) -> Iterator[Path | Unreadable]:
    found = [path for path in sorted(folder.rglob("*")) if not path.is_dir() and not _hidden(path.relative_to(folder))]
    # an index that lies among the articles is none
    indexes = {path.parent for path in found if path.name == "build.lock"}
    found = [path for path in found if indexes.isdisjoint(path.parents)] if indexes else found
    if not found:
        yield Unreadable(str(folder), "the folder holds no files")
    for path in found:
        yield path if path.is_file() else Unreadable(str(path), _NO_FILE)


def _matching(pattern: str) -> Iterator[Path | Unreadable]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if "**" in pattern:
        # it gives the files of a folder as well as the folder
        matches = [match for match in matches if not Path(match).is_dir()]
    if not matches:
        yield Unreadable(pattern, "no such file or folder")
    for match in matches:
        yield from _files(match) if Path(match).exists() else [Unreadable(match, _NO_FILE)]


def _read_file(path: Path) -> Iterator[Record | Unreadable]:
    try:
        with open_bytes(path) as stream:
            yield from read_input(Input(shown(str(path)), stream, path.name, str(path.resolve())))
    except OSError as error:
        yield Unreadable(shown(str(path)), f"could not be read: {error.strerror or error}")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
