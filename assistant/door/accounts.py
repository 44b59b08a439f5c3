"""Who may sign in: names and bcrypt hashes in a file as `htpasswd -B` writes it, and bounds on guessing.

Knows nothing of HTTP. No password is kept, logged or put into an error.
"""

from __future__ import annotations

import logging
import math
import os
import re
import secrets
import stat
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path

from index.errors import BadRequest, DatelineError

COST = 12  # of a new hash: some 0.2 s of work
READ = 72  # bytes of a password that bcrypt reads
SHORTEST = 8  # characters of a new password
MOST_REMEMBERED = 10_000  # names and addresses whose failures are counted
FREE = 5  # failures before one has to wait
LONGEST_WAIT = {"name": 60.0, "address": 900.0}  # seconds; one who guesses must not lock out a name for long
FORGOTTEN = 3_600.0  # seconds after the last failure
WRONG = "That name and password do not belong together."

_HASH = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_NAME = re.compile(r"[^\s:\x00-\x1f\x7f][^:\x00-\x1f\x7f]{0,62}[^\s:\x00-\x1f\x7f]|[^\s:\x00-\x1f\x7f]")
log = logging.getLogger("dateline")


class Wait(DatelineError):
    """Too many wrong passwords; `seconds` until the next try."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        unit = "second" if self.seconds == 1 else "seconds"
        super().__init__(f"There were too many wrong passwords: try again in {self.seconds} {unit}.")


class Accounts:
    """The accounts of a file, read again when it has changed."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        """Read the file. Raises: BadRequest: it cannot be read or is no such file."""
        self._file = Path(file)
        self._seen = _signature(self._file)
        self._hashes = read(self._file)
        self._nobody = _nobody(self._hashes)

    def standing(self, name: str) -> str | None:
        """Return the hash that a name has now; None for a name that has none."""
        self._refresh()
        return self._hashes.get(name)

    def admits(self, name: str, password: str) -> bool:
        """Return whether name and password belong together, after the same work for a name that is unknown."""
        import bcrypt

        known = self.standing(name)
        given = password.encode("utf-8", "surrogatepass")
        right = bcrypt.checkpw(given.replace(b"\0", b"\1")[:READ], (known or self._nobody).encode())
        return right and known is not None and b"\0" not in given

    def _refresh(self) -> None:
        """Read the file again if it is another; while it cannot be read, those of before may sign in."""
        try:
            seen = _signature(self._file)
            if seen == self._seen:
                return
            self._seen = seen
            self._hashes = read(self._file)
            self._nobody = _nobody(self._hashes)
        except BadRequest as problem:
            log.warning("%s Until then those may sign in who could before.", problem)


class Tries:
    """Wrong passwords of each name and each address: after some, growing waits. Bounded in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._failed: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()  # how often, when last
        self._clock = clock

    def begin(self, name: str, address: str) -> None:
        """Count a try as failed until `right` says otherwise, so that tries at once count too. Raises: Wait."""
        now, keys = self._clock(), (("name", name), ("address", address))
        waits = [self._until(key) - now for key in keys]
        if max(waits) > 0:
            raise Wait(max(waits))
        for key in keys:
            self._failed[key] = (self._count(key) + 1, now)
            self._failed.move_to_end(key)
        while len(self._failed) > MOST_REMEMBERED:
            self._failed.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        """Take back what `begin` counted. An address keeps its earlier failures: its owner may know one name."""
        self._failed.pop(("name", name), None)
        count, last = self._failed.get(("address", address), (1, 0.0))
        self._failed[("address", address)] = (count - 1, last)

    def _count(self, key: tuple[str, str]) -> int:
        count, last = self._failed.get(key, (0, 0.0))
        return count if self._clock() - last < FORGOTTEN else 0

    def _until(self, key: tuple[str, str]) -> float:
        beyond = self._count(key) - FREE
        return self._failed[key][1] + min(2.0 ** min(beyond, 20), LONGEST_WAIT[key[0]]) if beyond >= 0 else 0.0


def read(file: Path) -> Mapping[str, str]:
    """Return the hashes by name. Raises: BadRequest."""
    made = f"make it with `python ui.py --auth {file} --add-user NAME`, or with `htpasswd -B`"
    try:
        if file.stat().st_mode & stat.S_IWOTH:
            raise BadRequest(f"Anyone on this machine can write {file}, which says who may sign in: chmod o-w {file}.")
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadRequest(f"{file} is no file of names and passwords: {made}.") from None
    except OSError as problem:
        raise BadRequest(f"{file}, which says who may sign in, cannot be read ({problem.strerror}): {made}.") from None
    hashes: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not _NAME.fullmatch(name) or not (found := _HASH.fullmatch(hashed)) or not 4 <= int(found[1]) <= 16:
            raise BadRequest(f"Line {number} of {file} is no name with a bcrypt hash: {made}.")
        hashes[name] = hashed
    if not hashes:
        raise BadRequest(f"{file} names nobody, so nobody could sign in: {made}.")
    return hashes


def add(file: Path, name: str, password: str) -> bool:
    """Write an account to the file, whole or not at all; return whether the name was in it. Raises: BadRequest."""
    import bcrypt

    check_name(name)
    if len(password) < SHORTEST:
        raise BadRequest(f"A password has at least {SHORTEST} characters.")
    if len(password.encode()) > READ:
        raise BadRequest(f"A password has at most {READ} bytes, for bcrypt reads no more: choose a shorter one.")
    if "\0" in password:
        raise BadRequest("A password holds no null character.")
    before = read(file) if file.exists() and file.stat().st_size else {}
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()
    text = "".join(f"{one}:{kept}\n" for one, kept in {**before, name: hashed}.items())
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o600
    _write(file, text, mode)
    return name in before


def check_name(name: str) -> None:
    """Raises: BadRequest: no account can have that name."""
    if not _NAME.fullmatch(name):
        raise BadRequest("A name has 1 to 64 characters, none of them a colon, and no space at either end.")


def _write(file: Path, text: str, mode: int) -> None:
    try:
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as problem:
        raise BadRequest(f"{file} cannot be written ({problem.strerror}): choose another place.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(made).chmod(mode)
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _nobody(hashes: Mapping[str, str]) -> str:
    """Return a hash that no password has, as much work as the others: an unknown name must not be told by time."""
    cost = max(int(hashed[4:6]) for hashed in hashes.values())
    letters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return f"$2b${cost:02}$" + "".join(secrets.choice(letters) for _ in range(21)) + "." + "." * 31


def _signature(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
