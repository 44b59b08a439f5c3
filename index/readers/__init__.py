"""Files, folders, globs and web addresses → articles, one module a format family. Knows nothing of the index.

A reader is a function `(path) -> Iterator[Record | Unreadable]`; it streams, and one bad record
never stops the rest. `.gz` and `.xz` of every format are read as well.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import DatelineError, SourceError
from index.readers import html, records, text
from index.readers.record import BROKEN, Known, Record, Unreadable
from index.web import is_address

if TYPE_CHECKING:
    from index.web.visiting import Visit

__all__ = ["READERS", "Known", "Record", "Unreadable", "files", "read"]

Reader = Callable[[Path], Iterator[Record | Unreadable]]

READERS: dict[str, Reader] = {
    ".txt": text.read_text,
    ".md": text.read_markdown,
    ".markdown": text.read_markdown,
    ".html": html.read_html,
    ".htm": html.read_html,
    ".json": records.read_json,
    ".jsonl": records.read_jsonl,
    ".ndjson": records.read_jsonl,
    ".csv": records.read_csv,
    ".tsv": records.read_csv,
}
_COMPRESSED = (".gz", ".xz")
_NO_FILE = "neither a file nor a folder"


def read(sources: Iterable[str | Path], visit: Visit | None = None) -> Iterator[Record | Unreadable | Known]:
    """Yield each article that the sources hold, or what could not be read and why. Nothing is skipped in silence.

    Web addresses are fetched by `visit`, which knows what was fetched before; without one, nothing is known.
    """
    for source in sources:
        if is_address(place := os.fspath(source)):
            yield from visit.read(place) if visit else _at_first_sight(place)
            continue
        for path in files(place):
            if isinstance(path, Unreadable):
                yield path
            else:
                yield from _read_file(path)


def _at_first_sight(address: str) -> Iterator[Record | Unreadable | Known]:
    from index.web.visiting import Visit

    with Visit() as visit:
        yield from visit.read(address)


def files(source: str) -> Iterator[Path | Unreadable]:
    """Yield the files of a file name, folder or glob, in a fixed order; hidden files of a folder are no articles."""
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
        yield from files(match) if Path(match).exists() else [Unreadable(match, _NO_FILE)]


def _read_file(path: Path) -> Iterator[Record | Unreadable]:
    reader = _reader(path)
    if reader is None:
        yield Unreadable(str(path), f"not a format that is read ({', '.join(sorted(READERS))}, also with .gz or .xz)")
        return
    try:
        yield from reader(path)
    except SourceError as error:
        yield Unreadable(str(path), str(error))
    except DatelineError:
        raise
    except BROKEN as error:
        yield Unreadable(str(path), f"could not be unpacked: {error}")
    except OSError as error:
        yield Unreadable(str(path), f"could not be read: {getattr(error, 'strerror', None) or error}")
    except Exception as error:  # a parser's own failure on one file must not stop the build
        yield Unreadable(str(path), f"could not be read: {type(error).__name__}: {error}")


def _reader(path: Path) -> Reader | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return READERS.get(suffixes[-1]) if suffixes else None


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
