"""Pages made of an article whose day is known, each telling its date another way. `dates.py` reads them.

A template is a function `(article, draw) -> Page`; `draw` makes its choices: the same seed makes the same pages.
Around every article stands what stands around articles: a menu, teasers, a footer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from html import escape

from index.articles import Article
from index.months import names_of

ZONES = {"EST": -5, "EDT": -4, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "MSK": 3}
SITE = "https://paper.example"
# How the article stands in its page: with the elements made for it, or in nothing but divisions.
SKELETONS = (
    ("<main><article><header><h1>{title}</h1>{byline}</header>", "</article></main>"),
    ('<div class="content"><h1>{title}</h1>{byline}<div class="body">', "</div></div>"),
    ('<main><div class="kicker">World</div><h1 class="title"><span>{title}</span></h1><div>{byline}</div>', "</main>"),
    ("<article>{byline}<h1>{title}</h1>", "</article>"),
    ('<h1 class="logo">Paper</h1><p>24/7</p><h2>{title}</h2>{byline}<div>', "</div>"),
)
ENGLISH = [names[0].title() for names in names_of("en")]


@dataclass(frozen=True)
class Page:
    """A page, its address, the day it should give (None: unknown), its moment where it tells one, and its fetching."""

    html: str
    url: str
    day: date | None
    at: datetime | None = None
    fetched: datetime | None = None


Template = Callable[[Article, random.Random], Page]


@dataclass(frozen=True)
class _Times:
    """When an article went on line, in its outlet's zone; when it was changed; when somebody saved the page."""

    at: datetime
    zone: str
    changed: datetime
    visited: datetime

    @property
    def day(self) -> date:
        return self.at.date()


def _times(article: Article, draw: random.Random) -> _Times:
    assert article.source.published
    zone = draw.choice(list(ZONES))
    clock = time(draw.randrange(24), draw.randrange(60))
    at = datetime.combine(article.source.published, clock, timezone(timedelta(hours=ZONES[zone])))
    changed = at + timedelta(minutes=draw.choice([30, 600, 3_000, 20_000]))
    return _Times(at, zone, changed, changed + timedelta(days=draw.randrange(30, 700), minutes=draw.randrange(1_000)))


def _page(
    article: Article,
    *,
    head: str = "",
    byline: str = "",
    text: str | None = None,
    before: str = "",
    after: str = "",
    lang: str = "en",
    url: str | None = None,
) -> tuple[str, str]:
    title = escape(article.source.title)
    body = "".join(f"<p>{escape(line)}</p>\n" for line in (text or article.text).split("\n") if line.strip())
    url = url or f"{SITE}/news/{article.source.id}"
    opened, closed = SKELETONS[int(article.source.id[:4], 16) % len(SKELETONS)]
    page = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Paper</title>\n'
        f'<meta property="og:title" content="{title}">{head}</head>\n'
        f'<body><div class="top"><a href="/">Paper</a>{before}</div><nav><ul><li><a href="/world">World</a></li>'
        f'<li><a href="/sport">Sport</a></li></ul></nav>\n{opened.format(title=title, byline=byline)}\n{body}{closed}\n'
        f"{after}<footer><a href='/terms'>Terms</a> <a href='/contact'>Contact</a></footer></body></html>"
    )
    return page, url


def _linked(article: Article, **more: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.source.title, **more}


def _script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _english(at: datetime, draw: random.Random, zone: str) -> str:
    """Return a day as English papers write it, with its hour."""
    month, hour = ENGLISH[at.month - 1], at.hour % 12 or 12
    half = "a.m." if at.hour < 12 else "p.m."
    return draw.choice(
        [
            f"{at.day} {month} {at.year}, {at:%H:%M} {zone}",
            f"{month} {at.day}, {at.year} {hour}:{at:%M} {half} {zone}",
            f"{hour}:{at:%M} {half} {zone} {month[:3]}. {at.day}, {at.year}",
            f"{at:%a} {at.day} {month[:3]} {at.year} {at:%H.%M} {zone}",
        ]
    )


