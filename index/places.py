"""Where an index lives: in a folder or on a Chroma server. Says what either offers; knows nothing of how.

A place has numbered generations, one of them live. A generation is a store and, in a folder of this machine, what is
derived from it: lexical/, reprints/, versions.sqlite, articles.json, recent.json.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from index.manifest import Manifest
from index.store import Store

Tell = Callable[[int, int], None]  # articles taken in, of how many


class Place(Protocol):
    """The generations of one index. Errors of each call: IndexMissing, IndexDamaged, and of a server ServerFailed."""

    @property
    def folder(self) -> Path:
        """Return its folder on this machine."""

    @property
    def name(self) -> str:
        """Return what messages call it."""

    @property
    def given(self) -> str:
        """Return the option of a command line that names it."""

    @property
    def options(self) -> list[str]:
        """Return the options with which another process of this machine finds it."""

    @property
    def environment(self) -> dict[str, str]:
        """Return what such a process is told beside: all that no command line may show."""

    @property
    def derived(self) -> tuple[str, ...]:
        """Return how the names of those files begin that can be made again from the others."""

    @property
    def mend(self) -> str:
        """Return the sentence that says how these are made again."""

    def current(self) -> int:
        """Return the number of the live generation."""

    def before(self) -> int | None:
        """Return the generation to which a rollback leads."""

    def after(self) -> int | None:
        """Return the generation that a rollback left and that was made from the live one."""

    def stamp(self, number: int) -> str:
        """Return what tells a generation from another that has its number, in an index that was made anew."""

    def manifest(self, number: int) -> Manifest:
        """Return how a generation was made."""

    def path(self, number: int) -> Path:
        """Return the folder of what is derived for a generation; whole where it is `ready`."""

    def ready(self, number: int) -> bool:
        """Tell whether all that is derived for a generation is there."""

    def kept(self) -> list[int]:
        """Return the numbers of the generations that are whole."""

    def damaged(self, number: int) -> dict[str, str] | None:
        """Return the files on this machine that are not as they were written, and how; None where that is unknown."""

    def prepare(self, number: int, tell: Tell | None = None, spare: tuple[str, ...] = ()) -> set[str]:
        """Look whether all files are as they were written, and derive what is missing; `tell` is called as it goes on.

        `spare` are beginnings of names that the caller can do without: those of them that are damaged are returned.
        Raises: IndexDamaged where another one is.
        """

    def open(self, number: int) -> Store:
        """Open the store of a generation, for writing where it is the one that was begun."""

    def create(self, number: int) -> Store:
        """Make the store of a generation that was begun without a parent."""

    def held(self, number: int) -> AbstractContextManager[None]:
        """Keep what is derived for a generation while it is read."""

    def lock(self) -> AbstractContextManager[None]:
        """Be the only one that changes this index. Raises: IndexBusy, BadRequest."""

    def begin(self, parent: int | None) -> int:
        """Begin a generation, from `parent` or (None) from nothing; return its number. The lock must be held."""

    def publish(self, manifest: Manifest) -> None:
        """Make the generation that was begun, and is whole, the live one."""

    def discard(self, number: int) -> None:
        """Give up a generation that was begun."""

    def rollback(self, live: int | None = None) -> int:
        """Make the generation before the live one live again; return its number.

        `live` names the one that is to be left: where another is live by now, nothing changes.
        Raises: BadRequest, IndexBusy.
        """

    def forward(self, live: int | None = None) -> int:
        """Make the generation live again that a rollback left; arguments and errors as in `rollback`."""

    def sweep(self) -> None:
        """Delete what no reader needs and no rollback leads to. The lock must be held."""

    def close(self) -> None:
        """Let go of connections; the place may be used again."""
