"""Plain text and Markdown, one article a file: the first line is the title, front matter is metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, decode, make_article, tidy
from index.readers.records import KEYS, from_mapping

_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?\n)(?:---|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL)
_TITLE_CHARACTERS = 250
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")


def read_text(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a plain text file; its day may be found in the text and is then marked as such."""
    title, body = _first_line(tidy(decode(given.content())))
    yield Record(make_article(body, title=title, look_in_text=True), given.place, given.origin)


def read_markdown(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a Markdown file; a heading at its start is the title, YAML front matter the rest."""
    text = tidy(decode(given.content()))
    fields: dict[str, Any] = {}
    match = _FRONT_MATTER.match(text)
    if match and (found := _yaml(match.group(1))) is not None:
        fields, text = found, text[match.end() :].strip()
    line, body = _first_line(text)
    heading = _HEADING.match(line)
    if heading or not any(fields.get(key) for key in KEYS["title"]):
        fields["title"] = fields.get("title") or (heading.group(1) if heading else line)
        text = body
    yield Record(from_mapping({**fields, "text": text}, look_in_text=True), given.place, given.origin)


def _first_line(text: str) -> tuple[str, str]:
    """Return the title line and the rest; a first line that is no mere title, being long or alone, is text as well."""
    title, _, body = (part.strip() for part in text.partition("\n"))
    return title, body if body and len(title) <= _TITLE_CHARACTERS else text


def _yaml(block: str) -> dict[str, Any] | None:
    """Return the fields, or None where the block is text between two rules."""
    import yaml

    try:
        fields = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError("its front matter is not valid YAML") from error
    return {str(key): value for key, value in fields.items()} if isinstance(fields, dict) else None
