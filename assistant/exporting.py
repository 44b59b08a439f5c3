"""A conversation as a file: Markdown, HTML or JSON. Knows nothing of where it is kept or read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from assistant.as_html import page_html
from assistant.as_markdown import markdown
from assistant.serial import to_json
from assistant.transcript import Exchange, Footnote, Part, Ref, Transcript, transcript
from index.serial import source_json

ENDINGS = {"markdown": "md", "html": "html", "json": "json"}
KINDS = {"markdown": "text/markdown", "html": "text/html", "json": "application/json"}
JSON_FORMAT = 1


def exported(turns: Sequence[Exchange], form: str, title: str, now: datetime) -> str:
    """Return a conversation in a form of `ENDINGS`."""
    document = transcript(turns, " ".join(title.split()), now)
    if form == "json":
        return json.dumps(conversation_json(document), ensure_ascii=False, indent=2, default=_iso) + "\n"
    return markdown(document) if form == "markdown" else page_html(document)


def file_name(title: str, now: datetime) -> str:
    """Return a name for a file, without its ending, that every file system takes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")
    return f"dateline-{now:%Y-%m-%d}{'-' * bool(words)}{words}"


def conversation_json(document: Transcript) -> dict[str, Any]:
    """Return a conversation as data: docs/keeping.md says what each field is."""
    return {
        "format": JSON_FORMAT,
        "title": document.title,
        "exported": _iso(document.exported),
        "turns": [_turn(part) for part in document.parts],
        "footnotes": [_footnote(note) for note in document.footnotes],
    }


def _turn(part: Part) -> dict[str, Any]:
    said = part.said
    refs = [piece.number for row in part.paragraphs for piece in row if isinstance(piece, Ref)]
    return {
        "number": part.number,
        "question": said.question,
        "asked": _iso(said.asked),
        "options": dict(said.options),
        "failure": said.failure or None,
        "stopped": said.stopped,
        "answer": to_json(said.answer) if said.answer else None,
        "footnotes": list(dict.fromkeys(refs)),
    }


def _footnote(note: Footnote) -> dict[str, Any]:
    return {
        "number": note.number,
        **source_json(note.source),
        "places": [
            {
                "turn": place.turn,
                "quote": place.quote,
                "page": place.page,
                "accessed": _iso(place.asked),
                "generation": place.generation,
                "index_newest": _iso(place.newest),
            }
            for place in note.places
        ],
        "reprints": [source_json(source) for source in note.reprints.values()],
    }


def _iso(day: date | None) -> str | None:
    if isinstance(day, datetime):
        return day.astimezone(UTC).isoformat(timespec="seconds")
    return day.isoformat() if day else None
