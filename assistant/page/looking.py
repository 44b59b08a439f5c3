"""What a reader sees of an answer's sources side by side: looked up when it is opened. Knows nothing of its HTML.

Where articles disagree stands in more than the quotes, so the answer's question is searched once more, as it was
understood. What is open stays in the turn, so that it is there however often the talk is shown anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.page.compared import compared_html
from assistant.page.said import Said
from assistant.page.session import Changes, Click, Part, Session, Verb
from assistant.page.turns import talk_html
from assistant.request import Request
from index.errors import DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.types import Answer


class Looking(Part):
    """The block under an answer's sources."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def verbs(self) -> Mapping[str, Verb]:
        return {"look": self.look}

    async def look(self, session: Session, click: Click) -> Changes:
        """Open or close what compares the sources of a turn."""
        place = session.place(click)
        said = session.turns[place] if place is not None else None
        if place is None or said is None or said.busy or said.answer is None or not said.answer.citations:
            return {}
        looked = await asyncio.to_thread(self._compared, said, said.answer, place) if click.get("show") else ""
        # the talk may have moved on meanwhile
        session.turns[:] = [replace(now, looked=looked) if _same(now, said) else now for now in session.turns]
        return {"talk": talk_html(session.turns)}

    def _compared(self, said: Said, answer: Answer, turn: int) -> str:
        try:
            found = self._assistant.find(Request(said.question, **said.options), answer.searched or None)
        except DatelineError as problem:
            return compared_html(answer.citations, (), str(problem), turn)
        # taken apart only now: it is not needed on the way to an answer
        from assistant.disagreement import differences, places

        given = differences(places(answer.citations, found.hits), {one.source.id for one in answer.citations})
        return compared_html(answer.citations, given, turn=turn)


def _same(now: Said, then: Said) -> bool:
    return now.answer is then.answer and now.asked == then.asked
