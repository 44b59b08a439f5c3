"""An article for the panel beside the talk, quotes marked where they stand. Knows nothing of answers or of Gradio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.page.escaping import aside, failure, link_html, meta, safe
from index.characters import inert

if TYPE_CHECKING:
    from index.articles import Article

MOVED = "The article has changed since it was quoted: the sentence is no longer in it."
DATED = {
    "url": " (date found in the address)",
    "dateline": " (date found in the dateline)",
    "text": " (date found in the text)",
}


def opened_html(article: Article, start: int, end: int, quote: str, opened: int = 0) -> str:
    """Return the article with a quote marked where it stands, or where it stands now; else a note that it is gone."""
    if inert(article.text[start:end]) != quote:
        start = article.text.find(quote)
        end = start + len(quote)
    return article_html(article, (start, end), "", opened) if start >= 0 else article_html(article, note=MOVED)


def failure_html(sentence: str) -> str:
    """Return the panel that says why no article is shown."""
    return _panel("", failure(sentence))


def article_html(article: Article, quoted: tuple[int, int] = (0, 0), note: str = "", opened: int = 0) -> str:
    """Return the article for the panel, `text[start:end]` marked. `opened` tells two openings of one place apart."""
    source, text = article.source, article.text
    body = aside(note)
    for start, end in spans(text, r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"):
        left, right = (max(start, min(place, end)) for place in quoted)
        mark = f"<mark>{safe(text[left:right])}</mark>" if left < right else ""
        # Line ends mean something in lists and verse, nothing in text wrapped at a width.
        kept = any(len(line) < 45 for line in text[start:end].strip().splitlines()[:-1])
        shape = ' class="lines"' if kept else ""
        body += f"<p{shape}>{safe(text[start:left])}{mark}{safe(text[right:end])}</p>"
    found = DATED.get(source.published_from, "")
    authors = f'<p class="meta">{safe(", ".join(source.authors))}</p>' if source.authors else ""
    body = aside(source.notice or "") + body
    head = f'<p class="meta">{meta(source)}{found}</p><h2>{safe(source.title)}</h2>{authors}{link_html(source.url)}'
    return _panel(head, body, opened)


def spans(text: str, breaks: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between breaks that hold more than white space."""
    place = 0
    for start, end in [*(match.span() for match in re.finditer(breaks, text)), (len(text), len(text))]:
        if text[place:start].strip():
            yield place, start
        place = end


def _panel(head: str, body: str, opened: int = 0) -> str:
    return (
        f'<article class="article" tabindex="-1" aria-label="Article" data-opened="{opened}"><header>'
        '<button class="close" aria-label="Close the article" title="Close (Esc)">✕</button>'
        f"{head}</header>{body}</article>"
    )
