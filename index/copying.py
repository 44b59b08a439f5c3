"""An index from one place to another, with its vectors: nothing is cut or embedded anew. Knows no engine.

The copy is a new generation there: broken off anywhere, nothing of it is live, and the same command begins again.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.building import BATCH_PASSAGES
from index.embedding import Vectors
from index.errors import BadRequest, IndexDamaged, IndexMissing
from index.manifest import Manifest
from index.places import Place
from index.servers import Server
from index.store import Store, StoredArticle, parcels, passage_id
from index.versions import Versions
from index.where import Where, place_of

Progress = Callable[[int, int], None]  # articles copied so far, of how many

_DERIVED = ("lexical", "reprints", "versions.sqlite", "articles.json", "recent.json", "web.json")


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What was copied, into which generation."""

    generation: int
    articles: int
    passages: int
    versions: int
    seconds: float


def copy(source: Where, target: Where, *, fresh: bool = False, progress: Progress | None = None) -> CopyReport:
    """Copy the live generation of an index to another place; `fresh` puts it in the place of one that is there.

    Raises: BadRequest where there is one, IndexMissing, IndexDamaged, IndexBusy, ServerFailed.
    """
    started = time.monotonic()
    if isinstance(source, Server) and isinstance(target, Server):
        raise BadRequest("From one server to another the way leads through a folder: copy to one, then from there.")
    with ExitStack() as held:
        a, b = (held.enter_context(closing(place_of(one))) for one in (source, target))
        if isinstance(target, str | Path) and a.name == b.name:
            raise BadRequest("An index cannot be copied onto itself: name two places.")
        number = a.current()
        manifest = a.manifest(number)
        a.prepare(number)
        held.enter_context(a.held(number))
        held.enter_context(b.lock())
        if not fresh and _is_there(b):
            raise BadRequest(f"There is an index in {b.name}: say --fresh to put the copy in its place.")
        b.sweep()
        new = b.begin(None)
        try:
            versions = _copy(a, b, manifest, new, progress)
            b.publish(replace(manifest, generation=new, parent=None))
        except BaseException:
            b.discard(new)
            raise
    seconds = round(time.monotonic() - started, 3)
    return CopyReport(new, manifest.articles, manifest.passages, versions, seconds)


def _is_there(place: Place) -> bool:
    try:
        place.current()
    except IndexMissing:
        return False
    return True


def _copy(a: Place, b: Place, manifest: Manifest, new: int, progress: Progress | None) -> int:
    """Copy a generation's store and what is derived from it; return how many earlier versions that brought."""
    articles = passages = 0
    with closing(a.open(manifest.generation)) as old, closing(b.create(new)) as made:
        for batch in parcels(old.stored(), BATCH_PASSAGES):
            made.add(batch, _vectors(old, batch))
            articles += len(batch)
            passages += sum(len(stored.entry.spans) for stored in batch)
            if progress:
                progress(articles, manifest.articles)
    if (articles, passages) != (manifest.articles, manifest.passages):
        raise IndexDamaged(
            f"The index in {a.name} says it holds {manifest.articles:,} articles and holds {articles:,}: "
            "run `python -m index rollback` there, or build it again with --fresh."
        )
    for name in _DERIVED:
        one = a.path(manifest.generation) / name
        if one.is_dir():
            shutil.copytree(one, b.path(new) / name)
        elif one.exists():
            shutil.copyfile(one, b.path(new) / name)
    with closing(Versions.open(b.path(new))) as versions:
        return len(versions.keys())


def _vectors(store: Store, batch: list[StoredArticle]) -> Vectors:
    """Return the vectors (passages, dimensions) of articles. Raises: IndexDamaged where one is missing."""
    ids = [passage_id(stored.entry.source.id, *span) for stored in batch for span in stored.entry.spans]
    keys, vectors = store.vectors(ids)
    rows = {key: row for row, key in enumerate(keys)}
    if len(rows) < len(ids):
        raise IndexDamaged(
            "The index lacks vectors of some of its passages: run `python -m index rollback`, "
            "or build it again with --fresh."
        )
    return np.asarray(vectors[[rows[key] for key in ids]])
