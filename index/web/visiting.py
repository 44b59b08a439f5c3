"""A web address → the articles it leads to: those new or changed, those known, those that could not be had and why.

Knows nothing of HTTP and of engines. An address is an article's page, a feed, or a sitemap, told from what comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import SourceError
from index.readers.record import Known, Record, Unreadable
from index.web import Manners
from index.web.addresses import Unfetched, clean, shown
from index.web.entries import Entry, Listing
from index.web.feeds import read_feed
from index.web.fetching import Fetcher, Reply, Stopped, Validators, Wait, unpack
from index.web.kinds import Kind, kind_of
from index.web.pages import filled, from_entry, read_page
from index.web.sitemaps import read_sitemap
from index.web.state import List, Page, State

Item = Record | Unreadable | Known
_LISTS: frozenset[Kind] = frozenset(("feed", "sitemap", "sitemaps"))
_GZIP = b"\x1f\x8b"
_DEEPEST = 3  # sitemaps that list sitemaps


class Visit:
    """One build's visit to the web.

    `known` is the folder of the generation that was built before, `held` tells whether an article is still in it.
    `fetcher` and `clock` (seconds since 1970) are given by tests, `wait` by who may want to stop.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        known: Path | None = None,
        held: Callable[[str], bool] | None = None,
        wait: Wait | None = None,
        fetcher: Fetcher | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._manners = manners or Manners()
        self._state = State.load(known)
        self._held = held or (lambda _: False)
        self._fetcher = fetcher or Fetcher(self._manners, wait=wait, away=self._state.away)
        self._clock = clock
        self._met: set[str] = set()  # pages of lists, in this visit
        self._lists: set[str] = set()

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._fetcher.close()

    def read(self, place: str) -> Iterator[Item]:
        """Yield what an address leads to."""
        if self._state.damaged:
            yield Unreadable(self._state.damaged, "what was known of the web is damaged, so all is fetched anew")
            self._state.damaged = None
        try:
            url = self._fetcher.open(place)
            known = self._state.lists.get(url) or self._read_before(url)
            reply = self._fetch(url, known)
        except Unfetched as error:
            yield Unreadable(shown(place), str(error))
            return
        if reply.content is None and isinstance(known, Page):
            known.checked = known.met = self._clock()
            yield Known(url)
        elif reply.content is None or self._kind(reply) in _LISTS:
            yield from self._articles(url, self._listed(url, "", reply, 1))
        else:
            yield from self._page(url, reply)

    def keep(self, folder: Path) -> None:
        """Keep what was learned with a generation."""
        self._state.save(folder, self._clock())

    def _read_before(self, url: str) -> Page | None:
        """Return what is known of a page whose article is in the index; any other is to come whole."""
        page = self._state.pages.get(url)
        return page if page is not None and page.whole and self._held(page.article) else None

    def _fetch(self, url: str, known: Page | List | None) -> Reply:
        reply = self._fetcher.get(url, Validators(known.etag, known.modified) if known else None)
        if reply.content and reply.content.startswith(_GZIP):
            reply = replace(reply, content=unpack(reply.content, self._manners.bytes))
        return reply

    def _kind(self, reply: Reply) -> Kind:
        return kind_of(reply.content or b"", reply.declared)

    def _articles(self, source: str, listed: Iterator[tuple[str, Entry] | Unreadable]) -> Iterator[Item]:
        """Yield the articles of a list, up to as many as are taken from one source."""
        taken = 0
        for one in listed:
            if isinstance(one, Unreadable):
                yield one
            elif taken == self._manners.pages:
                yield Unreadable(source, f"it lists more than {taken:,} articles: --pages N takes more")
                return
            else:
                taken += 1
                yield from self._entry(*one)

    def _listed(self, url: str, stamp: str, reply: Reply, depth: int) -> Iterator[tuple[str, Entry] | Unreadable]:
        """Yield the entries of a list, each with the address of the list, and those of the sitemaps that it lists."""
        self._lists.add(url)
        listing = self._listing(url, stamp, reply)
        if listing.broken:
            yield Unreadable(url, listing.broken)
        yield from ((url, entry) for entry in listing.entries)
        for child, child_stamp in listing.children:
            if depth == _DEEPEST:
                yield Unreadable(child, "sitemaps list sitemaps more than three levels deep")
            else:
                yield from self._child(url, child, child_stamp, depth + 1)

    def _child(self, parent: str, address: str, stamp: str, depth: int) -> Iterator[tuple[str, Entry] | Unreadable]:
        try:
            url = clean(address, parent)
            if url in self._lists:
                raise Unfetched("it is listed twice")
            known = self._state.lists.get(url)
            if known and stamp and known.stamp == stamp:
                reply = Reply(url, None, "", Validators())
            else:
                reply = self._fetch(url, known)
        except Unfetched as error:
            yield Unreadable(shown(address), str(error))
            return
        if reply.content is not None and self._kind(reply) not in _LISTS:
            yield Unreadable(url, "it is listed as a sitemap and is none")
            return
        yield from self._listed(url, stamp, reply, depth)

    def _listing(self, url: str, stamp: str, reply: Reply) -> Listing:
        """Return what a list lists, read from what came or, where it has not changed, as it is known."""
        known = self._state.lists.setdefault(url, List())
        known.met, known.stamp = self._clock(), stamp
        if reply.content is None:
            return Listing(tuple(Entry(*pair) for pair in known.entries), tuple((a, b) for a, b in known.children))
        if self._kind(reply) == "feed":
            listing = read_feed(reply.content, reply.url, reply.charset)
        else:
            listing = read_sitemap(reply.content)
        known.etag, known.modified = reply.validators.etag, reply.validators.modified
        known.entries = [[entry.url, entry.stamp] for entry in listing.entries if entry.url]
        known.children = [list(child) for child in listing.children]
        if listing.broken:
            # what is broken is asked for again
            known.etag = known.modified = known.stamp = ""
        return listing

    def _entry(self, source: str, entry: Entry) -> Iterator[Item]:
        """Yield the article of an entry: from its page, else from its own text."""
        if not entry.url:
            yield self._own(entry, f"{source}, {entry.title or 'an entry without a title'}")
            return
        try:
            url = clean(entry.url, source)
        except Unfetched as error:
            yield Unreadable(shown(entry.url), str(error))
            return
        page, now = self._state.pages.setdefault(url, Page()), self._clock()
        page.met = now
        unchanged = page.checked > 0 and page.stamp == entry.stamp
        # an article that was taken out of the index stays out until its list says that it changed
        left = page.whole and not page.failures and not self._held(page.article)
        if url in self._met or (unchanged and (left or not page.due(now))):
            yield _known(url, page)
            return
        self._met.add(url)
        try:
            reply = self._fetch(url, self._read_before(url))
        except Stopped as error:
            yield Unreadable(url, str(error))
        except Unfetched as error:
            yield from self._instead(url, entry, page, str(error))
        else:
            yield from self._page(url, reply, entry)

    def _page(self, url: str, reply: Reply, entry: Entry | None = None) -> Iterator[Item]:
        """Yield what a page holds."""
        page, now = self._state.pages.setdefault(url, Page()), self._clock()
        if reply.content is None:
            page.checked, page.failures, page.reason = now, 0, ""
            page.stamp = entry.stamp if entry else page.stamp
            yield Known(url)
            return
        items = list(read_page(reply, self._kind(reply), url))
        records = [item for item in items if isinstance(item, Record)]
        if not records and entry:
            yield from self._instead(
                url, entry, page, "; ".join(item.reason for item in items if isinstance(item, Unreadable))
            )
            return
        if records:
            page.etag, page.modified = reply.validators.etag, reply.validators.modified
            page.article, page.whole, page.failures, page.reason = records[0].article.source.id, True, 0, ""
            page.first, page.checked, page.met = page.first or now, now, now
            page.stamp = entry.stamp if entry else page.stamp
        for item in items:
            yield filled(item, entry) if entry and isinstance(item, Record) else item

    def _instead(self, url: str, entry: Entry, page: Page, reason: str) -> Iterator[Item]:
        """Yield why a page gave no article and, unless it once did, the text that its list has of it."""
        page.failures, page.reason, page.checked, page.stamp = page.failures + 1, reason, self._clock(), entry.stamp
        if page.whole or not entry.text:
            yield Unreadable(url, f"{reason}; what was read of it before stays" if page.whole else reason)
            return
        yield Unreadable(url, f"{reason}; the feed's own text is taken instead")
        item = self._own(replace(entry, url=url), url)
        if isinstance(item, Record):
            page.article = item.article.source.id
        yield item

    def _own(self, entry: Entry, place: str) -> Item:
        try:
            return from_entry(entry, place)
        except SourceError:
            return Unreadable(place, "it has neither a page nor a text of its own")


def _known(url: str, page: Page) -> Known | Unreadable:
    """Return what is said of a page that is not asked for now."""
    if page.article:
        return Known(url)
    return Unreadable(url, f"{page.reason or 'it could not be read'}; it is tried again later")
