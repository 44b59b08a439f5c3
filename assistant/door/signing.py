"""Signing in and out: the page with its form, and who is signed in. Knows nothing of how a request comes in.

Who is signed in stands in this process alone: after a restart all sign in again.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.door.accounts import Accounts
from assistant.page import looks
from assistant.page.escaping import failure, safe

IDLE = 12 * 3_600.0  # seconds without a request after which one is signed out
LONGEST = 7 * 86_400.0  # seconds from signing in
MOST = 10_000  # places signed in at, of all; of more, the one not used for the longest time goes
OF_ONE = 50  # of one name
OUT = "You are signed out."
ENDED = "You were signed out, for nothing was asked for some time: sign in again."


@dataclass(frozen=True, slots=True)
class _Ticket:
    name: str
    standing: str | None  # the hash of the password it was made with
    made: float
    used: float


class Tickets:
    """Who is signed in, by a random token; only its digest is kept."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts, self._clock = accounts, clock
        self._all: OrderedDict[bytes, _Ticket] = OrderedDict()

    def issue(self, name: str) -> str:
        """Sign someone in and return the token."""
        token, now = secrets.token_urlsafe(32), self._clock()
        theirs = [key for key, ticket in self._all.items() if ticket.name == name]
        for key in theirs[: max(0, len(theirs) + 1 - OF_ONE)]:
            del self._all[key]
        self._all[_digest(token)] = _Ticket(name, self._accounts.standing(name), now, now)
        while len(self._all) > MOST:
            self._all.popitem(last=False)
        return token

    def name(self, token: str) -> str | None:
        """Return who is signed in by a token; None for nobody, also once the password is another."""
        key, now = _digest(token), self._clock()
        ticket = self._all.get(key)
        if ticket is None:
            return None
        over = now - ticket.used > IDLE or now - ticket.made > LONGEST
        if over or ticket.standing is None or ticket.standing != self._accounts.standing(ticket.name):
            del self._all[key]
            return None
        self._all[key] = replace(ticket, used=now)
        self._all.move_to_end(key)
        return ticket.name

    def withdraw(self, token: str) -> None:
        """Sign out."""
        self._all.pop(_digest(token), None)


def sign_in_html(nonce: str, sentence: str = "", name: str = "", wrong: bool = False) -> str:
    """Return the page to sign in on, with what went wrong or happened before."""
    told = failure(sentence) if wrong else f'<p role="status">{safe(sentence)}</p>' if sentence else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    return looks.plain(
        nonce,
        "Sign in",
        f'{told}<form method="post" action="/sign-in">'
        f'<label for="name">Name</label><input id="name" name="name" value="{safe(name)}" autocomplete="username" '
        f'autocapitalize="none" spellcheck="false" maxlength="64" required{first}>'
        '<label for="password">Password</label><input id="password" name="password" type="password" '
        f'autocomplete="current-password" required{second}>'
        "<button>Sign in</button></form>"
        '<p class="quiet">Whoever runs this Dateline gives you a name and a password.</p>',
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
