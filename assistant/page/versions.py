"""What an article said before, and what changed since, word by word. Knows nothing of where versions are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.attribution import day_in_words
from assistant.page.escaping import aside, safe
from assistant.page.places import Place
from index.versions import Difference, Version, differences

if TYPE_CHECKING:
    from index.articles import Article

AROUND = 25  # words shown of what stayed, on either side of a change
FOLDED = 15  # words at least that are worth folding away
LEGEND = "<del>Struck out</del>: no longer there. <ins>Underlined</ins>: new."


def versions_html(article: Article, earlier: Sequence[Version], place: Place, shown: Version | None) -> str:
    """Return the list of what an article said before, to choose from; nothing where no earlier version is kept."""
    items = "".join(_item(version, article, place, version is shown) for version in reversed(earlier))
    if not items:
        return ""
    opened = " open" if shown else ""
    return (
        f'<details{opened}><summary>Earlier versions: {len(earlier)}</summary><ul class="others">{items}</ul></details>'
    )


def changes_html(article: Article, old: Version, place: Place) -> str:
    """Return what changed from an earlier version to what stands now."""
    title = _flow(differences(old.article.source.title, article.source.title))
    text = differences(old.article.text, article.text)
    same = all(one.kind == "same" for one in text)
    headline = f'<p class="headline">{title}</p>' if old.article.source.title != article.source.title else ""
    return (
        f'<section class="changes"><h3>Changed since the version that stood until {safe(until(old))}</h3>'
        f'<p class="aside">{LEGEND}</p><button class="button" {place.html()}>Back to the article</button>'
        f"{headline}{aside('The words of the text are the same.') if same else _flow(text)}</section>"
    )


def until(version: Version) -> str:
    """Return the moment at which a version was replaced, in words."""
    moment = version.until
    return _moment(moment) if moment else "now"


def _moment(moment: datetime) -> str:
    return f"{day_in_words(moment.date())}, {moment:%H:%M} UTC"


def _item(version: Version, article: Article, place: Place, shown: bool) -> str:
    source, moment = version.article.source, version.until
    title = f"<span>{safe(source.title)}</span>" if source.title != article.source.title else ""
    words = f"{len(version.article.text.split()):,} words"
    named = f'data-until="{moment.isoformat() if moment else ""}"' + ' aria-current="true"' * shown
    return (
        f'<li><button class="other" {place.html("compare")} {named}><b>Until {safe(until(version))}</b>'
        f'{title}<span class="meta">{words} · {"shown below" if shown else "show what changed"}</span></button></li>'
    )


def _flow(changes: Sequence[Difference]) -> str:
    """Return stretches as running text; where much stayed, the middle of it is folded away."""
    html, line = "", ""
    for place, one in enumerate(changes):
        if one.kind == "changed":
            line += "".join(_changed(one))
            continue
        words = one.new.split()
        before = words[:AROUND] if place else []
        after = words[-AROUND:] if place < len(changes) - 1 else []
        between = words[len(before) : len(words) - len(after)]
        if len(between) < FOLDED or len(changes) == 1:
            line += f"{safe(one.new)} "
            continue
        html += _paragraph(f"{line}{safe(' '.join(before))}")
        html += f'<details class="same"><summary>{len(between):,} words that stayed</summary>'
        html += f"<p>{safe(' '.join(between))}</p></details>"
        line = f"{safe(' '.join(after))} "
    return html + _paragraph(line)


def _changed(one: Difference) -> Iterator[str]:
    if one.old:
        yield f'<del><span class="hidden">taken out: </span>{safe(one.old)}</del> '
    if one.new:
        yield f'<ins><span class="hidden">put in: </span>{safe(one.new)}</ins> '


def _paragraph(line: str) -> str:
    return f"<p>{line.strip()}</p>" if line.strip() else ""
