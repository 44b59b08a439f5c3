"""Which spellings of a web address name one article. Knows no site, and opens nothing.

Left out is what tells how a reader came, not what is read: scheme, www and default port, the last slash, fragments,
tracking parameters, session ids; and what names another dress of the same page: AMP, mobile, `index.html`. Whatever
else stands in an address may name an article of its own and stays: `?id=123`, `?page=2`, the case of a path.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_LAYERS = 5  # one dress may hide another: an AMP cache's address of a tracked mobile page
_PORTS = {"http": 80, "https": 443}
_DRESS = frozenset(("amp", "m", "mobile"))  # as a part of a host's name
_AMP = re.compile(r"(?<=[^/])\.amp(?=\.html?$|$)", re.I)
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php\d?|aspx?|jsp|shtml)", re.I)
# The address of the page itself, as AMP's caches and viewers write it behind their own.
_CACHED = re.compile(r"/(?:amp|c|v)/(?:s/)?((?:[\w-]+\.)+[a-z]{2,})(/.*)?", re.I)
_SESSION = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/;?]*", re.I)
_TRACKING = re.compile(
    # campaigns, clicks, mails, who referred, what was shared, AMP's own
    r"(?:utm|at|ns|mtm|pk|hsa)_\w+|(?:\w+_)?(?:campaign|campaign_?id|medium|tracking)|cmp|cmpid|icid|ocid|ncid|ito|xtor"
    r"|\w{1,5}cl(?:ic)?k?id|gclsrc|[gw]braid|igshid?|mc_[ce]id|mkt_tok|_ga|_gl|_hsenc|_hsmi|smid|smtyp"
    r"|ref|ref_?src|ref_url|referr?er|referral|via|share|shared|share_?id|sr_share|social|rss|fromrss|feedtype"
    r"|amp|amp_js_v|usqp",
    re.I,
)
_SESSIONS = re.compile(r"phpsessid|jsessionid|aspsessionid\w*|session_?id|sessid|cfid|cftoken", re.I)
_MAYBE_SESSION = re.compile(r"(?=.*\d)(?=.*[a-z])\w{16,}", re.I)


class _Address(NamedTuple):
    host: str
    path: str
    query: tuple[str, ...]
    fragment: str


def same_url(url: str) -> str:
    """Return the form under which all spellings of one article's address are equal; it need not open in a browser."""
    for _ in range(_LAYERS):
        url, before = _once(url), url
        if url == before:
            break
    return url


def is_plain(url: str) -> bool:
    """Tell whether an address is the article's own: no AMP or mobile page, no tracking parameter in it."""
    parts = _split(url)
    if parts is None or not _on_the_web(parts):
        return True
    spelled = _spelled(parts)
    return spelled == _undressed(spelled)


def canonical_url(url: str | None, canonical: str | None) -> str | None:
    """Return the address to give a page's article: the canonical one that the page names, else the page's own.

    A canonical address may be relative to the page. One that names the front page of a site is a slip that would make
    all its articles one: then the page's own address stays.
    """
    if not canonical or not canonical.strip():
        return url
    try:
        whole = urljoin(url or "", canonical.strip())
        parts = urlsplit(whole)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return url
    return whole if parts.path.strip("/") or parts.query or not url else url


def _once(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return _printable(url)
    if not _on_the_web(parts):
        return urlunsplit(parts._replace(netloc=parts.netloc.lower(), path=parts.path.rstrip("/"), fragment=""))
    host, path, query, fragment = _undressed(_spelled(parts))
    return urlunsplit(("https", host, path, "&".join(query), fragment))


def _on_the_web(parts: SplitResult) -> bool:
    return parts.scheme in ("", "http", "https") and bool(parts.hostname)


def _printable(url: str) -> str:
    # white space and control characters are no part of an address
    return "".join(letter for letter in url if letter.isprintable() and not letter.isspace())


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None where it is none, yet a name: http://[draft]/1."""
    url = _printable(url)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts._replace(scheme=parts.scheme.lower())


def _spelled(parts: SplitResult) -> _Address:
    """Return the address in one spelling, whatever page it names."""
    host = (parts.hostname or "").rstrip(".")
    if parts.port and parts.port != _PORTS.get(parts.scheme):
        host = f"{host}:{parts.port}"
    labels = host.split(".")
    if len(labels) > 2 and re.fullmatch(r"www\d?", labels[0]):
        host = ".".join(labels[1:])
    path = _SESSION.sub("", parts.path).rstrip("/")
    head, _, last = path.rpartition("/")
    if _INDEX.fullmatch(last):
        path = head.rstrip("/")
    query = sorted(pair for pair in parts.query.split("&") if pair and not _is_session(pair))
    # a page that is made in the browser may say after the # which article it shows
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return _Address(host, path, tuple(query), fragment.rstrip("/"))


def _undressed(address: _Address) -> _Address:
    """Return the address of the article that an AMP or mobile page, or a tracked link, stands for."""
    host, path, query, fragment = address
    if cached := _CACHED.fullmatch(path):
        host, path = cached[1].lower(), (cached[2] or "").rstrip("/")
        host = re.sub(r"^www\d?\.(?=.*\.)", "", host)
    labels = host.split(".")
    kept = [label for label in labels[:-2] if label not in _DRESS] + labels[-2:]
    segments = path.split("/")
    plain = [part for part in segments if part.lower() not in ("amp", "amp.html", "amp.htm")]
    path = _AMP.sub("", "/".join(plain) if any(plain) else path)
    return _Address(".".join(kept), path.rstrip("/"), tuple(pair for pair in query if not _is_tracking(pair)), fragment)


def _is_session(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(_SESSIONS.fullmatch(name) or (name.lower() == "sid" and _MAYBE_SESSION.fullmatch(value)))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(_TRACKING.fullmatch(name)) or value.lower() == "amp"
