"""A question taken apart: weighted content terms, names, the kind of answer wanted. Knows nothing of what is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.names import is_name_word, plain
from assistant.words import ASKING, STOPWORDS
from index.lexical import terms

Kind = Literal["why", "who", "when", "where", "number", "how", "what"]

# A term weighs this much and its idf, the less of it the fewer passages there are: among three passages about one
# affair its own words would weigh nothing, and any word that happens not to be in them most.
FLOOR = 2.0
PASSAGES_TRUSTED = 100  # passages from which on idf counts more than half

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
# What is asked for after "how", which the answer says in figures or in other words: "How tall is" → "330 metres".
FIGURED = "many much old long far big tall large fast often high deep heavy wide".split()
MEASURED = frozenset([*FIGURED, "soon", "well", "bad"])
PRONOUNS = frozenset("i i'm i've i'd i'll".split())
# The first that is found in the question decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("number", rf"\bhow (?:{'|'.join(FIGURED)})\b"),
    ("number", r"\b(?:what|which) (?:percentage|share|number|price|age)\b"),
    ("why", r"\bwhy\b|\bhow come\b|\b(?:the|what) reasons?\b|\bwhat (?:caused|led)\b"),
    ("when", r"^when\b|\bwhen (?:is|are|was|were|did|do|does|will|has|have|had|can|could|would)\b"),
    ("when", r"\b(?:what|which) (?:date|day|year|month|time)\b"),
    ("who", r"\b(?:who|whom|whose)\b"),
    ("where", r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:country|countries|nation|city|state|town|place|region)\b"),
    ("where", r"\b(?:what|which) (?:\w+ )?(?:island|ocean|continent)\b"),
    ("how", r"\bhow\b"),
)


@dataclass(frozen=True)
class Asked:
    """What a question looks for.

    `weights`: term → weight > 0; `words`: term → the word as typed; `names`: the terms of its names;
    `counted`: the beginning of the word after "how many".
    """

    question: str
    weights: dict[str, float]
    words: dict[str, str]
    names: frozenset[str]
    kind: Kind
    counted: str | None = None

    @cached_property
    def total(self) -> float:
        """The weight of all terms together, never 0."""
        return sum(self.weights.values()) or 1.0

    def share(self, found: set[str] | frozenset[str]) -> float:
        """Return the weighted share of the question's terms among those found, 0 to 1."""
        return sum(weight for term, weight in self.weights.items() if term in found) / self.total


def take_apart(question: str, idf: Callable[[str], float], passages: int) -> Asked:
    """Return the parts of a question; `idf` gives a term's rarity in an index of so many passages."""
    trust = passages / (passages + PASSAGES_TRUSTED)
    weights: dict[str, float] = {}
    words: dict[str, str] = {}
    name_terms: set[str] = set()
    before, shouted, titled = "", question.isupper() and len(question.split()) > 3, _is_titled(question)
    for position, match in enumerate(_WORD.finditer(plain(question))):
        word, before_it, before = match.group(), before, match.group()
        # "the us" typed without capitals is a country: nobody says "the" before the pronoun
        country = before_it.lower() == "the" and word.lower() == "us"
        # a capital inside a sentence makes a name of any word: the Ever Given
        name = position > 0 and word[:1].isupper() and word.lower() not in PRONOUNS and not titled
        if before_it.lower() == "how" and word.lower() in MEASURED:
            continue
        if not country and not name and _says_nothing(word.lower() if shouted else word):
            continue
        for term in terms(word):
            if len(term) == 1 and not term.isdigit():
                continue
            weights[term] = FLOOR + trust * idf(term)
            words.setdefault(term, word)
            if is_name_word(word) and position:
                name_terms.add(term)
    counted = re.search(r"\bhow many (?:more |other |new )?(\w{3,})", question, re.I)
    stem = counted.group(1).lower().removesuffix("s") if counted else None
    return Asked(question, weights, words, frozenset(name_terms), _kind(question), stem)


def _is_titled(question: str) -> bool:
    """Tell whether words have capitals as in a headline, where they say nothing of names."""
    letters = [word for word in question.split()[1:] if word[:1].isalpha()]
    return len(letters) > 2 and sum(word[:1].isupper() for word in letters) > 0.7 * len(letters)


def _says_nothing(word: str) -> bool:
    lower = word.lower()
    if word.isupper() and len(word) > 1:
        # US, IT, WHO: names, not the words they look like
        return False
    return lower in STOPWORDS or lower in ASKING or lower.removesuffix("'s") in STOPWORDS


def _kind(question: str) -> Kind:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, question, re.I)), "what")
