"""Who is signed in, and the way out, in the top bar. Knows nothing of how one signs in."""

from __future__ import annotations

from assistant.page.escaping import safe
from assistant.page.session import Changes, Click, Part, Session


class Account(Part):
    """The part of the page that says who is signed in, with the way out."""

    async def greet(self, session: Session, click: Click) -> Changes:
        """Return who is signed in; nothing where nobody signs in."""
        name = session.visitor.name
        return {"account": account_html(name)} if name else {}


def account_html(name: str) -> str:
    """Return who is signed in and the button that signs out."""
    return (
        f'<form method="post" action="/sign-out"><span>{safe(name)}</span>'
        '<button class="button plain">Sign out</button></form>'
    )
