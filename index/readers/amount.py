"""How much there is to read and how much is read: files and bytes, counted before and while. Knows no format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.readers.files import files
from index.web import is_address


class Amount:
    """What is read of what there is; `files` and `bytes` grow, `of_files` and `of_bytes` are None where not known."""

    def __init__(self) -> None:
        self.files = 0
        self.of_files: int | None = None
        self.of_bytes: int | None = None
        self._done = 0
        self._reading: tuple[Callable[[], int], int] = (lambda: 0, 0)  # where in the file that is read now, its size

    @property
    def bytes(self) -> int:
        """The bytes read so far."""
        place, size = self._reading
        return self._done + min(place(), size)

    def count(self, sources: Sequence[str]) -> None:
        """Look at what is to be read, without opening it; how much the web or a pipe holds is not known before."""
        if any(source == "-" or is_address(source) for source in sources):
            return
        self.of_files = self.of_bytes = 0
        for source in sources:
            for path in files(source):
                if isinstance(path, Path):
                    self.of_files, self.of_bytes = self.of_files + 1, self.of_bytes + _size(path)

    @contextmanager
    def of(self, place: Callable[[], int], size: int) -> Iterator[None]:
        """Count a file while it is read; `place` tells how far that is."""
        self._reading = place, size
        try:
            yield
        finally:
            self._reading = (lambda: 0), 0
            self.add(size)

    def add(self, size: int) -> None:
        """Count a file that was read."""
        self._done += size
        self.files += 1


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
