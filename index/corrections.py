"""What an outlet says of its own article: that it was corrected, or taken back. Knows English forms, and no outlet.

A notice is a paragraph that speaks of the article it stands in; a report about another's correction is none, nor is a
page that lists many. Nor are an editor's note that owns to no mistake, and word that a story was merely updated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.articles import Article
from index.passages import paragraphs

MOST_NOTICES = 3  # of one article; a page with more lists the corrections of others
_LONGEST = 1_200  # characters of a notice
_EDGE = 3  # paragraphs at the head and at the end of an article that may take it back

_OPENS = r"[\s*_•\[(—–-]*"  # what may stand before a notice
_PIECE = r"(?:article|story|post|piece|report|column|item|copy|page|headline|essay|op-ed|review|obituary|video|entry)"
_THIS = rf"(?:this|the|our) (?:\w+ )?{_PIECE}(?:(?: and|,)? (?:its|the)? ?(?:headlines?|photo captions?))?"
_OURS = rf"(?:this|our) (?:\w+ )?{_PIECE}"
_DAY = r"(?:(?:on|at|in) [\w ,.:]{3,40} )?"
_PAST = r"(?:was|has been|have been|is|were) (?:since )?"
_MISTAKE = (
    r"(?:incorrect|mistaken|erroneous|wrong|inaccura|mis-?(?:stat|spel|identif|attribut|characteri|report|quot|label|nam"
    r"|represent|calculat)|correct|clarif|error|mistake|amend|retract)\w*"
)
# An earlier version of this article said …
_EARLIER = (
    r"(?:an?|the) (?:earlier|previous|prior|initial|former) (?:version|edition|headline)s? (?:of|for|on|to) "
    rf"(?:this|the) (?:\w+ )?{_PIECE}\b"
    r"(?! (?:was |were )?(?:first |initially |originally )?(?:ran|run|appeared|published)\b)"
)
# This article was amended on 3 May to …; this story has been updated to correct …
_AMENDED = (
    rf"{_THIS} {_PAST}{_DAY}(?:amended|corrected|clarified"
    rf"|(?:edited|revised|updated) {_DAY}(?:because|with the correct"
    r"|to (?:correct|clarify|fix|amend|remove|make clear|address (?:an|a|the) (?:error|mistake|inaccuracy))))\b"
)
# This story has been updated to accurately reflect …: what is newer is news, not a correction.
_REFLECT = (
    rf"{_THIS} {_PAST}updated {_DAY}to (?:more )?(?:accurately|correctly|properly) \w+\b"
    r"(?! (?:the |more |most |that more )*(?:new|latest|addition|further|break|recent|develop|current|update))"
)
_OF_ITSELF = re.compile(rf"{_EARLIER}|{_AMENDED}|{_REFLECT}", re.I)
_BEGINS = re.compile(
    rf"^{_OPENS}(?:(?:due to|because of) an? (?:\w+ )?error, )?(?:in )?(?:{_EARLIER}|{_AMENDED}|{_REFLECT})", re.I
)
# Correction: …; Corrections & Clarifications: …; CORRECTION (May 3, 2022): …
_HEAD = re.compile(
    rf"^{_OPENS}(?:corrections?|clarifications?|corrected|retraction|erratum|errata|amendment)"
    r"(?:\s*(?:&|and|/|,|or)\s*(?:clarifications?|corrections?|updates?|apolog(?:y|ies)))?"
    r"(?:\s*\([^)]{1,40}\)|,? [\w.]{3,9} \d{1,2}(?:, \d{4})?|,? \d{1,2} \w+(?: \d{4})?)?\s*(?::|[—–-]\s)\s*\S",
    re.I,
)
# Editor's note: …; UPDATE: …
_NOTE = re.compile(
    rf"^{_OPENS}(?:an? )?(?:(?:editor|publisher)(?:[’']?s|s[’'])? notes?|eds|notes?(?: to readers)?|updated?|important)"
    r"(?:\s*\([^)]{1,40}\))?\s*[:—–.-]\s*",
    re.I,
)
# (Corrects day to Thursday in second paragraph), as agencies write it.
_CORRECTS = re.compile(
    rf"^{_OPENS}(?:(?:EDS|Eds|UPDATES?|ADVISORY|REFILE)\W{{1,4}}.{{0,60}}?)?"
    r"(?:CORRECTS\b|(?<=\()Corrects |Correct(?:s|ing) (?=.{3,120}\bparagraph))"
)

# This article has been withdrawn …; We have retracted this story …
_GONE = r"(?:withdrawn|retracted|removed|taken down|unpublished|deleted|killed|pulled)\b"
_TAKEN_BACK = re.compile(
    rf"^{_OPENS}(?:(?:editor[’']?s?[’']? notes?|notes?|updated?|retraction|important|correction)\s*[:—–-]\s*)?{_OURS}"
    r"(?:,? (?:originally |previously |first )?published [^.]{1,60}?,?)? (?:was|has been|is being|is|has now been) "
    rf"(?:since |now |temporarily )?{_DAY}{_GONE}"
    r"(?! from (?!(?:our|this|the) (?:web)?sites?\b|publication|circulation))"
    rf"|^{_OPENS}(?:we|[A-Z][\w ]{{2,30}}) (?:have |has |are |is )?(?:now |since |therefore )?"
    rf"(?:withdrawn|withdrawing|retracted|retracting|retracts?|withdraws?|removed|taken down|unpublished) {_OURS}\b",
    re.I,
)
# WITHDRAWN: …; an order to editors, as agencies send it.
_HEADLINE = re.compile(
    r"^\W*(?:(?:MANDATORY )?KILL(?:ED)?|WITHDRAWN|RETRACT(?:ED|ION)|ELIMINAT(?:ES?|ION|ED)|Withdrawn|Retract(?:ed|ion))"
    r"(?:\s*[:—–]|\s-|-\s)"
)
_ORDER = re.compile(
    r"^\W*(?:MANDATORY KILL\b|(?:EDS|EDITORS|ATTENTION|ADVISORY|BC-[\w-]+)\b[^a-z\n]{0,60}"
    r"\b(?:KILL|ELIMINAT(?:ES?|ION)|WITHDRAW(?:S|N)?)\b"
    r"|(?:EDS|EDITORS|Editors|ATTENTION|Attention)\b[^\n]{0,80}?"
    r"\b(?:kill|withdraw|disregard|do not use|eliminate)s?\b[^\n]{0,40}\b(?:story|item|article|report)\b)"
)
# What a line of any of these begins with: quick to rule out, and most articles have none.
_MAYBE = re.compile(
    rf"^{_OPENS}(?:correct|clarif|retract|errat|amend|withdr|kill|elimin|mandatory|due to|because of|updated?\b|we |bc-"
    rf"|(?:in )?(?:an?|the) (?:earlier|previous|prior|initial|former)|(?:this|the|our) (?:\w+ )?{_PIECE}"
    r"|(?:an? )?editor|publisher|eds\b|notes?\b|important|advisory|refile|attention"
    r"|\w+(?: \w+){0,4} (?:withdr|retract|removed|taken down|unpubl))",
    re.I | re.M,
)


def told(article: Article) -> Article:
    """Return the article with the notice and the withdrawal that its own text tells of; what a reader found stays."""
    source = article.source
    notice = source.notice or notice_in(article.text)
    withdrawn = source.withdrawn or withdrawal_in(source.title, article.text)
    if (notice, withdrawn) == (source.notice, source.withdrawn):
        return article
    return Article(replace(source, notice=notice, withdrawn=withdrawn), article.text)


def notice_in(text: str) -> str | None:
    """Return the paragraphs of a text that correct it or take it back, in its own words, one a line; None for none."""
    found = list(dict.fromkeys(_notices(text)))
    return "\n".join(found) if 0 < len(found) <= MOST_NOTICES else None


def withdrawal_in(title: str, text: str) -> bool:
    """Tell whether a headline, or the head or the end of a text, says that the article was withdrawn."""
    if _HEADLINE.search(title) or _ORDER.search(title):
        return True
    return any(_takes_back(paragraph) for paragraph in _edge(_paragraphs(text)))


def _notices(text: str) -> Iterator[str]:
    found = _paragraphs(text)
    edge = _edge(found)
    for paragraph in found:
        if _corrects(paragraph) or (paragraph in edge and _takes_back(paragraph)):
            yield paragraph


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs that may be a notice, each on one line; none where no line begins like one."""
    if not _MAYBE.search(text):
        return []
    found = (" ".join(text[start:end].split()) for start, end in paragraphs(text))
    return [paragraph for paragraph in found if len(paragraph) <= _LONGEST]


def _edge(found: list[str]) -> list[str]:
    return found if len(found) <= 2 * _EDGE else [*found[:_EDGE], *found[-_EDGE:]]


def _corrects(paragraph: str) -> bool:
    if _BEGINS.search(paragraph) or _CORRECTS.search(paragraph) or _HEAD.search(paragraph):
        return True
    note = _NOTE.match(paragraph)
    # a note to the reader is a notice only where it owns to a mistake in this very piece
    return bool(note and _OF_ITSELF.search(paragraph) and re.search(_MISTAKE, paragraph[note.end() :], re.I))


def _takes_back(paragraph: str) -> bool:
    return bool(_TAKEN_BACK.search(paragraph) or _HEADLINE.search(paragraph) or _ORDER.search(paragraph))
