"""One open page: whose it is, its conversation, what narrows its questions. Knows nothing of what the page shows."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.page.said import Said
from assistant.request import Options

if TYPE_CHECKING:
    from assistant.page.conversations import Conversation

Click = Mapping[str, str]  # what a button or a form of the page says; it comes from outside and may hold anything
Changes = dict[str, Any]  # part of the page → its new HTML

MOST_SESSIONS = 1_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who acts: `reader` is a person, as far as the server can tell people apart; `session` one page they opened."""

    reader: str
    session: str

    @property
    def name(self) -> str:
        """The name under which a reader signed in; "" for one who is known by a key, which no other may see."""
        kind, _, name = self.reader.partition(":")
        return name if kind == "user" else ""


@dataclass
class Kept:
    """How one conversation is kept: under which id ("" before its first question), and whether it is on disk yet.

    `news` is a sentence that the reader has yet to be told; `saving` keeps what is written in its order.
    """

    id: str = ""
    on_disk: bool = False
    news: str = ""
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Menu:
    """What an open page shows of the other conversations: its HTML, the words searched, what can be brought back.

    `renaming` is the id of the conversation whose title is being typed, so that a list shown anew still asks for it.
    `settled`: the page knows whether it goes on with the conversation that it showed before it was loaded again.
    """

    listed: str = ""
    words: str = ""
    renaming: str = ""
    settled: bool = False
    deleted: Conversation | None = None


@dataclass
class Session:
    """An open page. It changes on one event loop alone: no locks."""

    visitor: Visitor
    turns: list[Said] = field(default_factory=list)
    narrowing: Options = field(default_factory=Options)
    writing: asyncio.Task[None] | None = None
    browsing: Click = field(default_factory=dict)  # what the list of articles was last asked for
    held: tuple[int, int] | None = None  # the index as this page knows it: generation, articles
    closed: int = 0  # the last job whose report was closed
    filters_of: int = -1  # the generation of the index whose outlets the page shows
    kept: Kept = field(default_factory=Kept)
    menu: Menu = field(default_factory=Menu)

    def place(self, click: Click) -> int | None:
        """Return the place in the talk of the turn that a click names; None where there is no such turn."""
        place = click.get("turn", "")
        known = place.isascii() and place.isdigit() and len(place) < 10 and int(place) < len(self.turns)
        return int(place) if known else None

    def stop(self) -> bool:
        """Cut off who writes, and leave the growing answer as it is. Return whether one was growing."""
        growing = bool(self.turns) and self.turns[-1].busy
        if self.writing:
            self.writing.cancel()
            self.writing = None
        self.turns[:] = [said.ended() for said in self.turns]
        return growing


Verb = Callable[[Session, Click], Awaitable[Changes]]


class Part:
    """Some of what the page can do; a part says only what it does."""

    def verbs(self) -> Mapping[str, Verb]:
        """Return what a click may ask of it, by the name that stands in `data-do`."""
        return {}

    async def greet(self, session: Session, click: Click) -> Changes:
        """Return what it shows when a page is opened."""
        return {}

    async def after(self, session: Session) -> Changes:
        """Return what changes once the last turn has ended: answered, failed or stopped."""
        return {}


class Sessions:
    """The open pages, so many at most: of more, the one not used for the longest time goes, unless it is busy."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self._all: OrderedDict[Visitor, Session] = OrderedDict()
        self._most = most

    def of(self, visitor: Visitor) -> Session:
        """Return a visitor's session, a new one where there is none."""
        if visitor not in self._all:
            idle = [other for other, session in self._all.items() if session.writing is None]
            for other in idle[: max(0, len(self._all) + 1 - self._most)]:
                del self._all[other]
            self._all[visitor] = Session(visitor)
        self._all.move_to_end(visitor)
        return self._all[visitor]

    def beside(self, session: Session) -> list[Session]:
        """Return the other open pages of a session's reader."""
        whose = session.visitor.reader
        return [other for other in self._all.values() if other.visitor.reader == whose and other is not session]

    def close(self, visitor: Visitor) -> Session | None:
        """Forget a visitor's session and return it."""
        return self._all.pop(visitor, None)
