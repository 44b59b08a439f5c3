"""Sentences of articles made wrong in one place, or said otherwise and still right. Knows nothing of the gate.

Numbers, dates and names are found here by spelling alone, in ways of this module's own, so that what the gate
overlooks is not overlooked here too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.articles import Article
from index.passages import Passage, passages, sentences

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_NUMBER = re.compile(
    r"(?<![\w.,/:-])(?:[$€£]\s?)?\d[\d,]*(?:\.\d+)?(?:\s(?:thousand|million|billion|trillion|percent|per cent)\b|%)?"
    r"(?![\w/:]|[.,]\d|-\d)"
)
_DATE = re.compile(
    rf"\b(?:(?:{_MONTH}) \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}}|(?:{_DAYS})"
    r"|(?<=[Ii]n )(?:19|20)\d\d|(?<=[Ss]ince )(?:19|20)\d\d)\b(?![\w-]|,? \d)"
)
_NAME = re.compile(
    r"(?<![.!?:;] )(?<!\n)(?<!^)(?<![\w“\"'‘])[A-Z][a-z]+(?:[ -](?:of |de |al-|bin )?[A-Z][a-zA-Z]+){0,2}(?![\w])"
)
_QUOTED = re.compile(r"“([^“”\"]{25,160})”|(?<![^\s(])\"(\w[^“”\"\n]{25,160}[\w.,?!])\"(?![\w])")
_NOT_NAMES = frozenset(
    f"""{" ".join(_MONTHS)} {_DAYS.replace("|", " ")}
    I The A An In On At It He She They We But And However Mr Mrs Ms Dr God According This That Every Some His Her
    Their Our Your There Then When While After Before With From Sen Rep Gov Gen President Minister Prime Secretary
    Chief English""".split()
)
_AUXILIARY = re.compile(r"(?<=[a-z] )(is|are|was|were|will|would|could|should|has|have|had|can)(?= [a-z]+)(?! not\b)")
_NEGATED = re.compile(
    r"\b(is|are|was|were|will|would|could|should|has|have|had|can|did|does|do) not |(?<=\w)n[’']t(?= )"
)
_REWRITTEN = re.compile(r"\b(said|agreed|decided|plans|planned|expects|expected|managed|wants|wanted) (?=(?:that|to) )")
_TURNED = {
    "said": "denied",
    "agreed": "refused",
    "decided": "declined",
    "plans": "refuses",
    "planned": "refused",
    "expects": "refuses",
    "expected": "refused",
    "managed": "failed",
    "wants": "refuses",
    "wanted": "refused",
}

OUTLETS = ("CNN", "BBC", "Reuters", "The Guardian", "Al Jazeera", "Bloomberg", "The New York Times", "Le Monde")
WRONG = ("number", "date", "name", "outlet", "negation", "quotation")
RIGHT = ("untouched", "date format", "number format", "two joined", "clause dropped", "surname only", "outlet named")


@dataclass(frozen=True)
class Case:
    """A sentence that cites `evidence` by [1], [2] …; `culprit` is what was put in, `origin` where that came from."""

    kind: str
    text: str
    evidence: tuple[Passage, ...]
    culprit: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Told:
    """A sentence as it stands in a passage of an article."""

    article: Article
    passage: Passage
    text: str


def told(articles: Sequence[Article], rng: random.Random) -> list[Told]:
    """Return sentences of articles in a random order: whole ones, as one would be written in an answer."""
    found = []
    for article in articles:
        for passage in passages(article):
            for start, end in sentences(passage.text):
                text = " ".join(passage.text[start:end].split())
                if 60 <= end - start <= 320 and text[-1] == "." and text[0].isupper() and text[:-1].count(". ") == 0:
                    found.append(Told(article, passage, text))
    rng.shuffle(found)
    return found


def wrong(kind: str, sentences_: Sequence[Told], rng: random.Random) -> Iterator[Case]:
    """Yield sentences with one thing changed, of a kind in WRONG; every other value is from the same article."""
    maker = {"outlet": _outlet, "negation": _negation}.get(kind) or _swap(kind)
    turn = 0
    for one in sentences_:
        other = sentences_[rng.randrange(len(sentences_))]
        case = maker(one, other, ("same article", "elsewhere")[turn % 2], rng)
        if case is not None:
            turn += 1
            yield case


def right(kind: str, sentences_: Sequence[Told], rng: random.Random) -> Iterator[Case]:
    """Yield sentences that say what their article says, each rewritten in this way (one of RIGHT)."""
    makers: dict[str, Callable[[Told], str | None]] = {
        "untouched": lambda one: one.text,
        "date format": _date_format,
        "number format": _number_format,
        "clause dropped": _clause_dropped,
        "surname only": _surname,
        "outlet named": _outlet_named,
    }
    if kind == "two joined":
        yield from _joined(sentences_, rng)
        return
    for one in sentences_:
        if text := makers[kind](one):
            yield Case(kind, f"{text.rstrip('.')} [1].", (one.passage,))


def _swap(kind: str) -> Callable[[Told, Told, str, random.Random], Case | None]:
    find = {"number": _numbers, "date": _dates, "name": _names, "quotation": _quotations}[kind]

    def swapped(one: Told, other: Told, origin: str, rng: random.Random) -> Case | None:
        here = find(one.text)
        if not here:
            return None
        start, end, old = here[rng.randrange(len(here))]
        source = one.passage.text if origin == "same article" else other.article.text
        choices = [new for _, _, new in find(source) if _another(kind, old, new) and new not in one.text]
        if origin == "elsewhere":
            choices = [new for new in choices if new not in one.passage.text and new not in one.article.source.title]
        if not choices:
            return None
        new = choices[rng.randrange(len(choices))]
        text = one.text[:start] + new + one.text[end:]
        return Case(kind, f"{text.rstrip('.')} [1].", (one.passage,), new, origin)

    return swapped


def _another(kind: str, old: str, new: str) -> bool:
    """Tell whether a value can stand in another's place, and is another: by form for numbers and dates."""
    if kind in ("number", "date"):
        return _form(old) == _form(new) and old != new and _digits(old) != _digits(new)
    if kind == "name":
        return not set(old.lower().split()) & set(new.lower().split()) and len(old.split()) == len(new.split())
    return old.lower() not in new.lower() and new.lower() not in old.lower()


