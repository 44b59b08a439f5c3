"""What may go from a server: generations that nobody needs, what only they list, what a killed build left behind.

All of it can be broken off anywhere and is found again the next time: a list goes after what it lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from index.chroma import Database
from index.lists import Lists, keys_of
from index.pointer import Move, number_of
from index.shared import Collections

_SHARED = re.compile(r"dateline-(\d+-[0-9a-f]+)-\w+")


def sweep(
    database: Database,
    lists: Lists,
    live: Move | None,
    told: Mapping[str, Any],
    grace: float,
    spared: Set[str] = frozenset(),
) -> None:
    """Delete all but what is needed. `told` is how each whole generation was made, by stamp.

    `spared` are generations that are not whole and that a build may go on with.
    """
    kept = _kept(live, told, database.now() - grace)
    gone = told.keys() - kept
    bases = {told[stamp]["base"] for stamp in kept}
    for base in bases:
        mine = {stamp for stamp, one in told.items() if one["base"] == base}
        _drop(Collections.open(database, base), lists, mine & gone, mine & kept)
    for name in lists.names():
        stamp, _, rest = name.partition("/")
        if rest == "base" and stamp not in told.keys() | spared:
            abandon(database, lists, stamp, kept, bases)
    lists.delete(gone)
    bases |= {lists.read(f"{stamp}/base") for stamp in spared}
    for name in database.collections():
        if (match := _SHARED.fullmatch(name)) and match.group(1) not in bases:
            database.delete(name)


def abandon(
    database: Database, lists: Lists, stamp: str, kept: Set[str] = frozenset(), bases: Set[str] = frozenset()
) -> None:
    """Delete what a generation that never became whole has written.

    `bases` are those of the generations that are `kept`: one may have gone on with what this one wrote.
    """
    base = lists.read(f"{stamp}/base")
    shared = base != stamp or base in bases
    if base and shared and database.get(f"dateline-{base}-articles") is not None:
        collections = Collections.open(database, base)
        if intended := intents(lists, stamp):
            collections.drop(intended - _listed(lists, kept, "articles"))
        collections.forget(_listed(lists, [stamp], "earlier") - _listed(lists, kept, "earlier"))
    if not shared:
        for name in database.collections():
            if name.startswith(f"dateline-{stamp}-"):
                database.delete(name)
    lists.delete([stamp])


def intents(lists: Lists, stamp: str) -> set[str]:
    """Return the keys of all articles that a generation in the making may have written."""
    names = [name for name in lists.names() if name.startswith(f"{stamp}/intent/")]
    return {key for name in names for key in keys_of(lists.read(name) or "")}


def _kept(live: Move | None, told: Mapping[str, Any], since: float) -> set[str]:
    """Return the stamps of the live generation, of the one before it, and of those that were live after `since`."""
    if live is None:
        return set()
    kept = {live.stamp, told[live.stamp]["before"]}
    for stamp, one in told.items():
        if number_of(stamp) > live.live and one["at"] > live.at:
            continue  # whole, but its build was killed before it became live
        ends = [other["at"] for other in told.values() if other["before"] == stamp]
        later = [other["at"] for name, other in told.items() if number_of(name) > number_of(stamp)]
        if max(ends, default=min(later, default=live.at)) > since:
            kept.add(stamp)
    return kept & told.keys()


def _drop(collections: Collections, lists: Lists, gone: set[str], kept: set[str]) -> None:
    """Delete what only generations that go have listed."""
    if gone:
        collections.drop(_listed(lists, gone, "articles") - _listed(lists, kept, "articles"))
        collections.forget(_listed(lists, gone, "earlier") - _listed(lists, kept, "earlier"))


def _listed(lists: Lists, stamps: Iterable[str], what: str) -> set[str]:
    return {key for stamp in stamps for key in keys_of(lists.read(f"{stamp}/{what}") or "")}