def metadata(article: Article, draw: random.Random) -> Page:
    """Meta tags alone, in one of their spellings; a quarter give UTC, beside an address with the local day."""
    told = _times(article, draw)
    if draw.random() < 0.25:
        head = f'<meta property="article:published_time" content="{told.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}">'
        url = f"{SITE}/{told.day:%Y/%m/%d}/{article.source.id}"
        return Page(*_page(article, head=head, url=url), told.day, told.at)
    iso = told.at.isoformat()
    kind, value, at = draw.choice(
        [
            ('property="article:published_time"', iso, told.at),
            ('itemprop="datePublished"', iso, told.at),
            ('name="parsely-pub-date"', iso, told.at),
            ('name="sailthru.date"', f"{told.at:%Y-%m-%d %H:%M:%S %z}", told.at),
            ('name="dc.date.issued"', str(told.day), None),
            ('name="DC.date"', f"{told.day:%Y%m%d}", None),
            ('name="pubdate"', format_datetime(told.at), told.at),
            ('name="publish-date"', f"{ENGLISH[told.day.month - 1]} {told.day.day}, {told.day.year}", None),
        ]
    )
    return Page(*_page(article, head=f'<meta {kind} content="{value}">'), told.day, at)


def json_ld(article: Article, draw: random.Random) -> Page:
    """One NewsArticle in JSON-LD, as an object, a list or beside blocks on other things."""
    told = _times(article, draw)
    node = _linked(article, datePublished=told.at.isoformat())
    other = {"@context": "https://schema.org", "@type": "Organization", "name": "Paper", "foundingDate": "1896-05-04"}
    head = draw.choice([_script(node), _script([other, node]), _script(other) + _script(node)])
    return Page(*_page(article, head=head), told.day, told.at)


def graph(article: Article, draw: random.Random) -> Page:
    """A graph of page, site and article, changed later; values in lists and objects as some sites write them."""
    told = _times(article, draw)
    _, url = _page(article)
    published: object = draw.choice([told.at.isoformat(), [told.at.isoformat()], {"@value": told.at.isoformat()}])
    node = {
        **_linked(article, datePublished=published, dateModified=told.changed.isoformat()),
        "@type": ["NewsArticle"],
    }
    site = {"@type": "WebSite", "url": SITE, "dateModified": told.visited.isoformat()}
    whole = {"@type": "WebPage", "@id": url, "url": url, "dateModified": told.visited.isoformat()}
    head = _script({"@context": "https://schema.org", "@graph": [site, whole, node]})
    changed = f'<meta property="article:modified_time" content="{told.changed.isoformat()}">'
    return Page(*_page(article, head=head + changed), told.day, told.at)


def address(article: Article, draw: random.Random) -> Page:
    """Nothing but the address."""
    told = _times(article, draw)
    month = ENGLISH[told.day.month - 1][:3].lower()
    path = draw.choice([f"{told.day:%Y/%m/%d}/", f"{told.day.year}/{month}/{told.day.day:02}/", f"{told.day}/"])
    return Page(*_page(article, url=f"{SITE}/news/{path}{article.source.id[:6]}-story"), told.day)


def dateline(article: Article, draw: random.Random) -> Page:
    """A wire's dateline without a year, and the wire's copyright line at the end."""
    told = _times(article, draw)
    month = ENGLISH[told.day.month - 1]
    day = draw.choice([f"{month} {told.day.day}", f"{told.day.day} {month}", f"{month[:3]}. {told.day.day}"])
    place = draw.choice(["MOSCOW", "ANKARA", "NEW YORK", "SÃO PAULO", "PORT-AU-PRINCE, Haiti"])
    agency = draw.choice([" (Wire)", " (Northern Press)"])
    line = f"© {told.day.year} {draw.choice(['Wire', 'Northern Press'])}. All rights reserved."
    return Page(*_page(article, text=f"{place}, {day}{agency} — {article.text}\n{line}"), told.day)


def time_element(article: Article, draw: random.Random) -> Page:
    """A `<time>` in the byline; half show the change in another."""
    told = _times(article, draw)
    changed = (
        f'<div>Updated <time datetime="{told.changed.isoformat()}">later</time></div>' if draw.random() < 0.5 else ""
    )
    byline = (
        f'<p class="byline">By A. Writer</p><time datetime="{told.at.isoformat()}">{told.day:%d %b}</time>{changed}'
    )
    return Page(*_page(article, byline=byline), told.day, told.at)


