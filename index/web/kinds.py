"""What fetched bytes are, told from themselves and not from the address. Knows nothing of what is made of them."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["feed", "sitemap", "sitemaps", "html", "xml", "json", "pdf", "text", "unknown"]

_HEAD = 65_536
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w-]{1,20}:)?(rss|feed|rdf|urlset|sitemapindex|html)\b|<!doctype\s+(html)\b", re.IGNORECASE)
_ROOTS: dict[bytes, Kind] = {
    b"rss": "feed",
    b"feed": "feed",
    b"rdf": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemaps",
    b"html": "html",
}


def kind_of(content: bytes, declared: str = "") -> Kind:
    """Return what the content is; `declared`, the server's Content-Type, counts only where the content says nothing."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if root := _ROOT.search(_COMMENT.sub(b"", head)):
        return _ROOTS[(root.group(1) or root.group(2)).lower()]
    if head.startswith((b"{", b"[")):
        return "json"
    if head.startswith(b"<?xml"):
        return "xml"
    if "html" in declared or head.startswith(b"<"):
        return "html"
    if "text/" in declared and b"\x00" not in head:
        return "text"
    return "unknown"
