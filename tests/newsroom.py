"""Articles made up for tests, each with words that no other has; and processes that start fast."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

_WORDS = """harbour council ferry bridge minister report storm winter library market tram school engine valley river
museum budget strike tunnel forest island hospital engineer farmer election festival airport pipeline satellite
glacier""".split()


def story(number: int, **fields: Any) -> dict[str, Any]:
    """An article whose text holds the sentence `marker(number)`, and `fields` over its other fields."""
    choice = random.Random(number)
    filler = [" ".join(choice.choices(_WORDS, k=12)).capitalize() + f" {number}." for _ in range(12)]
    text = " ".join([*filler[:6], marker(number), *filler[6:]])
    return {"title": f"Report {number}", "text": text, "url": f"https://wire.example/{number}", **fields}


def marker(number: int) -> str:
    """A sentence that stands in one article only."""
    return f"Inspector {word(number)} signed the paper."


def word(number: int) -> str:
    """A word that stands in one article only; letters, so that no stemmer cuts it."""
    return "qu" + "".join("bdfgklmnprtvz"[int(digit)] + "aou"[int(digit) % 3] for digit in f"{number:05d}") + "x"


def write(path: Path, *stories: dict[str, Any]) -> Path:
    """Write articles as JSON lines; return the path."""
    path.write_text("".join(json.dumps(story) + "\n" for story in stories), encoding="utf-8")
    return path


@cache
def processes() -> ForkServerContext:
    """Start real processes that have the heavy modules imported already, so that a test does not wait for that."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb.api.rust", "model2vec", "index.building", "index.live", "tests.fakes"])
    root, before = str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = root
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return context
