"""Web pages, by trafilatura: the article without menus, with what the page says of it. The importer of trafilatura.

What a page says in JSON-LD comes before its meta tags, and these before what trafilatura makes out. Notices of a
correction stay in the text wherever the page puts them. Pages are taken apart in the bounded process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.dates import Dated, date_of_page
from index.errors import SourceError
from index.readers import bounded
from index.readers.encodings import decode
from index.readers.inputs import Input
from index.readers.json_ld import Told, told
from index.readers.markup import paragraphs
from index.readers.record import Record, Unreadable, make_article

_CANONICAL = "//link[@rel='canonical']/@href"
_OG_URL = "//meta[@property='og:url']/@content"
# Words in a class or id that name a correction, and how one begins where none names it.
_NAMES_A_NOTICE = re.compile(
    r"(?:^|[\s_-])(?:corrections?|clarification|editors?-?note|retraction|erratum)(?:$|[\s_-])", re.I
)
_BEGINS_A_NOTICE = re.compile(
    r"(?:corrections?\b.{0,40}?[:—–-]|clarification\b.{0,40}?[:—–-]|editor['’]s note\s*[:—–-]|retraction\s*[:—–-]"
    r"|an earlier version of th(?:is|e)\b|this (?:article|story|post) (?:has been|was) (?:corrected|amended))",
    re.I,
)
_MAY_HAVE_A_NOTICE = re.compile(
    r"correction|clarif|editor|retract|erratum|earlier version|(?:been|was) (?:correct|amend)", re.I
)
_NO_TEXT = frozenset({"graphic"})
_NOTICE_CHARACTERS = 2_000
_NOTICE_WORDS = 7  # a link named "Corrections" is none
_A_PARAGRAPH = 40  # letters of it that are looked for in the text
_TOO_LITTLE = 0.4


def read_html(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a page."""
    found = bounded.run("html", given.content(), url=given.url, charset=given.charset)
    article = make_article(
        found["text"],
        title=found["title"],
        url=found["url"],
        outlet=found["outlet"] or given.outlet,
        authors=found["authors"],
        dated=_dated(found),
        notice=found["notice"],
        look_in_text=True,
    )
    yield Record(article, given.place, given.origin)


def page(content: bytes, url: str | None = None, charset: str | None = None) -> dict[str, Any]:
    """Return the fields of a page's article (the bounded process's task). Raises: SourceError where there is none."""
    from trafilatura import bare_extraction, load_html
    from trafilatura.metadata import examine_meta, extract_title

    markup = decode(content, charset)
    tree = load_html(markup)
    if tree is None:
        raise SourceError("this is not HTML")
    meta = examine_meta(tree)
    said = _said(tree, meta, url)
    body: Any = bare_extraction(tree, url=url, include_comments=False, favor_recall=True)
    title = said.headline or meta.title or extract_title(tree)
    text = _text(body, said, title, meta.title)
    if not text:
        raise SourceError("no article was found in the page")
    address = _canonical(tree, said, url)
    return {
        "text": _with_notices(tree, text) if _MAY_HAVE_A_NOTICE.search(markup) else text,
        "title": title,
        "url": address,
        "outlet": said.outlet or _outlet(tree, meta, address),
        "authors": said.authors or _authors(tree, meta),
        **_days(*date_of_page(tree, address or url, text)),
        "notice": said.correction,
    }


def _said(tree: Any, meta: Any, url: str | None) -> Told:
    """Return what the page's JSON-LD says of this page's article, and not of those that it links to."""
    titles = [meta.title or "", *(str(element.text_content()) for element in tree.iter("h1", "title"))]
    addresses = filter(None, [url, *tree.xpath(_CANONICAL), *tree.xpath(_OG_URL)])
    return told(tree.xpath("//script[contains(@type, 'ld+json')]/text()"), addresses, titles)


