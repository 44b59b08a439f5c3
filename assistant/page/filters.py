"""The bar of filters: what holds for every question until it is changed. Knows nothing of how a search obeys it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from assistant.page.escaping import failure, safe
from assistant.request import Options, day
from index.errors import BadRequest
from index.lexical import fold, topic_terms
from index.scope import days

NAMES = ("outlets", "since", "until", "topic")
MOST_OUTLETS = 500  # listed; a newsroom's archive has fewer
SEARCHED = 8  # outlets from which on they can be searched
LONGEST_TOPIC = 200  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """The filters as they stand in the form: texts, perhaps wrong ones, and the outlets that are ticked."""

    since: str = ""
    until: str = ""
    topic: str = ""
    outlets: tuple[str, ...] = ()


def draft_of(sent: Mapping[str, str]) -> Draft:
    """Return what a browser sent, an outlet a line."""
    outlets = tuple(dict.fromkeys(filter(None, map(_line, sent.get("outlets", "").splitlines()))))
    since, until, topic = (_line(sent.get(name, "")) for name in ("since", "until", "topic"))
    return Draft(since, until, topic, outlets)


def draft(narrowing: Options) -> Draft:
    """Return filters as they stand in the form."""
    since, until = narrowing.get("since"), narrowing.get("until")
    return Draft(
        since.isoformat() if since else "",
        until.isoformat() if until else "",
        narrowing.get("topic", ""),
        tuple(narrowing.get("outlets", ())),
    )


def filters_of(form: Draft, known: Mapping[str, int], chosen: Options) -> Options:
    """Return the filters that a form means, only those it sets. Outlets that are neither known nor chosen are left out.

    Raises: BadRequest, with a sentence for the reader.
    """
    since, until = day(form.since or None), day(form.until or None)
    if since and until and since > until:
        raise BadRequest(
            f"The period starts on {days(since, since)}, after it ends on {days(until, until)}: swap them."
        )
    if len(form.topic) > LONGEST_TOPIC:
        raise BadRequest(f"The topic has {len(form.topic)} characters; use {LONGEST_TOPIC} or fewer.")
    topic_terms(form.topic)
    names = {fold(name): _line(name) for name in (*known, *chosen.get("outlets", ()))}
    outlets = tuple(dict.fromkeys(names[fold(name)] for name in form.outlets if fold(name) in names))
    meant: Options = {"outlets": outlets, "since": since, "until": until, "topic": form.topic}
    return only(meant)


def only(options: Options) -> Options:
    """Return those filters among options that leave anything out."""
    return cast(Options, {name: value for name, value in options.items() if name in NAMES and value})


def without(narrowing: Options, what: str, outlet: str = "") -> Options:
    """Return filters less one: an outlet, the "period" or the "topic"; or less "all"."""
    left: dict[str, Any] = dict(narrowing)
    for name in {"all": NAMES, "period": ("since", "until"), "topic": ("topic",)}.get(what, ()):
        left.pop(name, None)
    if what == "outlet":
        left["outlets"] = tuple(name for name in left.get("outlets", ()) if fold(name) != fold(outlet))
    if not left.get("outlets"):
        left.pop("outlets", None)
    return cast(Options, left)


def filters_html(known: Mapping[str, int], narrowing: Options, wrong: Draft | None = None, told: str = "") -> str:
    """Return the bar: the filters in use as chips, and the form. `wrong` is a form that was not taken, `told` why."""
    form = wrong or draft(narrowing)
    opened = " open" if wrong else ""
    return (
        f'<div class="narrowing"><details{opened}><summary class="button plain">Filters</summary>'
        f'<form data-do="narrow">{failure(f"{told} The filters are as before.") if told else ""}'
        f"{_period(form)}{_topic(form)}{_outlets(form, known)}"
        '<p class="row"><button class="button primary">Apply filters</button>'
        '<button type="button" class="button close">Close</button></p></form></details>'
        f"{_chips(narrowing)}</div>"
    )


def _period(form: Draft) -> str:
    fields = "".join(
        f'<label>{word} <input class="field" type="date" name="{name}" value="{safe(value)}"></label>'
        for word, name, value in (("From", "since", form.since), ("to", "until", form.until))
    )
    return f'<fieldset class="row"><legend>Published</legend>{fields}</fieldset>'


def _topic(form: Draft) -> str:
    return (
        '<label class="topic">Topic words <input class="field" name="topic" autocomplete="off" '
        f'maxlength="{LONGEST_TOPIC}" value="{safe(form.topic)}" aria-describedby="topic-help"></label>'
        '<p class="aside" id="topic-help">Only passages with each of these words.</p>'
    )


def _outlets(form: Draft, known: Mapping[str, int]) -> str:
    ticked = {fold(name) for name in form.outlets}
    listed = sorted(known.items(), key=lambda one: (fold(one[0]) not in ticked, -one[1], fold(one[0])))
    gone = [(name, 0) for name in form.outlets if fold(name) not in {fold(other) for other in known}]
    items = "".join(
        f'<li><label><input type="checkbox" name="outlets" value="{safe(_line(name))}"'
        f"{' checked' if fold(name) in ticked else ''}><span>{safe(_line(name))}</span><i>{count:,}</i></label></li>"
        for name, count in [*gone, *listed][:MOST_OUTLETS]
    )
    if not items:
        return ""
    search = (
        f'<input class="field" type="search" aria-label="Find an outlet" placeholder="Find one of {len(known):,}…">'
        if len(known) >= SEARCHED
        else ""
    )
    more = len(known) - MOST_OUTLETS
    rest = (
        f'<p class="aside">{more:,} smaller outlets are not listed: name one in the question.</p>' if more > 0 else ""
    )
    none = '<p class="aside none" role="status" hidden>No outlet has these letters.</p>'
    return f"<fieldset><legend>Outlets</legend>{search}<ul>{items}</ul>{none}{rest}</fieldset>"


def _chips(narrowing: Options) -> str:
    chips = [(_line(name), "outlet", _line(name)) for name in narrowing.get("outlets", ())]
    period, topic = days(narrowing.get("since"), narrowing.get("until")), narrowing.get("topic", "")
    chips += [(period, "period", "")] if period else []
    chips += [(f"topic “{topic}”", "topic", "")] if topic else []
    if not chips:
        return ""
    html = "".join(
        f'<li class="chip">{safe(label)} <button data-do="widen" data-what="{what}" data-outlet="{safe(value)}" '
        f'aria-label="Remove the filter {safe(label)}">×</button></li>'
        for label, what, value in chips
    )
    clear = '<button class="button plain" data-do="widen" data-what="all">Clear filters</button>'
    return f'<ul class="chips" aria-label="Filters in use">{html}</ul>{clear}'


def _line(text: str) -> str:
    return " ".join(text.split())
