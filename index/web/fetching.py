"""One address → its content, politely and within bounds. Knows nothing of feeds, articles or the index.

One request at a time, no cookies, no proxy; what the server packs is unpacked here, so that no more than the bound
ever stands in memory.
"""

from __future__ import annotations

import email.utils
import ssl
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpcore
import httpx

from index.errors import BadRequest
from index.web import Manners
from index.web.addresses import Unfetched, clean, origin, parsed, secret, shown
from index.web.connecting import Guard, Resolver
from index.web.robots import MOST_BYTES as MOST_ROBOTS_BYTES
from index.web.robots import Robots

Wait = Callable[[float], bool]  # waits so many seconds; true where all is to stop

_ACCEPT = "text/html, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
_GZIP = b"\x1f\x8b"
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_LEFT_ALONE = 3  # failed exchanges in a row after which a host is not asked again in this run
_STEP_SECONDS = 10.0
_LONGEST_AWAY = 86_400.0
_LONGEST_VALIDATOR = 500
_WORDS = {
    401: "it wants a password",
    402: "it wants to be paid for",
    403: "it is not open to us",
    404: "there is no such page",
    410: "the page is gone",
    429: "it has been asked too often",
    451: "it is withheld for legal reasons",
    500: "the server failed",
    503: "the server is not available",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask later whether something changed."""

    etag: str = ""
    modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came: `content` is None where nothing changed; `url` is the address after all redirects.

    `declared` is the Content-Type.
    """

    url: str
    content: bytes | None
    declared: str
    validators: Validators

    @property
    def charset(self) -> str | None:
        """What the server says its letters are written in."""
        message = Message()
        message["Content-Type"] = "".join(letter for letter in self.declared if letter.isprintable())
        return message.get_content_charset()


class Stopped(Unfetched):
    """All is to stop; this address was not asked any more."""


class Fetcher:
    """Fetches one address after the other; `close` it in the end.

    `resolve` looks names up, `wait` waits, `tls` judges certificates: given by tests and by `watch`. `away` says until
    when, in seconds since 1970, a host wants to be left alone; what is learned of that is written there.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        resolve: Resolver | None = None,
        wait: Wait | None = None,
        tls: ssl.SSLContext | None = None,
        away: dict[str, float] | None = None,
    ) -> None:
        self._manners = manners
        self._guard = Guard(allow_private=manners.allow_private, resolve=resolve)
        self._pool = httpcore.ConnectionPool(tls or httpx.create_ssl_context(), network_backend=self._guard)
        self._wait = wait or _sleep
        self._agent = user_agent(manners.contact)
        self._secrets: dict[str, str] = {}
        self._robots: dict[str, Robots | Unfetched] = {}
        self._next: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._away = {} if away is None else away

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def open(self, address: str) -> str:
        """Return an address the user gave as it is asked; a password in it is used for its own site and kept out."""
        url = clean(address)
        if given := secret(address):
            self._secrets[origin(url)] = "Basic " + b64encode(":".join(given).encode()).decode()
        return url

    def get(self, url: str, known: Validators | None = None) -> Reply:
        """Fetch what an address leads to, or nothing where it has not changed since it gave `known`.

        Raises: Unfetched.
        """
        reply = self._follow(clean(url), known, self._manners.bytes, robots=True)
        if reply.content is not None and not reply.content.strip():
            raise Unfetched("nothing came: the page is empty")
        return reply

    def _follow(self, url: str, known: Validators | None, most: int, *, robots: bool) -> Reply:
        for _ in range(self._manners.redirects + 1):
            if robots:
                self._ask_leave(url)
            reply = self._patiently(url, known, most)
            if isinstance(reply, Reply):
                return reply
            url = clean(reply, url)
        raise Unfetched(f"it redirects more than {self._manners.redirects} times")

    def _ask_leave(self, url: str) -> None:
        """Read a site's robots.txt, once. Raises: Unfetched where the site does not want to be asked for this."""
        site = origin(url)
        if site not in self._robots:
            self._robots[site] = self._read_robots(site)
        robots = self._robots[site]
        if isinstance(robots, Unfetched):
            raise robots
        if not robots.allows(parsed(url).raw_path.decode("ascii")):
            raise Unfetched("the site's robots.txt does not allow it")

    def _read_robots(self, site: str) -> Robots | Unfetched:
        try:
            reply = self._follow(f"{site}/robots.txt", None, MOST_ROBOTS_BYTES, robots=False)
        except Stopped:
            raise
        except _Status as error:
            if 400 <= error.status < 500 and error.status != 429:
                # the standard: no rules are to be had, so there are none
                return Robots([])
            return Unfetched(f"the site's robots.txt cannot be had for now ({error}), so nothing is fetched from it")
        except Unfetched as error:
            return error
        return Robots.read((reply.content or b"").decode("utf-8", "replace"))

    def _patiently(self, url: str, known: Validators | None, most: int) -> Reply | str:
        """Return what came, or where to go; what may pass is tried again. Raises: Unfetched."""
        host = parsed(url).host
        until = self._away.get(host, 0.0)
        if 0 < until - time.time() <= _LONGEST_AWAY:  # what is longer is of before the clock was set back
            raise Unfetched(
                f"its host asked to be left alone until {datetime.fromtimestamp(until, UTC):%d %b %H:%M} UTC"
            )
        if self._failures.get(host, 0) >= _LEFT_ALONE:
            raise Unfetched("its host has failed too often in this run")
        for attempt in range(1, self._manners.tries + 1):
            self._take_turn(url, host)
            try:
                reply = self._once(url, known, most)
                self._failures.pop(host, None)
                return reply
            except Unfetched as error:
                if not error.passing:
                    raise
                wait = self._manners.backoff * 2 ** (attempt - 1) if error.after is None else error.after
                if wait > self._manners.longest_wait:
                    self._away[host] = time.time() + min(wait, _LONGEST_AWAY)
                    raise Unfetched(f"{error}; it asks to come back in {wait:,.0f} s") from error
                if attempt == self._manners.tries:
                    self._failures[host] = self._failures.get(host, 0) + 1
                    raise
                self._pause(wait)
        raise AssertionError("a try ends in a reply or a failure")

    def _take_turn(self, url: str, host: str) -> None:
        """Wait until the host may be asked again."""
        robots = self._robots.get(origin(url))
        delay = (robots.delay or 0.0) if isinstance(robots, Robots) else 0.0
        now = time.monotonic()
        turn = max(now, self._next.get(host, now))
        self._pause(turn - now)
        self._next[host] = turn + max(self._manners.pause, min(delay, self._manners.longest_delay))

    def _pause(self, seconds: float) -> None:
        if self._wait(max(seconds, 0.0)):
            raise Stopped("not fetched: stopped before its turn came")

    def _once(self, url: str, known: Validators | None, most: int) -> Reply | str:
        """Ask once. Return what came, or the address that it redirects to. Raises: Unfetched."""
        self._guard.begin(self._manners.seconds)
        try:
            with self._ask(url, known) as response:
                headers = httpx.Headers(response.headers)
                if response.status in _REDIRECTS and "location" in headers:
                    return headers["location"]
                if response.status == 304 and known:
                    return Reply(url, None, "", known)
                if response.status not in (200, 203):
                    raise _Status(response.status, _seconds(headers.get("retry-after")))
                packed = headers.get("content-encoding", "identity").strip().lower()
                content = _unpacked(response.iter_stream(), packed, most)
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise Unfetched(f"it took longer than {self._manners.seconds:g} s", passing=True) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise _broken(error) from error
        validators = Validators(_plain(headers.get("etag")), _plain(headers.get("last-modified")))
        return Reply(url, content, headers.get("content-type", ""), validators)

    def _ask(self, url: str, known: Validators | None) -> AbstractContextManager[httpcore.Response]:
        where = parsed(url)
        headers: dict[str | bytes, str | bytes] = {
            "Host": where.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
        }
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.modified:
            headers["If-Modified-Since"] = known.modified
        if password := self._secrets.get(origin(url)):
            headers["Authorization"] = password
        step = min(_STEP_SECONDS, self._manners.seconds)
        return self._pool.stream(
            "GET",
            httpcore.URL(scheme=where.raw_scheme, host=where.raw_host, port=where.port, target=where.raw_path),
            headers=headers,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), step)},
        )


