"""Broken inputs for every reader: nothing may crash, hang or be lost.

    python benchmarks/fuzz.py [-n 10000] [--first 0] [--seconds 10]

Input number N is made from the number alone, so `--first N -n 1` makes it again. A specimen of a format, packed or not,
has bits turned, is cut, loses, doubles or swaps pieces, or gets pieces of another or what parsers fear; an archive's
members are broken before they are packed as well. An input is in order if it gives at least one article or reason,
each article a text that cuts into slices of itself, in the given seconds. Inputs are read in a process of its own: one
that ends it is counted as a crash, and the next goes on.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import lzma
import multiprocessing
import random
import resource
import signal
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.specimens import MAKERS  # noqa: E402 - found by the line above
from index.passages import passages  # noqa: E402
from index.readers import Record, Unreadable, read  # noqa: E402
from index.readers.formats import FORMATS, read_input  # noqa: E402
from index.readers.inputs import Input  # noqa: E402
from index.readers.streams import Budget  # noqa: E402

_PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}
_FEARED = (
    *(
        b"\0" * 64,
        b"\xff" * 64,
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1a",
        b'"',
        b"'",
        b"\\",
        b"\\u0000",
        b"\r",
        b"\n" * 50,
    ),
    *(b"[" * 2_000, b"{" * 2_000, b'{"a":' * 800, b"]", b"}", b"," * 100, b"1e9999", b"-1", b"9" * 5_000, b"NaN"),
    *(b"<" * 500, b"<a>" * 2_000, b"</", b"<!--", b"<![CDATA[", b"]]>", b"&#0;", b"&#xD800;", b"&a;", b"<!DOCTYPE a>"),
    *(
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"\xff\xff\xff\x7f",
        b"\x80\x00\x00\x00",
        b"%s%n",
        b"../../",
        b"=?utf-8?B?",
    ),
    *(
        b"Content-Length: 99999999999\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"boundary=",
        b"xref",
        b"endstream",
    ),
)


class Hang(BaseException):
    """An input took longer than it may; no reader can take this for its own failure."""


@dataclass(frozen=True)
class Specimen:
    """A file that can be read."""

    format: str
    name: str
    content: bytes


@dataclass
class Outcome:
    """What became of inputs, by format: how many, with articles, with reasons, the slowest, and what went wrong."""

    inputs: Counter[str] = field(default_factory=Counter)
    with_articles: Counter[str] = field(default_factory=Counter)
    with_reasons: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wrong: list[str] = field(default_factory=list)


@cache
def specimens() -> tuple[Specimen, ...]:
    """Return a few files of each format, made from the sample, and the tests' own."""
    stories = [
        {"title": item.article.source.title, "text": item.article.text, "url": item.article.source.url}
        for item in read([ROOT / "articles"])
        if isinstance(item, Record)
    ]
    made = [
        Specimen(kind, name, content)
        for kind, make in MAKERS.items()
        for few in (stories[:3], stories[5:8], stories[20:21])
        for name, content in list(make(few).items())[:2]
    ]
    made += [
        Specimen("tests", path.name, path.read_bytes())
        for path in sorted((ROOT / "tests" / "data").iterdir())
        if path.name.endswith(tuple(suffix for kind in FORMATS for suffix in kind.suffixes))
    ]
    return tuple(made)


def broken(number: int) -> Specimen:
    """Return the input of a number."""
    rng = random.Random(number)
    chosen = rng.choice(specimens())
    name, content = chosen.name, chosen.content
    if rng.random() < 0.1:
        content = content.decode("utf-8", "ignore").encode(rng.choice(["utf-16", "utf-16-le", "cp1252"]), "replace")
    way = rng.random()
    if way < 0.08:
        # broken first, packed then
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, mutated(content, rng))
            archive.writestr("whole.txt", b"Whole\n\nThis one is whole.")
        return Specimen("packed", f"{name}.zip", file.getvalue())
    if way < 0.16:
        suffix = rng.choice(list(_PACKERS))
        return Specimen("packed", name + suffix, mutated(_PACKERS[suffix](content), rng))
    if way < 0.22:
        name = rng.choice(["no-suffix", "upload.bin", f"x{rng.choice(specimens()).name}"])
    return Specimen(chosen.format, name, mutated(content, rng))


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return the content with one to four things done to it."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        rng.choice(_WAYS)(made, rng)
    return bytes(made)


def _place(made: Sequence[int], rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(made) + 1)
    return start, min(len(made), start + int(rng.expovariate(1 / 60)) + 1)


def _turn(made: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 12) if made else 0):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)


def _cut(made: bytearray, rng: random.Random) -> None:
    del made[rng.randrange(len(made) + 1) :]


def _lose(made: bytearray, rng: random.Random) -> None:
    start, end = _place(made, rng)
    del made[start:end]


def _double(made: bytearray, rng: random.Random) -> None:
    start, end = _place(made, rng)
    made[start:start] = made[start:end] * rng.choice([1, 2, 200])


def _fear(made: bytearray, rng: random.Random) -> None:
    start, end = _place(made, rng)
    made[start : rng.choice([start, end])] = rng.choice(_FEARED)


