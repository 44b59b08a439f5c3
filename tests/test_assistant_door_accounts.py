"""Who may sign in: the file, the work it takes to try, and the bounds on guessing."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import bcrypt
import pytest

import ui
from assistant.door import accounts
from assistant.door.accounts import FREE, Accounts, Tries, Wait, add, read
from assistant.door.signing import IDLE, LONGEST, OF_ONE, Tickets
from index.errors import BadRequest

HASH = bcrypt.hashpw(
    b"correct horse", b"$2b$04$y/V36gBE1bNNRzj1qP2cQ."
).decode()  # the same in each process that collects tests


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(accounts, "COST", 4)
    return tmp_path / "users"


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_an_account_is_made_and_admits(file: Path) -> None:
    assert add(file, "Ann Müller", "correct horse") is False
    assert add(file, "bob", "pässwörter") is False
    assert add(file, "bob", "another one") is True
    assert file.stat().st_mode & 0o777 == 0o600 and [*file.parent.iterdir()] == [file]
    assert "horse" not in file.read_text() and "another" not in file.read_text()
    known = Accounts(file)
    assert known.admits("Ann Müller", "correct horse") and known.admits("bob", "another one")
    for name, password in (("bob", "pässwörter"), ("bob", ""), ("Bob", "another one"), ("eve", "x"), ("", "")):
        assert not known.admits(name, password)
    assert not known.admits("bob", "another one\0") and not known.admits("bob", "\ud800")


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("ann", "short", "at least 8"),
        ("ann", "x" * 73, "at most 72 bytes"),
        ("ann", "ü" * 37, "at most 72 bytes"),
        ("ann", "with\0null", "null"),
        ("a:b", "long enough", "none of them a colon"),
        ("", "long enough", "1 to 64"),
        (" ann", "long enough", "no space"),
        ("a\nb", "long enough", "none of them"),
        ("a" * 65, "long enough", "1 to 64"),
    ],
)
def test_what_is_no_account_is_not_written(file: Path, name: str, password: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says) as told:
        add(file, name, password)
    assert not file.exists() and password not in str(told.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "names nobody"),
        (b"# a comment\n\n", "names nobody"),
        (b"ann:correct horse\n", "Line 1 of .* no name with a bcrypt hash"),
        (b"ann:$apr1$abc$def\n", "Line 1 of"),
        (b"ann:{SHA}abc=\n", "Line 1 of"),
        (b"ann\n", "Line 1 of"),
        (HASH.encode(), "Line 1 of"),
        (f"bob:{HASH}\nann:{HASH}x\n".encode(), "Line 2 of"),
        (f"ann:{HASH.replace('$04$', '$31$')}\n".encode(), "Line 1 of"),
        (b"\xff\xfe\0", "no file of names"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(BadRequest, match=says) as told:
        Accounts(file)
    assert "--add-user" in str(told.value) and "horse" not in str(told.value) and HASH not in str(told.value)


def test_a_file_that_others_can_write_or_nobody_read_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="No such file"):
        Accounts(file)
    with pytest.raises(BadRequest, match="directory"):
        Accounts(tmp_path)
    file.write_text(f"ann:{HASH}\n")
    file.chmod(0o666)
    with pytest.raises(BadRequest, match="chmod o-w"):
        Accounts(file)


@pytest.mark.skipif(not shutil.which("htpasswd"), reason="needs htpasswd")
def test_a_file_of_htpasswd_is_read(file: Path) -> None:
    subprocess.run(["htpasswd", "-cbB", "-C", "4", str(file), "ann", "correct horse"], check=True)
    assert Accounts(file).admits("ann", "correct horse")


def test_the_other_marks_of_bcrypt_are_read_and_72_bytes_count(file: Path) -> None:
    long = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    file.write_text(f"ann:{HASH.replace('$2b$', '$2y$')}\nbob:{long}\r\n")
    known = Accounts(file)
    assert known.admits("ann", "correct horse") and known.admits("bob", "x" * 72)
    assert known.admits("bob", "x" * 80)  # as htpasswd, which cuts it off


def test_a_name_that_is_unknown_takes_the_same_work(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(f"ann:{bcrypt.hashpw(b'correct horse', bcrypt.gensalt(6)).decode()}\n")
    costs, checked = [], bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        costs.append(hashed[:7])
        return checked(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    known = Accounts(file)
    assert known.admits("ann", "correct horse") and not known.admits("eve", "correct horse")
    assert costs == [b"$2b$06$", b"$2b$06$"]


def test_the_file_is_read_again_when_it_changed(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text(f"ann:{HASH}\n")
    known = Accounts(file)
    file.write_text(f"ann:{HASH}\nbob:{HASH}\n")
    assert known.admits("bob", "correct horse")
    file.write_text("ann:plain\n")
    assert known.admits("bob", "correct horse") and "Line 1 of" in caplog.text  # half written, or broken
    file.unlink()
    assert known.admits("bob", "correct horse")
    file.write_text(f"bob:{HASH}\n")
    assert known.standing("ann") is None


def test_wrong_passwords_make_growing_waits() -> None:
    clock = Clock()
    tries, waits = Tries(clock), []
    for _ in range(FREE):
        tries.begin("ann", "192.0.2.1")
    for _ in range(12):
        with pytest.raises(Wait) as told:
            tries.begin("ann", f"192.0.2.{len(waits) + 2}")
        waits.append(told.value.seconds)
        clock.now += told.value.seconds
        tries.begin("ann", f"192.0.2.{len(waits) + 2}")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    clock.now += accounts.FORGOTTEN
    tries.begin("ann", "192.0.2.1")


def test_an_address_waits_longer_and_is_not_cleared_by_one_right_name() -> None:
    clock = Clock()
    tries = Tries(clock)
    for turn in range(FREE):
        tries.begin(f"name{turn}", "192.0.2.1")
    with pytest.raises(Wait):
        tries.begin("mine", "192.0.2.1")
    clock.now += 1
    tries.begin("mine", "192.0.2.1")
    tries.right("mine", "192.0.2.1")
    clock.now += 0.5
    with pytest.raises(Wait, match=r"try again in 1 second\.") as told:
        tries.begin("mine", "192.0.2.1") or tries.begin("mine", "192.0.2.1")
    assert told.value.seconds == 1
    tries.begin("mine", "198.51.100.1")


def test_tries_are_bounded_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_REMEMBERED", 100)
    tries = Tries(Clock())
    for turn in range(1_000):
        tries.begin(f"name{turn}", f"address{turn}")
    assert len(tries._failed) == 100


def test_tickets_end(file: Path) -> None:
    file.write_text(f"ann:{HASH}\nbob:{HASH}\n")
    clock = Clock()
    tickets = Tickets(Accounts(file), clock)
    token, gone = tickets.issue("ann"), tickets.issue("ann")
    tickets.withdraw(gone)
    assert tickets.name(token) == "ann" and tickets.name(gone) is None and tickets.name("guess") is None
    assert token not in repr(tickets._all)
    clock.now += IDLE - 1
    assert tickets.name(token) == "ann"
    clock.now += IDLE + 1
    assert tickets.name(token) is None
    token = tickets.issue("bob")
    for _ in range(int(LONGEST / IDLE)):
        clock.now += IDLE
        assert tickets.name(token) == "bob"
    clock.now += 1
    assert tickets.name(token) is None
    first = tickets.issue("ann")
    for _ in range(OF_ONE):
        tickets.issue("ann")
    assert tickets.name(first) is None and len(tickets._all) == OF_ONE


def test_the_command_asks_twice(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(typed: str, *more: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return ui.main(["--add-user", "ann", *more])

    auth = ("--auth", str(file))
    assert run("correct horse\ncorrect horse\n", *auth) == 0
    assert capsys.readouterr().out == "ann may sign in now.\n" and list(read(file)) == ["ann"]
    for typed, more, says in (
        ("correct horse\nbattery staple\n", auth, "not the same"),
        ("short\nshort\n", auth, "at least 8"),
        ("correct horse\ncorrect horse\n", (), "give --auth FILE too"),
    ):
        assert run(typed, *more) == 2
        told = capsys.readouterr().err
        assert says in told and told.count("\n") == 1 and "horse" not in told
