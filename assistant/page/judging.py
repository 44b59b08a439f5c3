"""What a reader thinks of an answer: a thumb and a note. Knows nothing of the file they go to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant.page.escaping import failure
from assistant.page.session import Changes, Click, Part, Session, Verb
from assistant.page.tools import LONGEST_NOTE
from assistant.page.turns import talk_html

if TYPE_CHECKING:
    from assistant.page.feedback import Feedback
    from assistant.page.keeping import Keeping

NOWHERE = "Nothing is kept on this server, so there is no place for what you think of an answer."
TOO_LONG = f"That note has {{:,}} characters; write it in {LONGEST_NOTE:,} or fewer."


class Judging(Part):
    """Thumbs and notes; without `feedback` they have no place."""

    def __init__(self, feedback: Feedback | None, keeping: Keeping) -> None:
        self._feedback, self._keeping = feedback, keeping

    def verbs(self) -> Mapping[str, Verb]:
        return {"judge": self.judge}

    async def judge(self, session: Session, click: Click) -> Changes:
        """Note a thumb, or that it is taken back, with its note; both stand at the turn from then on."""
        place, note = session.place(click), click.get("note")
        if place is None or session.turns[place].busy or not session.turns[place].answer:
            return {}
        if self._feedback is None:
            return {"notice": failure(NOWHERE)}
        if note is not None and len(note) > LONGEST_NOTE:
            return {"notice": failure(TOO_LONG.format(len(note)))}
        said, thumb = session.turns[place], _thumb(click)
        judged = replace(said, thumb=thumb, note=(said.note if note is None else note.strip()) if thumb else "")
        await asyncio.to_thread(self._feedback.add, session.visitor.reader, session.kept.id, judged)
        if place >= len(session.turns) or session.turns[place].asked != said.asked:
            return {}  # another conversation is shown by now
        session.turns[place] = judged
        return {"talk": talk_html(session.turns), "notice": "", **await self._keeping.after(session)}


def _thumb(click: Click) -> Literal["", "up", "down"]:
    given = click.get("thumb")
    return "up" if given == "up" else "down" if given == "down" else ""
