"""What a web page says of its article's date: meta tags, microdata, JSON-LD, the lines beside the headline, a footer.

Only what belongs to the article counts: not the dates of related articles, comments, events or menus, nor the JSON-LD
of another article. Which of it to believe is `dates`' matter. Knows nothing of how a text is taken out of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from index.addresses import carried
from index.datelines import Told, dateline, told_in_head
from index.dates import Evidence
from index.json_ld import LinkedArticle, linked_article
from index.moments import Moment, Setting, numeral_order, read_moment

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# The surest first; "date" may be anything's.
_PUBLISHED = (
    *("article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished"),
    *("rnews:datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "bt:pubdate"),
    *("dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date"),
    *("citation_publication_date", "citation_online_date", "prism.publicationdate", "originalpublicationdate"),
    *("article_date_original", "publish_date", "publish-date", "publishdate", "published_date", "publication_date"),
    *("published_at", "pubdate", "pub_date", "iso-8601-publish-date", "date.release", "ptime", "date"),
)
_MODIFIED = (
    *("article:modified_time", "article:modified", "og:updated_time", "og:modified_time", "datemodified"),
    *("dc.date.modified", "dcterms.modified", "last-modified", "lastmod", "last_modified", "revised", "modified_date"),
    *("updated_at", "update_date", "article_date_updated", "moddate"),
)
_NOT_ARTICLES = ("comment", "event", "video", "image", "review", "person", "listitem", "product")
_ASIDE = re.compile(
    r"(?<![a-z])(?:comments?|related|recommend\w*|sidebar|promos?|teasers?|widgets?|trending|popular|more|latest"
    r"|newsletter|events?|footer|menu|nav(?:bar|igation)?|breadcrumbs?|carousel|outbrain|taboola|masthead|site-?header)(?![a-z])",
    re.I,
)
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "div", "dl", "dt", "dd", "figure", "footer", "form", "h1", "h2"),
    *("h3", "h4", "header", "hr", "li", "main", "ol", "p", "section", "table", "td", "tr", "ul", "br"),
}
_SILENT = {"script", "style", "noscript", "template", "svg", "button", "select", "figure", "iframe"}
_PARAGRAPH = 120  # characters from which a paragraph is the article's text
_SHOWN_CHARACTERS = 1_500
_PAGE_CHARACTERS = 50_000
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright\b)[^\n\d]{0,40}(\d{4})(?!\d)(?!\s*[-–—]\s*\d{4})", re.I)


def evidence_of_page(
    page: HtmlElement | str | bytes, url: str | None, text: str, fetched: datetime | None, today: date
) -> Evidence:
    """Return all that a page says. `url` is its address, else that of its canonical link counts."""
    tree = _tree(page)
    if tree is None:
        return Evidence(Setting.of(None, today), fetched=fetched)
    metas = _metas(tree)
    url = url or next(iter(tree.xpath("//link[@rel='canonical']/@href")), None) or _value(metas, "og:url")
    setting = Setting.of(_language(tree, metas), today)
    address = carried(url, setting)
    headline = _headline(tree)
    linked = linked_article(
        tree.xpath("//script[contains(@type, 'ld+json')]/text()"), _addresses(tree, metas, url), _titles(tree, metas)
    )
    lines = _beside_the_headline(headline) if headline is not None else ""
    if not setting.order:
        setting = replace(setting, order=_order(tree, metas, linked, lines, address.day, setting))
    shown = told_in_head(lines, setting, opening_lines=8) if lines else Told()
    metadata = _first(_published(tree, metas, headline), setting)
    changed = [_first(_modified(tree, metas), setting), read_moment(linked.modified, setting), shown.modified]
    told = told_in_head(text, setting)
    return Evidence(
        setting,
        metadata=metadata,
        json_ld=read_moment(linked.published, setting),
        address=address,
        dateline=dateline(text, setting),
        shown=shown.published,
        told=told.published,
        modified=tuple(one for one in (*changed, told.modified) if one),
        text=text,
        footer=_footer_year(tree),
        fetched=fetched,
    )


def _tree(page: HtmlElement | str | bytes) -> HtmlElement | None:
    if not isinstance(page, (str, bytes)):
        return page
    from lxml import etree, html

    content = page.encode("utf-8", "replace") if isinstance(page, str) else page
    parser = html.HTMLParser(encoding="utf-8" if isinstance(page, str) else None)
    try:
        return html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Return the contents of meta tags by their names in small letters."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content")
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := meta.get(key)) and not (key == "itemprop" and _in_another_item(meta)):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def _published(tree: HtmlElement, metas: dict[str, list[str]], headline: HtmlElement | None) -> Iterator[Any]:
    for name in _PUBLISHED[:-1]:
        yield from metas.get(name, [])[:1]
    yield _parsely(_value(metas, "parsely-page"))
    yield from _microdata(tree, "datePublished")
    yield from (
        time.get("datetime") for time in tree.iter("time") if time.get("pubdate") is not None and not _aside(time)
    )
    yield _value(metas, "date")


def _modified(tree: HtmlElement, metas: dict[str, list[str]]) -> Iterator[Any]:
    for name in _MODIFIED:
        yield from metas.get(name, [])[:1]
    yield from _microdata(tree, "dateModified")


def _microdata(tree: HtmlElement, name: str) -> Iterator[str]:
    """Yield what an item of this name says, where it is the article's own."""
    for element in tree.xpath(f"//*[contains(@itemprop, '{name}')]"):
        if element.tag != "meta" and not _aside(element) and not _in_another_item(element):
            yield element.get("datetime") or element.get("content") or str(element.text_content())[:100]


