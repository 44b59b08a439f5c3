"""What the fault benchmarks look at: an index made for it, all that it says, and processes forked to ask it.

An index is asked in a process of its own, forked from one that has the heavy modules imported and no engine started: a
damaged file may end or hang the process that reads it, and that is to be seen.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from index.articles import Article
from index.building import build
from index.errors import DatelineError
from index.live import NewsIndex
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, word, write

ARTICLES = 1_020  # Chroma writes its vector index after a thousand records; the last few stay in SQLite alone
SECONDS = 60.0
_ASKED = (3, 411, 1_001)


def short(number: int, **fields: Any) -> dict[str, Any]:
    """An article with the sentence `marker(number)`, a date and an outlet, short enough to make a thousand of."""
    text = f"{story(number)['text'][:160]}. {marker(number)}"
    day = f"20{10 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    outlet = ("Gazette", "Herald", "Post")[number % 3]
    return story(number, **{"text": text, "published": day, "outlet": outlet, **fields})


def make(folder: Path, articles: int = ARTICLES) -> Path:
    """Build an index of two generations, with earlier versions, a reprint and a removal; return its folder."""
    sources = folder / "sources"
    sources.mkdir()
    first = write(sources / "first.jsonl", *(short(number) for number in range(articles)))
    build([first], folder / "index", embedder=HashEmbedder())
    long = story(articles + 1)["text"]
    second = write(
        sources / "second.jsonl",
        short(3, text=f"{short(3)['text']} He signed {word(7_003)} too."),
        short(articles + 1, text=long, outlet="Gazette", published="2021-05-04"),
        short(articles + 2, text=f"{long} (AP)", outlet="Associated Press", published="2021-05-04"),
    )
    build([second], folder / "index", embedder=HashEmbedder())
    return folder / "index"


def says(index: Path) -> dict[str, Any]:
    """Return all that an index says: lists, versions, stories, passages found with scores, answers with citations."""
    with NewsIndex.open(index, HashEmbedder()) as news:
        assistant = Assistant(news)
        listed = news.articles()
        changed = next(one for one in listed if one.title == "Report 3")
        last = max(listed, key=lambda one: int(one.title.split()[-1]))
        return json.loads(
            json.dumps(
                {
                    "info": repr(news.info()),
                    "listed": [repr(one) for one in listed],
                    "days": repr(dict(news.days())),
                    "recent": [repr(one) for one in news.recent()],
                    "versions": [repr(one) for one in news.versions(changed.id)],
                    "story": [repr(one) for one in news.story(last.id)],
                    "found": [_found(news, number) for number in _ASKED],
                    "answers": [_answer(assistant, number) for number in _ASKED],
                }
            )
        )


def _found(news: NewsIndex, number: int) -> list[str]:
    return [f"{hit.passage!r} {hit.score:.4f} {hit.reprints!r}" for hit in news.search(marker(number), 20)]


def _answer(assistant: Assistant, number: int) -> str:
    answer = assistant.answer(f"Who signed the {word(number)} paper?")
    return repr(replace(answer, usage=replace(answer.usage, seconds=0.0)))


def articles(index: Path) -> dict[str, Article]:
    """Return all articles of an index by title, whole."""
    with NewsIndex.open(index, HashEmbedder()) as news:
        return {source.title: news.article(source.id) for source in news.articles()}


def forked(work: Callable[[], Any], seconds: float = SECONDS, descriptors: int | None = None) -> tuple[str, Any]:
    """Do work in a process of its own; return what became of it and what it gave.

    "done": what it returned; "sentence": the DatelineError's text; "traceback", "crash", "hang": what is known of it.
    """
    there, here = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        os.close(there)
        _be_child(work, here, descriptors)
    os.close(here)
    try:
        data, late = _received(there, time.monotonic() + seconds)
    finally:
        os.close(there)
    if late:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if late:
        return "hang", f"{seconds:g} s"
    try:
        kind, value = json.loads(data)
        return kind, value
    except ValueError:
        return "crash", f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {status}"


def _be_child(work: Callable[[], Any], to: int, descriptors: int | None) -> None:
    """Do the work, write what came of it, and end this process."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)  # Rust says there that it panics
    if descriptors is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    try:
        told = ("done", work())
    except DatelineError as error:
        told = ("sentence", str(error))
    except BaseException:
        told = ("traceback", traceback.format_exc()[-1_500:])
    with suppress(OSError), os.fdopen(to, "wb") as file:
        file.write(json.dumps(told).encode())
    os._exit(0)


def _received(there: int, end: float) -> tuple[bytes, bool]:
    """Return what comes until the other end closes, and whether that did not happen in time."""
    data = b""
    while True:
        ready, _, _ = select.select([there], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return data, True
        chunk = os.read(there, 1 << 16)
        if not chunk:
            return data, False
        data += chunk


def one_sentence(text: str) -> bool:
    """Tell whether a text is one sentence for a reader."""
    return bool(text) and "\n" not in text and text.endswith(".") and "Traceback" not in text
