"""Is an index whole? Looks at each generation: its files against their checksums, and what is in them against itself.

The second needs no list of files, so it serves for an index of an earlier version too; there it runs in a process of
its own, because a damaged file may end the process that reads it.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from index.catalogue import FILE as LIST
from index.catalogue import Catalogue
from index.errors import DatelineError, IndexDamaged, IndexMismatch
from index.lexical import Lexical
from index.manifest import Manifest
from index.places import Place
from index.recent import FILE as RECENT
from index.recent import Recent
from index.reprints import Signatures
from index.room import check_writable
from index.store import Entry, Store, StoredArticle, passage_id
from index.stories import Stories
from index.versions import Versions
from index.where import Where, place_of

_BATCH = 2_000  # passages whose vectors are read at once
_SHOWN = 5  # articles named of those that share a fault


@dataclass(frozen=True, slots=True)
class Damage:
    """A file, or a part of one, that is not as it should be, and what is wrong with it."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in one generation. `listed` is whether its files could be compared with checksums."""

    generation: int
    live: bool
    listed: bool
    damage: tuple[Damage, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in an index, the live generation first, and what to do where anything is damaged."""

    generations: tuple[Verified, ...]
    advice: str | None

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged."""
        return self.advice is None


def verify(index: Where) -> Report:
    """Look whether an index is whole. Raises: IndexMissing, Hindered, ServerFailed."""
    with closing(place_of(index)) as place:
        pointer: tuple[Damage, ...] = ()
        try:
            live: int | None = place.current()
        except IndexDamaged as error:
            live, pointer = None, (Damage("CURRENT", _reason(error)),)
        found = [_generation(place, index, number, number == live) for number in place.kept()]
        found.sort(key=lambda one: (not one.live, -one.generation))
        if pointer:
            found.insert(0, Verified(0, True, True, pointer))
        elif live is not None and not any(one.live for one in found):
            found.insert(0, Verified(live, True, True, _missing(place, live)))
        return Report(tuple(found), _advice(place, found))


def _missing(place: Place, number: int) -> tuple[Damage, ...]:
    try:
        place.manifest(number)
    except (IndexDamaged, IndexMismatch) as error:
        return (Damage("manifest.json", _reason(error)),)
    return ()


def _generation(place: Place, index: Where, number: int, live: bool) -> Verified:
    try:
        files = place.damaged(number)
        damage = [Damage(name, what) for name, what in sorted((files or {}).items())]
        if all(one.file.startswith(place.derived) for one in damage):
            damage += _content(place, number) if files is not None else _apart(index, number)
        return Verified(number, live, files is not None, tuple(damage))
    except (IndexDamaged, IndexMismatch) as error:
        return Verified(number, live, True, (Damage("manifest.json", _reason(error)),))


def _apart(index: Where, number: int) -> tuple[Damage, ...]:
    """Look at what is in a generation in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(index, number, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        found: tuple[Damage, ...] | DatelineError = ours.recv()
    except EOFError:
        found = (Damage("chroma or lexical", "ends the process that reads it"),)
    process.join()
    if isinstance(found, DatelineError):
        raise found
    return found


def _send(index: Where, number: int, to: Connection) -> None:
    try:
        with closing(place_of(index)) as place:
            to.send(tuple(_content(place, number)))
    except DatelineError as error:
        to.send(error)


def _content(place: Place, number: int) -> Iterator[Damage]:
    """Yield what is wrong within the files of a generation."""
    manifest, path = place.manifest(number), place.path(number)
    spoilt = place.prepare(number, spare=place.derived)
    check_writable(path)
    entries: list[Entry] = []
    with place.held(number):
        try:
            with closing(place.open(number)) as store:
                yield from _store(store, manifest, entries)
        except Exception as error:  # whatever Chroma, SQLite and Rust raise, told as they tell it
            yield Damage("chroma", _reason(error) if isinstance(error, IndexDamaged) else f"cannot be read ({error})")
            return
        if not spoilt:
            yield from _derived(path, entries)


def _store(store: Store, manifest: Manifest, entries: list[Entry]) -> Iterator[Damage]:
    """Yield what is wrong with texts, metadata and vectors, and take the entries of all articles."""
    spans: list[str] = []
    without: list[str] = []
    batch: list[str] = []
    for stored in store.stored():
        entries.append(stored.entry)
        if not _inside(stored):
            spans.append(stored.entry.source.id)
        batch += [passage_id(stored.entry.source.id, *span) for span in stored.entry.spans]
        if len(batch) >= _BATCH:
            without += _lacking(store, batch)
            batch = []
    without += _lacking(store, batch) if batch else []
    if spans:
        yield Damage("chroma", f"passages lie outside the text of {_some(spans)}")
    if without:
        yield Damage("chroma", f"no vector, or none of use, is there for {_some(without)}")
    yield from _counted(store, manifest, entries)


def _inside(stored: StoredArticle) -> bool:
    """Tell whether the passages of an article lie in its text, in order."""
    places = [place for span in stored.entry.spans for place in span]
    ordered = all(a < b for a, b in stored.entry.spans) and places == sorted(places)
    return bool(places) and ordered and places[0] >= 0 and places[-1] <= len(stored.text)


def _lacking(store: Store, ids: list[str]) -> list[str]:
    """Return the passages that have no vector of length 1."""
    keys, rows = store.vectors(ids)
    length = (rows.astype("f8") ** 2).sum(axis=1) if keys else ()
    # a passage without words has no direction
    sound = {key for key, one in zip(keys, length, strict=True) if abs(one - 1) < 1e-2 or one == 0}
    return [key for key in ids if key not in sound]


def _counted(store: Store, manifest: Manifest, entries: list[Entry]) -> Iterator[Damage]:
    """Yield where the manifest says something else than what is there."""
    passages = sum(len(entry.spans) for entry in entries)
    articles, vectors = store.counts()
    if (articles, vectors) != (len(entries), passages):
        yield Damage("chroma", f"{vectors:,} vectors are there of {passages:,} passages")
    days = [entry.source.published for entry in entries if entry.source.published]
    outlets = Counter(entry.source.outlet for entry in entries if entry.source.outlet)
    there = (len(entries), passages, min(days, default=None), max(days, default=None), dict(outlets))
    told: tuple[int, int, date | None, date | None, dict[str, int]]
    told = (manifest.articles, manifest.passages, manifest.oldest, manifest.newest, manifest.outlets)
    if there != told:
        yield Damage("manifest.json", f"tells of {told[0]:,} articles and {told[1]:,} passages other than are there")


def _derived(path: Path, entries: list[Entry]) -> Iterator[Damage]:
    """Yield what of the derived files does not fit the articles."""
    ids = {passage_id(entry.source.id, *span) for entry in entries for span in entry.spans}
    articles = {entry.source.id for entry in entries}
    looks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("lexical", lambda: Lexical.open(path / "lexical").ids() == ids),
        ("reprints", lambda: _reprints(path / "reprints", articles)),
        # the earliest indexes have no list: the articles themselves are listed then
        (LIST, lambda: not (path / LIST).exists() or _catalogue(path, entries)),
        (RECENT, lambda: not (path / RECENT).exists() or {key for key, _ in Recent.open(path).rows} <= articles),
        ("versions.sqlite", lambda: _versions(path)),
    )
    for name, look in looks:
        try:
            if not look():
                yield Damage(name, "does not fit the articles")
        except IndexDamaged as error:
            yield Damage(name, _reason(error))
        except Exception as error:  # whatever tantivy and SQLite raise
            yield Damage(name, f"cannot be read ({error})")


def _reprints(path: Path, articles: set[str]) -> bool:
    signatures = Signatures.open(path)
    return signatures.articles == articles and signatures.stories() == list(Stories.open(path))


def _catalogue(path: Path, entries: list[Entry]) -> bool:
    made = Catalogue.of(entry.source for entry in entries)
    return Catalogue.open(path, lambda: ()).page(0, None) == made.page(0, None)


def _versions(path: Path) -> bool:
    with closing(Versions.open(path)) as versions:
        versions.check()
    return True


def _advice(place: Place, found: list[Verified]) -> str | None:
    """Return one sentence on what to do, or None where nothing is damaged."""
    live = next((one.damage for one in found if one.live), ())
    if not any(one.damage for one in found):
        return None
    if not live:
        return "The live generation is whole; the damaged one goes with the next builds: do not roll back to it."
    if all(one.file.startswith(place.derived) or f"{one.file}/" in place.derived for one in live):
        return place.mend
    if any(not one.live and not one.damage for one in found):
        return f"Run `python -m index rollback {place.given}`, then build again what came since."
    return f"Build the index again: `python -m index build SOURCE... {place.given} --fresh`."


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _reason(error: Exception) -> str:
    """Return what an error says is wrong, without what it says is to be done."""
    return str(error).rpartition(": ")[0] or str(error)
