"""What a web page says of its article's date: meta tags, microdata, JSON-LD, the lines beside the headline, a footer.

Only what belongs to the article counts: not the dates of related articles, comments, events or menus, nor the JSON-LD
of another article. Which of it to believe is `dates`' matter. Knows nothing of how a text is taken out of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from index.datelines import Told, dateline, told_in_head
from index.dates import Evidence
from index.json_ld import linked_article, title_words
from index.moments import Moment, Setting, has_numerals, numeral_order, read_moment
from index.months import Order
from index.url_dates import carried

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
_HEADLINE_WORDS = 4  # a site's name is shorter


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
    titles = _titles(tree, metas)
    headline = _headline(tree, titles)
    linked = linked_article(
        tree.xpath("//script[contains(@type, 'ld+json')]/text()"),
        _addresses(tree, metas, url),
        [*titles, *([_words(headline)] if headline is not None else [])],
    )
    lines = _beside_the_headline(headline) if headline is not None else ""
    if not setting.order:
        changed = _first([*_modified(tree, metas), linked.modified], setting)
        values = [content for name in (*_PUBLISHED, *_MODIFIED) for content in metas.get(name, [])]
        setting = replace(setting, order=_order(tree, values, lines, address.day, changed, setting))
    shown = told_in_head(lines, setting, opening_lines=8) if lines else Told()
    changes = [_first(_modified(tree, metas), setting), read_moment(linked.modified, setting), shown.modified]
    told = told_in_head(text, setting)
    return Evidence(
        setting,
        metadata=_first(_published(tree, metas), setting),
        json_ld=read_moment(linked.published, setting),
        address=address,
        dateline=dateline(text, setting),
        shown=shown.published,
        told=told.published,
        modified=tuple(one for one in (*changes, told.modified) if one),
        text=text,
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


def _published(tree: HtmlElement, metas: dict[str, list[str]]) -> Iterator[Any]:
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
        if not isinstance(one.tag, str) or one.tag in _SILENT or (one is not element and _is_aside(one)):
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
    return any(_is_aside(one) for one in (element, *element.iterancestors()))


def _is_aside(element: HtmlElement) -> bool:
    """Tell whether an element is not the article's: by its tag or its class, unless a headline stands in it."""
    if element.tag in ("html", "body", "main", "article", "head", "meta", "h1"):
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag not in ("aside", "nav", "footer") and not _ASIDE.search(named):
        return False
    return element.find(".//h1") is None


def _headline(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """Return the article's headline: of the headings that the page's titles begin with the longest, else a first one.

    A first heading may as well be the site's name, beside which stands the day of the visit.
    """
    headings = [one for one in tree.iter("h1", "h2") if _words(one)]
    known = [title for one in titles if (title := title_words(one))]
    entitled = [one for one in headings if any(title.startswith(title_words(_words(one)) or "-") for title in known)]
    if entitled:
        return max(entitled, key=lambda one: len(_words(one)))
    first = [one for one in headings if one.tag == "h1"]
    inside = [one for one in first if any(parent.tag in ("article", "main") for parent in one.iterancestors())]
    return next(iter(inside or [one for one in first if len(_words(one).split()) >= _HEADLINE_WORDS]), None)


def _words(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _titles(tree: HtmlElement, metas: dict[str, list[str]]) -> list[str]:
    return [*metas.get("og:title", []), *metas.get("twitter:title", []), *(_words(one) for one in tree.iter("title"))]


def _addresses(tree: HtmlElement, metas: dict[str, list[str]], url: str | None) -> list[str]:
    return [one for one in (url, *tree.xpath("//link[@rel='canonical']/@href"), _value(metas, "og:url")) if one]


def _language(tree: HtmlElement, metas: dict[str, list[str]]) -> str | None:
    """Return the page's language, with its region where one of its statements has one."""
    stated = [tree.get("lang") or tree.get("xml:lang"), _value(metas, "og:locale"), _value(metas, "content-language")]
    known = [one.strip().replace("_", "-") for one in stated if one and one.strip()]
    first = known[0] if known else None
    return next((one for one in known if first and one.lower().startswith(first.lower() + "-")), first)


def _order(
    tree: HtmlElement, values: list[str], lines: str, day: date | None, changed: Moment | None, setting: Setting
) -> Order | None:
    """Return the order of numerals that the address, the last change or the page's other dates settle."""
    texts = [*values, lines]
    if not any(map(has_numerals, texts)):
        return None
    near = [one for one in (day, changed and changed.day) if one]
    latest = changed.day + timedelta(days=1) if changed else setting.latest
    order = numeral_order(texts, near, latest)
    return order or numeral_order([str(tree.text_content())[:_PAGE_CHARACTERS]], like=texts)


def _value(metas: dict[str, list[str]], name: str) -> str | None:
    return next(iter(metas.get(name, [])), None)


def _first(values: Iterator[Any] | list[Any], setting: Setting) -> Moment | None:
    return next((moment for value in values if (moment := read_moment(value, setting))), None)
