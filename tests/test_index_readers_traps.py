"""Bombs and traps: each bounded in memory and time, and reported; what is good beside it is read all the same."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from index.errors import SourceError
from index.readers import Record, Unreadable, read
from index.readers.inputs import opened

ROOT = Path(__file__).parent.parent
GOOD = "A good one\n\nIt is read."
MEMORY = 1_000_000_000
SECONDS = 30
READER = f"""
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from index.readers import Record, read
for item in read(sys.argv[1:]):
    said = [item.article.source.title, ""] if isinstance(item, Record) else [item.source, item.reason]
    print(json.dumps(said))
"""


def bounded(*sources: Path | str) -> list[tuple[str, str]]:
    """Read in a process that gets 1 GB of memory and 30 s; return title and "", or place and reason, of each item."""
    command = [sys.executable, "-c", READER, *map(str, sources)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def overlapping(count: int) -> bytes:
    """A ZIP that lists one member of 10 MB many times."""
    whole = zipped(("a.jsonl", bytes(10_000_000)))
    at = whole.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<LL", whole[at + 12 : at + 20])
    entry = whole[start : start + size]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size * count, start, 0)
    return whole[:start] + entry * count + end


def greedy_xz() -> bytes:
    """A small .xz whose header asks for a dictionary of 4 GB."""
    packed = bytearray(lzma.compress(b"Title\n\nIts text."))
    length = (packed[12] + 1) * 4
    at = packed.index(b"\x21\x01", 12, 12 + length) + 2
    packed[at] = 40
    packed[12 + length - 4 : 12 + length] = struct.pack("<L", zlib.crc32(packed[12 : 12 + length - 4]))
    return bytes(packed)


def tar_of_headers() -> bytes:
    """A tar whose extended header says that it is 2 GB long, and is."""
    member = tarfile.TarInfo("a.txt")
    member.type, member.size = tarfile.XHDTYPE, 2_000_000_000
    return member.tobuf(tarfile.USTAR_FORMAT)


def sparse_tar() -> bytes:
    """A tar of one sparse member of a terabyte, all holes."""
    member = tarfile.TarInfo("a.jsonl")
    member.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    block[386:398], block[398:410] = b"00000000000\0", b"00000000000\0"
    block[483:495] = b"7" * 11 + b"\0"  # the real size: 8 GB in octal digits
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + bytes(1024)


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip of a line": ("bomb.zip", lambda: zipped(("a.jsonl", bytes(300_000_000))), "100 times its size"),
    "zip of a text": ("bomb.zip", lambda: zipped(("a.txt", bytes(300_000_000))), "larger than 16 MB"),
    "zip, overlapping": ("bomb.zip", lambda: overlapping(3_000), ""),
    "zip of zips": (
        "bomb.zip",
        lambda: zipped(*((f"{n}.zip", zipped(("a.jsonl", bytes(30_000_000)))) for n in range(6))),
        "100 times its size",
    ),
    "zip in zip in zip": (
        "bomb.zip",
        lambda: zipped(("b.zip", zipped(("c.zip", zipped(("a.txt", GOOD.encode())))))),
        "an archive in an archive in an archive",
    ),
    "gz of a line": ("bomb.jsonl.gz", lambda: gzip.compress(bytes(300_000_000), 1), "100 times its size"),
    "bz2 of a text": ("bomb.txt.bz2", lambda: bz2.compress(bytes(100_000_000)), "larger than 16 MB"),
    "xz of a table": (
        "bomb.csv.xz",
        lambda: lzma.compress(b"text\n" + b"a" * 200_000_000, preset=0),
        "100 times its size",
    ),
    "xz of memory": ("bomb.txt.xz", greedy_xz, "could not be unpacked"),
    "tar of headers": ("bomb.tar", tar_of_headers, "a header in it is too large"),
    "tar of holes": ("bomb.tar", sparse_tar, "100 times its size"),
    "nested lists": ("deep.json", lambda: b"[" * 10_000 + b"]" * 10_000, "nested too deeply"),
    "nested objects": ("deep.jsonl", lambda: b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
    "nested in an article": (
        "deep.json",
        lambda: b'{"text": "A.", "a": ' + b"[" * 10**6 + b"]" * 10**6 + b"}",
        "nested",
    ),
    "a quote left open": (
        "open.csv",
        lambda: b'text\n"' + (b"a line " * 20_000 + b"\n") * 150,
        "larger than 8 MB",
    ),
    "aliases": (
        "aliases.md",
        lambda: (
            b"---\na0: &a0 [x]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12))
            + b"author: *a11\ntitle: *a11\n---\nText."
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bounded_and_reported(tmp_path: Path, name: str) -> None:
    file, make, reason = BOMBS[name]
    (tmp_path / file).write_bytes(make())
    (tmp_path / "z.txt").write_text(GOOD)
    *found, good = bounded(tmp_path)
    assert good == ("A good one", "")
    assert found
    assert any(reason in said for _, said in found), found[:3]
    assert len(found) < 200


@pytest.mark.parametrize(
    "suffix", [".jsonl", ".json", ".csv", ".txt", ".md", ".html", ".xml", ".zip", ".tar", ".parquet"]
)
def test_a_line_of_two_gigabytes_is_passed_over(tmp_path: Path, suffix: str) -> None:
    before, after = {
        ".jsonl": (b'{"text": "', b'"}\n{"text": "Good."}\n'),
        ".json": (b'[{"text": "', b'"}, {"text": "Good."}]'),
        ".csv": (b"text\n", b"\nGood.\n"),
    }.get(suffix, (b"Title\n", b""))
    path = tmp_path / f"long{suffix}"
    with path.open("wb") as file:
        file.write(before)
        # a hole, which takes no disk
        file.seek(2_000_000_000, io.SEEK_CUR)
        file.write(after)
        file.truncate()
    if not after:
        os.truncate(path, 2_000_000_000)
    found = bounded(path)
    assert found[0][1]
    assert found[1:] == ([("Good.", "")] if after else [])


def test_what_comes_before_a_cut_is_read(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "Text number %d, %s"}\n' % (n, os.urandom(1_600).hex().encode()) for n in range(1_000))
    quickly = partial(lzma.compress, preset=0)
    for suffix, pack in ((".gz", gzip.compress), (".bz2", bz2.compress), (".xz", quickly)):
        path = tmp_path / f"cut.jsonl{suffix}"
        content = pack(lines)
        path.write_bytes(content[: len(content) * 3 // 4])
        *good, bad = read([path])
        assert all(isinstance(item, Record) for item in good[:-1])
        assert len(good) > 250
        assert isinstance(bad, Unreadable)
        assert "could not be unpacked" in bad.reason


def test_a_short_file_gives_what_came_before_its_cut(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "Text number %d, %s"}\n' % (n, os.urandom(40).hex().encode()) for n in range(40))
    for suffix, pack in ((".gz", gzip.compress), (".xz", lzma.compress)):
        path = tmp_path / f"cut.jsonl{suffix}"
        path.write_bytes(pack(lines)[:-12])
        *good, bad = read([path])
        assert len(good) >= 35
        assert isinstance(bad, Unreadable)


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_a_cut_archive_says_so(tmp_path: Path, suffix: str) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number in range(4):
            member = tarfile.TarInfo(f"{number}.txt")
            member.size = len(GOOD)
            archive.addfile(member, io.BytesIO(GOOD.encode()))
    content = file.getvalue() if suffix == ".tar" else zipped(*((f"{n}.txt", GOOD.encode()) for n in range(4)))
    path = tmp_path / f"cut{suffix}"
    cuts = (1_024, 2_048, 2_300, 4_096) if suffix == ".tar" else (len(content) // 2, len(content) - 4)
    for length in cuts:
        path.write_bytes(content[:length])
        bad = list(read([path]))[-1]
        assert isinstance(bad, Unreadable), length
        assert "not a whole" in bad.reason


def test_links_that_lead_round_are_reported(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text(GOOD)
    (tmp_path / "sub" / "round").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "twice").symlink_to(tmp_path / "sub")
    for source in (tmp_path, f"{tmp_path}/**"):
        found = list(read([source]))
        assert [item.place for item in found if isinstance(item, Record)] == [str(tmp_path / "sub" / "a.txt")]
        reasons = {Path(item.source).name: item.reason for item in found if isinstance(item, Unreadable)}
        assert set(reasons) == {"round", "self.txt"}
        assert "leads back" in reasons["round"]


def test_links_to_folders_elsewhere_are_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text(GOOD)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    assert [type(item) for item in read([tmp_path / "in"])] == [Record]


def test_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to("/dev/zero")
    (tmp_path / "c.txt").symlink_to("/dev/tty")
    (tmp_path / "z.txt").write_text(GOOD)
    started = time.monotonic()
    *bad, good = read([tmp_path])
    assert [item.reason for item in bad if isinstance(item, Unreadable)] == ["neither a file nor a folder"] * 3
    assert isinstance(good, Record)
    found = [item for name in "abc" for item in read([tmp_path / f"{name}.txt"])]
    assert all(isinstance(item, Unreadable) for item in found)
    assert time.monotonic() - started < 5


def test_a_file_that_becomes_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(SourceError, match="neither a file nor a folder"), opened(tmp_path / "a.txt"):
        pass


def test_a_file_that_grows_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"text": "Text number {n}. {"x" * 200}"}}\n' for n in range(2_000)))
    found: list[Record | Unreadable] = []
    for item in read([path]):
        found.append(item)
        with path.open("a") as file:
            file.write('{"text": "More and more."}\n')
    *good, last = found
    assert len(good) == 2_000
    assert all(isinstance(item, Record) for item in good)
    assert isinstance(last, Unreadable)
    assert "grew while it was read" in last.reason


def test_a_file_that_shrinks_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"text": "Text number {n}. {"x" * 200}"}}\n' for n in range(2_000)))
    reading = read([path])
    next(reading)
    os.truncate(path, 200)
    last = list(reading)[-1]
    assert isinstance(last, Unreadable)
    assert "was cut while it was read" in last.reason


@pytest.mark.parametrize(
    "name", [b"two\nlines.txt", b"bell\x07.txt", b"caf\xe9.txt", "ñandú \u202e.txt".encode(), b"-.txt"]
)
def test_odd_names_are_shown_on_one_line(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text(GOOD)
    (item,) = read([tmp_path])
    assert isinstance(item, Record)
    for said in (item.place, item.origin or ""):
        assert said.isprintable()
        said.encode()
    path.write_text("")
    (bad,) = read([tmp_path])
    assert isinstance(bad, Unreadable)
    assert bad.source == item.place


def test_a_name_of_an_archives_member_leads_nowhere(tmp_path: Path) -> None:
    names = ["../../escaped.txt", "/absolute.txt", "two\nlines.txt", "C:\\windows.txt"]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(zipped(*((name, GOOD.encode() + name.encode()) for name in names)))
    before = sorted(tmp_path.rglob("*"))
    found = list(read([tmp_path / "in"]))
    assert [type(item) for item in found] == [Record] * 4
    assert all(isinstance(item, Record) and item.place.isprintable() for item in found)
    assert sorted(tmp_path.rglob("*")) == before


@contextmanager
def unprivileged() -> Iterator[None]:
    """Not as root, whom no permission stops."""
    if os.geteuid():
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_reported(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        if folder.stat().st_uid == os.getuid() and "pytest-of-" in str(folder):
            folder.chmod(0o755)
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").mkdir(mode=0o700)
    (tmp_path / "b").chmod(0)
    (tmp_path / "z.txt").write_text(GOOD)
    try:
        with unprivileged():
            file, folder, good = read([tmp_path])
    finally:
        (tmp_path / "b").chmod(0o700)
    assert isinstance(file, Unreadable) and isinstance(folder, Unreadable) and isinstance(good, Record)
    assert {file.reason, folder.reason} == {"could not be read: Permission denied"}


def test_folders_nested_deeper_than_python_calls_are_read(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    file = os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor)
    os.write(file, GOOD.encode())
    os.close(file)
    os.close(descriptor)
    try:
        found = list(read([tmp_path]))
    finally:
        # the standard library removes folders by recursion
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
    assert [type(item) for item in found] == [Record]
