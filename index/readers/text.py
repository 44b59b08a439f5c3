"""Plain text and Markdown, one article a file: the first line is the title, front matter is metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.encodings import decode
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, make_article, tidy
from index.readers.records import KEYS, from_mapping

_YAML = re.compile(r"---[^\S\n]*\n(.*?\n)(?:---|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[^\S\n]*\n(.*?\n)\+\+\+[^\S\n]*(?:\n|$)", re.DOTALL)
_FRONT_CHARACTERS = 100_000
_TITLE_CHARACTERS = 250
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")


def read_text(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a plain text file; its day may be found in the text and is then marked as such."""
    title, body = _first_line(tidy(decode(given.content(), given.charset)))
    yield Record(make_article(body, title=title, look_in_text=True), given.place, given.origin)


def read_markdown(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a Markdown file; a first heading is the title, front matter (YAML, TOML) the rest."""
    text = tidy(decode(given.content(), given.charset))
    fields, text = _front_matter(text)
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


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields in front of a text, and the text; no fields where it begins with a text between two rules."""
    for pattern, language, load in ((_YAML, "YAML", _yaml), (_TOML, "TOML", _toml)):
        match = pattern.match(text)
        if not match:
            continue
        if len(match[1]) > _FRONT_CHARACTERS:
            raise SourceError(f"its front matter is longer than {_FRONT_CHARACTERS:,} characters")
        try:
            fields = load(match[1])
        except (ValueError, RecursionError) as error:
            raise SourceError(f"its front matter is not valid {language}") from error
        if isinstance(fields, dict):
            return {str(key): value for key, value in fields.items()}, text[match.end() :].strip()
    return {}, text


def _yaml(block: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(block)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _toml(block: str) -> Any:
    import tomllib

    return tomllib.loads(block)