def _outlet(tree: Any, meta: Any, address: str | None) -> str | None:
    """Return the site's name, else its host."""
    from trafilatura.metadata import extract_sitename

    name: str | None = meta.sitename or extract_sitename(tree)
    if name and name.strip("@ "):
        return name.strip("@ ")
    return (urlsplit(address).hostname or "").removeprefix("www.") or None if address else None


def _authors(tree: Any, meta: Any) -> list[str]:
    """Return the authors that a page's meta tags name, else its byline; a single word is a login or a desk."""
    from trafilatura.metadata import extract_author

    names = meta.author if meta.author and " " in meta.author else extract_author(tree)
    return [name.strip() for name in (names or "").split(";")]


def markup_text(content: bytes) -> str:
    """Return the text of a piece of HTML in UTF-8 that is all article: a letter's body (the bounded process's task)."""
    return fragment(content.decode("utf-8", "replace"))


def fragment(markup: str) -> str:
    """Return the text of a piece of HTML that is all article, such as a feed's content."""
    if not markup.strip():
        return ""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return paragraphs(document_fromstring(f"<div>{markup}</div>", parser=parser))
    except (etree.LxmlError, ValueError) as error:
        raise SourceError("its HTML could not be read") from error


def _text(found: Any, said: Told, *titles: str | None) -> str:
    """Return the article's text without the headline above it; where the page is all script, what JSON-LD holds."""
    text = paragraphs(found.body, _NO_TEXT) if found is not None and found.body is not None else ""
    if said.text and (len(text) < _TOO_LITTLE * len(said.text) or _folded(text) == _folded(said.text)):
        text = said.text
    for title in filter(None, titles):
        # pages repeat their headline above the text; a title is never quoted as text
        above, _, rest = text.partition("\n\n")
        if rest and _folded(above) == _folded(title):
            return rest
    return text


def _with_notices(tree: Any, text: str) -> str:
    """Return the text with the notices of correction that the page puts outside of it, above or below as there."""
    words = _folded(text)
    above: list[str] = []
    below: list[str] = []
    into = above
    within: Any = None
    for element in tree.iter("p", "div", "section", "aside", "small", "em", "span", "footer", "li", "blockquote"):
        is_notice = _is_notice(element)
        if not is_notice and element.tag == "p":
            begins = _folded(element.text_content()[:_A_PARAGRAPH])
            into = below if len(begins) > _A_PARAGRAPH // 2 and begins in words else into
        if not is_notice or (within is not None and within in element.iterancestors()):
            continue
        within = element
        notice = paragraphs(element)
        folded = _folded(notice)
        if len(notice) <= _NOTICE_CHARACTERS and folded.count(" ") >= _NOTICE_WORDS and folded not in words:
            into.append(notice)
            words += folded
    return "\n\n".join([*above, text, *below])


def _is_notice(element: Any) -> bool:
    if _NAMES_A_NOTICE.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return True
    begins = element.text or (element[0].text if len(element) else "") or ""
    return bool(_BEGINS_A_NOTICE.match(begins.strip()))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _canonical(tree: Any, said: Told, url: str | None) -> str | None:
    """Return the page's own address: the canonical link, og:url, JSON-LD's, else where it came from.

    An article is never the front page: what points there is a site's mistake, and would make all its pages one.
    """
    for address in filter(None, [*tree.xpath(_CANONICAL), *tree.xpath(_OG_URL), said.url]):
        with suppress(ValueError):
            absolute: str = urljoin(url or "", address.strip())
            parts = urlsplit(absolute)
            if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query):
                return absolute
    return url


def _days(published: Dated, modified: date | None) -> dict[str, str | None]:
    """Return days and moments as they go between processes."""
    return {
        "day": published.day.isoformat() if published.day else None,
        "at": published.at.isoformat() if published.at else None,
        "from": published.source,
        "modified": modified.isoformat() if modified else None,
    }


def _dated(found: dict[str, Any]) -> tuple[Dated, date | None]:
    day, at, modified = found["day"], found["at"], found["modified"]
    published = Dated(date.fromisoformat(day), at and datetime.fromisoformat(at), found["from"]) if day else Dated()
    return published, modified and date.fromisoformat(modified)
