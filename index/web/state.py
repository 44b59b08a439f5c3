"""What is known of the web from earlier builds: one JSON file in the generation it belongs to. Knows no HTTP.

    DIR/generations/0007/web.json

It goes where the articles go: a copied generation has it, a rollback brings back the older one, a build from nothing
starts without. It is written after the generation is live; should that fail, pages are fetched once more than needed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

FILE = "web.json"
_FORMAT = 1
_FORGOTTEN = 30 * 86_400.0  # seconds after which what no list names any more is no longer kept here

_SOON = 900.0
_HOURS = 6 * 3_600.0
_DAY = 86_400.0


@dataclass(slots=True)
class Page:
    """What is known of an article's page. Times are seconds since 1970.

    `stamp` is what its list said when it was read; `article` the id of what it gave, empty where it gave nothing;
    `whole` tells a page from a feed's own text; `failures` and `reason` tell of the last tries if they failed.
    """

    etag: str = ""
    modified: str = ""
    stamp: str = ""
    article: str = ""
    whole: bool = False
    first: float = 0.0
    checked: float = 0.0
    met: float = 0.0
    failures: int = 0
    reason: str = ""

    def due(self, now: float) -> bool:
        """Tell whether to ask again although nothing is known to have changed.

        A failed page is tried again after a quarter of an hour, then half an hour, up to a day. A page that was read
        is looked after for corrections: after six hours, then each time at double its age.
        """
        if self.failures:
            return now - self.checked >= min(_SOON * 2.0 ** min(self.failures - 1, 10), _DAY)
        return now - self.checked >= max(_HOURS, self.checked - self.first)


@dataclass(slots=True)
class List:
    """What is known of a feed or sitemap: its validators, and its articles (address, stamp) and sitemaps then."""

    etag: str = ""
    modified: str = ""
    stamp: str = ""
    entries: list[Any] = field(default_factory=list)
    children: list[Any] = field(default_factory=list)
    met: float = 0.0


class State:
    """Pages and lists by address, and until when a host wants to be left alone (seconds since 1970)."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.lists: dict[str, List] = {}
        self.away: dict[str, float] = {}
        self.damaged: str | None = None

    @classmethod
    def load(cls, folder: Path | None) -> State:
        """Return what is known with a generation; `damaged` names a file that could not be read: then nothing is."""
        state = cls()
        if folder is None or not (path := folder / FILE).exists():
            return state
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != _FORMAT:
                raise ValueError("another format")
            pages = {str(url): _made(Page, one) for url, one in data["pages"].items()}
            lists = {str(url): _made(List, one) for url, one in data["lists"].items()}
            away = {str(host): float(until) for host, until in data["away"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            state.damaged = str(path)
            return state
        state.pages, state.lists, state.away = pages, lists, away
        return state

    def save(self, folder: Path, now: float) -> None:
        """Write what is known beside a generation's engines, whole or not at all; what is long past is left out."""
        data = {
            "format": _FORMAT,
            "pages": {url: asdict(page) for url, page in self.pages.items() if now - page.met < _FORGOTTEN},
            "lists": {url: asdict(one) for url, one in self.lists.items() if now - one.met < _FORGOTTEN},
            "away": {host: until for host, until in self.away.items() if until > now},
        }
        draft = folder / f"{FILE}.new"
        # known things save work and nothing else: a full disk must not turn a good build into a failed one
        with suppress(OSError):
            with draft.open("w", encoding="utf-8") as file:
                json.dump(data, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / FILE)


_T = TypeVar("_T", bound="Page | List")


def _made(kind: type[_T], data: dict[str, Any]) -> _T:
    """Return a page or list from plain data. Raises: TypeError where a field is none of its own or of another type."""
    made, plain = kind(**data), kind()
    for one in fields(kind):
        usual = getattr(plain, one.name)
        if not isinstance(getattr(made, one.name), (int, float) if isinstance(usual, float) else type(usual)):
            raise TypeError(one.name)
    if isinstance(made, List) and not all(map(_pair, [*made.entries, *made.children])):
        raise TypeError("entries")
    return made


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)