class _Status(Unfetched):
    """The server answered, though not with the page."""

    def __init__(self, status: int, after: float | None) -> None:
        words = _WORDS.get(status, "that is not the page")
        super().__init__(f"{words} ({status})", passing=status in _PASSING, after=after)
        self.status = status


@cache
def user_agent(contact: str | None) -> str:
    """Return the name we go by. Raises: BadRequest where the contact cannot stand in it."""
    try:
        number = version("dateline")
    except PackageNotFoundError:
        number = "0"
    if contact is None:
        return f"Dateline/{number} (news index)"
    if not contact.isascii() or not contact.isprintable() or set(contact) & set("()\\") or not contact.strip():
        raise BadRequest("The contact must be an e-mail or web address, in plain letters.")
    return f"Dateline/{number} (news index; {contact.strip()})"


def unpack(content: bytes, most: int) -> bytes:
    """Return what a gzip file holds. Raises: Unfetched where it is damaged, or holds more than `most` bytes."""
    return _unpacked([content], "gzip", most)


def _unpacked(chunks: Iterable[bytes], packed: str, most: int) -> bytes:
    """Put a body together. Raises: Unfetched where it is larger than `most` bytes, or packed as nobody asked for."""
    if packed not in ("identity", "", "gzip", "x-gzip"):
        raise Unfetched(f"it came packed in a way that was not asked for ({shown(packed)[:20]})")
    content = bytearray()
    gzip = zlib.decompressobj(zlib.MAX_WBITS + 16) if "gzip" in packed else None
    for chunk in chunks:
        while chunk:
            if gzip is None:
                content += chunk
                chunk = b""
            else:
                gzip, chunk = _inflate(gzip, chunk, content, most)
            if len(content) > most:
                raise Unfetched(f"it is larger than {most / 1e6:,.3g} MB")
    if gzip is not None and not gzip.eof:
        raise Unfetched("it broke off", passing=True)
    return bytes(content)


