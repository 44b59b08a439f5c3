"""What a machine derives for itself from the generations on a server: word index, reprints, versions, lists.

It stands in a folder as an embedded index does, without Chroma. A new generation is derived from the nearest one that
is there already: only articles that came in since are fetched.
"""

from __future__ import annotations

import secrets
from collections.abc import Set
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.catalogue import Catalogue
from index.errors import IndexDamaged
from index.generations import Generations, write
from index.lexical import Lexical
from index.manifest import Manifest
from index.places import Tell
from index.recent import Recent
from index.reprints import Signatures
from index.shared import Collections, Members, SharedStore, known, write_known
from index.store import Entry
from index.stories import Stories
from index.versions import Versions

_STAMP = "STAMP"


@dataclass(frozen=True, slots=True)
class Listed:
    """What a generation on the server lists: the keys of its articles and of earlier versions, and what came last."""

    articles: Set[str]
    earlier: Set[str]
    recent: Recent

    @property
    def members(self) -> Members:
        """Each article with the stamp under which it came in."""
        return {key.partition(".")[2]: key.partition(".")[0] for key in self.articles}


class Replica:
    """The derived files of one index on this machine. Safe for several processes."""

    def __init__(self, folder: Path, name: str) -> None:
        self._generations = Generations(folder, name)

    def path(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self._generations.path(number)

    def ready(self, number: int, stamp: str) -> bool:
        """Tell whether all is derived for the generation with this stamp."""
        with suppress(OSError):
            folder = self.path(number)
            return (folder / _STAMP).read_text() == stamp and (folder / "manifest.json").is_file()
        return False

    def damaged(self, number: int) -> dict[str, str] | None:
        """Return the files of a generation that are not as they were written, and how."""
        return self._generations.damaged(number)

    def spoilt(self, number: int) -> bool:
        """Tell whether a generation is damaged; it is then no longer `ready`."""
        with suppress(IndexDamaged):
            if not self._generations.damaged(number):
                return False
        (self.path(number) / _STAMP).unlink(missing_ok=True)
        return True

    def held(self, number: int) -> AbstractContextManager[None]:
        """Keep a generation from being swept."""
        return self._generations.held(number)

    def lock(self) -> AbstractContextManager[None]:
        """Be the only one on this machine that builds. Raises: IndexBusy, BadRequest."""
        return self._generations.lock()

    def machine(self) -> str:
        """Return what tells this folder from those of other machines. The lock must be held."""
        path = self._generations.folder / "machine"
        if not path.exists():
            write(path, secrets.token_hex(8))
        return path.read_text()

    def begin(self, parent: int | None, number: int) -> None:
        """Make the folder of a new generation, a copy of `parent`'s or empty."""
        self._generations.begin(parent, number)

    def finish(self, manifest: Manifest, stamp: str) -> None:
        """Say that all is derived for a generation; let go of those no longer needed here."""
        write(self.path(manifest.generation) / _STAMP, stamp)
        self._generations.publish(manifest)

    def discard(self, number: int) -> None:
        """Delete a generation's folder."""
        self._generations.drop(number)

    def derive(
        self,
        manifest: Manifest,
        stamp: str,
        collections: Collections,
        listed: Listed,
        tell: Tell | None = None,
    ) -> None:
        """Derive all for a generation that lists this."""
        self._generations.folder.mkdir(parents=True, exist_ok=True)
        # one process of this machine does it, the others wait
        with FileLock(self._generations.folder / "derive.lock"):
            if self.ready(manifest.generation, stamp):
                return
            base = self._nearest(listed.members)
            try:
                self._make(base, manifest, collections, listed, tell)
            except (IndexDamaged, OSError):  # damaged, or swept while it was copied
                if base is None:
                    raise
                self._make(None, manifest, collections, listed, tell)
            self.finish(manifest, stamp)

    def _nearest(self, wanted: Members) -> int | None:
        """Return the generation here from which least is to be done, or None where starting anew is less."""
        best, least = None, len(wanted)
        for number in self._generations.kept():
            with suppress(IndexDamaged):
                if self._generations.damaged(number):
                    continue
                have = {entry.source.id: since for entry, since in known(self.path(number))}
                steps = len(have.items() ^ wanted.items())
                if steps < least:
                    best, least = number, steps
        return best

    def _make(
        self,
        base: int | None,
        manifest: Manifest,
        collections: Collections,
        listed: Listed,
        tell: Tell | None,
    ) -> None:
        wanted = listed.members
        self.begin(base, manifest.generation)
        with self.held(manifest.generation):
            path = self.path(manifest.generation)
            old = list(known(path))
            stay = [(entry, since) for entry, since in old if wanted.get(entry.source.id) == since]
            there = {entry.source.id for entry, _ in stay}
            out = [entry.source.id for entry, _ in old if entry.source.id not in there]
            come = [article for article in wanted if article not in there]
            came = _articles(base is None, path, SharedStore(collections, path, members=wanted), out, come, tell)
            _versions(path, collections, listed.earlier)
            now = [*stay, *((entry, wanted[entry.source.id]) for entry in came)]
            write_known(path, now)
            Catalogue.of(entry.source for entry, _ in now).save(path)
            listed.recent.save(path)


def _articles(
    fresh: bool, path: Path, store: SharedStore, out: list[str], come: list[str], tell: Tell | None
) -> list[Entry]:
    """Take articles out of the word index and the signatures and put others in; return the entries of those."""
    lexical = Lexical.create(path / "lexical") if fresh else Lexical.open(path / "lexical")
    signatures = Signatures() if fresh else Signatures.open(path / "reprints")
    lexical.delete(out)
    for article in out:
        signatures.remove(article)
    entries = []
    for stored in store.these(come):
        lexical.add(stored.passages())
        signatures.add(stored.entry.source.id, stored.text, stored.entry.source.published)
        entries.append(stored.entry)
        if tell and len(entries) % 250 == 0:
            tell(len(entries), len(come))
    lexical.commit()
    signatures.save(path / "reprints")
    Stories(signatures.stories()).save(path / "reprints")
    if tell:
        tell(len(come), len(come))
    return entries


def _versions(path: Path, collections: Collections, wanted: Set[str]) -> None:
    with closing(Versions.create(path)) as versions:
        have = versions.keys()
        versions.drop(number for key, number in have.items() if key not in wanted)
        for row in collections.kept(wanted - have.keys()):
            versions.put(row)
        versions.commit()
