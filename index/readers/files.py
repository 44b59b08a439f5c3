"""File names, folders and globs → the files to read, in a fixed order. Opens none of them.

A folder is read to the bottom, through links too, each real folder once; a link that leads back to a folder it lies in
is reported. Hidden files are no articles, nor is an index that lies among them.
"""

from __future__ import annotations

import glob
import stat
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from index.readers.inputs import NO_FILE, shown
from index.readers.record import Unreadable

_INDEX = "build.lock"  # what a folder holds that is an index


def files(source: str) -> Iterator[Path | Unreadable]:
    """Yield the files that a file name, folder or glob stands for, or why there is none."""
    path = Path(source)
    with suppress(RuntimeError):
        # ~nobody is no one's home: then it is a name like others
        path = path.expanduser()
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.exists():
            yield path if path.is_file() else Unreadable(shown(source), NO_FILE)
        else:
            yield from _matching(str(path))
    except (OSError, ValueError) as error:
        yield Unreadable(shown(source[:100]), f"could not be read: {getattr(error, 'strerror', None) or error}")


def _in_folder(folder: Path) -> Iterator[Path | Unreadable]:
    empty = True
    for found in _walk(folder):
        empty = False
        yield found
    if empty:
        yield Unreadable(shown(str(folder)), "the folder holds no files")


def _walk(top: Path) -> Iterator[Path | Unreadable]:
    """Yield the files below a folder; without recursion, for folders can be nested deeper than Python calls."""
    waiting: list[Path] = [top]
    seen: set[tuple[int, int]] = set()
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield path if stat.S_ISREG(status.st_mode) else Unreadable(shown(str(path)), NO_FILE)
                continue
            key = (status.st_dev, status.st_ino)
            if key in seen:
                if path.resolve() in path.absolute().parents:
                    yield Unreadable(shown(str(path)), "a link that leads back to a folder it lies in")
                continue
            seen.add(key)
            inside = sorted(path.iterdir(), reverse=True)
        except OSError as error:
            # also a link to nothing
            lost = NO_FILE if isinstance(error, FileNotFoundError) else f"could not be read: {error.strerror or error}"
            yield Unreadable(shown(str(path)), lost)
            continue
        if all(found.name != _INDEX for found in inside):
            waiting.extend(found for found in inside if not found.name.startswith("."))


def _matching(pattern: str) -> Iterator[Path | Unreadable]:
    if "**" in Path(pattern).parts:
        matches = list(_deep(Path(pattern)))
    else:
        names = sorted(glob.glob(pattern))  # noqa: PTH207 - Path.glob takes no absolute pattern
        matches = [found for name in names for found in (files(name) if Path(name).exists() else [Path(name)])]
    if not matches:
        yield Unreadable(shown(pattern), "no such file or folder")
    for match in matches:
        yield match if isinstance(match, Unreadable) or match.is_file() else Unreadable(shown(str(match)), NO_FILE)


def _deep(pattern: Path) -> Iterator[Path | Unreadable]:
    """Yield the files that fit a pattern with `**`; the standard library's would follow links round and round."""
    parts = pattern.parts
    fixed = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    base = Path(*parts[:fixed])
    if not base.is_dir():
        return
    for found in _walk(base):
        if isinstance(found, Unreadable) or _fits(found.relative_to(base).parts, parts[fixed:]):
            yield found


def _fits(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _fits(parts, pattern[1:]) or (bool(parts) and _fits(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
