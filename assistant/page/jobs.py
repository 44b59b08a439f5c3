"""The one build or removal that this server runs, in a process of its own: answering goes on. Knows no page.

The process is the command line of `index`, which tells its progress line by line; a thread listens, so that a job
ends whether or not anyone looks at it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from assistant.page.session import Visitor
from index import logs
from index.errors import BadRequest, DatelineError, IndexBusy
from index.seeing import event

if TYPE_CHECKING:
    from index.places import Place

What = Literal["add", "remove"]
SECONDS_TO_STOP = 20.0  # a batch may have to be written to its end; then the process is killed
NICENESS = 10  # answers go before builds
BUSY = {
    "add": "Articles are being added already: wait until that has ended, then try again.",
    "remove": "Articles are being removed just now: wait until that has ended, then try again.",
}
UNTOLD = "The index is as it was. It ended without saying why: look into the window that runs Dateline, and try again."


@dataclass(frozen=True, slots=True)
class Job:
    """A build or a removal as far as it has come.

    `sofar` is what `build --progress` told last, `report` what `--json` told at the end, `live` the generation that
    was in use when it began and `now` the one when it ended.
    """

    number: int
    what: What
    who: Visitor
    began: datetime
    live: int
    articles: int = 0  # that a removal names
    state: Literal["running", "done", "failed", "stopped"] = "running"
    stopping: bool = False
    sofar: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    now: int = 0
    failure: str = ""

    @property
    def running(self) -> bool:
        return self.state == "running"


class Jobs:
    """Runs one job at a time and keeps the last one with its report. Safe for many threads."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._process: subprocess.Popen[str] | None = None
        self._room: Path | None = None
        self._thread: threading.Thread | None = None

    @property
    def last(self) -> Job | None:
        """The job that runs, else the one that ended last."""
        return self._job

    @property
    def ledger(self) -> Path | None:
        """The file that says what became of each record of the last job."""
        path = self._room / "report.jsonl" if self._room else None
        return path if path and path.is_file() else None

    def room(self) -> Path:
        """Return a new empty folder for what a job is to read; it goes when the job ends, or by `leave`."""
        return Path(tempfile.mkdtemp(prefix="dateline-"))

    def leave(self, room: Path) -> None:
        """Let go of a room that no job was started in."""
        shutil.rmtree(room, ignore_errors=True)

    def add(self, who: Visitor, room: Path, addresses: Sequence[str] = (), options: Sequence[str] = ()) -> Job:
        """Begin to add what lies in `room` / in, and what stands at the addresses. Raises: IndexBusy."""
        inside = [str(room / "in")] if (room / "in").is_dir() else []
        command = ["build", "--progress", "--report", str(room / "report.jsonl"), "--root", str(room / "in"), *options]
        return self._begin("add", who, room, [*command, *self._usual(), "--", *inside, *addresses])

    def remove(self, who: Visitor, articles: Sequence[str]) -> Job:
        """Begin to remove articles. Raises: IndexBusy."""
        command = ["remove", *self._usual(), "--", *articles]
        return self._begin("remove", who, self.room(), command, len(articles))

    def check_idle(self) -> None:
        """Raises: IndexBusy where a job runs."""
        if self._job and self._job.running:
            raise IndexBusy(BUSY[self._job.what])

    def stop(self) -> None:
        """Stop the job that runs; the index stays as it was."""
        with self._lock:
            if self._process is None or self._job is None or not self._job.running or self._job.stopping:
                return
            self._job = replace(self._job, stopping=True)
            process = self._process
        process.send_signal(signal.SIGINT)
        killing = threading.Timer(SECONDS_TO_STOP, _kill, (process,))
        killing.daemon = True
        killing.start()

    def close(self) -> None:
        """Stop what runs and wait for its end."""
        self.stop()
        if self._thread:
            self._thread.join(SECONDS_TO_STOP + 5)
        if self._room:
            self.leave(self._room)

    def _usual(self) -> list[str]:
        return ["--json", *self._place.options]

    def _begin(self, what: What, who: Visitor, room: Path, command: Sequence[str], articles: int = 0) -> Job:
        with self._lock:
            self.check_idle()
            if self._room:
                self.leave(self._room)
            number = self._job.number + 1 if self._job else 1
            live = _live(self._place)
            self._room, self._process = room, _process(command, room, self._place.environment)
            self._job = Job(number, what, who, datetime.now(UTC), live, articles)
            self._thread = threading.Thread(target=self._follow, args=(self._process, room), daemon=True)
            self._thread.start()
            return self._job

    def _follow(self, process: subprocess.Popen[str], room: Path) -> None:
        """Listen to a process until it ends, then say how."""
        said = ""
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                if (told := _object(line)) is None:
                    said = line.strip() or said
                elif (logged := logs.relay(told)) is not None:
                    said = logged or said
                else:
                    with self._lock:
                        self._job = replace(self._known(), sofar=told)
        code = process.wait()
        shutil.rmtree(room / "in", ignore_errors=True)
        report = _object((room / "told.json").read_text(encoding="utf-8")) or {}
        with self._lock:
            self._job = _ended(self._known(), code, report, said.replace(f"{room / 'in'}{os.sep}", ""), self._place)
            self._process = None
        event("job", what=self._known().what, outcome=self._known().state)

    def _known(self) -> Job:
        assert self._job is not None
        return self._job


def _ended(job: Job, code: int, report: Mapping[str, Any], said: str, place: Place) -> Job:
    """Return a job as it ended; one that was stopped too late is done."""
    now = _live(place)
    if report or (job.stopping and now not in (0, job.live)):
        return replace(job, state="done", report=report, now=now)
    if job.stopping:
        return replace(job, state="stopped", now=now)
    told = said if code == 2 and said else UNTOLD
    return replace(job, state="failed", now=now, failure=told)


def rows(ledger: Path | None) -> Iterator[dict[str, Any]]:
    """Yield what became of each record, as `build --report` wrote it."""
    if ledger is None:
        return
    with ledger.open(encoding="utf-8") as file:
        yield from (row for line in file if (row := _object(line)) is not None)


def _process(command: Sequence[str], room: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start the command line of the index: no shell, its answer in a file, its progress in a pipe."""
    path = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]
    told: IO[str]
    with (room / "told.json").open("w", encoding="utf-8") as told:
        try:
            process = subprocess.Popen(  # our own command, no shell  # nosec B603
                [sys.executable, "-m", "index", *command],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={
                    **os.environ,
                    **environment,
                    **logs.environment(),
                    "PYTHONPATH": os.pathsep.join(filter(None, path)),
                    "PYTHONIOENCODING": "utf-8",
                },
                start_new_session=True,  # Ctrl+C is for the page, which ends it in good order
            )
        except OSError as error:
            raise BadRequest(f"The build cannot be started ({error.strerror}): try again.") from error
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()


def _live(place: Place) -> int:
    try:
        return place.current()
    except DatelineError:
        return 0


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
