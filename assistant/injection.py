"""Sentences of an article that are addressed to a machine, not to its readers. Knows nothing of search or of models.

A list of phrasings can be written around: this keeps the usual ones out of quotes and marks what rests on them. That
nothing else comes of an article's text is the work of the fence, the checks and the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.citations import cited
from assistant.prompts import SENTINEL
from index.passages import sentences

if TYPE_CHECKING:
    from assistant.sources import Evidence
    from assistant.types import Check

REASON = "What it cites is addressed to a machine, not to readers."

_MACHINE = (
    r"(?:an? |the |any |all )?"
    r"(?:AI|A\.I\.|LLM|GPT|ChatGPT|chat ?bot|(?:large )?language[- ]model|assistant|model)s?"
)
_ORDERS = r"(?:instruction|prompt|directive|rule|guideline|command|constraint|passage|context)s?"
_OUTPUT = r"(?:answer|reply|response|output|summary)"
_UNDO = r"(?:ignor|disregard|forget|overrid|bypass)\w*"
_FOREIGN = r"(?:anweisung|instru[cçk]|istruzion|consign|indicacion|polece)\w*"

# Each rule: letters some of which must stand in the sentence, since looking for them is quick, and the pattern.
_RULES: tuple[tuple[str, str], ...] = (
    # what only the templates of chat models hold, and what fences passages in a prompt
    (
        "< | INST] | ## | role",
        r"<\|\s*\w+\s*\|>|\[/?INST\]|<</?SYS>>|^#{2,}\s*(?:system|instructions?|human|user|assistant|response)\b"
        r"|<\s*/?\s*(?:passage|system|instructions?|prompt|documents?|context|assistant|user)\b[^<>]{0,80}>"
        r"|\"role\"\s*:\s*\"",
    ),
    (
        "system | assistant | human | user | developer",
        r"^\W{0,3}(?:system|assistant|human|user|developer)(?: (?:message|prompt|note|turn))?\s*(?::|\]|$)",
    ),
    # takes back what was said before, in the languages most often tried
    (
        "ignor | disregard | forget | overrid | bypass",
        rf"\b{_UNDO}\s+(?:[\w'’]+\s+){{0,4}}?(?:previous|prior|above|earlier|preceding|all|any|other|your|system)\s+"
        rf"(?:[\w'’]+\s+){{0,3}}?{_ORDERS}\b"
        rf"|\b{_UNDO}\s+(?:everything|anything|all(?: of)?(?: that)?(?: is)?|what)(?:\s+\w+){{0,3}}?"
        r"\s+(?:above|before this|so far|told)\b",
    ),
    (
        "ignor | vergiss | oubli | olvida | dimentica | negeer | esque",
        rf"\b(?:ignor\w+|vergiss|oublie[zr]?|olvida|dimentica|negeer|esque[çc]a)\s+(?:\w+\s+){{0,4}}?{_FOREIGN}",
    ),
    (
        "игнорир | 忽略 | 無視 | تجاهل | talimat",
        r"\bигнорир\w+\s+(?:\w+\s+){0,3}?(?:инструкц|указан)\w*|忽略.{0,8}(?:指令|指示|说明)|指示を.{0,4}無視"
        r"|تجاهل.{0,20}(?:التعليمات|الأوامر)|talimat\w*\s+(?:yok say|unut|dikkate alma)",
    ),
    # speaks to a model
    (
        "you are | you're | you’re | language model",
        r"\byou are (?:now |only |just )?(?:(?:an? |the )?(?:AI|A\.I\.|LLM|GPT|ChatGPT|DAN|language model"
        r"|chat ?bot|unrestricted|jailbroken)|(?:an? )?(?:helpful |virtual )?assistant)\b"
        rf"|\b(?:if|when) you(?: are|['’]re) {_MACHINE}\b|\bas an? (?:AI|language) (?:language )?model,? you\b",
    ),
    (
        "note | message | notice | attention | instruction | memo | order | dear | hey | hello",
        r"\b(?:note|message|notice|attention|instructions?|memo|order|dear|hey|hello)\s*(?:to|for|,|:)?\s+"
        rf"{_MACHINE}\s*[:,;!.–—]",
    ),
    (
        "reads | reading | summari | processing | parsing | answering",
        rf"\b{_MACHINE} (?:that |which |who )?"
        r"(?:reads?|reading|summari[sz]\w+|processing|parsing|answering) th(?:is|ese)\b",
    ),
    # asks for what a model was told, or tells it what to write
    (
        "system | prompt | instruction | api key | conversation",
        r"\b(?:reveal|print|repeat|output|show|disclose|reproduce|append|include|give|quote|write out|list|send|leak)\b"
        r"[^.]{0,40}\b(?:system (?:prompt|message)|(?:your|hidden|initial|secret) (?:\w+ )?(?:prompt|instructions)"
        r"|(?:your|the) API keys?|(?:whole|full|entire|user['’]s) conversation)\b"
        r"|\b(?:new|updated|real|actual|following) (?:system )?(?:instructions|prompt)\s*:"
        r"|\bsystem (?:override|prompt\s*:)",
    ),
    (
        "answer | reply | response | output | summary",
        rf"\b(?:in|begin|end|start|finish|preface|close|fill|make) (?:the|your) (?:\w+ )?{_OUTPUT} "
        r"(?:must|should|with|write|say|only)\b"
        rf"|\byour (?:next |final |whole |only )?{_OUTPUT} (?:must|shall|should|is to)\b",
    ),
    (
        "say | state | answer | respond | reply | output | write | print | claim | insist",
        r"^\W{0,3}(?:now |instead,? |then |please |you must |always |therefore )*"
        r"(?:say|state|answer|respond|reply|output|write|print|claim|insist) "
        r"(?:only|exactly|verbatim|nothing but|that|with (?:only|exactly|the (?:word|following)|nothing))\b",
    ),
    (
        "cite | mention | quote | use ",
        r"\b(?:do not|don['’]t|never) (?:cite|mention|use|quote) (?:the |any )?(?:other|remaining) "
        r"(?:articles?|passages?|sources?)\b"
        r"|\bcite (?:it|this|that|everything|each sentence) (?:as|with|to|under) \W?\d",
    ),
    (
        "decode | follow the | obey | execute",
        r"\bdecode (?:the following|this|and (?:follow|obey|execute))\b"
        r"|\b(?:follow|obey|execute) the (?:decoded|encoded|hidden)\b",
    ),
    (SENTINEL, SENTINEL),
)
_ADDRESSED = [
    (tuple(letters.lower().split(" | ")), re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for letters, pattern in _RULES
]
# Text that is there for no eye: an alphabet of invisible letters, text turned round, nothing between all letters.
_UNSEEN = re.compile(r"[\U000E0020-\U000E007F\u202d\u202e\u200b-\u200d\u2060\ufeff]")
_HIDDEN = re.compile(r"[\U000E0020-\U000E007F]{8}|[\u202d\u202e]|(?:[^\W\d_][\u200b-\u200d\u2060\ufeff]+){5}")


def addressed(sentence: str) -> bool:
    """Tell whether a sentence speaks to a machine: it is no news, whoever asks."""
    lower = sentence.lower()
    spoken = any(any(map(lower.__contains__, letters)) and pattern.search(sentence) for letters, pattern in _ADDRESSED)
    return spoken or bool(_UNSEEN.search(sentence) and _HIDDEN.search(sentence))


def commands(text: str) -> bool:
    """Tell whether any sentence of a text is addressed to a machine."""
    return any(addressed(text[start:end]) for start, end in sentences(text))


def warned(check: Check, text: str, evidence: Mapping[int, Evidence]) -> Check:
    """Return a check of `text`: unsupported where its sentence, or what that rests on, is addressed to a machine."""
    sentence = text[check.start : check.end]
    sources = [evidence[number].source for number in cited(sentence) if number in evidence]
    heads = [head for source in sources for head in (source.title, source.outlet or "")]
    if any(map(addressed, [sentence, check.evidence.quote if check.evidence else "", *heads])):
        return replace(check, verdict="unsupported", reason=REASON, support=0.0)
    return check
