"""Text as HTML in which nothing of it is more than text, and the small pieces every part of the page is made of.

Articles and models write what they like, so every piece of theirs passes through `safe`, and a link is a link only
when it is http or https. Functions take plain text and return it escaped. Knows nothing of Gradio or of style.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.attribution import status
from index.characters import inert

if TYPE_CHECKING:
    from index.articles import Source


def safe(text: str) -> str:
    """Return text of an article, a model or a reader as HTML: it stays text, and nothing in it is unseen."""
    return escape(inert(text))


def link_html(url: str | None) -> str:
    """Return a link for an http or https address that browsers read as we do, nothing for any other."""
    url = inert(url or "")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()  # in letters that look like no others
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "\\" in url or url.split() != [url]:
        return ""
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Read at {escape(host)}</a>'


def aside(text: str) -> str:
    """Return a quiet line of our own words; nothing for none."""
    return f'<p class="aside">{safe(text)}</p>' if text else ""


def failure(sentence: str) -> str:
    """Return what went wrong, as an alert."""
    return f'<p class="failure" role="alert">{safe(sentence)}</p>'


def opens(source: Source, quote: str = "", start: int = 0, end: int = 0) -> str:
    """Return the attributes that make a button open an article, where a quote stands in it if there is one."""
    span = f' data-start="{start}" data-end="{end}" data-quote="{safe(quote)}"' if quote else ""
    return f'data-do="open" data-article="{safe(source.id)}"{span}'


def meta(source: Source) -> str:
    """Return outlet, day and standing of a source."""
    day = source.published
    when = f'<time datetime="{day}">{day.day} {day:%B %Y}</time>' if day else "date unknown"
    standing = f" · <b>{status(source)}</b>" if status(source) else ""
    return f"{safe(source.outlet)} · {when}{standing}" if source.outlet else f"{when}{standing}"