def byline(article: Article, draw: random.Random) -> Page:
    """A line of text: published then, updated later."""
    told = _times(article, draw)
    published, changed = (_english(at, draw, told.zone) for at in (told.at, told.changed))
    line = draw.choice(
        [
            f"Published {published} · Updated {changed}",
            f"Published: {published}",
            f"Posted on {published} | Updated {changed}",
        ]
    )
    return Page(*_page(article, byline=f"<div>By A. Writer</div><div>{line}</div>"), told.day, told.at)


FOREIGN = {
    "fr": ("Publié le {d} {m} {y} à {c}", "Publié le {n} à {c}", "Mis à jour le"),
    "de": ("Veröffentlicht am {d}. {m} {y}, {c} Uhr", "{dots}, {c} Uhr", "Aktualisiert am"),
    "es": ("Publicado el {d} de {m} de {y} a las {c}", "{n} {c}", "Actualizado el"),
    "it": ("Pubblicato il {d} {m} {y} alle {c}", "Pubblicato: {n} {c}", "Aggiornato il"),
    "pt-BR": ("Publicado em {d} de {m} de {y} às {c}", "{n} {c}", "Atualizado em"),
    "nl": ("Gepubliceerd op {d} {m} {y} om {c}", "{d} {m} {y} {c}", "Bijgewerkt op"),
    "tr": ("Yayınlanma: {d} {m} {y} {c}", "Giriş: {dots} {c}", "Güncelleme:"),
    "ru": ("Опубликовано {d} {m} {y} года, {c}", "{dots} {c}", "Обновлено"),
}


def foreign(article: Article, draw: random.Random) -> Page:
    """A byline in another language and its month names or numerals, with the change beside it."""
    told = _times(article, draw)
    lang = draw.choice(list(FOREIGN))
    months = [names[0] for names in names_of(lang[:2])]
    *forms, updated = FOREIGN[lang]

    def written(form: str, at: datetime) -> str:
        day = at.date()
        return form.format(
            d=day.day, m=months[day.month - 1], y=day.year, c=f"{at:%H:%M}", n=f"{day:%d/%m/%Y}", dots=f"{day:%d.%m.%Y}"
        )

    line = written(draw.choice(forms), told.at)
    changed = f"<div>{updated} {written('{d} {m} {y}', told.changed)}</div>"
    return Page(*_page(article, byline=f"<div>{line}</div>{changed}", lang=lang), told.day)


def others(article: Article, draw: random.Random) -> Page:
    """A page full of dates that are not the article's: of others, comments, an event, the visit. A fifth has no own."""
    told = _times(article, draw)
    near = [told.at + timedelta(days=draw.randrange(-900, 700), hours=3) for _ in range(8)]
    way = draw.choice(["meta", "linked", "time", "line", "none"])
    iso = told.at.isoformat()
    own = f'<meta property="article:published_time" content="{iso}">' if way == "meta" else ""
    own += _script(_linked(article, datePublished=iso)) if way == "linked" else ""
    line = f'<time datetime="{iso}">{told.day:%d %B %Y}</time>' if way == "time" else ""
    line += f"<div>Published {_english(told.at, draw, told.zone)}</div>" if way == "line" else ""
    line += f"<div>The square on {near[7]:%d %B %Y}. Photo: A. Photographer</div>" if draw.random() < 0.5 else ""
    page, url = _page(
        article,
        head=_noise(near[:4]) + own,
        byline=line,
        before=f'<time datetime="{told.visited.isoformat()}">{told.visited:%A %d %B %Y}</time>',
        after=_around(near, told, draw),
    )
    return Page(page, url, None) if way == "none" else Page(page, url, told.day, told.at)


def _noise(days: list[datetime]) -> str:
    """Return the JSON-LD of other articles and of an event."""
    *days, summit = days
    about = [
        {"@type": "NewsArticle", "headline": f"Another story {number}", "url": f"{SITE}/a/{number}"}
        | {"datePublished": day.isoformat()}
        for number, day in enumerate(days)
    ]
    event = {"@type": "Event", "name": "Summit", "startDate": summit.isoformat(), "datePublished": summit.isoformat()}
    return _script(about) + _script(event)


