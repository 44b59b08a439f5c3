"""What a sentence denies: negated words, and pairs of opposites. Knows nothing of verdicts.

A cue ("not", "never", "denied", "failed to") turns the first word of content after it; in a source, all that follows
it in the same clause may be turned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.rarity import is_ordinary
from assistant.reading import Reading, term_of

_CUES = frozenset(
    """not never no none nobody nothing without neither nor cannot hardly barely unable refuse refused refuses refusing
    fail failed fails failing deny denied denies denying decline declined declines declining lack lacked lacks lacking
    reject rejected rejects stop stopped prevent prevented avoid avoided""".split()
)
_FIRM = frozenset("not never no none nobody nothing without neither nor cannot unable".split())
_PASSED_OVER = frozenset(
    """a an the to be been being is are was were am has have had do does did will would could should can may might must
    of in on at by for with from as any that it its he she they we i you his her their this these those there ever
    longer more yet so very much many all also still actually only just even and or himself itself themselves""".split()
)
_HEDGES = frozenset(
    """ruled rule rules ruling exclude excluded excludes dismiss dismissed dismisses refute refuted keep kept keeps
    poor poorly free absent absence missing few little less least worse worst harder rather instead
    harmless short lost loses lose far impossible too
    halt halted suspended blocked banned forbidden forbade forbid opposite contrary""".split()
)
_NEGATIVE = re.compile(r"(?:un|dis|non)(?P<what>[a-z]{4,})$")
_NOT_ONLY = frozenset("only just least long until quite necessarily surprisingly".split())
_HEAD = 5  # words after a cue in which the word it turns must stand
_SCOPE = 8  # words after a cue that it may turn in a source
_STOPS = re.compile(r"[;:.!?“”\"(]|,")

_OPPOSITES = """rose fall|rose drop|rose decline
rise fall|rise drop|rise decline|increase decrease|increase fall|increase decline|increase drop
grow shrink|gain lose|gain loss|win lose|win defeat|accept reject|accept refuse|approve reject
approve block|support oppose|support condemn|agree disagree|agree refuse|allow ban|allow forbid
allow block|legal illegal|open close|open shut|start end|begin end|start stop|begin stop|before after
above below|more less|more fewer|higher lower|high low|up down|first last|guilty innocent
guilty acquit|convict acquit|arrest release|alive dead|male female|man woman|men women|confirm deny
admit deny|say deny|enter leave|join leave|arrive leave|buy sell|import export|north south|east west
northern southern|eastern western|majority minority|success failure|succeed fail|pass fail
strengthen weaken|improve worsen|better worse|best worst|war peace|attack defend|hire fire
lift impose|raise lower|raise cut|friend enemy|victory defeat|safe dangerous|public private
early late|young old|older younger|largest smallest|bigger smaller|increase reduce|expand reduce
expand cut|remember forget|love hate|praise criticize|praise condemn|plaintiff defendant
democrat republican|democratic republican|liberal conservative|husband wife|father mother
son daughter|brother sister|advance retreat|deploy withdraw|return leave|likely unlikely|able unable
possible impossible|maximum minimum|inside outside|add remove|include exclude|protect endanger
survive die|optimistic pessimistic"""
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")


def _pairs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.replace("\n", "|").split("|"):
        one, other = (term_of(word) for word in pair.split())
        if one != other:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {term: frozenset(others) for term, others in found.items()}


OPPOSITES = _pairs()


def opposites(term: str) -> Iterator[str]:
    """Yield the terms that say the opposite: of a known pair, or with and without "un-" and the like."""
    yield from OPPOSITES.get(term, ())
    for prefix in _PREFIXES:
        yield prefix + term
        if term.startswith(prefix) and len(term) > len(prefix) + 3:
            yield term[len(prefix) :]


class Polarity:
    """The negated words of a reading: `heads` are those a cue turns for certain, `scope` those it may turn."""

    def __init__(self, reading: Reading) -> None:
        self.heads: dict[int, int] = {}  # word → its cue
        self.scope: set[int] = set()
        self.turned: dict[int, list[int]] = {}  # cue → what it may turn
        for cue in self._cues(reading):
            self._turn(reading, cue)

    @staticmethod
    def _cues(reading: Reading) -> Iterator[int]:
        text, starts, ends = reading.text, reading.starts, reading.ends
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            word = text[start:end].lower()
            if word in _CUES or word.endswith(("n't", "n’t")):
                yield index

    def _turn(self, reading: Reading, cue: int) -> None:
        text, starts, ends = reading.text, reading.starts, reading.ends
        following = text[starts[cue + 1] : ends[cue + 1]].lower() if cue + 1 < len(starts) else ""
        if following in _NOT_ONLY:
            return
        headed = False
        for index in range(cue + 1, min(len(starts), cue + 1 + _SCOPE)):
            if _STOPS.search(text[ends[index - 1] : starts[index]]):
                return
            self.scope.add(index)
            self.turned.setdefault(cue, []).append(index)
            word = text[starts[index] : ends[index]].lower()
            if not headed and word not in _PASSED_OVER and index <= cue + _HEAD:
                self.heads[index] = cue
                headed = True

    def within(self, first: int, last: int) -> dict[int, list[int]]:
        """Return the cues among the words `[first, last)`, each with what it may turn."""
        return {cue: turned for cue, turned in self.turned.items() if first <= cue < last}


def firm(word: str) -> bool:
    """Tell whether a cue denies and does nothing else: "not", not "stopped"."""
    return word.lower() in _FIRM or word.lower().endswith(("n't", "n’t"))


def hedged(reading: Reading, first: int, last: int) -> bool:
    """Tell whether the words `[first, last)` say, without a cue, that something is not so: "ruled out", "unrelated"."""
    words = [reading.text[reading.starts[index] : reading.ends[index]].lower() for index in range(first, last)]
    return any(word in _HEDGES or _negative(word) for word in words)


def _negative(word: str) -> bool:
    """Tell whether a word is another one denied: unrelated, but not united."""
    match = _NEGATIVE.match(word)
    return match is not None and is_ordinary(term_of(match["what"]))
