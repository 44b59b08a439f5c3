"""How a generation was made, and the text that says so: manifest.json. Knows nothing of where that lies."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from index.files import Files, checksum

FORMAT = 2
_SUM = re.compile(r'"sum": "([0-9a-f]{8})"\n}\Z')
_UNSUMMED = '"sum": "00000000"\n}'


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made. `parent` is the generation it was copied from, None for a first build."""

    generation: int
    parent: int | None
    built_at: datetime
    embedding: str
    fingerprint: str
    dimensions: int
    articles: int
    passages: int
    oldest: date | None
    newest: date | None
    outlets: dict[str, int]
    format: int = FORMAT


def to_text(manifest: Manifest) -> str:
    """Return a manifest as JSON."""
    return json.dumps(asdict(manifest), default=str, indent=1)


def of_text(text: str) -> Manifest:
    """Return the manifest that a text holds. Raises: ValueError, TypeError, KeyError."""
    return of_fields(json.loads(text))


def of_fields(fields: dict[str, Any]) -> Manifest:
    """Return the manifest of these fields. Raises: ValueError, TypeError, KeyError."""
    days = {key: date.fromisoformat(fields[key]) if fields[key] else None for key in ("oldest", "newest")}
    return Manifest(**{**fields, **days, "built_at": datetime.fromisoformat(fields["built_at"])})


def seal(manifest: Manifest, files: Files) -> str:
    """Return what manifest.json holds: the manifest, the files beside it, and at its end its own checksum."""
    text = json.dumps({**asdict(manifest), "files": files, "sum": "00000000"}, default=str, indent=1)
    return text.removesuffix(_UNSUMMED) + _UNSUMMED.replace("00000000", checksum(text.encode()))


def unsealed(text: str) -> dict[str, Any]:
    """Return the fields that a manifest.json holds, without its checksum. Raises: ValueError where that is another."""
    if found := _SUM.search(text):
        if checksum((text[: found.start()] + _UNSUMMED).encode()) != found[1]:
            raise ValueError("another checksum")
        text = text[: found.start()].rstrip().removesuffix(",") + "}"
    fields: dict[str, Any] = json.loads(text)
    return fields
