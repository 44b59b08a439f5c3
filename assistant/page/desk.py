"""What the page does, for all who have it open: a question or a click → the parts that change. Knows no Gradio.

Each part of the page (`Part`) says which clicks it takes. A failure becomes words here, before anything shows it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.page import asking
from assistant.page.account import Account
from assistant.page.conversations import Conversations
from assistant.page.escaping import failure
from assistant.page.feedback import Feedback
from assistant.page.intake import Rules
from assistant.page.judging import Judging
from assistant.page.keeping import Keeping
from assistant.page.librarian import Librarian
from assistant.page.line import Line
from assistant.page.looking import Looking
from assistant.page.overview import Overviewing
from assistant.page.reading import Reading
from assistant.page.said import Said, history_of
from assistant.page.session import Changes, Click, Part, Session, Sessions, Verb, Visitor
from assistant.page.starting import Starting
from assistant.page.turns import talk_html
from index.articles import sound
from index.errors import DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant

# The parts that an answer may change, by itself or by what the others do after it.
ANSWERED = ("menu", "status", "talk", "notice", "filters")
LONGEST_QUESTION = 2_000  # characters
LONGEST_FIELD = 2_000_000  # characters of anything else that a form sends
SHORTEST_WAIT = 0.05  # seconds between two pictures of a growing answer: more often is not seen, only paid for
EMPTY = "Type a question first."
TOO_LONG = f"That question has {{:,}} characters; ask it in {LONGEST_QUESTION:,} or fewer."
WAIT = "The answer before is still being written: stop it, or ask when it is done."
FAILED = "Something failed here, not your question. Ask again; the reason stands in the window that runs Dateline."

log = logging.getLogger("dateline")


class Desk:
    """What the page does. Each reader's session changes on one event loop alone: no locks."""

    def __init__(self, assistant: Assistant, keep: Path | None = None, rules: Rules | None = None) -> None:
        """`keep`: the folder in which conversations are kept; None: nowhere. `rules`: what a page may bring in and
        change; without, no files. Raises: BadRequest."""
        self.assistant = assistant
        self.line = Line()  # of all who ask, by the page or by a program
        self.sessions = Sessions()
        conversations = Conversations(keep) if keep else None
        starting = Starting(assistant)
        self.librarian = Librarian(assistant, rules or Rules(), starting.status)
        self._keeping = Keeping(conversations, self.sessions)
        # Keeping is last: it writes down what the others add to a turn.
        self._parts: tuple[Part, ...] = (
            starting,
            Account(),
            Reading(assistant),
            Looking(assistant),
            Overviewing(assistant),
            self.librarian,
            Judging(Feedback(keep) if keep else None, self._keeping),
            asking.Asking(assistant, self.line),
            self._keeping,
        )
        self._verbs: dict[str, Verb] = {"stop": self.stop}
        for part in self._parts:
            self._verbs.update(part.verbs())

    async def greet(self, visitor: Visitor, sent: Any = None) -> Changes:
        """Return all that a page shows when it is opened; `sent` is what the browser knows of it from before."""
        session, click, changes = self.sessions.of(visitor), click_of(sent), Changes()
        for part in self._parts:
            changes |= await part.greet(session, click)
        return changes

    async def act(self, visitor: Visitor, sent: Any) -> Changes:
        """Return what changes by a click; one that means nothing changes nothing."""
        click = click_of(sent)
        verb = self._verbs.get(click.get("do", ""))
        if verb is None:
            return {}
        try:
            return await verb(self.sessions.of(visitor), click)
        except DatelineError as problem:
            return {"notice": failure(str(problem))}
        except Exception:
            log.exception("%s failed", click["do"])
            return {"notice": failure(FAILED)}

    async def ask(self, visitor: Visitor, sent: Any) -> AsyncGenerator[Changes]:
        """Yield what changes while a question is answered; its talk ends with an answer or a failure in words."""
        session, click = self.sessions.of(visitor), click_of(sent)
        asked = asking.asked(session, click)
        if notice := _refused(asked.question, session) or self.line.refusal(visitor.reader):
            yield {"notice": notice}
            return
        before = list(session.turns)
        session.turns.append(asked)
        heard = asyncio.Queue[Said | None]()
        growing = self.answers(asked, before[: asked.follows], visitor.reader)
        writing = asyncio.create_task(_pour(growing, heard))
        session.writing = writing
        kept = self._keeping.asked(session)
        try:
            while (said := await _newest(heard)) and session.writing is writing:
                session.turns[-1] = said  # those before may be judged meanwhile
                yield {"talk": talk_html(session.turns), "notice": "", **kept}
                kept = {}
            if session.writing is writing:
                yield await self._ended(session)
        finally:
            writing.cancel()
            if session.writing is writing:
                session.writing = None
        # Gradio sends what came last once more at the end, and the talk may have moved on by then
        yield {}

    async def _ended(self, session: Session) -> Changes:
        """Return what all parts change once the last turn has ended."""
        changes = Changes()
        for part in self._parts:
            try:
                changes |= await part.after(session)
            except Exception:
                log.exception("%s failed after an answer", type(part).__name__)
        if "talk" in changes:  # as it is now, not as a part found it: another conversation may have begun meanwhile
            changes["talk"] = talk_html(session.turns)
        return changes

    async def answers(self, said: Said, turns: list[Said], reader: str = "") -> AsyncGenerator[Said]:
        """Yield a turn as it grows. The last is not busy; a failure is in its words, never raised."""
        yield said
        shown = time.monotonic()
        try:
            stream = cast(Any, self.assistant.astream(said.question, history_of(turns), **said.options))
            # Closed with us, it closes the model's connection.
            async with self.line.place(reader), aclosing(stream) as growing:
                async for answer in growing:
                    said = replace(said, answer=answer)
                    if time.monotonic() - shown >= SHORTEST_WAIT:
                        yield said
                        shown = time.monotonic()
        except DatelineError as problem:
            said = replace(said, failure=str(problem))
        except Exception:
            log.exception("a question failed")
            said = replace(said, failure=FAILED)
        yield replace(said, busy=False)

    async def stop(self, session: Session, click: Click) -> Changes:
        """Leave the growing answer as it is; who writes it is cut off, and no longer heard."""
        session.stop()
        changes = await self._ended(session)
        return {**changes, "talk": talk_html(session.turns)}

    async def leave(self, visitor: Visitor) -> None:
        """End what is being written for a visitor, who has gone."""
        if (session := self.sessions.close(visitor)) and session.stop():
            self._keeping.left(session)


