"""Files, folders and globs → articles, one module a format family. Knows nothing of the index.

A reader is a function `(path) -> Iterator[Record | Unreadable]`; it streams, and one bad record
never stops the rest. `.gz` and `.xz` of every format are read as well.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import DatelineError, SourceError
from index.readers import html, records, text
from index.readers.record import Record, Unreadable

__all__ = ["READERS", "Record", "Unreadable", "read"]

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


def read(sources: Iterable[str | Path]) -> Iterator[Record | Unreadable]:
    """Yield each article that the sources hold, or what could not be read and why. Nothing is skipped in silence."""
    for source in sources:
        for path in _files(os.fspath(source)):
            yield from [path] if isinstance(path, Unreadable) else _read_file(path)


def _files(source: str) -> Iterator[Path | Unreadable]:
    """Yield the files of a file name, folder or glob, in a fixed order; hidden files of a folder are no articles."""
    if source.startswith(("http://", "https://")):
        yield Unreadable(source, "web addresses are not read yet: save the page and give its file")
        return
    path = Path(source).expanduser()
    if path.is_file():
        yield path
    elif path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if file.is_file() and not _hidden(file.relative_to(path))]
        yield from found or [Unreadable(source, "the folder holds no files")]
    elif path.exists():
        yield Unreadable(source, "neither a regular file nor a folder")
    elif matches := sorted(glob.glob(str(path), recursive=True)):
        for match in matches:
            yield from _files(glob.escape(match) if not Path(match).exists() else match)
    else:
        yield Unreadable(source, "no such file or folder")


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
    except (OSError, EOFError) as error:
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
