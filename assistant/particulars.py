"""Each quotation, figure, date and name of a sentence looked up in what it cites. Knows nothing of the other words.

What stands nowhere is wrong. What stands somewhere may still be wrong: where another one of its kind has the
surroundings that it has in the sentence, the article says the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from assistant import figures, moments
from assistant.alignment import Around, alike
from assistant.alignment import around as surrounding
from assistant.figures import Figure
from assistant.following import day_follows, follows
from assistant.named import Name
from assistant.quotations import Quotation, flat, verbatim
from assistant.sources import Cited, Part

Kind = Literal["quotation", "figure", "date", "name", "negation"]

MARGIN = 0.2  # by which another's surroundings must be more alike …
MARGIN_WITHIN = 0.6  # … where both stand in one sentence, which may be told in another order
ENOUGH = 0.45  # how much alike they must be …
ENOUGH_STANDS = 0.5  # … where the claimed one stands in the source too
_MOST = 40  # particulars of a sentence that are compared place by place: beyond, it is no sentence
_SPEAKS = re.compile(
    r"(?:said|says|told|tells|wrote|writes|added|adds|asked|warned|argued|tweeted|posted|declared|insisted|noted|stated"
    r"|explained|announced|claimed|replied|according to|called)\b"
)
_SPEECH = re.compile(rf"\b(?:{_SPEAKS.pattern}|report\w*)")
_REPORTED = re.compile(r"(?: \([^)]{1,40}\))?,? (?:reported|reports|has reported|writes|wrote)\b")
_REPORTED_BY = re.compile(r"\b(?:[Aa]ccording to|[Rr]eported by|[Rr]eport by|[Aa]rticle in|[Rr]eport in) (?:the )?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a particular. `grave`: it stands nowhere, or the article has another in its place."""

    kind: Kind
    reason: str
    grave: bool = True


def problems(claim: Part, cited: Cited) -> Iterator[Problem]:
    """Yield what is wrong with the particulars of a sentence, the plainest first."""
    yield from _quotations(claim, cited)
    yield from _figures(claim, cited)
    yield from _moments(claim, cited)
    yield from _names(claim, cited)
    if max(len(claim.quotations), len(claim.figures), len(claim.moments), len(claim.names)) > _MOST:
        yield Problem("figure", "It holds more figures and names than one sentence can be checked for.", grave=False)


def _quotations(claim: Part, cited: Cited) -> Iterator[Problem]:
    texts = [part.flat for part in cited.parts]
    told = flat(claim.reading.text)
    for quoted, surroundings in claim.quotations[:_MOST]:
        if not verbatim(quoted, texts):
            yield Problem("quotation", f"The words “{quoted.text}” do not stand in what it cites.")
            continue
        same = [around for part in cited.parts for around in _where(quoted, part)]
        others = (
            (other.text, around)
            for part in cited.parts
            for other, around in part.quotations
            if len(other.text.split()) > 2 and flat(other.text) not in told and not verbatim(quoted, [flat(other.text)])
        )
        if (other_words := _instead(surroundings, same, others)) is not None:
            yield Problem("quotation", f"The article has “{other_words}” there, not “{quoted.text}”.")
        elif speaker := _other_speaker(claim, quoted, cited):
            yield Problem("quotation", f"The article has the words “{quoted.text}” from {speaker}.", grave=False)


def _where(quoted: Quotation, part: Part) -> Iterator[Around]:
    """Yield what surrounds the words of a quotation wherever they stand."""
    reading = part.reading
    for other, around in part.quotations:
        if verbatim(quoted, [flat(other.text)]):
            yield around
    words = flat(quoted.parts[0]) if quoted.parts else ""
    start = reading.text.lower().find(words) if words else -1
    if start >= 0:
        yield part.around(start, start + len(words))