def _noise(made: bytearray, rng: random.Random) -> None:
    start, end = _place(made, rng)
    made[start:end] = rng.randbytes(end - start)


def _graft(made: bytearray, rng: random.Random) -> None:
    other = rng.choice(specimens()).content
    start, end = _place(other, rng)
    at = rng.randrange(len(made) + 1)
    made[at:at] = other[start : start + (end - start) * rng.choice([1, 1, 20])]


_WAYS = (_turn, _cut, _lose, _double, _fear, _noise, _graft)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def items_of(specimen: Specimen) -> list[Record | Unreadable]:
    """Return what a file gives, read as one that lies on disk is."""
    size = len(specimen.content)
    given = Input.of(specimen.content, specimen.name, specimen.name, origin=specimen.name, budget=Budget(lambda: size))
    return list(read_input(given))


def complaint(items: Sequence[Record | Unreadable]) -> str | None:
    """Return what is wrong with what a reader gave, None where it is in order."""
    if not items:
        return "nothing came out: neither an article nor a reason"
    for item in items:
        place = item.source if isinstance(item, Unreadable) else item.place
        said = item.reason if isinstance(item, Unreadable) else item.article.source.title
        if not said.strip() or "\n" in said or "\n" in place:
            return f"no sentence: {said!r} at {place!r}"
        said.encode(), place.encode()
        if isinstance(item, Record):
            article = item.article
            article.text.encode()
            if not article.text.strip():
                return "an article without a text"
            if any(article.text[cut.start : cut.end] != cut.text for cut in passages(article)):
                return "a passage that is no slice of its article"
    return None


def fuzz(numbers: Iterable[int], seconds: float, outcome: Outcome) -> Outcome:
    """Read the inputs of these numbers and note what became of each."""
    for number in numbers:
        try_one(number, seconds, outcome)
    return outcome


def try_one(number: int, seconds: float, outcome: Outcome) -> None:
    """Read one input and note what became of it."""
    specimen = broken(number)
    kind = specimen.format
    outcome.inputs[kind] += 1
    started = time.perf_counter()
    try:
        with _within(seconds):
            items = items_of(specimen)
            wrong = complaint(items)
    except Hang:
        items, wrong = [], f"not done in {seconds:g} s"
    except Exception as error:  # what is looked for
        items, wrong = [], f"{type(error).__name__}: {error}"
    outcome.slowest[kind] = max(outcome.slowest[kind], time.perf_counter() - started)
    outcome.with_articles[kind] += any(isinstance(item, Record) for item in items)
    outcome.with_reasons[kind] += any(isinstance(item, Unreadable) for item in items)
    if wrong:
        outcome.wrong.append(f"input {number} ({specimen.name}): {wrong}")


def _work(first: int, last: int, seconds: float, pipe: Any) -> None:
    outcome = Outcome()
    for number in range(first, last):
        pipe.send(number)
        try_one(number, seconds, outcome)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    pipe.send((outcome, peak // 1024))


def in_process(first: int, last: int, seconds: float) -> tuple[list[Outcome], int]:
    """Read the inputs in a process of its own, another after each crash; return the outcomes and the peak in MB."""
    outcomes, peak = [], 0
    while first < last:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        worker = multiprocessing.get_context("spawn").Process(target=_work, args=(first, last, seconds, theirs))
        worker.start()
        theirs.close()
        number, done = first, None
        try:
            while done is None:
                said = ours.recv()
                number, done = (number, said) if isinstance(said, tuple) else (said, None)
        except EOFError:
            pass
        worker.join()
        if done:
            outcomes.append(done[0])
            peak = max(peak, done[1])
            break
        crash = Outcome(wrong=[f"input {number} ({broken(number).name}): it ended the process ({worker.exitcode})"])
        outcomes.append(crash)
        first = number + 1
    return outcomes, peak


def main() -> None:
    """Read the inputs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000, help="how many inputs (default: 10000)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seconds", type=float, default=10.0, help="what one input may take (default: 10)")
    arguments = parser.parse_args()
    started = time.perf_counter()
    outcomes, peak, step = [], 0, 1_000
    for first in range(arguments.first, arguments.first + arguments.n, step):
        some, more = in_process(first, min(first + step, arguments.first + arguments.n), arguments.seconds)
        outcomes += some
        peak = max(peak, more)
    print("| format | inputs | with articles | with reasons | slowest, s |\n| --- | --- | --- | --- | --- |")
    for kind in sorted({kind for outcome in outcomes for kind in outcome.inputs}):
        sums = [
            sum(getattr(outcome, name)[kind] for outcome in outcomes)
            for name in ("inputs", "with_articles", "with_reasons")
        ]
        slowest = max(outcome.slowest.get(kind, 0.0) for outcome in outcomes)
        print(f"| {kind} | {' | '.join(f'{value:,}' for value in sums)} | {slowest:.2f} |")
    wrong = [line for outcome in outcomes for line in outcome.wrong]
    inputs = sum(sum(outcome.inputs.values()) for outcome in outcomes)
    print(f"\n{inputs:,} inputs, {len(wrong)} not in order, {time.perf_counter() - started:.0f} s, peak {peak:,} MB")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
