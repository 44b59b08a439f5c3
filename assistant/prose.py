"""Which sentences of a text were written to be read, by their form alone. Knows nothing of questions.

Left out: captions, bylines, credits, headings, questions, and what an outlet says of itself or asks of its readers,
and what is addressed to a machine.
A dateline before a sentence is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.injection import addressed
from index.passages import paragraphs, sentences

SHORTEST = 5  # words

_CAPTION_CHARACTERS = 700
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")
_AGENCY = r"(?:AP|AFP|CNN|Reuters|REUTERS|UPI|dpa|Bloomberg|Xinhua)"
_DASH = r"(?:[—–−-]{1,2})"
_DATELINE = re.compile(
    # Washington (CNN) …
    rf"^(?:[A-Z][\w.’'-]*,? ){{0,5}}\((?:{_AGENCY}|[A-Z][\w ]+ News)\)\s*(?:{_DASH}\s*)?(?=[A-Z\"“])"
    # PARIS, France, 3 May 2020 (Reuters) — …
    r"|^(?:[A-Z][a-z]{1,2} )?[A-Z][A-Z.’' -]{2,30}(?:, (?:[A-Z][\w.]*\s?){1,3})?"
    r"(?:, (?:\w+\.? \d{1,2}|\d{1,2} \w+\.?)(?:,? \d{4})?)?"
    rf"(?: \([\w ]{{2,20}}\))?\s+{_DASH}\s+(?=[A-Z\"“])"
)
_CREDIT = re.compile(
    rf"\((?:{_AGENCY}|Getty|Photo|Image|Credit|File|Picture|Courtesy)\b[^)]*\)"
    r"|\bvia (?:AP|AFP|Getty|Reuters|REUTERS|Shutterstock|Zuma|Storyful)\b"
    r"|\b(?:Getty Images|AP Photo|Pool Photo|File Photo|Shutterstock|iStock)\b|/(?:AP|AFP|Reuters|REUTERS|Getty|EPA)\b"
    r"|\b(?:Photo(?:graph)?|Illustration|Video|Image)s? (?:by|courtesy|credit)\b"
    r"|\b(?:Photo|Image|Credit|Picture|Caption|Photograph|Illustration|Graphic)s?:|^FILE\b|^(?:Pictured|Seen here)\b",
    re.M,
)
_BYLINE = re.compile(
    r"^(?:By|Reporting by|Additional reporting|Editing by|Written by|Edited by|Compiled by)\s+[A-Z]"
    r"|^(?:Contributing|Contributors|Contact|Author|Source|Sources)\s*:"
    r"|^(?:[A-Z][\w.’'-]+,? (?:and )?){1,9}(?:also )?(?:reports?|reported|contributed)(?: (?:from|to) [^.]{2,60})?\.$"
)
_MAKERS = "reporter|writer|journalist|correspondent|columnist|editor|producer|contributor|fellow|author|anchor|critic"
# What an outlet says of itself, or asks of its readers, wherever in the sentence it stands …
_BOILERPLATE = re.compile(
    r"\bsubscrib|©|\bhttps?://|\bwww\.|\b[\w.]+@[\w.]+\b|(?<!\w)@\w{3,}"
    r"|\b\w{3,}\.(?:com|org|gov|co\.uk)(?:/\w|\.?$)|\bvisit \S+\.(?:com|org|gov|net|edu|eu|uk)\b"
    r"|(?-i:[a-z'’”\"]:[A-Z][a-z])"  # the link to another story, run into its title
    r"|\b(?:newsletters?|sign(?:ed)? up (?:for|to) (?:our|the|get)|read more|click here|advertisement"
    r"|live (?:updates|blog|coverage)|email updates|push notifications|download (?:the|our) app|get the app"
    r"|all rights reserved|terms of (?:use|service)|(?:privacy|cookie) policy|news tips?"
    r"|contributed to this (?:report|story|article)|(?:this|our|the) (?:podcast|episode) (?:is|was|airs)"
    r"|follow (?:us|him|her|them|me) on|follow \w+(?: and \w+)? on (?:twitter|x|instagram|facebook|threads)"
    r"|(?:story|article|post|page|copy|piece|report|headline|video) (?:was|has been|is being|will be) "
    r"(?:first |originally |previously )?(?:updated|published|corrected|amended|translated)"
    r"|an? earlier version|for more (?:information|on this|details|stories)|more (?:stories|coverage|on this story)"
    rf"|is an? (?:[\w’'-]+ ){{0,5}}(?:{_MAKERS}) (?:for|at|with|of)"
    r"|(?:opinions?|views?) expressed (?:in|here|are)|story continues|continues? (?:reading|below)"
    r"|(?:contains|warning:) (?:\w+ )?(?:spoilers|details (?:of|from)))\b",
    re.I,
)
# … and what opens such a line.
_OPENS_BOILERPLATE = re.compile(
    r"^[\"'“(\[•*–—>►▶-]*\s*(?:(?:related|(?:watch|read|see|listen)(?: (?:now|live|more|this|also|next))?|more"
    r"|(?:also|more) (?:read|from [\w ]+)|videos?|photos?|gallery|live|opinion|analysis|explainer|exclusive|breaking"
    r"|update[sd]?|correction|clarification|editor[’']?s?[’']? notes?|note|answer|question|poll|quiz|tips?"
    r"|up next|don[’']t miss|in pictures|key (?:points|takeaways|events)|recap|fact check|our (?:rating|ruling)"
    r"|what to (?:know|read)|(?:go|dig) deeper)\s*[:|►]"
    r"|(?:watch|read|listen|see|view|click|tap|scroll|swipe|send|email|tweet|sign up|check out|follow along|tune in)"
    r" (?:the|all|our|here|more|this|to|for|below|now|video|how|what|next|on|up|in|us|your|a|along) "
    r"|here(?:[’']s| is| are) (?:what|how|why|where|the latest|everything|a look|some of)"
    r"|(?:last )?(?:updated|published|posted|modified)\b[^.]{0,60}\d"
    r"|\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4})?\s*[-–—:|]|(?:\d+|an?) (?:hours?|minutes?|mins?) ago\b"
    r"|it[’']s \w+ with (?:today|the)|we apologi[sz]e|thanks for (?:reading|joining))",
    re.I,
)


def quotable(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a text that may be quoted, without their datelines."""
    captions = [
        (start, end)
        for start, end in paragraphs(text)
        if end - start <= _CAPTION_CHARACTERS and _CREDIT.search(text[_after_dateline(text, start, end) : end])
    ]
    for start, end in sentences(text):
        if any(first <= start < last for first, last in captions):
            continue
        start = _after_dateline(text, start, end)
        if is_prose(text[start:end]):
            yield start, end


def is_prose(sentence: str) -> bool:
    """Tell whether a sentence was written to be read: it is no heading, byline, question or boilerplate."""
    words = sentence.split()
    if len(words) < SHORTEST or not _ENDS.search(sentence) or _QUESTION.search(sentence):
        return False
    if (_BYLINE.search(sentence) and len(words) <= 30) or addressed(sentence):
        return False
    if not any(word.islower() for word in words):
        return False  # all capitals, or a list of names
    return not any(pattern.search(sentence) for pattern in (_OPENS_BOILERPLATE, _BOILERPLATE, _CREDIT))


def _after_dateline(text: str, start: int, end: int) -> int:
    dateline = _DATELINE.match(text[start:end])
    return start + dateline.end() if dateline else start
