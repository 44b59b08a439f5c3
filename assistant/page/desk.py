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
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from assistant.page.escaping import failure
from assistant.page.intake import Rules
from assistant.page.library import Library
from assistant.page.reading import Reading
from assistant.page.session import Changes, Click, Part, Session, Sessions, Verb, Visitor
from assistant.page.starting import Starting
from assistant.page.turns import QUOTES, Said, talk_html
from assistant.types import Turn
from index.errors import DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.request import Options

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

    def __init__(self, assistant: Assistant, rules: Rules | None = None) -> None:
        """`rules` say what a page may bring in and change; without, no files."""
        self.assistant = assistant
        self.sessions = Sessions()
        self._starting = Starting(assistant)
        self.library = Library(assistant, rules or Rules(), self._starting.status)
        self._parts: tuple[Part, ...] = (self._starting, Reading(assistant), self.library)
        self._verbs: dict[str, Verb] = {"stop": self.stop, "clear": self.clear}
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
        question = click.get("question", "").strip()
        if notice := _refused(question, session):
            yield {"notice": notice}
            return
        before, options = list(session.turns), _options(session, click)
        asked = Said(question, busy=True, options=options, asked=datetime.now(UTC))
        session.turns.append(asked)
        heard = asyncio.Queue[Said | None]()
        writing = asyncio.create_task(_pour(self.answers(asked, before), heard))
        session.writing = writing
        try:
            while (said := await heard.get()) and session.writing is writing:
                session.turns[:] = [*before, said]
                yield {"talk": talk_html(session.turns), "notice": ""}
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
        return changes

    async def answers(self, said: Said, turns: list[Said]) -> AsyncGenerator[Said]:
        """Yield a turn as it grows. The last is not busy; a failure is in its words, never raised."""
        yield said
        shown = time.monotonic()
        try:
            history = [Turn(old.question, old.answer.text) for old in turns if old.answer and old.answer.done]
            # Closed with us, it closes the model's connection.
            async with aclosing(cast(Any, self.assistant.astream(said.question, history, **said.options))) as growing:
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
        _cut_off(session)
        session.turns[:] = [replace(said, busy=False, stopped=said.busy or said.stopped) for said in session.turns]
        return {"talk": talk_html(session.turns), **await self._ended(session)}

    async def clear(self, session: Session, click: Click) -> Changes:
        """Begin with an empty conversation."""
        _cut_off(session)
        session.turns.clear()
        return {"talk": talk_html([]), "notice": "", "status": await asyncio.to_thread(self._starting.status)}

    async def leave(self, visitor: Visitor) -> None:
        """End what is being written for a visitor, who has gone."""
        if session := self.sessions.close(visitor):
            _cut_off(session)


def click_of(sent: Any) -> Click:
    """Return what a browser sent as texts by name; what is neither text nor number is left out."""
    given = sent if isinstance(sent, Mapping) else {}
    plain = {str(name): value for name, value in given.items() if isinstance(value, (str, int, float))}
    return {name: str(value)[:LONGEST_FIELD] for name, value in plain.items()}


def _options(session: Session, click: Click) -> Options:
    """Return what a question is asked with; a value that is none of ours counts as not chosen."""
    writer = "quotes" if click.get("writer") == QUOTES else None
    return cast("Options", {**session.narrowing, "writer": writer, "strict": click.get("strict") == "yes"})


def _cut_off(session: Session) -> None:
    if session.writing:
        session.writing.cancel()
        session.writing = None


async def _pour(growing: AsyncGenerator[Said], heard: asyncio.Queue[Said | None]) -> None:
    """Put all that comes, then None; a task of its own, so that it can be cancelled while it waits for more."""
    try:
        async with aclosing(growing):
            async for said in growing:
                heard.put_nowait(said)
    finally:
        heard.put_nowait(None)


def _refused(question: str, session: Session) -> str:
    """Return why a question is not asked now, or nothing."""
    if not question:
        return EMPTY
    if len(question) > LONGEST_QUESTION:
        return TOO_LONG.format(len(question))
    return WAIT if session.turns and session.turns[-1].busy else ""
