"""The library: lists the articles, adds and removes them, goes back to an earlier index. Knows no Gradio.

What changes the index is a job of its own process (`jobs.py`); what a page sends is checked in `intake.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.page.escaping import aside, failure
from assistant.page.intake import Rules, take_addresses, take_files, take_text
from assistant.page.jobs import Jobs, rows
from assistant.page.places import number
from assistant.page.progress import Outcomes, ended_html, running_html
from assistant.page.session import Changes, Click, Part, Session, Verb
from assistant.page.shelf import PAGE, READ_ONLY, Removed, history_html, intake_html, newer, removed_html, shelf_html
from assistant.request import day
from index.errors import BadRequest, DatelineError, IndexBusy, IndexMissing

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.answering import Assistant

MOST_SHOWN = 1_000  # articles of a list on one page
MOST_REMOVED = 1_000
TITLES = 3  # of what was removed, told
LONGEST_REPORT = 64_000_000  # characters that are handed to a browser
NO_REPORT = "There is no report of this any more: the next one can be downloaded as long as it is shown."

log = logging.getLogger("dateline")


class Librarian(Part):
    """The view of the articles and the index."""

    def __init__(self, assistant: Assistant, rules: Rules, status: Callable[[], str]) -> None:
        """`status` tells, as HTML, what answers here; it changes when the index does."""
        self._assistant, self._rules, self._status = assistant, rules, status
        self.jobs = Jobs(assistant.place)
        self._removed: tuple[int, Removed] | None = None  # the job and what it took out
        self._outcomes: tuple[int, Outcomes] = (0, Outcomes())
        self._warming: asyncio.Task[object] | None = None

    def verbs(self) -> Mapping[str, Verb]:
        changing = {
            "add-files": self.add_files,
            "add-text": self.add_text,
            "add-web": self.add_web,
            "stop-job": self.stop_job,
            "remove": self.remove,
            "undo": self.undo,
            "rollback": self.rollback,
            "forward": self.forward,
        }
        looking = {
            "library": self.look,
            "browse": self.browse,
            "job": self.job,
            "report": self.report,
            "close-report": self.close_report,
            "dismiss": self.dismiss,
        }
        return {
            **{name: self._told(verb) for name, verb in looking.items()},
            **{name: self._told(self._allowed(verb)) for name, verb in changing.items()},
        }

    async def greet(self, session: Session, click: Click) -> Changes:
        """Return the forms; the list comes when it is looked at, and is made ready now."""
        session.held = await asyncio.to_thread(self._held)
        if self._warming is None:
            self._warming = asyncio.create_task(asyncio.to_thread(self._warm))
        return {"intake": intake_html(self._rules)}

    async def after(self, session: Session) -> Changes:
        """Say that another index is in use than before."""
        return await asyncio.to_thread(self._newer, session)

    async def look(self, session: Session, click: Click) -> Changes:
        """Return all that changes with the index, as it is now."""
        session.browsing = session.browsing or {"do": "browse"}
        return await asyncio.to_thread(self._all, session)

    async def browse(self, session: Session, click: Click) -> Changes:
        """Return the list as it was asked for, unless it was asked for otherwise meanwhile."""
        session.browsing = click
        changes = await asyncio.to_thread(self._list, session)
        return changes if session.browsing is click else {}

    async def job(self, session: Session, click: Click) -> Changes:
        """Return how far the job is; when it has ended, all that it changed."""
        last = self.jobs.last
        if last and last.running:
            return {"job": running_html(last, session.visitor, self._rules.read_only)}
        return await asyncio.to_thread(self._all, session)

    async def add_files(self, session: Session, click: Click) -> Changes:
        """Add files that this page has uploaded."""

        def take(inside: Path) -> Sequence[str]:
            take_files(click.get("files", ""), self._rules, inside)
            return ()

        return await self._add(session, take)

    async def add_text(self, session: Session, click: Click) -> Changes:
        """Add a text as an article."""

        def take(inside: Path) -> Sequence[str]:
            take_text(click, self._rules, inside)
            return ()

        return await self._add(session, take)

    async def add_web(self, session: Session, click: Click) -> Changes:
        """Add what stands at web addresses."""
        return await self._add(session, lambda _: take_addresses(click.get("addresses", ""), self._rules))

    async def stop_job(self, session: Session, click: Click) -> Changes:
        """Stop what is being added or removed."""
        await asyncio.to_thread(self.jobs.stop)
        return await self.job(session, click)

    async def remove(self, session: Session, click: Click) -> Changes:
        """Remove the chosen articles."""
        chosen = list(dict.fromkeys(click.get("chosen", "").split()))
        if not chosen:
            raise BadRequest("No article is chosen: tick those to remove.")
        if len(chosen) > MOST_REMOVED:
            raise BadRequest(f"These are {len(chosen):,} articles; remove {MOST_REMOVED:,} or fewer at once.")
        return await asyncio.to_thread(self._remove, session, chosen)

    async def undo(self, session: Session, click: Click) -> Changes:
        """Go back to the index as it was before the last removal, unless it has changed since."""
        if self._removed is None:
            raise BadRequest("There is nothing to undo.")
        await asyncio.to_thread(self._go, self._assistant.place.rollback, self._removed[1].generation)
        self._removed = None
        return await asyncio.to_thread(self._all, session)

    async def rollback(self, session: Session, click: Click) -> Changes:
        """Go back to the generation before the one that the page showed as live."""
        await asyncio.to_thread(self._go, self._assistant.place.rollback, number(click.get("live")))
        return await asyncio.to_thread(self._all, session)

    async def forward(self, session: Session, click: Click) -> Changes:
        """Go forward again to the generation that was left."""
        await asyncio.to_thread(self._go, self._assistant.place.forward, number(click.get("live")))
        return await asyncio.to_thread(self._all, session)

    async def report(self, session: Session, click: Click) -> Changes:
        """Hand the whole report of the last build to the browser, as a file."""
        text = await asyncio.to_thread(self._report)
        return {"download": json.dumps({"name": "dateline-report.jsonl", "text": text})}

    async def close_report(self, session: Session, click: Click) -> Changes:
        """Take the report from this page."""
        session.closed = self.jobs.last.number if self.jobs.last else 0
        return {"job": ""}

    async def dismiss(self, session: Session, click: Click) -> Changes:
        """Forget what was removed."""
        self._removed = None
        return {"told": ""}

    def _go(self, way: Callable[[int], int], live: int) -> None:
        """Go back or forward from the live generation, and make ready what is shown next."""
        self._assistant.place.prepare(way(live))

    def _told(self, verb: Verb) -> Verb:
        """Return a verb whose failures are told in this view, where the one who clicked looks."""

        async def told(session: Session, click: Click) -> Changes:
            try:
                return await verb(session, click)
            except IndexBusy as problem:
                # by whom is told there
                return {"told": failure(str(problem)), "job": await asyncio.to_thread(self._job, session)}
            except DatelineError as problem:
                return {"told": failure(str(problem))}

        return told

    def _allowed(self, verb: Verb) -> Verb:
        async def allowed(session: Session, click: Click) -> Changes:
            if self._rules.read_only:
                raise BadRequest(READ_ONLY)
            return await verb(session, click)

        return allowed

    async def _add(self, session: Session, take: Callable[[Path], Sequence[str]]) -> Changes:
        return await asyncio.to_thread(self._begin, session, take)

    def _begin(self, session: Session, take: Callable[[Path], Sequence[str]]) -> Changes:
        """Take in what a page sent and begin to add it; where a job runs, nothing is taken."""
        self.jobs.check_idle()
        room = self.jobs.room()
        try:
            addresses = take(room / "in")
            private = ["--allow-private"] if self._rules.allow_private else []
            job = self.jobs.add(session.visitor, room, addresses, private)
        except BaseException:
            self.jobs.leave(room)
            raise
        begun = intake_html(self._rules, job.number)
        return {"job": running_html(job, session.visitor), "told": "", "intake": begun}

    def _remove(self, session: Session, chosen: Sequence[str]) -> Changes:
        titles: list[str] = []
        for article in chosen:
            title = self._assistant.article(article).source.title
            titles += [title] if len(titles) < TITLES else []
        job = self.jobs.remove(session.visitor, chosen)
        self._removed = (job.number, Removed(0, len(chosen), tuple(titles)))
        return {"job": running_html(job, session.visitor), "told": ""}

    def _all(self, session: Session) -> Changes:
        return {
            **self._list(session),
            **self._newer(session),
            "history": self._history(),
            "job": self._job(session),
            "told": self._undoing(),
            "status": self._status(),
        }

    def _list(self, session: Session) -> Changes:
        asked = session.browsing
        try:
            info = self._assistant.info()
            outlet = asked.get("outlet", "")
            since, until = day(asked.get("since") or None), day(asked.get("until") or None)
            words = asked.get("words", "")[:200]
            if since and until and since > until:
                raise BadRequest("The period ends before it begins: exchange From and To.")
            shelf = self._assistant.browse(
                words,
                outlets=[outlet] if outlet else [],
                since=since,
                until=until,
                limit=min(max(number(asked.get("more")), PAGE), MOST_SHOWN),
            )
        except IndexMissing:
            return {"shelf": aside("There are no articles yet. Add some: files, a folder, a text or addresses.")}
        narrowed = bool(words.strip() or outlet or since or until)
        return {"shelf": shelf_html(shelf, info.articles, list(info.outlets), narrowed, self._rules)}

    def _history(self) -> str:
        try:
            kept = self._assistant.place
            found = (kept.current(), kept.before(), kept.after())
            live, before, after = (kept.manifest(one) if one is not None else None for one in found)
        except DatelineError as problem:
            return f"<h2>The index</h2>{failure(str(problem))}"
        assert live is not None
        return history_html(live, before, after, self._rules)

    def _job(self, session: Session) -> str:
        job = self.jobs.last
        if job is None or session.closed >= job.number:
            return ""
        if job.running:
            return running_html(job, session.visitor, self._rules.read_only)
        if self._outcomes[0] != job.number:
            self._outcomes = (job.number, Outcomes.of(rows(self.jobs.ledger)))
        return ended_html(job, self._outcomes[1])

    def _undoing(self) -> str:
        """Return what was removed and how to undo it, once it is."""
        job = self.jobs.last
        if self._removed is None or job is None:
            return ""
        made_by, removed = self._removed
        if not removed.generation:
            if job.number != made_by or job.running:
                return ""
            if job.state != "done":
                self._removed = None
                return ""
            removed = Removed(job.now, removed.articles, removed.titles)
            self._removed = (made_by, removed)
        return removed_html(removed, self._live(), self._rules)

    def _report(self) -> str:
        ledger = self.jobs.ledger
        if ledger is None:
            raise BadRequest(NO_REPORT)
        if ledger.stat().st_size > LONGEST_REPORT:
            raise BadRequest("The report is too long for a browser: build with `python -m index build --report FILE`.")
        return ledger.read_text(encoding="utf-8")

    def _newer(self, session: Session) -> Changes:
        """Return that another index is in use, where it is another than this page knew of."""
        before, now = session.held, self._held()
        session.held = now or before
        return {"notice": aside(newer(before, now))} if before and now and before[0] != now[0] else {}

    def _held(self) -> tuple[int, int] | None:
        try:
            info = self._assistant.info()
        except DatelineError:
            return None
        return info.generation, info.articles

    def _live(self) -> int:
        try:
            return self._assistant.place.current()
        except DatelineError:
            return 0

    def _warm(self) -> None:
        """Read the list once, so that the first who looks at it does not wait."""
        try:
            self._assistant.browse("a", limit=1)
        except Exception:
            log.debug("the list could not be made ready", exc_info=True)