def _form(value: str) -> str:
    words = re.sub(rf"{_MONTH}", "M", re.sub(rf"{_DAYS}", "D", value))
    return re.sub(r"[\d,]*\d(?:\.\d+)?", "0", re.sub(r"\b(?:19|20)\d\d\b", "Y", words))


def _digits(value: str) -> str:
    return re.sub(r"[,$€£ ]", "", value)


def _numbers(text: str) -> list[tuple[int, int, str]]:
    dates = [match.span() for match in _DATE.finditer(text)]
    return [
        (*match.span(), match.group())
        for match in _NUMBER.finditer(text)
        if not re.fullmatch(r"(?:19|20)\d\d", match.group())
        and not any(start < match.end() and match.start() < end for start, end in dates)
        and not re.search(rf"{_MONTH} $", text[: match.start()])
    ]


def _dates(text: str) -> list[tuple[int, int, str]]:
    return [(*match.span(), match.group()) for match in _DATE.finditer(text)]


def _names(text: str) -> list[tuple[int, int, str]]:
    found = [(*match.span(), match.group()) for match in _NAME.finditer(text)]
    return [(start, end, name) for start, end, name in found if not set(re.split(r"[ -]", name)) & _NOT_NAMES]


def _quotations(text: str) -> list[tuple[int, int, str]]:
    found = []
    for match in _QUOTED.finditer(text):
        group = 1 if match.group(1) else 2
        found.append((*match.span(group), match.group(group)))
    return found


def _outlet(one: Told, other: Told, origin: str, rng: random.Random) -> Case | None:
    right_one = one.article.source.outlet or ""
    wrong_one = rng.choice([name for name in OUTLETS if not {*name.split()} & {*right_one.split()}])
    if wrong_one in one.passage.text:
        return None
    return Case("outlet", f"{wrong_one} reported that {_lowered(one.text).rstrip('.')} [1].", (one.passage,), wrong_one)


def _outlet_named(one: Told) -> str | None:
    outlet = one.article.source.outlet
    return f"{outlet} reported that {_lowered(one.text)}" if outlet else None


def _lowered(text: str) -> str:
    first = text.split()[0]
    return text[0].lower() + text[1:] if first.lower() in _OPENERS else text


_OPENERS = frozenset("the a an in on at it he she they we this that these but and his her its their some many".split())


