"""CSV and TSV: any delimiter, odd quotes and rows; nothing is read into the wrong column."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers import Record, Unreadable
from index.readers.formats import read_input
from index.readers.inputs import Input


def items(content: str | bytes, name: str = "a.csv") -> list[Record | Unreadable]:
    content = content if isinstance(content, bytes) else content.encode()
    return list(read_input(Input.of(content, name, name)))


def texts(content: str | bytes) -> list[str]:
    found = items(content)
    assert all(isinstance(item, Record) for item in found), found
    return [item.article.text for item in found if isinstance(item, Record)]


@pytest.mark.parametrize("delimiter", [*",;\t|:^~#!/&", "\x01", "\x1f"])
def test_any_delimiter_is_found(delimiter: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows(
        [["title", "text", "published", "outlet"], ["A, b; c | d", "One, two; three | four.", "2021-05-04", "X"]]
    )
    (item,) = items(file.getvalue())
    assert isinstance(item, Record)
    source = item.article.source
    assert (source.title, item.article.text) == ("A, b; c | d", "One, two; three | four.")
    assert (str(source.published), source.outlet) == ("2021-05-04", "X")


@pytest.mark.parametrize(
    "header",
    ['title;text;"note, with, many, commas, in, it"', "title;text;a,b,c,d,e,f,g", "title;text;one|two|three|four|five"],
)
def test_the_signs_in_the_header_do_not_fool(header: str) -> None:
    (item,) = items(f"{header}\nA title;Its text, as it is.;x\n")
    assert isinstance(item, Record)
    assert (item.article.source.title, item.article.text) == ("A title", "Its text, as it is.")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('title,text\nA,"One\n\ntwo, ""three""\r\nfour."\n', ['One\n\ntwo, "three"\nfour.']),
        ("text\nOne, two; three.\nFour.\n", ["One, two; three.", "Four."]),
        ('text\n"One, two."\n', ["One, two."]),
        ("title;text;url\nA;One.\n\nB;Two.;\n", ["One.", "Two."]),
        ("title;text\nA;One.;;;\n", ["One."]),
        ("\ufefftitle;text\r\nA;One.\r\n", ["One."]),
        ("sep=|\ntitle|text\nA|One; two.\n", ["One; two."]),
        ('title, text\nA, "One, two."\n', ["One, two."]),
        ('title\ttext\nA\t"One," he said.\nB\t"Two.\n', ['"One," he said.', '"Two.']),
        ('title,text\nA,"One \\"two\\", three."\n', ['One "two", three.']),
        ("title||text\nA||One.\n", ["One."]),
        ("title,text\rA,One.\rB,Two.\r", ["One.", "Two."]),
        ("title,text\nA,One.", ["One."]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_table_is_read_as_it_is_meant(content: str, expected: list[str]) -> None:
    assert texts(content) == expected


def test_a_row_with_too_many_cells_is_reported_and_not_cut() -> None:
    good, bad, last = items("title,text\nA,One.\nB,Two, three, and four.\nC,Five.\n")
    assert isinstance(good, Record) and isinstance(last, Record)
    assert isinstance(bad, Unreadable)
    assert bad.source == "a.csv, row 2"
    assert "4 cells under 2 names" in bad.reason


def test_a_quote_left_open_costs_its_row_only() -> None:
    rows = [f'T{number},"Text number {number}, whole."' for number in range(2_000)]
    rows[1_000] = 'T1000,"Text with an open quote.'
    found = items("title,text\n" + "\n".join(rows) + "\n")
    bad = [item for item in found if isinstance(item, Unreadable)]
    assert len(bad) == 1
    assert "quotes" in bad[0].reason
    assert len(found) == 2_000


def test_tables_are_told_by_their_content(tmp_path: Path) -> None:
    (item,) = items("headline;body;date\nA;One.;2021-05-04\n", "export")
    assert isinstance(item, Record)
    (bad,) = items("Text, and more of it.\nIt is no table.\n", "export")
    assert isinstance(bad, Unreadable)


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30)


@given(st.lists(cells.filter(str.strip), min_size=1, max_size=8), st.sampled_from(",;\t|"), st.booleans())
def test_what_a_writer_writes_is_read(bodies: list[str], delimiter: str, all_quoted: bool) -> None:
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerows([["title", "text", "outlet"], *(["A title", f"x {body} x", "X"] for body in bodies)])
    found = items(file.getvalue())
    assert len(found) == len(bodies)
    for item, body in zip(found, bodies, strict=True):
        assert isinstance(item, Record)
        kept = [letter for letter in body if letter.isprintable() and not letter.isspace()]
        assert [letter for letter in item.article.text if letter.isprintable() and not letter.isspace()] == [
            "x",
            *kept,
            "x",
        ]
        assert item.article.source.outlet == "X"
