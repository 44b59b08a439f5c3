"""What the server allows a browser, and which requests of a browser it takes. Knows no reader and no page."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

# `new Function` makes a script of each part of the page (`gr.HTML`), and Gradio styles elements one by one.
_PAGE = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}' 'unsafe-eval'",
    "script-src-attr": "'none'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_PLAIN = {
    "default-src": "'none'",
    "style-src": "'nonce-{nonce}'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_NOT_NEEDED = (
    "accelerometer autoplay camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with "no-referrer" a browser's own forms would come from the origin "null"
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _NOT_NEEDED.split()),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
OURS = ("/", "/sign-in")  # the pages that a link from elsewhere may lead to


def content_policy(nonce: str, page: bool) -> str:
    """Return the Content-Security-Policy of the page, or of our plain pages, which have no script."""
    policy = _PAGE if page else _PLAIN
    return "; ".join(f"{name} {value}" for name, value in policy.items()).format(nonce=nonce)


def loopback(host: str) -> bool:
    """Return whether an address to answer on is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def known_host(value: str, names: Collection[str]) -> bool:
    """Return whether a Host header names this server.

    Another site's name that was led to this machine's address ("DNS rebinding") is none of ours; an address in digits
    cannot be led anywhere.
    """
    name = host_of(value)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in names
    return True


def host_of(value: str) -> str:
    """Return the name or address in a Host header; nothing of what is none."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?", value, re.ASCII)
    return found[1].strip("[]").lower().rstrip(".") if found else ""


def names_of(host: str, told: Collection[str]) -> frozenset[str]:
    """Return the names under which a server on `host` is known, beside addresses in digits."""
    own = {"localhost"} if loopback(host) else {"localhost", socket.gethostname(), socket.getfqdn(), host}
    return frozenset(name.lower().rstrip(".") for name in {*own, *told})


def from_elsewhere(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Return whether another site makes a browser ask this, in the reader's name.

    Browsers say so themselves; what is no browser sends neither header. A link from elsewhere to a page is no harm.
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return True
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    followed = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return not (followed and method == "GET" and path in OURS)