def _in_another_item(element: HtmlElement) -> bool:
    scope = next((one for one in element.iterancestors() if one.get("itemscope") is not None), None)
    kind = (scope.get("itemtype") or "").rsplit("/", 1)[-1].lower() if scope is not None else ""
    return any(other in kind for other in _NOT_ARTICLES) or _aside(element)


def _parsely(block: str | None) -> Any:
    import json

    try:
        data = json.loads(block or "null")
    except (ValueError, RecursionError):
        return None
    return data.get("pub_date") if isinstance(data, dict) else None


def _beside_the_headline(headline: HtmlElement) -> str:
    """Return the lines from the article's begin to its first paragraph, a `<time>` as its machine-readable date."""
    within = next((one for one in headline.iterancestors() if one.tag in ("article", "main", "header")), None)
    # above a headline without a container stands the site's own head, with the day of the visit
    begun = within is not None and within.tag != "header"
    container = next((one for one in headline.iterancestors() if one.tag in ("article", "main", "body")), headline)
    pieces: list[str] = []
    for piece in _pieces(container, headline):
        if piece is None:
            pieces, begun = (pieces if begun else []), True
            continue
        pieces.append(piece)
        if len(piece) > _PARAGRAPH or sum(map(len, pieces)) > _SHOWN_CHARACTERS:
            break
    return "".join(pieces)


def _pieces(element: HtmlElement, headline: HtmlElement) -> Iterator[str | None]:
    """Yield the text of an element in order, line ends at its blocks, and None where the headline stands."""
    stack: list[HtmlElement | str] = [element]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
            continue
        if one is headline:
            yield None
            continue
        if not isinstance(one.tag, str) or one.tag in _SILENT or (one is not element and _is_aside(one, headline)):
            continue
        end = "\n" if one.tag in _BLOCKS else ""
        if one.tag == "time" and read_moment(one.get("datetime"), _ANY):
            yield f" {one.get('datetime')} "
            continue
        yield end + " ".join((one.text or "").split()) + " "
        parts: list[HtmlElement | str] = []
        for child in one:
            parts += [child, " " + " ".join((child.tail or "").split()) + " "]
        stack += reversed([*parts, end])


_ANY = Setting(date.max)


def _aside(element: HtmlElement) -> bool:
    return any(_is_aside(one, None) for one in (element, *element.iterancestors()))


def _is_aside(element: HtmlElement, headline: HtmlElement | None) -> bool:
    """Tell whether an element is not the article's: by its tag or its class, unless the headline stands in it."""
    if element.tag in ("html", "body", "main", "article", "head", "meta"):
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag not in ("aside", "nav", "footer") and not _ASIDE.search(named):
        return False
    return element.find(".//h1") is None


def _headline(tree: HtmlElement) -> HtmlElement | None:
    headings = [one for one in tree.iter("h1") if " ".join(one.text_content().split())]
    inside = [one for one in headings if any(parent.tag in ("article", "main") for parent in one.iterancestors())]
    return next(iter(inside or headings), None)


def _titles(tree: HtmlElement, metas: dict[str, list[str]]) -> list[str]:
    headings = [str(one.text_content()) for one in tree.iter("h1", "title")]
    return [*headings, *metas.get("og:title", []), *metas.get("twitter:title", [])]


def _addresses(tree: HtmlElement, metas: dict[str, list[str]], url: str | None) -> list[str]:
    return [one for one in (url, *tree.xpath("//link[@rel='canonical']/@href"), _value(metas, "og:url")) if one]


def _language(tree: HtmlElement, metas: dict[str, list[str]]) -> str | None:
    """Return the page's language, with its region where one of its statements has one."""
    stated = [tree.get("lang") or tree.get("xml:lang"), _value(metas, "og:locale"), _value(metas, "content-language")]
    known = [one.strip().replace("_", "-") for one in stated if one and one.strip()]
    first = known[0] if known else None
    return next((one for one in known if first and one.lower().startswith(first.lower() + "-")), first)


def _order(
    tree: Any, metas: dict[str, list[str]], linked: LinkedArticle, lines: str, day: date | None, setting: Setting
) -> Any:
    """Return the order of numerals that the page's other dates settle."""
    surer = (
        _first(_modified(tree, metas), setting),
        read_moment(linked.modified, setting),
        _first([linked.published], setting),
    )
    near = [day, *(one.day for one in surer if one)]
    values = [content for name in (*_PUBLISHED, *_MODIFIED) for content in metas.get(name, [])]
    texts = [*values, lines, str(tree.text_content())[:_PAGE_CHARACTERS]]
    return numeral_order(texts[:-1], [one for one in near if one]) or numeral_order(texts[-1:])


def _footer_year(tree: HtmlElement) -> int | None:
    found = {int(year) for year in _COPYRIGHT.findall(str(tree.text_content())[-5_000:])}
    return found.pop() if len(found) == 1 else None


def _value(metas: dict[str, list[str]], name: str) -> str | None:
    return next(iter(metas.get(name, [])), None)


def _first(values: Iterator[Any] | list[Any], setting: Setting) -> Moment | None:
    return next((moment for value in values if (moment := read_moment(value, setting))), None)
