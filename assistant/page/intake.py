"""What a page brings in, taken as untrusted: files, a folder's contents, a text, web addresses. Knows no building.

An uploaded file is named by where the server put it, a place that no one else can know: it holds a hash of the content,
made with a secret. It is taken only from the server's own folder for uploads, and moved out of it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.page.escaping import link_html
from assistant.request import day
from index.errors import BadRequest

MEGABYTE = 1_000_000
LARGEST_UPLOAD = 100 * MEGABYTE  # one file
_HASH = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_LONGEST_NAME = 180  # bytes
_DEEPEST = 12
AGAIN = "Choose the files again."


@dataclass(frozen=True, slots=True)
class Rules:
    """What a page may bring in and change. `uploads` is where the server puts what is uploaded; None takes no files."""

    read_only: bool = False
    allow_private: bool = False
    uploads: Path | None = None
    files: int = 1_000
    file_bytes: int = LARGEST_UPLOAD
    bytes: int = 500 * MEGABYTE
    addresses: int = 50
    characters: int = 1_000_000


@cache
def endings() -> tuple[str, ...]:
    """Return the endings of file names that are read."""
    from index.readers.formats import FORMATS  # the page's --help does not wait for all readers

    return tuple(sorted({ending for kind in FORMATS for ending in kind.suffixes}))


@cache
def packed() -> tuple[str, ...]:
    """Return the endings that may follow one of those, for a file that is packed."""
    from index.readers.streams import PACKED

    return PACKED


def is_read(name: str) -> bool:
    """Tell whether a file of this name is of a format that is read, packed or not."""
    return name.lower().endswith((*endings(), *(f"{one}{pack}" for one in endings() for pack in packed())))


def take_files(sent: str, rules: Rules, into: Path) -> int:
    """Move uploaded files into a folder, under the names they had; return how many. Raises: BadRequest for any."""
    given = list(_given(sent, rules))
    if not given:
        raise BadRequest("No file was chosen: choose files, or a folder that holds some.")
    if len(given) > rules.files:
        raise BadRequest(f"These are {len(given):,} files; add {rules.files:,} or fewer at once.")
    _check_sizes([path for path, _ in given], rules)
    left = Counter(path for path, _ in given)  # files of one name and content are one on the server
    for path, name in given:
        target = _free(into / name)
        target.parent.mkdir(parents=True, exist_ok=True)
        left[path] -= 1
        take = shutil.copyfile if left[path] else shutil.move
        take(path, target)
    return len(given)


def take_text(click: Mapping[str, str], rules: Rules, into: Path) -> None:
    """Write a pasted text into a folder as an article. Raises: BadRequest."""
    fields = {name: click.get(name, "").strip() for name in ("title", "outlet", "date", "url", "text")}
    if not fields["text"]:
        raise BadRequest("There is no text: paste the article's text into the field Text.")
    if len(fields["text"]) > rules.characters:
        raise BadRequest(f"The text has more than {rules.characters:,} characters: add it as a file.")
    if fields["url"] and not link_html(fields["url"]):
        raise BadRequest("The address must begin with https:// or http://: mend it, or leave it empty.")
    day(fields["date"] or None)
    into.mkdir(parents=True, exist_ok=True)
    # one line of a file of many: such a record has no file of its own that a later text could take the place of
    told = {name: value for name, value in fields.items() if value}
    (into / "pasted text.jsonl").write_text(json.dumps(told) + "\n", encoding="utf-8")


def take_addresses(sent: str, rules: Rules) -> list[str]:
    """Return the web addresses of a text, one a line, each once. Raises: BadRequest."""
    lines = list(dict.fromkeys(line.strip() for line in sent.splitlines() if line.strip()))
    if not lines:
        raise BadRequest("There is no address: write one a line, each beginning with https:// or http://.")
    if len(lines) > rules.addresses:
        raise BadRequest(f"These are {len(lines):,} addresses; add {rules.addresses:,} or fewer at once.")
    for line in lines:
        if not link_html(line):
            raise BadRequest(f"This is no web address: {line[:100]}. Each must begin with https:// or http://.")
    return lines


def _given(sent: str, rules: Rules) -> Iterator[tuple[Path, Path]]:
    """Yield where each file lies and the name it had, checked."""
    try:
        items: Any = json.loads(sent) if sent else []
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise BadRequest(f"What was sent names no files. {AGAIN}")
    for item in items:
        path, name = (item.get(key) if isinstance(item, dict) else None for key in ("path", "name"))
        if not isinstance(path, str) or not isinstance(name, str):
            raise BadRequest(f"What was sent names no files. {AGAIN}")
        bare = _relative(name)
        if not is_read(bare.name):
            raise BadRequest(f"{name[:100]} is of no format that is read: leave it out.")
        yield _uploaded(path, name, rules), bare


def _uploaded(path: str, name: str, rules: Rules) -> Path:
    """Return an uploaded file, if it is one. Raises: BadRequest."""
    if rules.uploads is not None and "\0" not in path:
        given, root = Path(path), rules.uploads.resolve()
        inside = given.parent.parent == root and _HASH.fullmatch(given.parent.name)
        if inside and given.name not in ("", ".", "..") and given.is_file() and given.resolve() == given:
            return given
    raise BadRequest(f"{name[:100]} did not arrive here. {AGAIN}")


def _relative(name: str) -> Path:
    """Return a name within a folder: what climbs out, hides, or means something to a system is taken out of it."""
    pieces = []
    for piece in PurePosixPath(name.replace("\\", "/")).parts[-_DEEPEST:]:
        clean = _UNSAFE.sub("_", piece).strip().lstrip(".").strip("_ ") if piece not in ("/", "..") else ""
        pieces += [_short(clean)] if clean else []
    return Path(*pieces) if pieces else Path("unnamed")


def _short(name: str) -> str:
    """Return a name short enough for a file system, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    room = _LONGEST_NAME - len(ending.encode()[:20]) - 1
    if len(name.encode("utf-8", "replace")) <= _LONGEST_NAME:
        return name.encode("utf-8", "replace").decode()
    return f"{stem.encode('utf-8', 'replace')[:room].decode('utf-8', 'ignore')}{dot}{ending[:20]}"


def _free(path: Path) -> Path:
    """Return the path, numbered where another file has it."""
    stem, _, ending = path.name.partition(".")
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{stem} ({number}).{ending}")
    return found


def _check_sizes(paths: list[Path], rules: Rules) -> None:
    sizes = [path.stat().st_size for path in paths]
    for path, size in zip(paths, sizes, strict=True):
        if size > rules.file_bytes:
            most = rules.file_bytes // MEGABYTE
            raise BadRequest(f"{path.name} has {size / MEGABYTE:,.0f} MB; each file may have {most:,} MB.")
    if sum(sizes) > rules.bytes:
        raise BadRequest(
            f"These are {sum(sizes) / MEGABYTE:,.0f} MB; add {rules.bytes // MEGABYTE:,} MB or less at once."
        )