def click_of(sent: Any) -> Click:
    """Return what a browser sent as texts by name; what is neither text nor number is left out."""
    given = sent if isinstance(sent, Mapping) else {}
    plain = {str(name): value for name, value in given.items() if isinstance(value, (str, int, float))}
    return {name: sound(str(value)[:LONGEST_FIELD]) for name, value in plain.items()}


async def _pour(growing: AsyncGenerator[Said], heard: asyncio.Queue[Said | None]) -> None:
    """Put all that comes, then None; a task of its own, so that it can be cancelled while it waits for more."""
    try:
        async with aclosing(growing):
            async for said in growing:
                heard.put_nowait(said)
    finally:
        heard.put_nowait(None)


async def _newest(heard: asyncio.Queue[Said | None]) -> Said | None:
    """Return what came last, for who draws more slowly than it comes; None, the end, comes after what was last."""
    said = await heard.get()
    while not heard.empty() and said is not None:
        if (later := heard.get_nowait()) is None:
            heard.put_nowait(None)
            break
        said = later
    return said


def _refused(question: str, session: Session) -> str:
    """Return why a question is not asked now, or nothing."""
    if not question:
        return EMPTY
    if len(question) > LONGEST_QUESTION:
        return TOO_LONG.format(len(question))
    return WAIT if session.turns and session.turns[-1].busy else ""
