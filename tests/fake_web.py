"""A small site on loopback, as real as needed: pages, feeds, redirects, and servers that are slow, broken or hostile.

Nothing leaves the machine; every answer that has no end has one after a few seconds.
"""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as moment
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_LONGEST_SECONDS = 8.0
_WORDS = "harbour council ferry bridge minister report storm library market tram valley river museum budget".split()


@dataclass(frozen=True)
class Asked:
    """A request: its path with the query, its headers in lower case, when it came."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Answer:
    """What the site says. `etag` and `modified` also answer 304 where they are asked for.

    `chunks` are sent as they are, after the head, `pause` seconds apart; `length` is a Content-Length that may be
    wrong; `cut` closes the connection in the middle.
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None
    chunks: Iterable[bytes] | None = None
    pause: float = 0.0
    length: int | None = None
    cut: bool = False

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Page = Answer | Callable[[Asked], Answer]


class FakeWeb:
    """A site: its pages by path, and the requests it got."""

    def __init__(self, port: int, scheme: str = "http") -> None:
        self.port, self.scheme = port, scheme
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.names: dict[str, Sequence[str]] = {}

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the paths that were asked for, without robots.txt, and forget them."""
        found = [one.path for one in self.asked if one.path != "/robots.txt"]
        self.asked.clear()
        return found

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Look a name up: those in `names` as it stands there, all others here."""
        return self.names.get(host, ["127.0.0.1"])

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        page = self.pages.get(asked.path, Answer("No such page.", status=404))
        return page(asked) if callable(page) else page


@contextmanager
def fake_web(tls: ssl.SSLContext | None = None) -> Iterator[FakeWeb]:
    """Serve a site on a free port of 127.0.0.1 until the end of the block."""

    class Handler(_Handler):
        pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing where the other side has gone."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Handler.site = site = FakeWeb(server.server_address[1], "https" if tls else "http")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: FakeWeb

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.site.answer(Asked(self.path, headers, time.monotonic()))
        with suppress(OSError):
            self._send(answer, headers)

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, answer: Answer, headers: dict[str, str]) -> None:
        known = (answer.etag and headers.get("if-none-match") == answer.etag) or (
            answer.modified and headers.get("if-modified-since") == answer.modified
        )
        self.send_response(304 if known else answer.status)
        for name, value in (("ETag", answer.etag), ("Last-Modified", answer.modified), *answer.headers.items()):
            if value:
                self.send_header(name, value)
        if answer.chunks is not None:
            self._stream(answer)
            return
        content = b"" if known else answer.content
        self.send_header("Content-Length", str(len(content) if answer.length is None else answer.length))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = answer.cut or answer.length is not None

    def _stream(self, answer: Answer) -> None:
        self.close_connection = True
        self.end_headers()
        end = time.monotonic() + _LONGEST_SECONDS
        for chunk in answer.chunks or ():
            self.wfile.write(chunk)
            self.wfile.flush()
            time.sleep(answer.pause)
            if time.monotonic() > end:
                return


def article(number: int, *, head: str = "", extra: str = "") -> str:
    """Return an article's page of our own, with a sentence that no other has."""
    words = " ".join(_WORDS[(number + step) % len(_WORDS)] for step in range(10)).capitalize()
    text = "".join(f"<p>{words} number {part}, said the mayor of town {number} to reporters.</p>" for part in range(6))
    return (
        f"<!doctype html><html><head><title>Story {number}</title>{head}</head><body><article><h1>Story {number}</h1>"
        f"{text}<p>Inspector {number} signed the paper.{extra}</p></article></body></html>"
    )


def rss(items: Iterable[str], title: str = "Town Wire") -> str:
    """Return an RSS feed of items that were made by `item`."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def item(url: str, title: str, *, text: str = "", day: str = "2024-03-05") -> str:
    """Return one entry of an RSS feed."""
    at = format_datetime(datetime.combine(date.fromisoformat(day), moment(9), UTC))
    return (
        f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid><pubDate>{at}</pubDate>"
        f"<description>{text}</description></item>"
    )


def sitemap(pages: Iterable[tuple[str, str]], kind: str = "urlset") -> str:
    """Return a sitemap of (address, day), or with `kind` sitemapindex one of sitemaps."""
    one = "url" if kind == "urlset" else "sitemap"
    rows = "".join(f"<{one}><loc>{url}</loc><lastmod>{day}</lastmod></{one}>" for url, day in pages)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'


def bomb(megabytes: int) -> bytes:
    """Return a small gzip file that unpacks to so many megabytes of spaces."""
    return gzip.compress(b" " * (megabytes * 1_000_000))
