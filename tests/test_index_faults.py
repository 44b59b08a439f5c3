"""A damaged index names what is damaged, and says what it said before or one sentence: never anything else."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from benchmarks.faulting import Tried
from benchmarks.faults_files import Case, cases, prepared, tried
from index.building import build
from tests.fakes import HashEmbedder
from tests.newsroom import processes, story, write

FLIPS, OTHERS = 14, 8  # of some 170 cases; benchmarks/faults.py tries them all


def put(folder: Path, *numbers: int, **fields: Any) -> Path:
    source = write(folder / "new.jsonl", *(story(number, **fields) for number in numbers))
    build([source], folder / "index", embedder=HashEmbedder())
    return folder / "index"


def try_some(folder: Path, to: Path) -> None:
    """In a process that forks, so no engine may run in it: damage some files in some ways, the small ones for sure."""
    index, undamaged = prepared(folder)
    each = cases(index, seed=7, flips=1)
    choice = random.Random(7)
    flips = choice.sample([case for case in each if case.kind == "a flipped bit"], FLIPS)
    others = choice.sample([case for case in each if case.kind != "a flipped bit"], OTHERS)
    for name in ("CURRENT", "generations/0002/manifest.json", "generations/0002/chroma/chroma.sqlite3"):
        flips.append(Case(name, "a flipped bit", choice.random()))
    found = [tried(index, case, undamaged) for case in (*flips, *others)]
    to.write_text(json.dumps([(one.what, one.wrong) for one in found]))


def test_a_damaged_file_is_named_and_gives_no_other_answer(tmp_path: Path) -> None:
    process = processes().Process(target=try_some, args=(tmp_path, tmp_path / "told.json"))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    found = [Tried(what, wrong=wrong) for what, wrong in json.loads((tmp_path / "told.json").read_text())]
    assert [one.wrong for one in found if one.wrong] == []
    assert len(found) == FLIPS + OTHERS + 3
    assert sum(one.what == "one sentence" for one in found) > len(found) / 2
