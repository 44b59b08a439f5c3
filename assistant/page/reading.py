"""The article beside the talk: opens it where it is quoted, or says what changed in it. Knows no HTML."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.page.articles import Shown, article_html, failure_html
from assistant.page.places import Place, number
from assistant.page.session import Changes, Click, Part, Session, Verb
from index.errors import ArticleMissing, DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.citations import Citation
    from index.articles import Source

GONE = "This article is not in the index that is in use now: it was removed, or an earlier index is in use."


class Reading(Part):
    """The panel for articles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def verbs(self) -> Mapping[str, Verb]:
        return {"open": self.open, "compare": self.open}

    async def open(self, session: Session, click: Click) -> Changes:
        """Return the panel with the article of a click, the quote that it names marked among those of its answer.

        A click that names the end of an earlier version (`until`) has what changed since in place of the text.
        """
        place = Place.read(click)
        return {"reader": await asyncio.to_thread(self._opened, place, _cited(session, session.place(click)), click)}

    def _opened(self, place: Place, cited: Sequence[Citation], click: Click) -> str:
        try:
            *earlier, now = self._assistant.versions(place.article)
            story = self._assistant.story(place.article)
        except ArticleMissing:
            return failure_html(GONE)
        except DatelineError as problem:
            return failure_html(str(problem))
        if not _of_it(place, cited, story):
            cited = []
        place = _first(place, cited)
        until = click.get("until", "") if click.get("do") == "compare" else ""
        compared = next((old for old in earlier if until and old.until and old.until.isoformat() == until), None)
        opened = number(click.get("opened"))
        return article_html(Shown(now.article, place, cited, earlier, story, compared, opened))


def _cited(session: Session, turn: int | None) -> list[Citation]:
    """Return the quotes of a turn's answer in order of their numbers; none where there is no such turn."""
    answer = session.turns[turn].answer if turn is not None else None
    return sorted(answer.citations, key=lambda one: one.number) if answer else []


def _of_it(place: Place, cited: Sequence[Citation], story: Sequence[Source]) -> bool:
    """Tell whether a place is of this answer: another conversation may have come since the button was made."""
    if not place.number:
        return True
    one = next((one for one in cited if one.number == place.number), None)
    return one is not None and any(source.id == one.source.id for source in story)


def _first(place: Place, cited: Sequence[Citation]) -> Place:
    """Return the place of the first quote in an article that was opened as a whole; any other place as it is."""
    if place.quote or place.number:
        return place
    return next((Place.of(one, place.turn) for one in cited if one.source.id == place.article), place)
