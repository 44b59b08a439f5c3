"""The files of a generation, their sizes and checksums: listed when it is published, compared when it is opened.

Knows nothing of what is in them. The checksum is CRC-32: it finds every flipped bit and costs a third of a second for a
gigabyte; whoever changes files on purpose can make it fit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Files = dict[str, tuple[int, int]]  # path within the generation → size and checksum

_CHUNK = 1 << 20
_OWN = {"manifest.json", "manifest.json.new", "web.json", "STAMP"}  # not fixed yet, or kept by rules of their own
_SYNCED = "index_metadata.pickle"  # Chroma wrote a vector index whole; without it, it makes the files anew each time
_JOURNALS = ("-journal", "-wal", "-shm")


def listed(folder: Path) -> Files:
    """Return the files of a generation that stay as they are, with sizes and checksums."""
    names = sorted(_fixed(folder))
    with ThreadPoolExecutor(2) as pool:  # checksums leave Python's lock alone
        return dict(zip(names, pool.map(lambda name: _measured(folder / name), names), strict=True))


def damaged(folder: Path, files: Files) -> dict[str, str]:
    """Return the files that are not as they were listed, and how: by name."""
    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(files, pool.map(lambda name: _compared(folder / name, *files[name]), files), strict=True))
    # SQLite applies a journal it finds, and Chroma reads a vector index it did not write
    strange = (name for name in _all(folder) if name not in files and name.endswith((*_JOURNALS, _SYNCED)))
    return {name: how for name, how in told.items() if how} | dict.fromkeys(strange, "does not belong here")


def checksum(data: bytes) -> str:
    """Return 8 hex digits that tell damaged bytes from whole ones."""
    return f"{zlib.crc32(data):08x}"


def _fixed(folder: Path) -> Iterator[str]:
    for name in _all(folder):
        path = folder / name
        passing = name in _OWN or path.name.endswith((".lock", *_JOURNALS))
        unsynced = path.parent.parent.name == "chroma" and not (path.parent / _SYNCED).exists()
        if not passing and not unsynced:
            yield name


def _all(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _measured(path: Path) -> tuple[int, int]:
    size = sum_ = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            size, sum_ = size + len(chunk), zlib.crc32(chunk, sum_)
    return size, sum_


def _compared(path: Path, size: int, sum_: int) -> str:
    """Return how a file differs from what was listed; nothing where it does not."""
    try:
        there = path.stat().st_size
        if there != size:
            return f"has {there:,} bytes instead of {size:,}"
        return "" if _measured(path) == (size, sum_) else "has other bytes than were written"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