def _inflate(gzip: Any, chunk: bytes, content: bytearray, most: int) -> tuple[Any, bytes]:
    """Unpack up to the bound; return the state and what of the chunk is left."""
    try:
        content += gzip.decompress(chunk, most + 1 - len(content))
    except zlib.error as error:
        raise Unfetched("it could not be unpacked") from error
    if not gzip.eof:
        return gzip, gzip.unconsumed_tail
    if gzip.unused_data.startswith(_GZIP):
        # one file may be several, one after the other
        return zlib.decompressobj(zlib.MAX_WBITS + 16), gzip.unused_data
    return gzip, b""


def _broken(error: Exception) -> Unfetched:
    """Return in words what went wrong with a connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unfetched(f"its certificate does not hold ({cause.verify_message})")
        if isinstance(cause, ssl.SSLError):
            return Unfetched("no secure connection came about", passing=True)
        if isinstance(cause, ConnectionRefusedError):
            return Unfetched("the connection was refused", passing=True)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError):
        return Unfetched("no connection came about", passing=True)
    return Unfetched("the answer broke off or was no proper HTTP", passing=True)


def _seconds(retry_after: str | None) -> float | None:
    """Return how long a server asks to wait, given in seconds or as a moment."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after[:9])
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _plain(value: str | None) -> str:
    """Return a header as it can be sent back, or nothing where it cannot."""
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else ""


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
