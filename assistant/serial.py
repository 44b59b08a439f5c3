"""An answer as plain data for `--json`; whole values stored and read back. Knows nothing of where they are written."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from assistant.attribution import independent
from assistant.citations import Citation
from assistant.types import Answer
from index.articles import Source
from index.serial import standing

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_T = TypeVar("_T")


def to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as a dict `json.dumps` takes; dates are ISO days, what is unknown is None."""
    return {
        "question": answer.question,
        "text": answer.text,
        "mode": answer.mode,
        "answered": answer.answered,
        "reason": answer.reason,
        "independent_sources": independent(answer.citations),
        "citations": [_citation(citation) for citation in answer.citations],
        "nearest": [_source(source) for source in answer.nearest],
        "as_of": {
            "evidence_newest": _day(answer.as_of.evidence_newest),
            "index_newest": _day(answer.as_of.index_newest),
            "generation": answer.as_of.generation,
            "warning": answer.as_of.warning,
        },
        "checks": [asdict(check) for check in answer.checks],
        "filters": answer.filters.to_json(),
        "usage": asdict(answer.usage) if answer.usage else None,
    }


def stored(value: object) -> bytes:
    """Return a dataclass as JSON from which `restored` makes the same value: every field, at any depth.

    Half a surrogate, which is no text, becomes a question mark, so that places in a text stay where they are.
    """
    plain = _adapter(cast(Hashable, type(value))).dump_python(value)
    return json.dumps(plain, default=lambda day: day.isoformat(), ensure_ascii=False).encode("utf-8", "replace")


def restored(kind: type[_T], data: bytes) -> _T:
    """Return a value of this kind; fields it does not know are left out. Raises: ValueError where it is none."""
    return cast(_T, _adapter(cast(Hashable, kind)).validate_json(data, strict=True))


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # here, since only keeping needs it

    return TypeAdapter(cast(Any, kind))


def _citation(citation: Citation) -> dict[str, Any]:
    source = citation.source
    return {
        "number": citation.number,
        "article_id": source.id,
        "title": source.title,
        "outlet": source.outlet,
        "url": source.url,
        "published": _day(source.published),
        **standing(source),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": source.page(citation.start),
        "reprints": [{**_source(reprint), "url": reprint.url} for reprint in citation.reprints],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "article_id": source.id,
        "title": source.title,
        "outlet": source.outlet,
        "published": _day(source.published),
        "withdrawn": source.withdrawn,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
