"""Sources kept fresh: one round after the other, each a build of what changed since. Knows no format and no HTTP.

A file that has not changed is not read again: its times, size and number are remembered. A file changed so shortly
before it was read that an edit right after it may bear the same times is read once more. Web addresses are asked
each round; what has not changed there costs a question. Where nothing changed, no generation is made.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from index.building import build
from index.embedding import Embedder
from index.errors import BadRequest, DatelineError
from index.places import Place, Tell
from index.readers import STANDARD_INPUT, Unreadable
from index.readers.files import files
from index.reporting import BuildReport
from index.web import Manners, is_address
from index.where import Where, place_of

_TICK_SECONDS = 2.0  # the coarsest clock of a file system
_JITTER = 0.1
_LONGEST_WAIT = 3_600.0  # a signal or a clock set anew is noticed at least so often

_Mark = tuple[int, int, int, int] | str


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did. `report` is None where there was nothing to build, `trouble` the sentence where it failed.

    `next` is when the next one begins, or None after the last.
    """

    number: int
    at: datetime
    report: BuildReport | None
    trouble: str | None
    next: datetime | None

    @property
    def new(self) -> bool:
        """Whether the round changed the index."""
        return self.report is not None and bool(self.report.added or self.report.updated)


def watch(
    sources: Iterable[str],
    index: Where,
    *,
    every: float,
    stop: threading.Event,
    rounds: int | None = None,
    embedding: str | None = None,
    embedder: Embedder | None = None,
    format: str | None = None,
    manners: Manners | None = None,
    tell: Tell | None = None,
) -> Iterator[Round]:
    """Build now and about `every` so many seconds, until `stop` is set or so many `rounds` are done; yield each round.

    A round that fails is told and the next one tries again; a stop ends a wait at once, and a build as soon as the
    page that is being fetched has come. `tell` is that of `build`. Raises: BadRequest.
    """
    places = list(sources)
    if STANDARD_INPUT in places:
        raise BadRequest("Standard input cannot be watched: name files, folders, globs or web addresses.")
    watched = _Files([place for place in places if not is_address(place)], place_of(index))
    addresses = [place for place in places if is_address(place)]
    number = 0
    while not stop.is_set():
        number, at = number + 1, _now()
        report, trouble = None, None
        try:
            changed = watched.changed()
            if changed or addresses:
                report = build(
                    [*changed, *addresses],
                    index,
                    embedding=embedding,
                    embedder=embedder,
                    format=format,
                    manners=manners,
                    wait=stop.wait,
                    tell=tell,
                )
                watched.settle(report.generation)
        except Exception as error:
            trouble = _sentence(error)
        pause = every * random.uniform(1 - _JITTER, 1 + _JITTER)  # when to come again, no secret  # nosec B311
        last = number == rounds or stop.is_set()
        yield Round(number, at, report, trouble, None if last else _now() + timedelta(seconds=pause))
        if last or _waited(stop, pause):
            return


class _Files:
    """Which files have changed since they were last read into the live generation."""

    def __init__(self, sources: list[str], place: Place) -> None:
        self._sources, self._place = sources, place
        self._read: dict[str, _Mark] = {}
        self._seen: dict[str, _Mark] = {}
        self._built: int | None = None

    def changed(self) -> list[str]:
        """Return the files to read, and the sources that hold none and have not been told yet."""
        if not self._sources:
            return []
        if self._replaced():
            self._read = {}
        now = time.time()
        self._seen, found = {}, []
        for source in self._sources:
            for one in files(source):
                place, mark, settled = _marked(one, now)
                if place not in self._seen and self._read.get(place) != mark:
                    found.append(place)
                if settled:
                    self._seen[place] = mark
        return found

    def settle(self, generation: int) -> None:
        """Remember what was seen before it was read: it is in this generation."""
        self._read, self._built = self._seen or self._read, generation

    def _replaced(self) -> bool:
        """Tell whether the live generation is neither the one seen last nor one made from it."""
        try:
            manifest = self._place.manifest(self._place.current())
        except DatelineError:
            return True
        finally:
            self._place.close()
        if self._built not in (manifest.generation, manifest.parent):
            return True
        self._built = manifest.generation
        return False


def _marked(one: Path | Unreadable, now: float) -> tuple[str, _Mark, bool]:
    """Return a source, what tells its states apart, and whether a change of it would be seen from that."""
    if isinstance(one, Unreadable):
        return one.source, one.reason, True
    try:
        found = one.stat()
    except OSError as error:
        return str(one), str(error), True
    recent = max((moment for moment in (found.st_mtime, found.st_ctime) if moment <= now + _TICK_SECONDS), default=0.0)
    mark = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
    return str(one), mark, now - recent > _TICK_SECONDS


def _waited(stop: threading.Event, seconds: float) -> bool:
    """Wait, however long; return whether to stop."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stop.wait(min(left, _LONGEST_WAIT)):
            return True
    return stop.is_set()


def _sentence(error: Exception) -> str:
    if isinstance(error, DatelineError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'The system'}: {error.strerror or error}."
    # a defect of ours must not end a watch that has run for weeks
    logging.getLogger("dateline").debug("unforeseen", exc_info=error)
    return f"Dateline failed in a way it should not ({type(error).__name__}): please report it."


def _now() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)
