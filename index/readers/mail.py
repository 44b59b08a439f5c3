"""Newsletters and other mail (.eml), by the standard library: the HTML part, else the plain one, is the article.

The sender is the outlet, the subject the title, the day that of sending. Attachments are named as not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

from index.errors import SourceError
from index.readers import bounded
from index.readers.encodings import decode
from index.readers.html import markup_text, page
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, make_article, one_line

_BYTES = 50_000_000
_PARTS = 500
_HEADER = 2_000  # characters of one that are read
_WHOLE = 0.5  # of the plain part's length, below which the page's extraction has lost something


def is_mail(head: bytes) -> bool:
    """Tell a mail by the lines of its head: fields that only mails begin with, and an empty line after them."""
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    fields = {match[1].lower() for match in re.finditer(rb"^([A-Za-z-]{2,40}):", top, re.M)}
    return (
        b"from" in fields and len(fields & {b"date", b"message-id", b"received", b"mime-version", b"return-path"}) >= 2
    )


def read_mail(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the article of a mail, then each attachment as not read."""
    found = bounded.run("mail", given.content(_BYTES))
    try:
        article = make_article(
            found["text"],
            title=found["title"],
            url=found["url"] or given.url,
            name=found["id"],
            outlet=found["outlet"] or given.outlet,
            published=found["date"],
            look_in_text=True,
        )
        yield Record(article, given.place, given.origin)
    except SourceError as error:
        yield Unreadable(given.place, str(error))
    for name in found["attachments"]:
        yield Unreadable(f"{given.place}: {name}", "an attachment, and those are not read: save it and give its file")


def parts(content: bytes) -> dict[str, Any]:
    """Return the fields of a mail (the bounded process's task). Raises: SourceError where it is none."""
    mail = message_from_bytes(content, policy=policy.compat32)
    if not any(mail.get(name) for name in ("From", "Subject", "Date", "Message-ID", "Received")):
        raise SourceError("this is not a mail: it has no From, Subject or Date")
    texts: dict[str, str] = {}
    attachments = []
    for number, part in enumerate(mail.walk()):
        if number > _PARTS:
            raise SourceError(f"the mail has more than {_PARTS} parts")
        if part.is_multipart():
            continue
        if name := _attachment(part):
            attachments.append(name)
        elif part.get_content_maintype() == "text":
            # parts of one kind follow one another: a letter and what is put below it
            kind = part.get_content_type()
            texts[kind] = f"{texts[kind]}\n\n{_decoded(part)}" if kind in texts else _decoded(part)
    name, address = parseaddr(_header(mail, "From"))
    return {
        "text": _text(texts),
        "title": one_line(_header(mail, "Subject")),
        "url": _online(mail),
        "id": one_line(_header(mail, "Message-ID")),
        "outlet": one_line(name) or address.rpartition("@")[2] or None,
        "date": _header(mail, "Date") or None,
        "attachments": attachments,
    }


def _text(texts: dict[str, str]) -> str:
    """Return the article of the HTML part, without its menus where that loses nothing, else the plain part."""
    plain = _unflowed(texts.get("text/plain", ""))
    markup = texts.get("text/html")
    if not markup:
        return plain
    try:
        text = str(page(markup.encode("utf-8", "replace"), charset="utf-8")["text"])
    except SourceError:
        text = ""
    whole = markup_text(markup.encode("utf-8", "replace"))
    return text if text and len(text) >= _WHOLE * len(whole) else whole or plain


def _unflowed(text: str) -> str:
    """Return a plain part with its paragraphs on one line each, without what stands below the line `-- `."""
    text = re.split(r"^-- ?$", text.replace("\r\n", "\n"), maxsplit=1, flags=re.M)[0]
    paragraphs = re.split(r"\n[^\S\n]*\n", text)
    return "\n\n".join(line for paragraph in paragraphs if (line := " ".join(paragraph.split())))


def _attachment(part: Message) -> str | None:
    """Return the name of a part that is an attachment; pictures that the HTML shows are none."""
    told = part.get_filename()
    name = one_line(_unencoded(told)[:200]) if told else None
    if part.get_content_disposition() == "attachment":
        return name or part.get_content_type()
    if part.get_content_maintype() == "text" or part.get("Content-ID") or part.get_content_maintype() == "image":
        return None
    return name or part.get_content_type()


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return decode(content, part.get_content_charset()) if content.strip() else ""


def _header(mail: Message, name: str) -> str:
    value = mail.get(name)
    return _unencoded(str(value)[:_HEADER]) if value is not None else ""


def _unencoded(text: str) -> str:
    """Return a header with its =?utf-8?q?encoded?= words read; one that is broken is returned as it is."""
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, MessageError):
        return text


def _online(mail: Message) -> str | None:
    """Return where the letter stands on the web, where its sender says so in a header of the archive's."""
    match = re.search(r"<(https?://[^>\s]+)>", _header(mail, "Archived-At"))
    return match[1] if match else None
