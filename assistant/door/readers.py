"""Who the reader of a request is: a name that signed in, else a browser's own unguessable key. Knows no page.

A reader is told as one text: `user:NAME`, `key:KEY`, or nothing for a program that brings neither.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping

from assistant.door.accounts import WRONG, Accounts, Tries, Wait
from assistant.door.bodies import Refused
from assistant.door.signing import Tickets
from index.seeing import event

KEPT = 400 * 86_400  # seconds a browser keeps its key; browsers take no more
CHECKED = 300.0  # seconds for which a program's password need not be hashed again
MOST_CHECKED = 1_000
MOST_CHECKING = 40  # passwords hashed or waiting for it
BUSY = "Many are signing in just now: try again in ten seconds."
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def cookies_of(header: str) -> dict[str, str]:
    """Return the cookies of a request; of two of one name the first."""
    pairs = (pair.strip().partition("=") for pair in reversed(header.split(";")))
    return {name: value for name, _, value in pairs}


def cookie(name: str, value: str, seconds: int | None, secure: bool) -> str:
    """Return a Set-Cookie that no script and no other site gets to use."""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{age}{'; Secure' if secure else ''}"


class Keys:
    """Readers without sign-in: each browser has a key of its own."""

    def key(self, given: str | None) -> str | None:
        """Return a browser's key as a reader, None where it has none."""
        return f"key:{given}" if given and _KEY.fullmatch(given) else None

    def new(self) -> str:
        return secrets.token_urlsafe(32)


class Signed:
    """Readers who sign in."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts, self.tickets, self.tries = accounts, Tickets(accounts), Tries()
        self._secret, self._checked = secrets.token_bytes(32), OrderedDict[bytes, tuple[str, float]]()
        self._hashing, self._waiting = asyncio.Semaphore(2), 0

    async def admit(self, name: str, password: str, address: str) -> bool:
        """Return whether a name signs in with a password. Raises: Wait, Refused."""
        if self._waiting >= MOST_CHECKING:
            raise Refused(503, BUSY, retry_after="10")
        try:
            self.tries.begin(name, address)
        except Wait:
            event("sign_in", outcome="wait")
            raise
        self._waiting += 1
        try:
            async with self._hashing:
                right = await asyncio.to_thread(self.accounts.admits, name, password)
        finally:
            self._waiting -= 1
        event("sign_in", outcome="right" if right else "wrong")
        if right:
            self.tries.right(name, address)
        return right

    async def reader(self, headers: Mapping[str, str], token: str | None, address: str) -> str | None:
        """Return who asks, by the cookie's token or by the Authorization header; None for nobody.

        Raises: Refused: a header with a wrong password; Wait.
        """
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            token = given.strip()
        elif kind.lower() == "basic":
            return await self._by_password(given.strip(), address)
        name = self.tickets.name(token) if token else None
        return None if name is None else f"user:{name}"

    async def _by_password(self, given: str, address: str) -> str:
        try:
            name, colon, password = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            raise Refused(401, "The Authorization header is not as HTTP Basic has it.") from None
        known = hmac.digest(self._secret, given.encode(), hashlib.sha256)
        standing = self.accounts.standing(name)
        checked = self._checked.get(known)
        if not (checked and standing and checked[0] == standing and time.monotonic() - checked[1] < CHECKED):
            if not colon or not await self.admit(name, password, address):
                raise Refused(401, WRONG)
            self._checked[known] = (self.accounts.standing(name) or "", time.monotonic())
            while len(self._checked) > MOST_CHECKED:
                self._checked.popitem(last=False)
        return f"user:{name}"
