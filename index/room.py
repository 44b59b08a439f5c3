"""What is said where an index cannot be written: a full disk, a quota, a limit, a disk that fails. Knows no index.

The engines tell of it each in their own way, and one of them not at all, so anything that they raise while an index is
changed counts as this; what the change had begun is gone by then, so what is free is what the next one has.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import resource
except ImportError:  # Windows, which knows no such limit
    resource = None  # type: ignore[assignment]

from index.errors import DatelineError, Hindered, IndexDamaged

_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM}
_FILES = {errno.EMFILE, errno.ENFILE}
_MANY_FILES = re.compile(r"too ?many ?open ?files|os error 24|code: 24|unable to open database file", re.IGNORECASE)
_BARRED = re.compile("denied|not permitted|read-?only", re.IGNORECASE)
_DAMAGED = re.compile("malformed|not a database")
_NUMBER = re.compile(r"os error (\d+)|Errno (\d+)")
_ENGINES = ("chromadb.", "sqlite3.", "tantivy")
_LEAST_FILES = 64  # with fewer the engines fail now here, now there, and not always in words that tell of it
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Say in one sentence why a change of an index could not be written. Raises: Hindered, IndexDamaged."""
    try:
        yield
    except DatelineError:
        raise
    except BaseException as error:
        reason = _reason(error)
        if reason is None:
            raise
        if _DAMAGED.search(reason):
            how = "run `python -m index verify`, which says what to do"
            raise IndexDamaged(f"The index in {folder} is damaged ({reason}): {how}.") from error
        if _MANY_FILES.search(reason):
            raise few_files(folder) from error
        room = f"{_free(folder)} are free on its disk: make room there"
        how = "let this user write there" if _BARRED.search(reason) else room
        raise Hindered(
            f"{folder} could not be written to: {reason}; {how}, then do it again. Nothing that was there is lost."
        ) from error


def check_writable(folder: Path) -> None:
    """Check that this user may write into a generation's folder: its engines lock files there even to read them.

    Raises: Hindered.
    """
    if not os.access(folder, os.W_OK):
        how = "let this user write there, or ask a copy of the index"
        raise Hindered(f"{folder} cannot be written to, which the index's engines need even to read it: {how}.")


def check_files(name: str) -> None:
    """Check that this process may open as many files as an index needs. Raises: Hindered."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else -1  # below 0: as many as it likes
    if 0 <= most < _LEAST_FILES:
        how = f"this process may open {most}, so raise the limit (`ulimit -n 4096`), then do it again"
        raise Hindered(f"{name} needs up to {_LEAST_FILES} files open at once; {how}.")


def few_files(folder: Path) -> Hindered:
    """Return the words for a process that may open no more files."""
    how = "raise the limit (`ulimit -n 4096`), then do it again"
    return Hindered(f"{folder} needs more files open at once than this process may have: {how}.")


def lacks_files(error: BaseException) -> bool:
    """Tell whether an engine gave up since it could open no more files; where it panics, that is no Exception."""
    kind = type(error).__name__ == "PanicException" or isinstance(error, ValueError)
    return kind and bool(_MANY_FILES.search(str(error)))


def _reason(error: BaseException) -> str | None:
    """Return why something could not be written, or None where an error is about something else."""
    text = str(error)
    if lacks_files(error):
        return text
    if isinstance(error, OSError):
        found = _NUMBER.findall(text)
        number = error.errno or (int("".join(found[-1])) if found else None)
        known = number in _WRITING | _FILES
        return os.strerror(number) if number and known else None
    if f"{type(error).__module__}.".startswith(_ENGINES):
        return text.strip().rpartition(") ")[2].rpartition(": ")[2].rstrip(".")
    if isinstance(error, ValueError) and (found := _NUMBER.findall(text)):
        return os.strerror(int("".join(found[-1])))  # tantivy
    return None


def _free(folder: Path) -> str:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free, unit = float(shutil.disk_usage(there).free), 0
    while free >= 1_000 and unit < len(_UNITS) - 1:
        free, unit = free / 1_000, unit + 1
    return f"{free:,.0f} {_UNITS[unit]}"
