"""The door of the server: every request passes it, and so does every answer. An ASGI application around another.

It decides who the reader is and tells it in a header that nobody else can set; it refuses what comes from elsewhere, is
too large or asks for what is not served; it keeps readers apart by naming each session anew for the reader who names
it, so that a session's name is of no use to another; it puts the headers of the policy on all answers.
Knows nothing of Gradio but its paths and of articles nothing.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from assistant.page import looks, policy
from assistant.page.accounts import WRONG, Accounts, Wait
from assistant.page.bodies import (
    LARGEST_BODY,
    LARGEST_UPLOAD,
    Receive,
    Refused,
    Upload,
    again,
    json_object,
    told_size,
    whole,
)
from assistant.page.readers import KEPT, Keys, Signed, cookie, cookies_of
from assistant.page.signing import ENDED, OUT, sign_in_html
from assistant.page.visit import GO_ON, Scope, Send, Visit
from assistant.page.ways import Way, way_of

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Signatures = Mapping[str, tuple[frozenset[str], frozenset[str]]]  # a door → its parameters, and those it needs

FAILED = "Something failed here, not your request. Try again; the reason stands in the window that runs Dateline."
log = logging.getLogger("dateline")


class Door:
    """Around the page's application. Without `accounts` each browser is a reader by itself."""

    def __init__(
        self,
        app: App,
        names: Collection[str] = ("localhost",),
        accounts: Accounts | None = None,
        signatures: Signatures | None = None,
    ) -> None:
        """`names` are those of this server beside addresses in digits, in small letters."""
        self._app, self._names, self._signatures = app, names, signatures or {}
        self._signed, self._keys = Signed(accounts) if accounts else None, Keys()
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it pass."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # nothing here speaks it
            return
        visit = Visit(scope, receive, send)
        try:
            await self._take(visit)
        except Refused as refused:
            await visit.say(refused.status, refused.sentence, refused.headers)
        except Wait as wait:
            await visit.say(429, str(wait), {"retry-after": str(wait.seconds)})
        except Exception:
            log.exception("a request failed: %s %s", visit.method, visit.path)
            await visit.say(500, FAILED)

    async def _take(self, visit: Visit) -> None:
        headers = visit.headers
        if visit.doubled or not policy.known_host(headers.get("host", ""), self._names):
            raise Refused(421, "Dateline does not answer to this address: use the one it was started with.")
        if policy.from_elsewhere(visit.method, visit.path, headers):
            raise Refused(403, "Another site made this request, and none may: open Dateline itself.")
        if self._signed and await self._signing(self._signed, visit):
            return
        found = way_of(visit.path)
        reader = await self._reader(visit)
        if reader is None:
            return
        if found is None:
            raise Refused(404, "There is nothing at this address.")
        way, names = found
        if visit.method not in way.methods:
            raise Refused(405, f"This address takes {' or '.join(way.methods)} only.", allow=", ".join(way.methods))
        if way.sends == "rpc" and visit.method == "GET" and "text/event-stream" not in headers.get("accept", ""):
            raise Refused(406, "This address is for programs that speak MCP: give it to one as a server's.")
        await self._pass_on(visit, way, names, reader)

    async def _reader(self, visit: Visit) -> str | None:
        """Return who asks; None where that was answered already, for nobody may ask this."""
        token = cookies_of(visit.headers.get("cookie", "")).get(visit.cookie)
        if self._signed is None:
            reader = self._keys.key(token)
            if reader is None and visit.path == "/" and visit.method == "GET":
                if visit.followed:
                    await visit.show(looks.plain(visit.nonce, "One moment", GO_ON, "/"))
                    return None
                key = self._keys.new()
                visit.set_cookie, reader = cookie(visit.cookie, key, KEPT, visit.secure), f"key:{key}"
            elif visit.path == "/" and token and reader:
                visit.set_cookie = cookie(visit.cookie, token, KEPT, visit.secure)
            return reader or ""
        reader = await self._signed.reader(visit.headers, token, visit.address)
        if reader is None and visit.reads_pages:
            await visit.go("/sign-in?ended" if token else "/sign-in")
        elif reader is None:
            raise Refused(401, "Sign in first: send a name and a password as HTTP Basic has it.")
        return reader

    async def _signing(self, signed: Signed, visit: Visit) -> bool:
        """Answer what has to do with signing in and out; return whether it was that."""
        token = cookies_of(visit.headers.get("cookie", "")).get(visit.cookie)
        match visit.method, visit.path:
            case "GET" | "HEAD", "/sign-in":
                if visit.followed:
                    # The cookie does not come along from another site: ask once more, from here.
                    await visit.show(looks.plain(visit.nonce, "One moment", GO_ON, "/"))
                elif token and signed.tickets.name(token):
                    await visit.go("/")
                else:
                    said = {"out": OUT, "ended": ENDED}.get(visit.query, "")
                    await visit.show(sign_in_html(visit.nonce, said))
            case "POST", "/sign-in":
                await self._sign_in(signed, visit)
            case "POST", "/login" | "/login/":
                await self._log_in(signed, visit)
            case "POST", "/sign-out":
                if token:
                    signed.tickets.withdraw(token)
                visit.set_cookie = cookie(visit.cookie, "", 0, visit.secure)
                await visit.go("/sign-in?out", {"clear-site-data": '"cache", "storage"'})
            case _:
                return False
        return True

    async def _sign_in(self, signed: Signed, visit: Visit) -> None:
        """Answer the form of the page to sign in on."""
        form = await visit.form()
        name = form.get("name", "").strip()
        try:
            right = await signed.admit(name, form.get("password", ""), visit.address)
        except (Wait, Refused) as problem:
            status = 429 if isinstance(problem, Wait) else 503
            seconds = str(problem.seconds) if isinstance(problem, Wait) else "10"
            await visit.show(sign_in_html(visit.nonce, str(problem), name, True), status, {"retry-after": seconds})
            return
        if not right:
            await visit.show(sign_in_html(visit.nonce, f"{WRONG} Try again.", name, True), 403)
            return
        visit.set_cookie = cookie(visit.cookie, signed.tickets.issue(name), None, visit.secure)
        await visit.go("/")

    async def _log_in(self, signed: Signed, visit: Visit) -> None:
        """Answer what Gradio's own clients send to sign in."""
        form = await visit.form()
        name = form.get("username", "").strip()
        if not await signed.admit(name, form.get("password", ""), visit.address):
            raise Refused(401, WRONG)
        token = signed.tickets.issue(name)
        visit.set_cookie = cookie(visit.cookie, token, None, visit.secure)
        body = json.dumps({"success": True, "token": token}).encode()
        await visit.answer(200, body, {"content-type": "application/json"})

    async def _pass_on(self, visit: Visit, way: Way, names: Mapping[str, str | None], reader: str) -> None:
        """Let a request through, its sessions named anew for its reader."""
        receive = visit.receive
        rewrite: Callable[[bytes], bytes] | None = None
        told_size(visit.headers.get("content-length"), LARGEST_UPLOAD if way.sends == "file" else LARGEST_BODY)
        path = visit.path
        if session := names.get("session"):
            path = path.removesuffix(session) + self._named(reader, session)
        if event := names.get("event"):
            if not hmac.compare_digest(event[32:], self._named(reader, event[:32])):
                raise Refused(404, "There is no such call of yours, or its answer was read already.")
            path = path.removesuffix(event) + event[:32]
        if way.sends == "json":
            body = json_object(await whole(receive, LARGEST_BODY))
            receive = again(self._inside(body, names, reader), receive)
        elif way.sends == "rpc":
            receive = again(await whole(receive, LARGEST_BODY), receive)
        elif way.sends == "file":
            visit.upload = Upload(receive, visit.headers.get("content-type", ""))
            receive = visit.upload.receive
        if way.page and visit.method == "GET":
            rewrite = visit.with_nonce
        elif way.event:
            rewrite = self._events_of(reader)
        scope = visit.inner(path, self._query(way, visit.query, reader), reader, plain=rewrite is not None)
        await self._app(scope, receive, visit.sending(way, rewrite))
        if visit.upload and visit.upload.refused:
            raise visit.upload.refused

    def _named(self, reader: str, name: str) -> str:
        """Return what a reader's name for a session or an event is called within."""
        return hmac.digest(self._secret, f"{reader}\0{name}".encode("utf-8", "replace"), "sha256").hex()[:32]

    def _inside(self, body: dict[str, Any], names: Mapping[str, str | None], reader: str) -> bytes:
        """Return a body as it is passed on. Raises: Refused."""
        if door := names.get("door"):
            self._check(door, body, named=bool(names.get("named")))
        if not names.get("named"):
            session = body.get("session_hash")
            if session is not None and not (isinstance(session, str) and re.fullmatch(r"[\w-]{1,64}", session)):
                raise Refused(400, "The `session_hash` is a short text of letters and digits.")
            if session is not None:
                body["session_hash"] = self._named(reader, session)
            if not isinstance(body.get("data"), list):
                raise Refused(400, 'This call needs its arguments as a list: {"data": […]}.')
        return json.dumps(body).encode()

    def _check(self, door: str, body: dict[str, Any], named: bool) -> None:
        """Raises: Refused: a call by name of arguments that are not there."""
        known, needed = self._signatures.get(door, (frozenset(), frozenset()))
        unknown, lacking = sorted(set(body) - known), sorted(needed - set(body))
        if named and unknown:
            raise Refused(400, f"/{door} takes {', '.join(sorted(known))}, not {unknown[0][:40]!r}.")
        if named and lacking:
            raise Refused(400, f"/{door} needs `{lacking[0]}`.")

    def _query(self, way: Way, query: str, reader: str) -> bytes:
        """Return the query as it is passed on: what the way takes, names in it named anew."""
        passed = [(name, value) for name, value in parse_qsl(query, max_num_fields=20) if name in way.takes]
        own = {"session_hash", "upload_id"}
        return urlencode([(n, self._named(reader, v) if n in own else v) for n, v in passed]).encode()

    def _events_of(self, reader: str) -> Callable[[bytes], bytes]:
        """Return what puts a reader's mark on the event that an answer names, so that no other can read it."""

        def marked(body: bytes) -> bytes:
            try:
                told = json.loads(body)
                event = told["event_id"]
            except (ValueError, TypeError, KeyError):
                return body
            return json.dumps({**told, "event_id": f"{event}{self._named(reader, event)}"}).encode()

        return marked
