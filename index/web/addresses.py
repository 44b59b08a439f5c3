"""Which addresses may be asked: http and https, without secrets, and only machines that are public. Knows no HTTP."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

import httpx

from index.errors import SourceError

_SECRET = re.compile(r"(?<=//)[^/?#]*@")
_NAT64 = ip_network("64:ff9b::/96")
# for protocols of the IETF and, on some clouds, the machine's own secrets; Python calls part of it public
_ASSIGNED = ip_network("192.0.0.0/24")
_LONGEST = 4_000
# what a site puts before its name for other kinds of the same page
_KINDS_OF_A_SITE = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.)")


class Unfetched(SourceError):
    """An address that could not be fetched, and why.

    `passing` says that another try may help, `after` how many seconds later the server wants it.
    """

    def __init__(self, reason: str, *, passing: bool = False, after: float | None = None) -> None:
        super().__init__(reason)
        self.passing, self.after = passing, after


def shown(address: str) -> str:
    """Return an address as it may be shown and kept: without user name, password and unprintable characters."""
    return _SECRET.sub("", "".join(letter for letter in address if letter.isprintable()))


def clean(address: str, base: str | None = None) -> str:
    """Return the address that is asked, without user name, password and fragment.

    Raises: Unfetched where it is none, or neither http nor https.
    """
    url = parsed(address, base)
    return str(url.copy_with(username=None, password=None, fragment=None))


def parsed(address: str, base: str | None = None) -> httpx.URL:
    """Return an address in its parts. Raises: Unfetched."""
    if len(address) > _LONGEST:
        raise Unfetched(f"the address is longer than {_LONGEST:,} characters")
    try:
        url = httpx.URL(urljoin(base or "", address.strip()))
        port = url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise Unfetched("this is not a web address") from error
    if url.scheme not in ("http", "https"):
        raise Unfetched("only http and https addresses are fetched")
    if not url.host or port == 0:
        raise Unfetched("the address names no host")
    return url


def secret(address: str) -> tuple[str, str] | None:
    """Return the user name and password that an address holds, if it does. Raises: Unfetched."""
    url = parsed(address)
    return (url.username, url.password) if url.userinfo else None


def origin(address: str) -> str:
    """Return scheme, host and port of an address, that for which a robots.txt or a password counts."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def public(address: str) -> bool:
    """Tell whether a numeric address is a machine of the public internet, also where it wraps another address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return public(str(inner))
        if ip.is_site_local:
            return False
    elif ip in _ASSIGNED:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def own_address(claimed: str | None, fetched: str) -> str:
    """Return the address that a page goes by: the one it claims for itself, where that is on its own site.

    A page may not speak for another site, nor all pages of a site for its front page.
    """
    if not claimed:
        return fetched
    try:
        url = clean(claimed, fetched)
    except Unfetched:
        return fetched
    there, here = urlsplit(url), urlsplit(fetched)
    if there.path.strip("/") == "" and not there.query and (here.path.strip("/") or here.query):
        return fetched
    return url if _same_site(there.hostname or "", here.hostname or "") else fetched


def _same_site(one: str, other: str) -> bool:
    one, other = _KINDS_OF_A_SITE.sub("", one), _KINDS_OF_A_SITE.sub("", other)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
