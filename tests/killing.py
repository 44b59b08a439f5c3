"""Real commands killed by SIGKILL at a chosen moment of them, and what must hold afterwards. Knows no test.

A command is `index.__main__.main` in a process that has the heavy modules imported. It is killed after so many seconds,
or by itself at one of its steps: a file opened to be written, made, renamed or deleted, a batch given to Chroma or the
word index committed, a request sent to a server or answered. Each step is told with the phase it belongs to, so that
one sees where the kills have landed.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import index.building
import index.changing
import index.live
from index.__main__ import main
from index.bounded import Connection
from index.lease import SECONDS
from index.lexical import Lexical
from index.served import Served
from index.store import Store
from tests.fakes import HashEmbedder
from tests.newsroom import processes

BATCH_PASSAGES = 12  # several batches of a few articles
_PHASE_BYTES = 32
_SECONDS = 60.0  # no command here takes longer
# the innermost function that is known tells the phase
_PHASES = {
    ("index.generations", "lock"): "locking",
    ("index.served", "lock"): "locking",
    ("index.changing", "_load"): "loading",
    ("index.deriving", "derive"): "deriving",
    ("index.generations", "begin"): "beginning",
    ("index.served", "begin"): "beginning",
    ("index.changing", "_open"): "beginning",
    ("index.changing", "write"): "writing",
    ("index.copying", "_copy"): "writing",
    ("index.changing", "publish"): "publishing",
    ("index.generations", "publish"): "publishing",
    ("index.served", "publish"): "publishing",
    ("index.generations", "_point_to"): "pointing",
    ("index.pointer", "move_to"): "pointing",
    ("index.generations", "sweep"): "tidying",
    ("index.served", "sweep"): "tidying",
    ("index.lease", "release"): "unlocking",
}
LATE = ("publishing", "pointing", "tidying")
Act = Callable[[], None]
_OF_FILES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "sqlite3.connect"}


@dataclass(frozen=True)
class Ended:
    """How a command ended. `code` is None where it was killed; `phases` has one for each of its steps."""

    code: int | None
    said: str
    complaint: str
    seconds: float
    phases: tuple[str, ...]
    phase: str

    @property
    def acknowledged(self) -> bool:
        """Whether the command has said that it is done."""
        return self.code == 0 or self.said.endswith("}\n")


@dataclass(frozen=True)
class Moment:
    """When to kill: after a share of the time that the command takes, or at a step of so many."""

    share: float | None = None
    step: int | None = None


class _Steps:
    """Counts the steps of this process, tells the phase of the last one, and acts at one of them."""

    def __init__(self, told: Path, log: Path | None, at: int | None, act: Act) -> None:
        with told.open("r+b") as file:
            self._told = mmap.mmap(file.fileno(), _PHASE_BYTES)
        self._log, self._at, self._act, self._count, self._busy = log, at, act, 0, False
        self._phases: list[str] = []

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _OF_FILES or (event == "open" and _is_written(arguments)):
            self.step()

    def step(self) -> None:
        if self._busy:
            return
        self._busy = True
        phase = _phase(sys._getframe(1))
        self._told[:_PHASE_BYTES] = phase.encode().ljust(_PHASE_BYTES)
        self._phases.append(phase)
        if self._count == self._at:
            self._act()
        self._count += 1
        self._busy = False

    def write(self) -> None:
        self._busy = True
        if self._log:
            self._log.write_text("\n".join(self._phases))


def _is_written(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = arguments
    written = isinstance(mode, str) and any(letter in mode for letter in "wax+")
    return isinstance(path, (str, os.PathLike)) and (written or (mode is None and bool(flags & os.O_CREAT)))


def _phase(frame: FrameType | None) -> str:
    while frame is not None:
        found = _PHASES.get((frame.f_globals.get("__name__", ""), frame.f_code.co_name))
        if found:
            return found
        frame = frame.f_back
    return "reading"


def _die() -> None:
    os.killpg(0, signal.SIGKILL)


def _command(
    argv: list[str], environment: dict[str, str], room: Path, at: int | None, act: Act, first: Act | None, begun: Any
) -> None:
    """Run the command line in this process, which is new and the first of its group."""
    os.setsid()
    os.environ.update(environment)
    index.building.BATCH_PASSAGES = BATCH_PASSAGES
    Served.__init__.__defaults__ = (0.0, SECONDS)  # no grace: there is something to sweep away
    index.changing.load_embedder = index.live.load_embedder = lambda name=None: HashEmbedder()
    sys.stdout, sys.stderr = (room / "said").open("w"), (room / "complaint").open("w")
    steps = _Steps(room / "phase", room / "log", at, act)
    _count_around(Connection, "_ask", steps.step)
    _count_around(Store, "_put", steps.step)
    _count_around(Lexical, "commit", steps.step)
    sys.addaudithook(steps.hook)
    begun.set()
    if first:
        first()
    code = main(argv)
    steps.write()
    sys.exit(code)


def _count_around(owner: type, name: str, step: Callable[[], None]) -> None:
    """Count a step before and after each call of a method."""
    method = getattr(owner, name)

    def counted(self: Any, *arguments: Any, **named: Any) -> Any:
        step()
        result = method(self, *arguments, **named)
        step()
        return result

    setattr(owner, name, counted)


def run(
    argv: list[str],
    room: Path,
    environment: dict[str, str] | None = None,
    *,
    after: float | None = None,
    at: int | None = None,
    act: Act = _die,
    first: Act | None = None,
) -> Ended:
    """Run a command to its end, or kill its group after so many seconds, or at a step of it.

    `act` is done there instead, and `first` before it begins, both in its process.
    """
    room.mkdir(exist_ok=True)
    for name in ("said", "complaint", "log"):
        (room / name).unlink(missing_ok=True)
    (room / "phase").write_bytes(b"starting".ljust(_PHASE_BYTES))
    begun = processes().Event()
    process = processes().Process(target=_command, args=(argv, environment or {}, room, at, act, first, begun))
    process.start()
    assert begun.wait(_SECONDS)
    started = time.monotonic()
    process.join(_SECONDS if after is None else after)
    seconds = time.monotonic() - started
    if process.exitcode is None:
        assert process.pid and after is not None, "a command takes too long"
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.join()
    code = None if process.exitcode == -signal.SIGKILL else process.exitcode
    said, complaint, log = (_text(room / name) for name in ("said", "complaint", "log"))
    phase = (room / "phase").read_bytes().decode().strip()
    return Ended(code, said, complaint, seconds, tuple(log.splitlines()), phase)


def moments(times: int, whole: Ended, choice: random.Random) -> Iterator[Moment]:
    """Yield seeded moments: half of them spread over the time, the others over the steps, of which half are late ones.

    The command may be faster or slower than it was in `whole`; steps are as many.
    """
    late = [number for number, phase in enumerate(whole.phases) if phase in LATE]
    for number in range(times):
        place = (number + choice.random()) / times  # in each part one
        if number % 2:
            yield Moment(share=place)
        elif number % 4 and late:
            yield Moment(step=late[int(place * len(late))])
        else:
            yield Moment(step=int(place * len(whole.phases)))


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
