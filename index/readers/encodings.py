"""Bytes → text, whatever they were written as; a sentence rather than wrong letters. Knows no format.

In this order: a byte order mark; UTF-16 and UTF-32 by where their zero bytes stand; UTF-8 where it holds, whatever is
declared; what HTTP, an XML prolog or a `meta` of HTML declares; UTF-8 with a few foreign bytes; Windows-1252 (Latin-1
with it) where the letters are those of a western language; charset-normalizer, where it is sure.
"""

from __future__ import annotations

import codecs
import re

from index.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})["']|<meta[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"(utf|windows|cp|iso|latin|koi8|shift|sjis|euc|gb|hz|big5|tis|mac|us-ascii|ascii|ks_c)[\w.:-]*", re.IGNORECASE
)
_STATEFUL = ("iso2022", "hz")
_SAMPLE = 65_536
_DECLARED_WITHIN = 4_096

# The letters beyond ASCII of western languages, each of which Windows-1252 writes whole.
_ALPHABETS = [
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçèéêëîïôœùûüÿñ",  # French
        "äöüßéàèç",  # German
        "áéíñóúüçªº",  # Spanish
        "áàâãçéêíóôõúüªº",  # Portuguese
        "àèéìíîòóùúçïüª°º",  # Italian, Catalan
        "åäöæøéèàüó",  # Danish, Norwegian, Swedish, Finnish
        "áðéíóúýþæö",  # Icelandic
        "ëïéèüöäáóçê",  # Dutch
    )
]
_COMMON_SHARE = 0.04  # more letters beyond ASCII than names bring into English: a language that must have a name
_ALPHABET_SHARE = 0.97
_ODD = re.compile(r"[^\W\d_][\x80-\x9f¡-©«-±²-´¶·¸¹»-¿×÷†‡•™‰ƒˆ˜][^\W\d_]")
_GUESSABLE = [
    *(f"cp{number}" for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258, 866, 874, 932, 949, 950)),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "gb18030", "euc_jp", "big5"),
]
_WESTERN_LANGUAGES = frozenset(
    """English French German Spanish Italian Portuguese Dutch Swedish Danish Norwegian Finnish Icelandic Catalan
    Indonesian""".split()
)
_MAX_CHAOS = 0.1
_MIN_COHERENCE = 0.3


def decode(content: bytes, declared: str | None = None) -> str:
    """Return the text. Raises: SourceError where it is no text, or its letters cannot be told for sure."""
    name = detect(content, declared)
    return content.decode(name, errors=_WESTERN if name.startswith("utf-8") else "replace").removeprefix("\ufeff")


def detect(content: bytes, declared: str | None = None) -> str:
    """Return the codec of a text or of its head. Raises: SourceError as `decode`."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    sample = content[:_SAMPLE]
    if b"\0" in sample and (wide := _wide(sample)):
        return wide
    said = _codec(declared) or _codec(_in_content(sample))
    if said and said.startswith(_STATEFUL):
        return said
    if _holds(content, "utf-8"):
        return "utf-8"
    if is_binary(sample):
        raise SourceError("this is not text")
    if said and said != "utf-8" and _holds(content, said):
        return said
    if _nearly_utf_8(sample):
        return "utf-8"
    return "cp1252" if _western(sample) else _guessed(sample)


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that UTF-8 does not know as Windows-1252: a text pasted together of both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WESTERN = "as-western"
codecs.register_error(_WESTERN, _as_western)


def _wide(sample: bytes) -> str | None:
    """Return the UTF of two or four bytes a letter that the zero bytes speak for, or None."""
    if sample.count(0) * 20 < len(sample) and _holds(sample, "utf-8") and not is_binary(sample):
        # text with a stray zero
        return None
    if len(sample) > 7 and (found := next((name for name in ("utf-32-le", "utf-32-be") if _sound(sample, name)), None)):
        return found
    # of the two orders, the one that gives spaces, line ends and digits; the other gives rare signs for them
    plain = {name: _plain(sample, name) for name in ("utf-16-le", "utf-16-be") if _sound(sample, name)}
    return max(plain, key=plain.__getitem__) if any(plain.values()) else None


def _plain(sample: bytes, name: str) -> int:
    text = codecs.getincrementaldecoder(name)().decode(sample)
    return sum(" " <= letter <= "~" or letter in "\r\n\t" for letter in text)


def _sound(sample: bytes, name: str) -> bool:
    """Tell whether a sample is text under a codec: whole letters, hardly a control character."""
    if not _holds(sample, name):
        return False
    text = codecs.getincrementaldecoder(name)().decode(sample)
    return sum(not (letter.isprintable() or letter.isspace()) for letter in text) * 50 <= len(text)


def _holds(content: bytes, name: str) -> bool:
    """Tell whether content is valid under a codec; a letter cut off at its end does not count."""
    try:
        codecs.getincrementaldecoder(name)().decode(content)
    except UnicodeError:
        return False
    return True


def is_binary(sample: bytes) -> bool:
    """Tell whether a sample has more control characters than any text."""
    control = sum(map(sample.count, (b"%c" % code for code in (*range(9), *range(14, 27), *range(28, 32)))))
    return control * 50 > len(sample)


def _in_content(sample: bytes) -> str | None:
    match = _DECLARED.search(sample[:_DECLARED_WITHIN])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _codec(name: str | None) -> str | None:
    """Return Python's name of a declared charset, None for what it is not; Latin-1 and ASCII mean Windows-1252."""
    if not name or not _KNOWN.fullmatch(name.strip()):
        return None
    try:
        found = codecs.lookup(name.strip()).name
    except LookupError:
        return None
    if found in ("utf-7", "utf-16", "utf-32"):
        # a sender of bytes that showed neither mark nor zeros
        return None
    return "cp1252" if found in ("iso8859-1", "ascii") else found


def _nearly_utf_8(sample: bytes) -> bool:
    """Tell whether letters of several bytes outnumber the bytes that break UTF-8 by far."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond = sum(letter > "\x7f" for letter in text) - broken
    return beyond >= 4 * broken


def _western(sample: bytes) -> bool:
    """Tell whether a sample reads as a western language under Windows-1252."""
    text = sample.decode("cp1252", "replace")
    if "\ufffd" in text or len(_ODD.findall(text)) * 200 > len(sample):
        return False
    letters = [letter for letter in text if letter.isalpha()]
    beyond = [letter for letter in letters if letter > "\x7f"]
    if len(beyond) <= max(8, _COMMON_SHARE * len(letters)) and len(beyond) * 3 <= len(letters):
        return True
    return any(sum(letter in alphabet for letter in beyond) >= _ALPHABET_SHARE * len(beyond) for alphabet in _ALPHABETS)


def _guessed(sample: bytes) -> str:
    """Return charset-normalizer's answer where it is sure of the letters and of a language."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSABLE, enable_fallback=False).best()
    if best is None or best.chaos > _MAX_CHAOS or best.coherence < _MIN_COHERENCE:
        raise SourceError("its encoding cannot be told for sure: save it as UTF-8")
    # English with many foreign names, say: a language that needs no other letters than the western ones
    return "cp1252" if best.language in _WESTERN_LANGUAGES else best.encoding
