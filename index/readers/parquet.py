"""Parquet: an article a row, under the names of its columns. Reads a few rows at a time; the only importer of pyarrow.

Only columns that may hold something of an article are read; a group of rows that is damaged is reported as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable
from index.readers.records import KEYS, key_of, record_of
from index.readers.streams import MEGABYTE, RECORD_BYTES

_ROWS = 2  # a few: a table can repeat one long value at no cost in bytes
_NAMES = frozenset(name for names in KEYS.values() for name in names)


def read_parquet(given: Input) -> Iterator[Record | Unreadable]:
    """Yield one article a row."""
    with given.seekable() as file:
        parquet, columns = _open(file)
        if not parquet.metadata.num_rows:
            raise SourceError("there are no rows in it")
        before = 0
        for group in range(parquet.num_row_groups):
            yield from _group(parquet, group, columns, before, given)
            before += parquet.metadata.row_group(group).num_rows


def _open(file: IO[bytes]) -> tuple[Any, list[str]]:
    """Return the file and the names of the columns to read. Raises: SourceError."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        parquet = ParquetFile(
            file, buffer_size=MEGABYTE, thrift_string_size_limit=100 * MEGABYTE, thrift_container_size_limit=MEGABYTE
        )
        names = parquet.schema_arrow.names
    except (ArrowException, OSError, ValueError) as error:
        raise SourceError(f"this is not valid Parquet: {_words(error)}") from error
    columns = [name for name in names if key_of(name) in _NAMES]
    if not {key_of(name) for name in columns} & set(KEYS["text"]):
        raise SourceError(f"it has no column for the text ({', '.join(KEYS['text'])})")
    return parquet, columns


def _group(parquet: Any, group: int, columns: list[str], before: int, given: Input) -> Iterator[Record | Unreadable]:
    """Yield the rows of one group of rows; `before` rows stand above it."""
    from pyarrow import ArrowException

    number = before
    rows = parquet.metadata.row_group(group).num_rows
    size = _size(parquet.metadata.row_group(group), columns)
    if size > RECORD_BYTES * max(rows, 1):
        yield Unreadable(
            f"{given.place}, rows {before + 1} to {before + rows}", "each is larger than an article may be"
        )
        return
    if given.budget:
        given.budget.charge(size)
    try:
        for batch in parquet.iter_batches(_ROWS, row_groups=[group], columns=columns, use_threads=False):
            for row in _plain(batch).to_pylist():
                number += 1
                yield record_of(row, f"{given.place}, row {number}", outlet=given.outlet)
    except (ArrowException, OSError, ValueError) as error:
        yield Unreadable(f"{given.place}, rows {number + 1} to {before + rows}", f"they are damaged: {_words(error)}")


def _size(group: Any, columns: list[str]) -> int:
    """Return the unpacked bytes of the columns that are read."""
    found = (group.column(number) for number in range(group.num_columns))
    return sum(column.total_uncompressed_size for column in found if column.path_in_schema.split(".")[0] in columns)


def _plain(batch: Any) -> Any:
    """Return the rows with moments as Python has them, to the microsecond."""
    import pyarrow as pa

    for number, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            moments = batch.column(number).cast(pa.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(number, field.name, moments)
    return batch


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