def _negation(one: Told, other: Told, origin: str, rng: random.Random) -> Case | None:
    text = one.text
    if re.search(r"\b(?:only|whether|if|not just|unless)\b", text):
        return None
    if match := _NEGATED.search(text):
        changed = text[: match.start()] + (f"{match.group(1)} " if match.group(1) else "") + text[match.end() :]
        changed = re.sub(r"\b(ca|wo)(?= )", lambda m: {"ca": "can", "wo": "will"}[m.group()], changed)
        return Case("negation", f"{changed.rstrip('.')} [1].", (one.passage,), match.group(), "removed")
    turned = _REWRITTEN.search(text)
    if turned and rng.random() < 0.5:
        changed = text[: turned.start()] + _TURNED[turned.group(1)] + text[turned.end(1) :]
        return Case("negation", f"{changed.rstrip('.')} [1].", (one.passage,), _TURNED[turned.group(1)], "turned")
    if match := _AUXILIARY.search(text):
        changed = f"{text[: match.end()]} not{text[match.end() :]}"
        return Case("negation", f"{changed.rstrip('.')} [1].", (one.passage,), "not", "inserted")
    return None


def _date_format(one: Told) -> str | None:
    """Write "July 12" as "12 July" with its year, and the other way round."""
    year = one.article.source.published.year if one.article.source.published else None
    if match := re.search(rf"\b({_MONTH}) (\d{{1,2}})(?:, (\d{{4}}))?\b(?![\w-])", one.text):
        month, day, own = match.groups()
        new = f"{day} {month}{f' {own}' if own else ''}"
    elif match := re.search(rf"\b(\d{{1,2}}) ({_MONTH})( \d{{4}})?\b", one.text):
        day, month, own = match.groups()
        new = f"{month} {day}{f',{own}' if own else ''}"
    else:
        return None
    return one.text[: match.start()] + new + one.text[match.end() :] if year else None


def _number_format(one: Told) -> str | None:
    words = dict(zip("two three four five six seven eight nine ten twelve".split(), (*range(2, 11), 12), strict=True))
    for pattern, new in (
        (r"(?<=\d)(?:%| percent| per cent)", lambda m: " percent" if m.group() == "%" else "%"),
        (r"(?<=\d) million\b", lambda m: "m"),
        (r"(?<=\d) billion\b", lambda m: "bn"),
        (r"\$(\d[\d,.]*\d|\d)(?!\d|\.\d|[ -]?(?:million|billion|trillion|[mbk]))", lambda m: f"{m.group(1)} dollars"),
        (r"(?<![\d.,$])(\d{1,3}),(\d{3})(?![\d,])", lambda m: m.group(1) + m.group(2)),
        (rf"(?<= )(?:{'|'.join(words)})(?= [a-z])", lambda m: str(words[m.group()])),
    ):
        if re.search(pattern, one.text):
            return re.sub(pattern, new, one.text, count=1)
    return None


def _clause_dropped(one: Told) -> str | None:
    changed = re.sub(
        r", (?:which|who|where|when|as|while|according|after|including)\b(?:[^,“”\"]|,(?=\d)){10,}(?:,(?= )|(?=\.$))",
        "",
        one.text,
    )
    if changed == one.text:
        changed = re.sub(r"^[A-Z][^,“”\"]{8,40}, (?=[a-z])", "", one.text)
        changed = changed[0].upper() + changed[1:]
    return changed if changed != one.text and len(changed) > 40 else None


def _surname(one: Told) -> str | None:
    for start, end, name in _names(one.text):
        if "States" in name or any(first <= start < last for first, last, _ in _quotations(one.text)):
            continue
        if len(name.split()) == 2 and re.match(r"(?:,| said| told| was| has| had)", one.text[end:]):
            return one.text[:start] + name.split()[1] + one.text[end:]
    return None


def _joined(sentences_: Sequence[Told], rng: random.Random) -> Iterator[Case]:
    """Yield two sentences of one article as one: of one passage, or of two that are both cited."""
    by_article: dict[str, list[Told]] = {}
    for one in sentences_:
        by_article.setdefault(one.article.source.id, []).append(one)
    for group in by_article.values():
        if len(group) < 2:
            continue
        one, other = group[:2]
        joint = rng.choice((", and ", "; ", ", while "))
        text = f"{one.text.rstrip('.')}{joint}{_lowered(other.text).rstrip('.')}"
        if one.passage == other.passage:
            yield Case("two joined", f"{text} [1].", (one.passage,))
        else:
            yield Case("two joined", f"{text} [1][2].", (one.passage, other.passage))
