"""A question as people type it in haste, made regular before it is read. Knows nothing of what it refers to.

"and wheres it now" asks "where is it now"; "thanks! can you tell me why" asks "why"; "did erdogan pay" has its
capital from the answer before, where the name is written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from assistant.names import Mention, plain
from assistant.words import ASKING, STOPWORDS

_WHO_IS = re.compile(r"\b(who|what|where|when|why|how|it|that|there|he|she)'?s\b", re.I)
_NEVER_APART = frozenset("its hers".split())  # words of their own, not "it is" typed in haste
_NOT = re.compile(r"\b(did|does|do|is|are|was|were|has|have|had|could|would|should)nt\b", re.I)
_THANKS = re.compile(
    r"^(?:thanks|thank you|thx|great|good|interesting|i see|i understand|right|wow|oh|hm+|sorry)\b"
    r"[^.!?]*[.!]+\s+(?=\S)",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok|okay|also|then|well|yes|no|oh|thanks|thank you|by the way)\b(?!-)[\s,.…!-]*)+(?=\S)", re.I
)
_POLITE = re.compile(
    r"^(?:please |(?:do|did) (?:you|we|they) (?:also |even )?know |(?:can|could|would) you (?:please |also )*tell me "
    r"|(?:i )?(?:wonder|would like to know|want to know) )(?=(?:who|what|which|why|when|where|how|whether|if)\b)",
    re.I,
)

_NOTHING = re.compile(
    r"\W*(?:(?:ok|okay|thanks|thank you|thx|yes|no|hi|hello|hey|sure|great|good|fine|cool|right|i see|bye)\b\W*)*", re.I
)


def regular(question: str) -> str:
    """Return the question with single spaces, straight apostrophes, no shouting and no words run together."""
    text = plain(" ".join(question.split()))
    if text.isupper() and " " in text:
        text = text.lower()  # its capitals say nothing: names get theirs from the turns before
    text = _WHO_IS.sub(lambda m: m.group() if m.group().lower() in _NEVER_APART else f"{m.group(1)} is", text)
    return _NOT.sub(r"\1n't", text)


def without_opening(question: str) -> str:
    """Return the question without the words that only lead to it: "and", "thanks", "do you know"."""
    return _POLITE.sub("", _LEAD.sub("", _THANKS.sub("", question)))


def is_no_question(text: str) -> bool:
    """Tell whether a turn asks for nothing: "ok", "thanks!", "?"."""
    return bool(_NOTHING.fullmatch(text))


def with_capitals(question: str, known: Iterable[Mention]) -> str:
    """Return the question with the known names written as they are known: "notre dame" becomes "Notre-Dame".

    Surnames alone too; "erdogans" is "Erdogan's".
    """
    small = set(re.findall(r"\w+", question.lower())) | set(re.findall(r"\w+(?='?s\b)", question.lower()))
    for name in sorted({spelling for mention in known for spelling in _spellings(mention)}, key=lambda n: (-len(n), n)):
        words = re.findall(r"\w+", name)
        if not small.issuperset(word.lower() for word in words) or not words:
            continue
        if len(words) == 1 and (name.lower() in STOPWORDS | ASKING or len(name) < 3):
            continue
        spelled = r"[\s-]+".join(words)
        pattern = rf"(?<![\w-])({spelled})('?s)?(?![\w-])"
        question = re.sub(pattern, _unless_written(name), question, flags=re.I)
    return question


def _spellings(mention: Mention) -> list[str]:
    surname = mention.text.split()[-1:] if mention.kind == "person" else []
    return [mention.text.removeprefix("the "), *surname]


def _unless_written(name: str) -> Callable[[re.Match[str]], str]:
    """Put in the name where it stands in small letters; what has a capital was meant so."""
    return lambda found: (name + ("'s" if found[2] else "")) if found[1].islower() else found[0]