def _figures(claim: Part, cited: Cited) -> Iterator[Problem]:
    given = [pair for part in cited.parts for pair in part.figures]
    years = {float(moment.year_only) for part in cited.parts for moment, _ in part.moments if moment.year_only}
    mine = [figure for figure, _ in claim.figures[:_MOST]]
    for figure, surroundings in claim.figures[:_MOST]:
        same = [around for other, around in given if figures.same(figure, other)]
        others = (
            (other.text, around)
            for other, around in given
            if figures.comparable(figure, other)
            and not figures.same(figure, other)
            and not any(figures.same(one, other) for one in mine)
        )
        stands = bool(same) or bool(years & set(figure.values))
        if not stands and follows(figure, claim, cited):
            continue
        if found := _judge(figure.text, "number", "figure", surroundings, stands, same, others):
            yield found


def _moments(claim: Part, cited: Cited) -> Iterator[Problem]:
    given = [pair for part in cited.parts for pair in part.moments]
    counts = [pair for part in cited.parts for pair in part.figures]
    mine = [moment for moment, _ in claim.moments[:_MOST]]
    for moment, surroundings in claim.moments[:_MOST]:
        same = [around for other, around in given if moments.same(moment, other)]
        others: Iterable[tuple[str, Around]] = (
            (other.text, around)
            for other, around in given
            if not moments.same(moment, other)
            and not any(moments.same(one, other) and moments.same(other, one) for one in mine)
        )
        if moment.year_only is not None:
            # it may be a count: "1500 gallons"
            count = Figure("number", (float(moment.year_only),), moment.start, moment.end, moment.text)
            same += [around for other, around in counts if figures.same(count, other)]
            counted = [
                (other.text, around)
                for other, around in counts
                if figures.comparable(count, other) and not figures.same(count, other)
            ]
            others = chain(others, counted)
        if not same and day_follows(moment, cited):
            continue
        if found := _judge(moment.text, "date", "date", surroundings, bool(same), same, others):
            yield found


def _names(claim: Part, cited: Cited) -> Iterator[Problem]:
    for name, surroundings in claim.names[:_MOST]:
        missing = cited.known.missing(name, claim.reading.present)
        called = tuple(cited.known.called_after(name, claim.reading.present))
        if missing is None and _is_of_source(name, cited):
            continue
        literally = set(name.terms) <= cited.present
        if (
            missing is None
            and literally
            and _reports(claim, name)
            and not any(_speakers_here(name, part) for part in cited.passages)
        ):
            yield Problem("name", f"What it cites is not by {name.text}{_by(cited)}.")
            continue
        if missing == "":
            yield Problem("name", f"“{name.text}” is not named so in what it cites.", grave=False)
            continue
        others = (
            (other.text, around)
            for part in cited.parts
            for other, around in part.names
            if other.may_replace(name)
            and name.may_replace(other)
            and set(other.terms).isdisjoint(name.terms)
            and not _has_its_own(claim, other, around, surroundings)
            and not any(set(one) <= set(other.terms) for one in called)
        )
        terms = [*name.terms, *(term for one in called for term in one)]
        same = [] if missing else list(_named(terms, cited))
        if missing is None and not same:
            continue
        if found := _judge(name.text, "", "name", surroundings, missing is None, same, others, literally):
            yield found


def _has_its_own(claim: Part, name: Name, given: Around, surroundings: Around) -> bool:
    """Tell whether the sentence has a name of the source itself, no further from its place than what is looked at."""
    if claim.reading.present.isdisjoint(name.terms):
        return False
    here = alike(surroundings, given)
    return any(
        alike(around, given) + MARGIN >= here
        for own, around in claim.names
        if not set(own.terms).isdisjoint(name.terms)
    )


def _is_of_source(name: Name, cited: Cited) -> bool:
    """Tell whether a name is that of an outlet or author of what is cited."""
    return any(set(name.terms) <= set(part.reading.terms) for part in cited.bylines)


def _reports(claim: Part, name: Name) -> bool:
    """Tell whether the sentence says that this is whose report it is."""
    text = claim.reading.text
    if name.is_people:
        return False
    return bool(_REPORTED.match(text[name.end :]) or _REPORTED_BY.search(text[: name.start]))


