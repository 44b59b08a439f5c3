"""Web addresses → records: fetching, feeds, sitemaps, and what is known of them. Knows nothing of the index's engines.

    Visit(Manners(), state).read("https://…")     yields records, what could not be read, and what was known already

Nothing here is imported, and no network is touched, before a source is a web address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Manners:
    """How the web is asked: what is allowed, how often, how long, how much.

    `pause` is the least time between two requests to one host, in seconds; `pages` the most articles taken from one
    feed or sitemap. A server's own wishes are honoured: a Crawl-delay up to `longest_delay` seconds, a Retry-After up
    to `longest_wait`; a host that asks for more is left alone until then. `seconds` bounds one try from its start to
    its last byte, `bytes` what came after unpacking.
    """

    allow_private: bool = False
    contact: str | None = None
    pause: float = 1.0
    pages: int = 1_000
    seconds: float = 30.0
    bytes: int = 10_000_000
    redirects: int = 5
    tries: int = 3
    backoff: float = 2.0
    longest_delay: float = 30.0
    longest_wait: float = 120.0


def is_address(place: str) -> bool:
    """Tell whether a source is an address, of whatever scheme, and not a file."""
    return bool(_ADDRESS.match(place))
