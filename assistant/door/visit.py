"""One request as the server's door sees it, and the ways to answer it. Decides nothing: `assistant.door.door` does."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from assistant.door import policy
from assistant.door.bodies import LARGEST_FORM, Message, Receive, Refused, Upload, told_size, whole
from assistant.door.ways import Way
from assistant.page import looks
from assistant.page.escaping import failure
from index.seeing import harmless

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Rewrite = Callable[[int, bytes], tuple[int, bytes]]  # status and body of an answer, before and after
FAILED = "Something failed here, not your request. Try again; the reason stands in the window that runs Dateline."
READER = "x-dateline-reader"
REQUEST = "x-request-id"
GO_ON = '<p><a href="/">Open Dateline</a></p>'
# What says where a server is reached, or who asks, is for us to say; cookies and passwords are nobody else's to see.
_STRIPPED = {READER, REQUEST, "cookie", "authorization", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server"}
_STRIPPED |= {"x-gradio-user"}


class Visit:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self.receive, self._send = scope, receive, send
        self.method, self.path = str(scope["method"]), str(scope["path"])
        self.query = scope.get("query_string", b"").decode("latin-1")
        raw = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        self.headers = dict(raw)
        single = ("host", "origin", "cookie", "authorization", "content-length", "content-type")
        self.doubled = any(sum(name == one for name, _ in raw) > 1 for one in single if one != "cookie")
        self.headers["cookie"] = "; ".join(value for name, value in raw if name == "cookie")
        self.secure = scope.get("scheme") == "https"
        self.address = str((scope.get("client") or ("unknown", 0))[0])
        port = (scope.get("server") or ("", 0))[1]
        self.cookie = "__Host-dateline" if self.secure else f"dateline-{port}"
        self.nonce, self.set_cookie = secrets.token_urlsafe(16), ""
        self.upload: Upload | None = None
        self.begun, self.status, self._streams = False, 0, False
        self.request = harmless(self.headers.get(REQUEST, ""))

    @property
    def reads_pages(self) -> bool:
        """Whether a person looks at the answer, not a program."""
        wants = "text/html" in self.headers.get("accept", "") and self.method in ("GET", "HEAD")
        return wants and self.headers.get("sec-fetch-dest", "document") == "document"

    @property
    def followed(self) -> bool:
        """Whether a link on another site led here; a browser then keeps back the cookie of this one."""
        return self.headers.get("sec-fetch-site") in ("cross-site", "same-site")

    async def form(self) -> dict[str, str]:
        """Return the fields of a form. Raises: Refused."""
        if not self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise Refused(415, "This form is sent as application/x-www-form-urlencoded.")
        told_size(self.headers.get("content-length"), LARGEST_FORM)
        sent = await whole(self.receive, LARGEST_FORM)
        return dict(parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True))

    def inner(self, path: str, query: bytes, reader: str, plain: bool) -> Scope:
        """Return the request as it is passed on; `plain` asks for an answer that is not compressed."""
        stripped = _STRIPPED | ({"accept-encoding", "content-length"} if plain else {"content-length"})
        if self.upload:
            stripped.discard("content-length")
        headers = [(n, v) for n, v in self._scope["headers"] if n.decode("latin-1").lower() not in stripped]
        headers.append((READER.encode(), quote(reader, safe="").encode()))
        headers.append((REQUEST.encode(), self.request.encode()))
        return {
            **self._scope,
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query,
            "headers": headers,
        }

    def sending(self, way: Way, rewrite: Rewrite | None) -> Send:
        """Return a `send` that puts the policy's headers on an answer; with `rewrite`, one that changes it whole."""
        start, body = dict[str, Any](), bytearray()

        async def out(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kind = dict(message["headers"]).get(b"content-type", b"")
                start = {**message, "headers": self._headers(message["headers"], way.kept, b"text/html" in kind)}
                cut_off = bool(self.upload and self.upload.refused)
                self._streams = kind.startswith(b"text/event-stream")
                start["failed"] = cut_off or (message["status"] == 500 and not kind.startswith(b"application/json"))
                if not rewrite and not start["failed"]:
                    await self._out(start)
            elif start["failed"]:
                return  # of an exception that follows, or a body that was cut off: we say it in our words
            elif rewrite:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._rewritten(start, bytes(body), rewrite)
            else:
                await self._out(message)

        return out

    async def _rewritten(self, start: Message, body: bytes, rewrite: Rewrite) -> None:
        status, body = rewrite(start["status"], body)
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._out({**start, "status": status, "headers": headers})
        await self._out({"type": "http.response.body", "body": body})

    async def _out(self, message: Message) -> None:
        self.begun, self.status = True, message.get("status", self.status)
        await self._send(message)

    def with_nonce(self, status: int, html: bytes) -> tuple[int, bytes]:
        """Return the document with its own scripts marked as ours, and without what points elsewhere or nowhere."""
        html = re.sub(rb'<link rel="manifest"[^>]*>|<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', b"", html)
        return status, re.sub(rb"<script(?=[\s>])", b'<script nonce="%s"' % self.nonce.encode(), html)

    def _headers(self, given: list[tuple[bytes, bytes]], kept: bool, page: bool) -> list[tuple[bytes, bytes]]:
        ours = {
            **policy.HEADERS,
            REQUEST: self.request,
            "content-security-policy": policy.content_policy(self.nonce, page),
        }
        if not kept:
            ours["cache-control"] = "no-store"
        if self.set_cookie:
            ours["set-cookie"] = self.set_cookie
        names = {name.encode() for name in ours}
        left = [(n, v) for n, v in given if n.lower() not in names and not n.lower().startswith(b"access-control-")]
        left = [(n, v) for n, v in left if n.lower() not in (b"server", b"set-cookie")]
        return left + [(name.encode(), value.encode("latin-1")) for name, value in ours.items()]

    async def say(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer with a sentence: a page for a person, JSON for a program."""
        if self.begun:
            return
        headers = dict(headers or {})
        if status == 401:
            headers["www-authenticate"] = 'Bearer realm="Dateline"'  # for Basic a browser would open its own window
        if self.reads_pages:
            title = HTTPStatus(status).phrase
            await self.show(looks.plain(self.nonce, title, failure(sentence) + GO_ON), status, headers)
        else:
            body = json.dumps({"detail": sentence}).encode()
            await self.answer(status, body, {"content-type": "application/json", **headers})

    async def break_off(self) -> None:
        """End an answer that cannot go on: a stream of events is whole up to here, anything else is cut short."""
        if self._streams:
            await self._out({"type": "http.response.body", "body": b""})

    async def show(self, html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer with a page of ours."""
        await self.answer(status, html.encode(), {"content-type": "text/html; charset=utf-8", **(headers or {})})

    async def go(self, path: str, headers: Mapping[str, str] | None = None) -> None:
        """Send the browser to another path of ours."""
        await self.answer(303, b"", {"location": path, **(headers or {})})

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Answer."""
        given = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        given.append((b"content-length", str(len(body)).encode()))
        headers_out = self._headers(given, False, False)
        await self._out({"type": "http.response.start", "status": status, "headers": headers_out})
        await self._out({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})


def reader_of(header: str | None) -> str:
    """Return the reader whom the door told of."""
    return unquote(header or "")
