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
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from inspect import Parameter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from assistant.door import policy
from assistant.door.accounts import WRONG, Accounts, Wait
from assistant.door.bodies import (
    LARGEST_BODY,
    Receive,
    Refused,
    Upload,
    again,
    json_object,
    told_size,
    whole,
)
from assistant.door.readers import KEPT, Keys, Signed, cookie, cookies_of
from assistant.door.signing import ENDED, OUT, sign_in_html
from assistant.door.visit import FAILED, GO_ON, Rewrite, Scope, Send, Visit
from assistant.door.watching import Watching
from assistant.door.ways import Way, shown, way_of
from assistant.page import desk, looks
from assistant.page.intake import LARGEST_UPLOAD
from assistant.page.line import ENOUGH, FULL
from index.seeing import enter, span

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Signatures = Mapping[str, Mapping[str, Any]]  # a door → its arguments in order → what counts where one is left out
Events = Mapping[int, str]  # a function of the page's application → its name, which is a door's or not

_MOST_READ = 10_000
log = logging.getLogger("dateline")


class Door:
    """Around the page's application. Without `accounts` each browser is a reader by itself."""

    def __init__(
        self,
        app: App,
        names: Collection[str] = ("localhost",),
        accounts: Accounts | None = None,
        signatures: Signatures | None = None,
        events: Events | None = None,
        watching: Watching | None = None,
    ) -> None:
        """`names` are those of this server beside addresses in digits; `events` the names of the page's functions."""
        self._watching = watching
        self._app, self._names, self._signatures, self._events = app, names, signatures or {}, events or {}
        self._signed, self._keys = Signed(accounts) if accounts else None, Keys()
        self._secret = secrets.token_bytes(32)
        self._read = OrderedDict[str, None]()  # calls whose answer was read: asked once more, Gradio would say nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it pass."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # nothing here speaks it
            return
        visit = Visit(scope, receive, send)
        enter(visit.request)
        with span("request", method=visit.method) as seen:
            await self._answer(visit)
            if seen.watched:
                seen.note(status=visit.status, path=shown(visit.path))

    async def _answer(self, visit: Visit) -> None:
        """Answer a request, whatever happens."""
        try:
            await self._take(visit)
        except Refused as refused:
            await visit.say(refused.status, refused.sentence, refused.headers)
        except Wait as wait:
            await visit.say(429, str(wait), {"retry-after": str(wait.seconds)})
        except Exception as error:
            if visit.begun:  # such as the stream of a session that is not there: Gradio has told its reader
                log.warning("an answer broke off: %s %s (%s)", visit.method, shown(visit.path), type(error).__name__)
                log.debug("broke off", exc_info=error)
                await visit.break_off()
                return
            log.exception("a request failed: %s %s", visit.method, shown(visit.path))
            await visit.say(500, FAILED)

    async def _take(self, visit: Visit) -> None:
        headers = visit.headers
        if visit.doubled or not policy.known_host(headers.get("host", ""), self._names):
            raise Refused(421, "Dateline does not answer to this address: use the one it was started with.")
        if policy.from_elsewhere(visit.method, visit.path, headers):
            raise Refused(403, "Another site made this request, and none may: open Dateline itself.")
        if self._watching and await self._watching.answers(visit):
            return
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
        path, event, rewrite = visit.path, names.get("event"), self._rewrite(visit, way, reader)
        if session := names.get("session"):
            path = path.removesuffix(session) + self._named(reader, session)
        if event:
            if not hmac.compare_digest(event[32:], self._named(reader, event[:32])) or event in self._read:
                raise Refused(404, "There is no such call of yours, or its answer was read already.")
            path = path.removesuffix(event) + event[:32]
        receive = await self._body(visit, way, names, reader)
        scope = visit.inner(path, self._query(way, visit.query, reader), reader, plain=rewrite is not None)
        await self._app(scope, receive, visit.sending(way, rewrite))
        if visit.upload and visit.upload.refused:
            raise visit.upload.refused
        if event:
            self._read[event] = None
            while len(self._read) > _MOST_READ:
                self._read.popitem(last=False)
        await visit.say(500, FAILED)  # unless it was answered, as it nearly always is

    async def _body(self, visit: Visit, way: Way, names: Mapping[str, str | None], reader: str) -> Receive:
        """Return what hands out a request's body as it is passed on. Raises: Refused."""
        receive = visit.receive
        told_size(visit.headers.get("content-length"), LARGEST_UPLOAD if way.sends == "file" else LARGEST_BODY)
        if way.sends == "json":
            body = json_object(await whole(receive, LARGEST_BODY))
            return again(self._inside(body, names, reader), receive)
        if way.sends == "rpc":
            return again(await whole(receive, LARGEST_BODY), receive)
        if way.sends == "file":
            visit.upload = Upload(receive, visit.headers.get("content-type", ""))
            return visit.upload.receive
        return receive

    def _rewrite(self, visit: Visit, way: Way, reader: str) -> Rewrite | None:
        """Return what an answer needs before it goes out, where it needs any."""
        if way.page and visit.method == "GET":
            return visit.with_nonce
        if way.answers:
            return self._events_of(reader) if way.answers == "event" else as_status
        return None

    def _named(self, reader: str, name: str) -> str:
        """Return what a reader's name for a session or an event is called within."""
        return hmac.digest(self._secret, f"{reader}\0{name}".encode("utf-8", "replace"), "sha256").hex()[:32]

    def _inside(self, body: dict[str, Any], names: Mapping[str, str | None], reader: str) -> bytes:
        """Return a body as it is passed on: what Gradio reads of it, each of the right kind. Raises: Refused."""
        if names.get("named"):
            return json.dumps(self._by_name(names["door"] or "", body)).encode()
        if door := names.get("door"):
            body = {"data": self._in_order(door, body), "session_hash": body.get("session_hash")}
        else:
            body = {**body, "data": self._given(body)}
        session, trigger = body.get("session_hash"), body.get("trigger_id")
        if session is not None and not (isinstance(session, str) and re.fullmatch(r"[\w-]{1,64}", session, re.ASCII)):
            raise Refused(400, "The `session_hash` is a short text of letters and digits.")
        if trigger is not None and not isinstance(trigger, int):
            raise Refused(400, "The `trigger_id` is a whole number.")
        passed = {name: body.get(name) for name in ("data", "fn_index", "trigger_id", "event_data")}
        passed["session_hash"] = session and self._named(reader, session)
        return json.dumps(passed).encode()

    def _given(self, body: dict[str, Any]) -> list[Any]:
        """Return what one of the page's functions is given: a door its arguments, the others nothing. Raises: Refused.

        Of a call with too few, Gradio would print all that was sent.
        """
        event, data = body.get("fn_index"), body.get("data")
        if not isinstance(data, list) or not isinstance(event, int) or event not in self._events:
            raise Refused(400, "The page has no such event: load it again.")
        name = self._events[event]
        return self._in_order(name, {"data": data}) if name in self._signatures else []

    def _by_name(self, door: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a door, given by name. Raises: Refused: one is lacking, or not known."""
        known = self._signatures.get(door, {})
        if unknown := sorted(set(given) - set(known)):
            raise Refused(400, f"/{door} takes {', '.join(known)}, not {unknown[0][:40]!r}.")
        if lacking := [name for name, default in known.items() if default is Parameter.empty and name not in given]:
            raise Refused(400, f"/{door} needs `{lacking[0]}`.")
        return given

    def _in_order(self, door: str, body: dict[str, Any]) -> list[Any]:
        """Return all arguments of a door, given as a list in `data` or by name. Raises: Refused."""
        known, data = self._signatures.get(door, {}), body.get("data", [])
        if not isinstance(data, list) or len(data) > len(known):
            raise Refused(400, f"/{door} takes as `data` a list of {len(known)} at most: {', '.join(known)}.")
        ways = {"data", "session_hash", "fn_index", "event_id"}
        named = dict(zip(known, data, strict=False)) | {name: body[name] for name in body if name not in ways}
        given = self._by_name(door, named)
        return [given.get(name, default) for name, default in known.items()]

    def _query(self, way: Way, query: str, reader: str) -> bytes:
        """Return the query as it is passed on: what the way takes, names in it named anew."""
        passed = [(name, value) for name, value in parse_qsl(query, max_num_fields=20) if name in way.takes]
        if "session_hash" in way.takes and not dict(passed).get("session_hash"):
            raise Refused(400, "Say which session: the `session_hash` is lacking.")
        own = {"session_hash", "upload_id"}
        return urlencode([(n, self._named(reader, v) if n in own else v) for n, v in passed]).encode()

    def _events_of(self, reader: str) -> Rewrite:
        """Return what puts a reader's mark on the event that an answer names, so that no other can read it."""

        def marked(status: int, body: bytes) -> tuple[int, bytes]:
            told = json.loads(body) if status == 200 else {}
            if event := told.get("event_id"):
                body = json.dumps({**told, "event_id": f"{event}{self._named(reader, event)}"}).encode()
            return status, body

        return marked


def as_status(status: int, body: bytes) -> tuple[int, bytes]:
    """Return a door's answer; of one that failed in words, these as what HTTP has for it."""
    sentence = json.loads(body).get("error") if status == 500 else None
    if sentence is None:
        return status, body
    status = 500 if sentence == desk.FAILED else 429 if sentence in (FULL, ENOUGH) else 400
    return status, json.dumps({"detail": sentence}).encode()