def _around(near: list[datetime], told: _Times, draw: random.Random) -> str:
    """Return teasers (marked as such, or not), comments, an event and a footer."""
    teasers = "".join(f'<li><a href="/a">Another</a> {_time(at, "")}</li>' for at in near[:3])
    opened, closed = draw.choice([('<aside class="related">', "</aside>"), ("<div>", "</div>")])
    item = '<div itemscope itemtype="https://schema.org/Comment">'
    comments = "".join(f"{item}{_time(at, 'itemprop=datePublished')}<p>Well said.</p></div>" for at in near[4:6])
    return (
        f'{opened}<h2>Read on</h2><ul>{teasers}</ul>{closed}<section class="comments">{comments}</section>'
        f'<div class="events">Concert on {near[6]:%d %B %Y}</div>'
        f"<footer>© {told.visited.year} Paper. Updated {told.visited:%d %B %Y}</footer>"
    )


def _time(at: datetime, more: str) -> str:
    return f'<time {more} datetime="{at.isoformat()}">{at:%d %B %Y}</time>'


def conflicting(article: Article, draw: random.Random) -> Page:
    """Metadata that does not give the article's day: the visit's instead, or the change's alone."""
    told = _times(article, draw)
    crawl = f'<meta property="article:published_time" content="{told.visited.isoformat()}">'
    changed = f'<meta property="article:modified_time" content="{told.changed.isoformat()}">'
    dated = f"{SITE}/{told.day:%Y/%m/%d}/{article.source.id}"
    way = draw.choice(["address", "linked", "line", "changed, address", "changed", "fetched"])
    if way == "address":
        return Page(*_page(article, head=crawl, url=dated), told.day)
    if way == "linked":
        linked = _script(_linked(article, datePublished=told.at.isoformat()))
        return Page(*_page(article, head=crawl + linked), told.day, told.at)
    if way == "line":
        line = f"<div>Published {_english(told.at, draw, told.zone)}</div>"
        return Page(*_page(article, head=crawl, byline=line), told.day, told.at)
    if way == "changed, address":
        return Page(*_page(article, head=changed, url=dated), told.day)
    if way == "changed":
        return Page(*_page(article, head=changed), None)
    return Page(*_page(article, head=crawl), None, None, told.visited + timedelta(seconds=2))


def nothing(article: Article, draw: random.Random) -> Page:
    """No date at all; a footer with the year of the visit."""
    told = _times(article, draw)
    return Page(*_page(article, after=f"<footer>© {told.visited.year} Paper</footer>"), None)


def footer_year(article: Article, draw: random.Random) -> Page:
    """A dateline without a year, and only a footer's year: the article's in half, the visit's in the others."""
    told = _times(article, draw)
    day = f"{ENGLISH[told.day.month - 1]} {told.day.day}"
    year = draw.choice([told.day.year, told.visited.year])
    page, url = _page(article, text=f"MOSCOW, {day} (Wire) — {article.text}", after=f"<footer>© {year} Paper</footer>")
    return Page(page, url, told.day)


def numerals(article: Article, draw: random.Random) -> Page:
    """A day in numerals alone, on a page in English of no country: unknown where it can be read both ways."""
    told = _times(article, draw)
    one_way = told.day.day > 12 or told.day.day == told.day.month
    line = f"<div>{told.day:%d/%m/%Y}</div>" if draw.random() < 0.5 else f"<div>{told.day:%m/%d/%Y}</div>"
    return Page(*_page(article, byline=line), told.day if one_way else None)


TEMPLATES: dict[str, Template] = {
    "metadata only": metadata,
    "JSON-LD only": json_ld,
    "JSON-LD graph, changed later": graph,
    "address only": address,
    "dateline, wire's copyright": dateline,
    "visible <time>": time_element,
    "byline text": byline,
    "other languages": foreign,
    "full of other dates": others,
    "metadata that misleads": conflicting,
    "no date": nothing,
}
HARDER: dict[str, Template] = {"dateline, footer's year": footer_year, "ambiguous numerals": numerals}
