"""How a question is asked: anew or again, narrowed by the filters; and what to ask next. Knows nothing of answering.

A question that is asked again, without something that was read from it, is a new turn with the turns before the
original one as its history, so that a follow-up stands for the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from assistant.page.filters import NAMES, Draft, draft_of, filters_html, filters_of, only, without
from assistant.page.line import Line
from assistant.page.said import Said, history_of
from assistant.page.session import Changes, Click, Part, Session, Verb
from assistant.page.turns import QUOTES, talk_html
from index.errors import BadRequest, DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.request import Options

MOST_MAKING = 2  # suggestions in the making; beyond it a turn gets none, so that many readers do not wait for them


class Asking(Part):
    """The filters and the questions to ask next."""

    def __init__(self, assistant: Assistant, line: Line) -> None:
        self._assistant, self._line = assistant, line
        self._making = 0

    def verbs(self) -> Mapping[str, Verb]:
        return {"narrow": self.narrow, "widen": self.widen}

    async def greet(self, session: Session, click: Click) -> Changes:
        return await self._bar(session)

    async def after(self, session: Session) -> Changes:
        """Return questions to ask next, unless the reader has moved on; and the bar, where the index has changed."""
        changes = Changes()
        if await asyncio.to_thread(self._generation) != session.filters_of:
            changes = await self._bar(session)
        return changes | await self._suggested(session)

    async def narrow(self, session: Session, click: Click) -> Changes:
        """Set the filters as the form says, or say what is wrong with it and leave them."""
        form, (_, outlets) = draft_of(click), await asyncio.to_thread(self._outlets)
        try:
            meant = filters_of(form, outlets, session.narrowing)
        except BadRequest as problem:
            return await self._bar(session, form, str(problem))
        session.narrowing = cast("Options", {**without(session.narrowing, "all"), **meant})
        return await self._bar(session)

    async def widen(self, session: Session, click: Click) -> Changes:
        """Take filters away."""
        session.narrowing = without(session.narrowing, click.get("what", ""), click.get("outlet", ""))
        return await self._bar(session)

    async def _bar(self, session: Session, wrong: Draft | None = None, told: str = "") -> Changes:
        session.filters_of, outlets = await asyncio.to_thread(self._outlets)
        return {"filters": filters_html(outlets, session.narrowing, wrong, told)}

    def _outlets(self) -> tuple[int, Mapping[str, int]]:
        """Return the generation and its outlets; none of an index that is not there, of which the status tells."""
        try:
            info = self._assistant.info()
        except DatelineError:
            return -1, {}
        return info.generation, info.outlets

    def _generation(self) -> int:
        return self._outlets()[0]

    async def _suggested(self, session: Session) -> Changes:
        said = session.turns[-1] if session.turns else None
        if said is None or said.answer is None or said.stopped or said.suggestions:
            return {}
        if self._making >= MOST_MAKING or not self._line.empty:  # answers come before what might be asked
            return {}
        history, narrowing = history_of(session.turns), cast("Any", only(session.narrowing))
        self._making += 1
        try:
            found = await asyncio.to_thread(
                self._assistant.suggestions, said.answer, history, go_on=lambda: self._line.empty, **narrowing
            )
        finally:
            self._making -= 1
        if not found or not session.turns or session.turns[-1] is not said:
            return {}
        session.turns[-1] = replace(said, suggestions=tuple(found))
        return {"talk": talk_html(session.turns)}


def asked(session: Session, click: Click) -> Said:
    """Return the turn that a click asks for, not answered yet: of its own words, or of a turn before asked again."""
    now = datetime.now(UTC)
    if click.get("do") == "again":
        return _again(session, click, now)
    return Said(click.get("question", "").strip(), busy=True, options=options(session, click), asked=now)


def options(session: Session, click: Click) -> Options:
    """Return what a question is asked with; a value that is none of ours counts as not chosen."""
    writer = "quotes" if click.get("writer") == QUOTES else None
    return cast("Options", {**session.narrowing, "writer": writer, "strict": click.get("strict") == "yes"})


def _again(session: Session, click: Click, now: datetime) -> Said:
    """Return a turn asked again, less the words or the filters that the click names; empty where it is gone."""
    place = session.place(click)
    if place is None:
        return Said("")
    old = session.turns[place]
    free = click.get("filters") == "none" or old.free
    kept = {name: value for name, value in old.options.items() if not (free and name in NAMES)}
    words = [click["without"]] if click.get("without") else []
    if free and old.answer:
        words += [one.words for one in old.answer.filters.understood.phrases if one.filters]
    kept["without"] = tuple(dict.fromkeys([*old.options.get("without", ()), *words]))
    follows = place if old.follows is None else old.follows
    return Said(old.question, busy=True, options=cast("Options", kept), asked=now, follows=follows, free=free)