def _by(cited: Cited) -> str:
    outlets = [one.source.outlet for one in cited.evidence if one.source.outlet]
    return f", but by {outlets[0]}" if outlets else ""


def _speakers_here(name: Name, part: Part) -> bool:
    """Tell whether a source has a name next to a word of speech or of reporting."""
    for term in name.terms:
        for place in part.reading.places.get(term, ())[:20]:
            start, end = (
                part.reading.starts[max(0, place - 4)],
                part.reading.ends[min(len(part.reading.ends), place + 5) - 1],
            )
            if _SPEECH.search(part.reading.text[start:end].lower()):
                return True
    return False


def _named(terms: Sequence[str], cited: Cited) -> Iterator[Around]:
    """Yield what surrounds one of the words of a name wherever it stands."""
    for part in cited.parts:
        for term in terms:
            for place in part.reading.places.get(term, ())[:20]:
                yield surrounding(part.reading, place, place + 1)


def _judge(
    text: str,
    noun: str,
    kind: Kind,
    surroundings: Around,
    stands: bool,
    same: Sequence[Around],
    others: Iterable[tuple[str, Around]],
    literally: bool = True,
) -> Problem | None:
    instead = _instead(surroundings, same, others, ENOUGH_STANDS if stands and literally else ENOUGH)
    if instead is not None:
        return Problem(kind, f"The article has {instead}, not {text}.")
    if stands:
        return None
    if kind == "name":
        return Problem(kind, f"“{text}” is not named in what it cites.")
    return Problem(kind, f"The {noun} {text} does not stand in what it cites.")


def _instead(
    surroundings: Around, same: Iterable[Around], others: Iterable[tuple[str, Around]], least: float = ENOUGH
) -> str | None:
    """Return what the source has where the sentence has another; None where it has the same, or it cannot be told."""
    mine: dict[tuple[int, int], float] = {}
    for around in same:
        mine[around.sentence] = max(alike(surroundings, around), mine.get(around.sentence, 0.0))
    enough = max(least, max(mine.values(), default=0.0) + MARGIN)
    if enough >= 1:
        return None
    best, found = enough, None
    for text, around in others:
        score = alike(surroundings, around)
        if score > best and score > mine.get(around.sentence, -MARGIN_WITHIN) + MARGIN_WITHIN:
            best, found = score, text
    return found


def _other_speaker(claim: Part, quoted: Quotation, cited: Cited) -> str | None:
    """Return who speaks these words in the source, where that is another than in the sentence."""
    said = speakers(claim, (0, len(claim.reading.text)))
    if not said:
        return None
    mine = {term for name in said for term in name.terms}
    for part in cited.passages:
        for other, _ in part.quotations:
            if not verbatim(quoted, [flat(other.text)]):
                continue
            span = _sentence(part, other.start)
            others = [name for name in speakers(part, span) if not other.start <= name.start < other.end]
            known = {term for name in others for term in name.terms}
            near = part.reading.of(*span)
            if len(others) == 1 and mine.isdisjoint(known) and mine.isdisjoint(near):
                return others[0].text
    return None


def _sentence(part: Part, position: int) -> tuple[int, int]:
    spans: Callable[[], Sequence[tuple[int, int]]] = lambda: part.reading.sentence_spans  # noqa: E731
    return next((span for span in spans() if span[0] <= position < span[1]), (0, len(part.reading.text)))


def speakers(part: Part, span: tuple[int, int]) -> list[Name]:
    """Return the names beside a word of speech: "X said", "said X", "according to X"."""
    text = part.reading.text
    found = []
    for name, _ in part.names:
        if not span[0] <= name.start < span[1]:
            continue
        after, before = text[name.end : name.end + 40].lower(), text[max(0, name.start - 20) : name.start].lower()
        if _SPEAKS.match(after.lstrip()) or re.search(rf"{_SPEAKS.pattern}\W*$", before):
            found.append(name)
    return found
