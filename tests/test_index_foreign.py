"""An index that somebody else made: what is in it is data, and none of it is run."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

from index import NewsIndex, build
from index.errors import DatelineError
from index.files import listed
from index.generations import Generations
from index.generations import write as written
from index.manifest import seal
from tests.fakes import Trap
from tests.newsroom import story, write

QUESTION = "Which inspector signed the paper?"


def test_a_trap_is_one(tmp_path: Path) -> None:
    """Else nothing is shown by the others."""
    pickle.loads(pickle.dumps(Trap(tmp_path / "run")))
    assert (tmp_path / "run").exists()


def test_no_file_of_an_index_is_run(tmp_path: Path) -> None:
    build([write(tmp_path / "articles.jsonl", *map(story, range(3)))], tmp_path / "index")
    whole = tmp_path / "index"
    found = sorted(file.relative_to(whole) for file in whole.rglob("*") if file.is_file() and file.name != "CURRENT")
    files = {file.name: file for file in found if "lexical" not in file.parts}.values()  # one of each kind
    folders = {file.parent for file in files if file.suffix == ".bin"}  # where Chroma of old read a pickle
    trap = pickle.dumps(Trap(tmp_path / "run"))
    assert folders
    for place in [*files, *(folder / "index_metadata.pickle" for folder in folders)]:
        damaged = tmp_path / "damaged"
        shutil.copytree(whole, damaged)
        live = Generations(damaged)
        manifest = live.manifest(live.current())
        (damaged / place).write_bytes(trap)
        if place.name != "manifest.json":  # who means harm makes the checksums fit
            written(live.path(1) / "manifest.json", seal(manifest, listed(live.path(1))))
        try:
            with NewsIndex.open(damaged) as index:
                index.search(QUESTION)
        except DatelineError as told:
            assert "has other bytes" not in str(told)
        shutil.rmtree(damaged)
    assert not (tmp_path / "run").exists()
