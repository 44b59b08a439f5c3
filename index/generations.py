"""Where an index lives on disk: numbered generations and a pointer to the live one. Knows next to nothing of them.

    DIR/CURRENT                      the number of the live generation, twice, so that a damaged one shows
    DIR/generations/0007/            one whole index: chroma/, lexical/, manifest.json (written last; lists the others)
    DIR/build.lock                   held by the one process that builds

A build works on a copy and swaps CURRENT by one atomic rename, so a reader sees the old index or
the new one and nothing between. The generation before the live one is kept for `rollback`, and any that a reader has
open until it lets go.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

try:
    import fcntl
except ImportError:  # Windows, which deletes no open file
    fcntl = None  # type: ignore[assignment]

from index.chroma import steady
from index.errors import BadRequest, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing
from index.files import Files, damaged, listed
from index.manifest import FORMAT, Manifest, of_fields, seal, unsealed
from index.room import written
from index.store import Store

if TYPE_CHECKING:
    from index.places import Place, Tell

_POINTER = re.compile(r"(\d+)(?: \1)?\n")  # once in an index of an earlier version
DERIVED = ("lexical/", "reprints/", "articles.json", "recent.json")  # any build makes them again
_NAMED = 3  # files in one sentence


class Generations:
    """The generations in one folder. `name` is what messages call it where the folder only serves another place."""

    def __init__(self, folder: str | os.PathLike[str], name: str | None = None) -> None:
        self.folder = Path(folder)
        self.name = name or str(folder)
        self.given = f"--index {folder}"
        self.derived, self.mend = (
            DERIVED,
            f"Run any `python -m index build SOURCE... {self.given}`: it makes that again.",
        )
        self.options, self.environment = ["--index", str(self.folder.absolute())], dict[str, str]()

    def current(self) -> int:
        """Return the number of the live generation. Raises: IndexMissing, IndexDamaged."""
        try:
            found = _POINTER.fullmatch((self.folder / "CURRENT").read_text("ascii"))
        except (FileNotFoundError, NotADirectoryError) as error:
            whole = self.kept()
            if not whole:
                raise missing(self) from error
            if len(whole) == 1:
                # a first build was killed at its end, or the pointer lost: it could only have named this one
                return whole[0]
            found = None
        except ValueError:
            found = None
        except OSError as error:
            raise IndexDamaged(f"{self.folder / 'CURRENT'} cannot be read ({error.strerror}): see to it.") from error
        if found is None:
            how = f"run `python -m index rollback --index {self.folder}`, or build again with --fresh"
            raise IndexDamaged(f"{self.folder / 'CURRENT'} does not name a generation: {how}.")
        return int(found[1])

    def path(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self.folder / "generations" / f"{number:04d}"

    def stamp(self, number: int) -> str:
        """Return what tells a generation from another of its number, in a folder that was deleted and built anew."""
        try:
            found = (self.path(number) / "manifest.json").stat()
        except OSError:
            return str(number)
        return f"{number}-{found.st_ino}-{found.st_mtime_ns}"

    def manifest(self, number: int) -> Manifest:
        """Read how a generation was made. Raises: IndexDamaged, IndexMismatch."""
        return self._sealed(number)[0]

    def damaged(self, number: int) -> dict[str, str] | None:
        """Return the files of a generation that are not as they were written, each with what is wrong with it.

        None where an earlier version of Dateline made it, which listed none. Raises: IndexDamaged, IndexMismatch.
        """
        files = self._sealed(number)[1]
        return None if files is None else damaged(self.path(number), files)

    def _sealed(self, number: int) -> tuple[Manifest, Files | None]:
        path = self.path(number) / "manifest.json"
        try:
            text = path.read_bytes().decode()
            fields = unsealed(text)
            files, version = fields.pop("files", None), fields["format"]
            if version == FORMAT:
                return of_fields(fields), files
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(f"{path} is missing or damaged: {self._way_out(number)}.") from error
        raise IndexMismatch(
            f"The index in {self.name} has format {version}, not {FORMAT}, which this version reads: "
            "build it again with --fresh."
        )

    def _way_out(self, number: int, names: Sequence[str] = ()) -> str:
        """Return what to do where these files of a generation are damaged."""
        if names and all(name.startswith(DERIVED) for name in names):
            return f"any `python -m index build` on this index makes {'it' if len(names) == 1 else 'them'} again"
        back = any(other < number for other in self.kept())
        anew = "build again with --fresh"
        return f"run `python -m index rollback {self.given}`, or {anew}" if back else anew

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the build lock. Raises: IndexBusy at once where another process holds it; BadRequest, Hindered."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "build.lock")
            lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexBusy(
                f"Another build is writing to {self.name}: wait until it has ended, then try again."
            ) from error
        except OSError as error:
            raise BadRequest(
                f"{self.folder} cannot be written to ({error.strerror}): choose another --index."
            ) from error
        try:
            with written(self.folder):
                yield
        finally:
            lock.release()

    def create(self, number: int) -> Store:
        """Make the store of a new generation."""
        return Store.create(self.path(number) / "chroma")

    def open(self, number: int) -> Store:
        """Open the store of a generation. Raises: IndexDamaged."""
        return Store.open(self.path(number) / "chroma")

    def ready(self, number: int) -> bool:
        """Tell whether a generation can be opened at once: here each is made whole."""
        return True

    def prepare(self, number: int, tell: Tell | None = None, spare: tuple[str, ...] = ()) -> set[str]:
        """Look whether all files of a generation are as they were written: see `Place.prepare`."""
        found = self.damaged(number) or {}
        bad = [name for name in found if not name.startswith(spare)]
        if bad:
            more = f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
            told = ", ".join(f"{name} {found[name]}" for name in bad[:_NAMED])
            raise IndexDamaged(f"The index in {self.name} is damaged ({told}{more}): {self._way_out(number, bad)}.")
        return set(found)

    def close(self) -> None:
        """Let go of what is open: here nothing."""

    def begin(self, parent: int | None, number: int | None = None) -> int:
        """Make a new generation, a copy of `parent` or (None) empty; return its number. The lock must be held.

        `number` is that of the new one where another place counts.
        """
        if number is None:
            number = max(self._numbers(), default=0) + 1
        _empty(self.path(number))
        if parent is None:
            self.path(number).mkdir(parents=True, exist_ok=True)
        else:
            whole, known = self.path(parent), shutil.ignore_patterns("manifest.json")
            shutil.copytree(whole, self.path(number), ignore=known, dirs_exist_ok=True)
        return number

    def publish(self, manifest: Manifest) -> None:
        """Write the manifest, then make the generation the live one, then let go of those no longer needed."""
        path = self.path(manifest.generation)
        if (path / "chroma").is_dir():
            steady(path / "chroma")
        write(path / "manifest.json", seal(manifest, listed(path)))
        self._point_to(manifest.generation)
        # it is live: what cannot be tidied up now, the next build does
        with suppress(OSError):
            self.sweep()

    def rollback(self, live: int | None = None) -> int:
        """Make the generation before the live one live again; return its number.

        `live` names the one that is to be left: where another is live by now, nothing changes.
        Raises: BadRequest, IndexMissing, IndexBusy.
        """
        if not self.folder.is_dir():
            self.current()
        with self.lock():
            self._still(live)
            earlier = self.before()
            if earlier is None:
                raise BadRequest(f"There is no earlier generation in {self.folder} to roll back to.")
            self.manifest(earlier)
            self._point_to(earlier)
            return earlier

    def forward(self, live: int | None = None) -> int:
        """Make the generation live again that a rollback left; arguments and errors as in `rollback`."""
        with self.lock():
            self._still(live)
            later = self.after()
            if later is None:
                raise BadRequest(f"There is no later generation in {self.folder}: it goes with the next build.")
            self.manifest(later)
            self._point_to(later)
            return later

    def before(self) -> int | None:
        """Return the generation that the live one was made from, else the one before it; None where neither is."""
        whole = self.kept()
        with suppress(IndexMissing, IndexDamaged):
            if (self.folder / "CURRENT").exists():
                return self._earlier(self.current(), whole)
        return max(whole, default=None)

    def after(self) -> int | None:
        """Return the newest generation that was made from the live one and left by a rollback."""
        current = self.current()
        later = (number for number in self.kept() if number > current)
        return max((number for number in later if self.manifest(number).parent == current), default=None)

    def _earlier(self, current: int, whole: list[int]) -> int | None:
        earlier = [number for number in whole if number < current]
        try:
            parent = self.manifest(current).parent
        except (IndexDamaged, IndexMismatch):
            parent = None
        return parent if parent in earlier else max(earlier, default=None)

    def _still(self, live: int | None) -> None:
        if live is not None and (now := self.current()) != live:
            raise changed(now, live)

    @contextmanager
    def held(self, number: int) -> Iterator[None]:
        """Keep a generation from being swept, by whichever process: SQLite opens its file anew when it sees fit."""
        if fcntl is None:
            yield
            return
        try:
            folder = os.open(self.path(number), os.O_RDONLY)
        except OSError as error:
            raise IndexDamaged(f"{self.path(number)} cannot be opened ({error.strerror}).") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_SH)
            yield
        finally:
            os.close(folder)

    def _in_use(self, number: int) -> bool:
        """Tell whether any reader holds a generation."""
        if fcntl is None:
            return False
        folder = os.open(self.path(number), os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(folder)
        return False

    def sweep(self) -> None:
        """Delete all generations but the live one, the one before it and those in use. The lock must be held."""
        try:
            current = self.current()
        except IndexMissing:
            current = 0
        except IndexDamaged:
            # which one was live is not known: all may be needed
            return
        keep = {current, self._earlier(current, self.kept())}
        for number in self._numbers():
            if number not in keep and not self._in_use(number):
                self.drop(number)

    def discard(self, number: int) -> None:
        """Give up a generation that was begun; one that is live by now stays: a build may be stopped just after."""
        with suppress(IndexMissing, IndexDamaged):
            if self.current() == number:
                return
        self.drop(number)

    def drop(self, number: int) -> None:
        """Delete a generation.

        The highest number stays as an empty folder: after a rollback or a failed build it must not come again, as a
        reader that still holds it would take the new one for its own.
        """
        _empty(self.path(number))
        if number < max(self._numbers(), default=0):
            shutil.rmtree(self.path(number), ignore_errors=True)

    def kept(self) -> list[int]:
        """Return the numbers of the generations that were published."""
        return [number for number in self._numbers() if (self.path(number) / "manifest.json").is_file()]

    def _numbers(self) -> list[int]:
        names = (path.name for path in (self.folder / "generations").glob("[0-9]*"))
        return sorted(int(name) for name in names if name.isdecimal())

    def _point_to(self, number: int) -> None:
        write(self.folder / "CURRENT", f"{number} {number}\n")


def _empty(folder: Path) -> None:
    """Delete all that is in the folder of a generation, if there is one.

    The manifest goes first, so that one half deleted, when this process is killed, is no generation to go back to.
    """
    (folder / "manifest.json").unlink(missing_ok=True)
    for part in list(folder.iterdir()) if folder.is_dir() else []:
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def changed(now: int, live: int) -> BadRequest:
    """Return the words for a generation that is no longer the live one."""
    return BadRequest(f"The index has changed since: generation {now} is in use, not {live}.")


def missing(place: Place) -> IndexMissing:
    """Return the words for a place that holds no index."""
    how = f"build one with `python -m index build SOURCE... {place.given}`"
    return IndexMissing(f"There is no index in {place.name}: {how}.")
