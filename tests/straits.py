"""A machine in straits while a command runs, and what must hold then. Knows no test.

A disk that is full or takes nothing (real ones: small file systems in memory, which only root may mount), few open
files, a clock that jumps. The command is done, or ends with exit code 2 and one sentence; then the index is in its
first state or in its last, and goes on from there once the machine is as it should be.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine

from index.generations import Generations
from tests.standing import held
from tests.trials import PROBES, Kind, Scene, check, measured, run

_ROOM = 256 * 2**20  # bytes of a disk with room
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ROOM_WANTED = "make room there, then do it again"
SHARES = 1.5  # of what a command leaves: with the last of them it is done


@dataclass(frozen=True)
class Disk:
    """A file system of its own, in memory."""

    path: Path

    def used(self) -> int:
        """Return how many bytes are taken."""
        found = os.statvfs(self.path)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    @contextmanager
    def with_room(self, left: int) -> Iterator[None]:
        """Leave so many bytes free."""
        self._remount(f"size={max(self.used() + left, _PAGE)}")
        try:
            yield
        finally:
            self._remount(f"size={_ROOM}")

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write."""
        self._remount("ro")
        try:
            yield
        finally:
            self._remount("rw")

    def _remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", str(self.path)], check=True, capture_output=True)


@contextmanager
def disk(path: Path) -> Iterator[Disk]:
    """Mount a file system in memory. Raises: PermissionError where this user may not."""
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "dateline-test", str(path)], check=False, capture_output=True
    )
    if mounted.returncode:
        raise PermissionError(f"A file system cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", str(path)], check=True)


def bytes_of(kind: Kind, scene: Scene) -> int:
    """Return how many bytes the generation takes that a command leaves live."""
    measured(kind, scene, times=1)
    where = scene.place(kind)
    run(kind, scene, where, scene.room.parent / "run")
    live = Generations(Path(str(where)))
    return sum(file.stat().st_blocks * 512 for file in live.path(live.current()).rglob("*"))


def full(kind: Kind, scene: Scene, small: Disk, left: int) -> str:
    """Run a command with so many bytes free on the disk of its index; say what became of it."""
    return _meets(kind, scene, during=small.with_room(left), says=_ROOM_WANTED)


def barred(kind: Kind, scene: Scene, small: Disk) -> str:
    """Run a command on a disk that takes nothing; say what became of it."""
    return _meets(kind, scene, during=small.read_only())


def small_files(kind: Kind, scene: Scene, most: int) -> str:
    """Run a command in a process that may write no file beyond so many bytes; say what became of it."""
    return _meets(kind, scene, first=partial(_limit_size, most), says=_ROOM_WANTED)


def few_files(kind: Kind, scene: Scene, most: int) -> str:
    """Run a command in a process that may open so many files; say what became of it."""
    return _meets(kind, scene, first=partial(_limit_number, most), says="ulimit -n")


def clock_jumps(kind: Kind, scene: Scene, step: int, days: int) -> str:
    """Let a command's clock jump at a step; if it is ahead then, it stays there. Say what became of it."""
    later = time_machine.travel(datetime.now(UTC) + timedelta(days=max(days, 0)))
    return _meets(kind, scene, afterwards=later, at=step, act=partial(_jump, days))


def _meets(
    kind: Kind,
    scene: Scene,
    during: AbstractContextManager[object] | None = None,
    afterwards: AbstractContextManager[object] | None = None,
    says: str = "",
    **how: Any,
) -> str:
    """Let a command meet something; say what became of it. What it says, if anything, has the words `says`.

    Raises: Lost, AssertionError.
    """
    where = scene.place(kind)
    before = held(where, PROBES)
    kind.command(scene, where)  # which writes its source: not while nothing can be written
    with during or nullcontext():
        ended = run(kind, scene, where, scene.room.parent / "run", **how)
    assert ended.code in (0, 2), ended
    lines = ended.complaint.splitlines()
    assert ended.code == 0 or (len(lines) == 1 and says in lines[0] and lines[0].endswith(".")), ended.complaint
    with afterwards or nullcontext():
        state = check(kind, scene, where, before, ended.acknowledged)
    if isinstance(where, Path):
        shutil.rmtree(where)
    return f"done, {state} index" if ended.code == 0 else f"told why, {state} index"


def _limit_size(most: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # which would end the process; an error it is, as of a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _limit_number(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _jump(days: int) -> None:
    time_machine.travel(datetime.now(UTC) + timedelta(days=days)).start()
