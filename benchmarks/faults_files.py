"""Faults of files: every file of an index with a flipped bit, cut short, missing.

`index verify` must name the file, and the index must say exactly what it says undamaged, or fail with one sentence.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.faulting import Tried, fault
from benchmarks.probing import forked, make, one_sentence, says
from index.verifying import Damage, verify

_KINDS = ("a flipped bit", "cut to half", "cut to nothing", "missing")
# not read, or made anew whenever they are: see docs/faults.md
_NO_MATTER = (".lock",)


@dataclass(frozen=True)
class Case:
    """One damage to one file: `where` is the bit that is flipped, from 0 to 1 of the file."""

    file: str
    kind: str
    where: float = 0.0


def files(index: Path) -> list[str]:
    """Return the files of the pointer, the lock and the live generation, in a fixed order of parts."""
    live = f"generations/{int((index / 'CURRENT').read_text().split()[0]):04d}"
    inside = (path.relative_to(index).as_posix() for path in (index / live).rglob("*") if path.is_file())
    return ["CURRENT", "build.lock", *sorted(inside)]


def cases(index: Path, seed: int, flips: int) -> list[Case]:
    """Return each kind of damage to each file, with so many bits flipped."""
    choice = random.Random(seed)
    found = []
    for file in files(index):
        size = (index / file).stat().st_size
        found += [Case(file, "a flipped bit", choice.random()) for _ in range(flips if size else 0)]
        found += [Case(file, kind) for kind in (_KINDS[1:] if size else _KINDS[3:])]
    return found


def damage(path: Path, case: Case) -> bytes:
    """Damage a file; return what it held."""
    whole = path.read_bytes()
    if case.kind == "missing":
        path.unlink()
    elif case.kind == "a flipped bit":
        bit = int(case.where * len(whole) * 8)
        place = bit // 8
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([whole[place] ^ 1 << bit % 8]))
    else:
        with path.open("r+b") as file:
            file.truncate(len(whole) // 2 if case.kind == "cut to half" else 0)
    return whole


def tried(index: Path, case: Case, undamaged: dict[str, Any]) -> Tried:
    """Damage a file, look what comes of it, and make it whole again."""
    before = {path: path.read_bytes() for path in (index / case.file).parent.iterdir() if path.is_file()}
    damage(index / case.file, case)
    try:
        verified = forked(lambda: _named(index))
        asked = forked(lambda: says(index))
    finally:
        for path, whole in before.items():
            if not path.exists() or path.read_bytes() != whole:
                path.write_bytes(whole)
    return _judged(case, verified, asked, undamaged)


def _named(index: Path) -> list[str]:
    """Return the files that are damaged, as `index verify` names them."""
    found: list[Damage] = [damage for one in verify(index).generations for damage in one.damage]
    return [damage.file for damage in found]


def _judged(case: Case, verified: tuple[str, Any], asked: tuple[str, Any], undamaged: dict[str, Any]) -> Tried:
    name = case.file.split("/", 2)[-1]
    kind, said = asked
    if kind == "sentence" and one_sentence(said):
        what = "one sentence"
    elif kind == "done" and said == undamaged:
        what = "answers as before"
    elif kind == "done" and {**said, "recent": 0} == {**undamaged, "recent": 0} and not said["recent"]:
        what = "answers as before, what came last is not known"
    else:
        return Tried(kind, wrong=f"{case}: {_differing(said, undamaged) if kind == 'done' else said}")
    named = verified[0] == "done" and name in verified[1]
    if not named and not (verified == ("done", []) and matters_not(case.file)):
        return Tried("not named", wrong=f"{case}: verify gave {verified}")
    return Tried(what)


def matters_not(file: str) -> bool:
    """Tell whether a file may be damaged without any harm, so that verify need not name it."""
    return file.endswith(_NO_MATTER)


def _differing(said: dict[str, Any], undamaged: dict[str, Any]) -> str:
    apart = (key for key in said if said[key] != undamaged[key])
    return ", ".join(f"{key}: {said[key]!s:.300} instead of {undamaged[key]!s:.300}" for key in apart)


def prepared(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Make an index; return it and all that it says."""
    kind, made = forked(lambda: str(make(folder)))
    assert kind == "done", made
    kind, undamaged = forked(lambda: says(Path(made)))
    assert kind == "done", undamaged
    return Path(made), undamaged


def _of_kind(kind: str, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Try one kind of damage on each file in turn, until it was tried so often."""
    index, undamaged = prepared(folder)
    each = [case for case in cases(index, seed, -(-times // len(files(index)))) if case.kind == kind]
    for case in random.Random(seed).sample(each, min(times, len(each))):
        yield tried(index, case, undamaged)


@fault("a file of the index with a flipped bit", times=300)
def flipped(folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Flip bits anywhere."""
    return _of_kind("a flipped bit", folder, times, seed)


@fault("a file of the index cut to half", times=100)
def halved(folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Cut each file to half."""
    return _of_kind("cut to half", folder, times, seed)


@fault("a file of the index cut to nothing", times=100)
def emptied(folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Cut each file to nothing."""
    return _of_kind("cut to nothing", folder, times, seed)


@fault("a file of the index missing", times=100)
def missing(folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Take each file away."""
    return _of_kind("missing", folder, times, seed)


@fault("a flipped bit in an index of an earlier version, which lists no checksums", times=100)
def unlisted(folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Flip bits where only the hashes of texts and metadata can tell."""
    index, undamaged = prepared(folder)
    _forget_checksums(index)
    each = [case for case in cases(index, seed, -(-times // len(files(index)))) if case.kind == "a flipped bit"]
    for case in random.Random(seed).sample(each, min(times, len(each))):
        whole = damage(index / case.file, case)
        kind, said = forked(lambda: says(index))
        (index / case.file).write_bytes(whole)
        yield _judged_by_text(case, kind, said, undamaged)


def _forget_checksums(index: Path) -> None:
    """Make an index what an earlier version of Dateline made."""
    for path in index.glob("generations/*/manifest.json"):
        fields = {key: value for key, value in json.loads(path.read_text()).items() if key not in ("files", "sum")}
        path.write_text(json.dumps(fields, indent=1))


def _judged_by_text(case: Case, kind: str, said: Any, undamaged: dict[str, Any]) -> Tried:
    if kind == "sentence" and one_sentence(said):
        return Tried("one sentence")
    if kind != "done":
        return Tried(f"{kind} (told here; `index verify` finds it)", wrong="" if kind == "crash" else f"{case}: {said}")
    if said == undamaged:
        return Tried("answers as before")
    shown = [passage.rpartition(" [")[0] for found in said["found"] for passage in found]
    return Tried("finds in another order", wrong=f"{case}: {_differing(said, undamaged)}" if not shown else "")
