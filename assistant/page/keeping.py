"""Conversations that outlive the page: kept, opened again, renamed, deleted, exported. Knows nothing of files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.page.conversations import Conversation, Listing, NotKept, called, new_id
from assistant.page.escaping import aside, failure
from assistant.page.menu import FORMATS, UNKEPT, file_html, list_html, menu_html, unkept_html
from assistant.page.said import Said
from assistant.page.session import Changes, Click, Kept, Part, Session, Sessions, Verb
from assistant.page.turns import talk_html

if TYPE_CHECKING:
    from assistant.page.conversations import Conversations, Saved

NOTHING = "There is nothing to export yet: ask a question first."
BRANCHED = "This conversation went on in another window; what stands here goes on as one of its own."
REPLACED = "There is no room for more conversations, so the oldest was deleted: “{}”."


class Keeping(Part):
    """The menu, and the conversations behind it; without `conversations` nothing is kept, and the menu says so."""

    def __init__(self, conversations: Conversations | None, sessions: Sessions) -> None:
        self._conversations, self._sessions = conversations, sessions
        self._saving = set[asyncio.Task[None]]()  # the event loop holds its tasks but weakly

    def verbs(self) -> Mapping[str, Verb]:
        return {
            "new": self.new,
            "resume": self.resume,
            "reopen": self.reopen,
            "conversations": self.list,
            "rename": self.rename,
            "delete": self.delete,
            "undelete": self.undelete,
            "export": self.export,
        }

    async def greet(self, session: Session, click: Click) -> Changes:
        return await self._listed(session)

    def asked(self, session: Session) -> Changes:
        """Begin to keep a question that was just asked; nothing waits for it. Return the menu, which knows its id."""
        session.kept.id = session.kept.id or new_id()
        session.menu.settled = True
        self._keep_soon(session)
        return self._menu(session)

    async def after(self, session: Session) -> Changes:
        """Keep what was answered. A failure of the disk is told, and the talk goes on."""
        await self._keep(session.visitor.reader, session.kept, tuple(session.turns), known=session.kept.on_disk)
        news, session.kept.news = session.kept.news, ""
        return await self._listed(session) | ({"notice": aside(news)} if news else {})

    def left(self, session: Session) -> None:
        """Keep what a page showed when it was closed, as far as it had come."""
        self._keep_soon(session, known=True, branch=False)

    async def new(self, session: Session, click: Click) -> Changes:
        """Begin with an empty conversation; the one before stays in the menu."""
        return await self._turned(session, Conversation("", ()))

    async def resume(self, session: Session, click: Click) -> Changes:
        """Show what this page showed before it was loaded again, unless something was asked meanwhile."""
        try:
            conversation = await self._load(session, click)
        except NotKept as problem:
            session.menu.settled = True
            return await self._listed(session) | {"notice": failure(str(problem))}
        return {} if session.turns else await self._turned(session, conversation)

    async def reopen(self, session: Session, click: Click) -> Changes:
        """Show another conversation."""
        return await self._turned(session, await self._load(session, click))

    async def list(self, session: Session, click: Click) -> Changes:
        """Show the conversations; `words`: only those that have them."""
        session.menu.words, session.menu.renaming = click.get("words", session.menu.words)[:200], ""
        return await self._listed(session)

    async def rename(self, session: Session, click: Click) -> Changes:
        """Ask for a title where none is given, else give it."""
        which, title = click.get("conversation", ""), click.get("title")
        if title is not None:
            await asyncio.to_thread(self._store.rename, session.visitor.reader, which, title)
        session.menu.renaming = which if title is None else ""
        return await self._listed(session)

    async def delete(self, session: Session, click: Click) -> Changes:
        """Delete a conversation from the disk; until the page is left it can be brought back."""
        which = click.get("conversation", "")
        async with session.kept.saving:
            session.menu.deleted = await asyncio.to_thread(self._store.delete, session.visitor.reader, which)
        if which == session.kept.id:
            return await self._turned(session, Conversation("", ()), keep=False)
        return await self._listed(session)

    async def undelete(self, session: Session, click: Click) -> Changes:
        """Bring back what was deleted last."""
        back, session.menu.deleted = session.menu.deleted, None
        if back:
            await asyncio.to_thread(self._store.save, session.visitor.reader, back)
        return await self._listed(session)

    async def export(self, session: Session, click: Click) -> Changes:
        """Give the conversation to the browser as a file to save: a change of this page, which no other sees."""
        from assistant.exporting import ENDINGS, KINDS, exported, file_name

        if not session.turns:
            return {"notice": aside(NOTHING)}
        form = click.get("format", "")
        form = form if form in FORMATS else "markdown"
        name, now = await self._name(session), datetime.now(UTC)
        text = await asyncio.to_thread(exported, list(session.turns), form, name, now)
        file = f"{file_name(name, now)}.{ENDINGS[form]}"
        # as JSON in ASCII, which passes through HTML as it is
        return self._menu(session, file_html(file, KINDS[form], json.dumps(text), click.get("opened", "")))

    @property
    def _store(self) -> Conversations:
        if self._conversations is None:
            raise NotKept(UNKEPT)
        return self._conversations

    async def _turned(self, session: Session, conversation: Conversation, keep: bool = True) -> Changes:
        """Show a conversation in place of the one before, whose growing answer is kept as far as it had come."""
        if session.stop() and keep:
            self._keep_soon(session)
        session.turns[:] = conversation.turns
        session.kept = Kept(conversation.id, on_disk=bool(conversation.id))
        session.menu.settled, session.menu.renaming = True, ""
        return {"talk": talk_html(session.turns), "notice": "", "reader": "", **await self._listed(session)}

    async def _load(self, session: Session, click: Click) -> Conversation:
        """Return the conversation of a click: as another page of its reader shows it, else from the disk."""
        which = click.get("conversation", "")
        beside = self._sessions.beside(session)
        if writing := [task for task in self._saving if task.get_name() == which]:
            await asyncio.wait(writing)  # a page that was left a moment ago may have more than is on the disk yet
        conversation = await asyncio.to_thread(self._store.load, session.visitor.reader, which)
        for other in beside:
            if other.kept.id == which and len(other.turns) >= len(conversation.turns):
                # The page loaded again may still be open for us, and has more of an answer that was growing.
                conversation = Conversation(which, tuple(said.ended() for said in other.turns), conversation.title)
        return conversation

    async def _name(self, session: Session) -> str:
        listing = await self._listing(session)
        mine = (head.title for head in listing.heads if head.id == session.kept.id)
        return called(next(mine, ""), session.turns)

    def _keep_soon(self, session: Session, known: bool = False, branch: bool = True) -> None:
        kept, turns = session.kept, tuple(session.turns)
        keeping = self._keep(session.visitor.reader, kept, turns, known=known, branch=branch)
        task = asyncio.create_task(keeping, name=kept.id)
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    async def _keep(
        self, reader: str, kept: Kept, turns: tuple[Said, ...], *, known: bool, branch: bool = True
    ) -> None:
        if self._conversations is None or not kept.id:
            return
        async with kept.saving:
            conversation = Conversation(kept.id, turns)
            try:
                saved = await asyncio.to_thread(
                    self._conversations.save, reader, conversation, known=known, branch=branch
                )
            except NotKept as problem:
                kept.news = str(problem)
                return
            if saved:
                _note(kept, saved)

    def _menu(self, session: Session, file: str = "") -> Changes:
        return {"menu": menu_html(session.kept.id, session.menu, file, keeps=self._conversations is not None)}

    async def _listing(self, session: Session) -> Listing:
        if self._conversations is None:
            return Listing()
        return await asyncio.to_thread(self._conversations.all, session.visitor.reader)

    async def _listed(self, session: Session) -> Changes:
        """Return the menu with the list as it is now."""
        menu, listing = session.menu, await self._listing(session)
        deleted = called(menu.deleted.title, menu.deleted.turns) if menu.deleted else ""
        listed = list_html(listing, session.kept.id, menu.words, menu.renaming, deleted)
        menu.listed = listed if self._conversations else unkept_html()
        return self._menu(session)


def _note(kept: Kept, saved: Saved) -> None:
    kept.id, kept.on_disk = saved.id, True
    if saved.branched:
        kept.news = BRANCHED
    elif saved.replaced:
        kept.news = REPLACED.format(saved.replaced)
