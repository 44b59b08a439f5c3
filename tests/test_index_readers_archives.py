"""ZIP, tar and Parquet: what they hold is read like files; what is left out is said."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.specimens import MAKERS
from index.articles import Article
from index.readers import Record, Unreadable
from index.readers.formats import read_input
from index.readers.inputs import Input
from tests.newsroom import story

TEXT = b"A title\n\nAnd its text."


def items(content: bytes, name: str, origin: str | None = None) -> list[Record | Unreadable]:
    return list(read_input(Input.of(content, name, name, origin=origin)))


def said(found: list[Record | Unreadable]) -> list[str]:
    return [
        item.article.source.title if isinstance(item, Record) else f"{item.source}: {item.reason}" for item in found
    ]


def article(item: Record | Unreadable) -> Article:
    assert isinstance(item, Record), item
    return item.article


def a_zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def a_tar(members: dict[str, bytes], **fields: Any) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for field, value in fields.items():
                setattr(member, field, value)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


ARCHIVES: dict[str, tuple[Callable[[dict[str, bytes]], bytes], Callable[[bytes], bytes]]] = {
    ".zip": (a_zip, bytes),
    ".tar": (a_tar, bytes),
    ".tar.gz": (a_tar, gzip.compress),
    ".tgz": (a_tar, gzip.compress),
    ".tar.xz": (a_tar, lzma.compress),
    ".tar.bz2": (a_tar, bz2.compress),
}


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_an_archive_of_every_format_is_read(suffix: str) -> None:
    make, pack = ARCHIVES[suffix]
    members = {
        f"{kind}/{name}": content
        for kind, maker in MAKERS.items()
        for name, content in maker([story(1), story(2)]).items()
    }
    found = items(pack(make(members)), f"wire{suffix}")
    assert sorted(said(found)) == sorted(["Report 1", "Report 2"] * len(MAKERS))


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_packed_members_and_archives_in_it_are_read(suffix: str) -> None:
    make, pack = ARCHIVES[suffix]
    members = {
        "a.txt.gz": gzip.compress(TEXT),
        "b.zip": a_zip({"in/c.txt": TEXT}),
        "d.tar.xz": lzma.compress(a_tar({"e.txt": TEXT})),
    }
    found = items(pack(make(members)), f"wire{suffix}", "/wire")
    assert said(found) == ["A title"] * 3
    assert [item.origin for item in found if isinstance(item, Record)] == [
        *("/wire!a.txt.gz", "/wire!b.zip!in/c.txt", "/wire!d.tar.xz!e.txt"),
    ]
    assert isinstance(found[1], Record)
    assert found[1].place == f"wire{suffix}: b.zip: in/c.txt"


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_what_is_hidden_is_counted(suffix: str) -> None:
    hidden = {"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "sub/.git/config": b"x"}
    found = items(ARCHIVES[suffix][0]({**hidden, "a.txt": TEXT, "./b.txt": TEXT}), f"wire{suffix}")
    assert [item for item in said(found) if item == "A title"] == ["A title"] * 2
    (left_out,) = (item for item in found if isinstance(item, Unreadable))
    assert left_out.reason.startswith("3 members are no article but hidden")
    assert "._a.txt" in left_out.reason


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_a_bad_member_does_not_stop_the_rest(suffix: str) -> None:
    members = {"a.txt": TEXT, "b.bin": b"\0\1\2", "c.txt": b"", "d.jsonl": b"{broken\n", "e.txt": TEXT}
    first, *bad, last = said(items(ARCHIVES[suffix][0](members), f"wire{suffix}"))
    assert (first, last) == ("A title", "A title")
    assert [one.split(": ")[1].split(",")[0] for one in bad] == ["b.bin", "c.txt", "d.jsonl"]


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_an_empty_archive_says_so(suffix: str) -> None:
    assert "the archive is empty" in said(items(ARCHIVES[suffix][0]({}), f"wire{suffix}"))[0]


def test_an_encrypted_member_is_named() -> None:
    content = bytearray(a_zip({"a.txt": TEXT, "secret.txt": TEXT}))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(mark) + flag] |= 1
    whole, locked = said(items(bytes(content), "wire.zip"))
    assert whole == "A title"
    assert locked == "wire.zip: secret.txt: it is encrypted: unpack it with its password first"


def test_a_damaged_member_is_reported_alone() -> None:
    text = TEXT + bytes(range(65, 91)) * 40
    content = bytearray(a_zip({"a.txt": text, "b.txt": text}))
    at = content.index(b"a.txt") + 12
    content[at : at + 8] = b"\xff" * 8
    bad, good = items(bytes(content), "wire.zip")
    assert isinstance(bad, Unreadable)
    assert isinstance(good, Record)


def test_a_tars_links_and_devices_are_counted() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (
            ("link.txt", tarfile.SYMTYPE),
            ("device.txt", tarfile.CHRTYPE),
            ("pipe.txt", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    (left_out,) = said(items(file.getvalue(), "wire.tar"))
    assert "3 members are no article but hidden or a link" in left_out


def test_archives_are_told_by_their_content(tmp_path: Path) -> None:
    for content in (a_zip({"a.txt": TEXT}), a_tar({"a.txt": TEXT}), gzip.compress(a_tar({"a.txt": TEXT}))):
        assert said(items(content, "upload")) == ["A title"]


# Parquet


def a_parquet(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4", "brotli"])
def test_a_table_of_parquet_is_read(compression: str) -> None:
    moments = [datetime(2021, 5, 4, 6, tzinfo=UTC), None]
    table = pa.table(
        {
            "headline": ["One", "Two"],
            "body": ["Text one.", "Text two."],
            "published_at": pa.array(moments, pa.timestamp("ns", "UTC")),
            "source": [{"name": "Wire"}, None],
            "authors": [["Ann Lee", "Bo Ek"], []],
            "embedding": [[0.5] * 64] * 2,
        }
    )
    one, two = map(article, items(a_parquet(table, compression=compression), "a.parquet"))
    assert (one.text, one.source.title, one.source.outlet) == ("Text one.", "One", "Wire")
    assert one.source.authors == ("Ann Lee", "Bo Ek")
    assert one.source.published == date(2021, 5, 4)
    assert (two.source.published, two.source.outlet) == (None, None)


def test_rows_of_parquet_have_their_number_and_bad_ones_a_reason() -> None:
    table = pa.table({"text": ["One.", None, "Three.", ""] * 3})
    found = items(a_parquet(table, row_group_size=5), "a.parquet")
    assert [type(item) for item in found] == [Record, Unreadable] * 6
    assert isinstance(found[11], Unreadable)
    assert found[11].source == "a.parquet, row 12"


def test_a_damaged_group_of_rows_is_reported_as_one() -> None:
    texts = [f"Text number {number}." for number in range(400)]
    content = bytearray(
        a_parquet(pa.table({"text": texts}), row_group_size=100, compression="none", use_dictionary=False)
    )
    at = content.index(b"Text number 150.")
    content[at - 60 : at + 40] = b"\xff" * 100
    found = items(bytes(content), "a.parquet")
    bad = [item for item in found if isinstance(item, Unreadable)]
    assert len(bad) == 1
    assert "rows" in bad[0].source
    assert {article(item).text for item in found if isinstance(item, Record)} >= {*texts[:100], *texts[200:]}


def test_one_long_value_many_times_is_bounded() -> None:
    table = pa.table({"text": pa.array(["x" * 9_000_000] * 30).dictionary_encode()})
    content = a_parquet(table, compression="zstd")
    assert len(content) < 10_000
    found = Counter[type]()
    tracemalloc.start()
    try:
        for item in read_input(Input.of(content, "a.parquet", "a.parquet")):
            found[type(item)] += 1
            del item
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == {Record: 30}
    assert peak < 9_000_000 * 15  # not all rows at once


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PAR1 and nothing", "not valid Parquet"),
        (a_parquet(pa.table({"title": ["A"]})), "no column for the text"),
        (a_parquet(pa.table({"text": pa.array([], pa.string())})), "no rows"),
    ],
)
def test_what_is_no_parquet_of_articles_says_so(content: bytes, reason: str) -> None:
    assert reason in said(items(content, "a.parquet"))[0]
