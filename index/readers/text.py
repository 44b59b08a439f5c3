"""Plain text and Markdown, one article a file: the first line is the title, front matter is metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.readers.record import Record, Unreadable, decode, make_article, read_bytes, tidy
from index.readers.records import from_mapping

_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?\n)(?:---|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")


def read_text(path: Path) -> Iterator[Record | Unreadable]:
    """Yield the one article of a plain text file; its day may be found in the text and is then marked as such."""
    title, body = _first_line(tidy(decode(read_bytes(path))))
    yield Record(make_article(body, title=title, look_in_text=True), str(path), str(path.resolve()))


def read_markdown(path: Path) -> Iterator[Record | Unreadable]:
    """Yield the one article of a Markdown file; a heading at its start is the title, YAML front matter the rest."""
    text = tidy(decode(read_bytes(path)))
    fields: dict[str, Any] = {}
    if match := _FRONT_MATTER.match(text):
        fields, text = _yaml(match.group(1)), text[match.end() :].strip()
    line, body = _first_line(text)
    heading = _HEADING.match(line)
    if heading or not fields.get("title"):
        fields.setdefault("title", heading.group(1) if heading else line)
        text = body if body != line else text
    yield Record(from_mapping({**fields, "text": text}, look_in_text=True), str(path), str(path.resolve()))


def _first_line(text: str) -> tuple[str, str]:
    """Return the title line and the rest; a text of one line is both."""
    title, _, body = text.partition("\n")
    return title.strip(), body.strip() or title.strip()


def _yaml(block: str) -> dict[str, Any]:
    import yaml

    try:
        fields = yaml.safe_load(block)
    except yaml.YAMLError as error:
        raise SourceError("its front matter is not valid YAML") from error
    return {str(key): value for key, value in fields.items()} if isinstance(fields, dict) else {}
