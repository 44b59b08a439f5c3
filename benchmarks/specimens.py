"""Every format that is read, written from the same stories: for the fuzzer, the benchmarks and the tests.

A story is a record {title, text, url, published, outlet, authors}; None stands for one that cannot be read.
"""

from __future__ import annotations

import csv
import html
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

Story = Mapping[str, Any] | None


def _paragraphs(story: Mapping[str, Any]) -> list[str]:
    return [html.escape(part) for part in story["text"].split("\n") if part.strip()]


def _html(story: Story) -> bytes:
    if story is None:
        return b"<html><head><title>Gone</title></head><body></body></html>"
    body = "".join(f"<p>{part}</p>" for part in _paragraphs(story))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(story["title"])}</title>'
        f'<link rel="canonical" href="{html.escape(story.get("url") or "")}">'
        f'<meta property="article:published_time" content="{story.get("published") or ""}">'
        f'<meta property="og:site_name" content="{html.escape(story.get("outlet") or "")}"></head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{html.escape(story['title'])}</h1>{body}</article>"
        "<footer>Imprint</footer></body></html>"
    ).encode()


def _markdown(story: Story) -> bytes:
    if story is None:
        return b"---\ntitle: [Broken\n---\nText.\n"
    fields = {key: value for key, value in story.items() if key != "text"}
    return f"---\n{json.dumps(fields, ensure_ascii=False)}\n---\n\n{story['text']}\n".encode()


def _text(story: Story) -> bytes:
    return f"{story['title']}\n\n{story['text']}\n".encode() if story else b"\n"


def _nitf(story: Story) -> bytes:
    if story is None:
        return b"<nitf><head><title>Broken</head></nitf>"
    body = "".join(f"<p>{part}</p>" for part in _paragraphs(story))
    day = (story.get("published") or "").replace("-", "")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><nitf><head><title>{html.escape(story["title"])}</title>'
        f'<docdata><date.issue norm="{day}"/></docdata></head><body><body.head><hedline><hl1>'
        f"{html.escape(story['title'])}</hl1></hedline></body.head><body.content>{body}</body.content></body></nitf>"
    ).encode()


def _mail(story: Story) -> bytes:
    message = EmailMessage()
    message["From"] = "News <news@wire.example>"
    if story is None:
        message["Subject"] = "Nothing"
        return bytes(message)
    message["Subject"] = story["title"]
    message["Date"] = f"{(story.get('published') or '2021-05-04')}T06:00:00+00:00"
    message.set_content(story["text"])
    message.add_alternative(_html(story).decode(), subtype="html")
    return bytes(message)


def _pdf(story: Story) -> bytes:
    """A page of one column in a standard font, as a program without ambitions writes it."""
    if story is None:
        return b"%PDF-1.4\n"
    words = story["text"].encode("cp1252", "replace").decode("cp1252").split()
    lines = [" ".join(words[start : start + 9]) for start in range(0, len(words), 9)]
    escaped = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines]
    content = "BT /F 11 Tf 14 TL 50 800 Td " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(content.encode("cp1252")), content.encode("cp1252")),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % story["title"].encode("ascii", "replace").translate(None, b"()\\"),
    ]
    made, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(made))
        made += b"%d 0 obj %s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        made
        + b"xref\n0 7\n0000000000 65535 f \n%strailer << /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(made),
        )
    )


def _json(stories: Sequence[Story]) -> bytes:
    return json.dumps({"status": "ok", "articles": [story or {"title": "Broken"} for story in stories]}).encode()


def _jsonl(stories: Sequence[Story]) -> bytes:
    lines = (json.dumps(story, ensure_ascii=False) if story else '{"title": "Broken' for story in stories)
    return "".join(f"{line}\n" for line in lines).encode()


def _csv(stories: Sequence[Story]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, ["title", "text", "url", "published", "outlet"], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(story or {"title": "Broken"} for story in stories)
    return file.getvalue().encode()


def _parquet(stories: Sequence[Story]) -> bytes:
    import pyarrow
    from pyarrow.parquet import write_table

    names = ("title", "text", "url", "published", "outlet")
    columns = {name: [str((story or {}).get(name) or "") or None for story in stories] for name in names}
    file = io.BytesIO()
    write_table(pyarrow.table(columns), file, row_group_size=100)
    return file.getvalue()


def _feed(stories: Sequence[Story]) -> bytes:
    items = []
    for story in stories:
        said = story or {"title": "Broken", "text": ""}
        body = html.escape("".join(f"<p>{part}</p>" for part in _paragraphs(said)))
        items.append(
            f"<item><title>{html.escape(said['title'])}</title><link>{html.escape(said.get('url') or '')}</link>"
            f"<content:encoded>{body}</content:encoded></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Wire</title>{''.join(items)}</channel></rss>"
    ).encode()


def _newsml(stories: Sequence[Story]) -> bytes:
    items = []
    for number, story in enumerate(stories):
        said = story or {"title": "Broken", "text": ""}
        body = "".join(f"<p>{part}</p>" for part in _paragraphs(said))
        items.append(
            f'<newsItem guid="urn:newsml:wire.example:{html.escape(said["title"])}:{number}" version="1"><itemMeta>'
            f'<itemClass qcode="ninat:text"/></itemMeta><contentMeta><headline>{html.escape(said["title"])}</headline>'
            '</contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml">'
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML></contentSet></newsItem>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>'
        f"{''.join(items)}</itemSet></newsMessage>"
    ).encode()


def _warc(stories: Sequence[Story]) -> bytes:
    records = []
    for number, story in enumerate(stories):
        url = (story or {}).get("url") or f"https://wire.example/gone/{number}"
        reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _html(story)
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
            f"WARC-Date: 2021-05-04T06:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(reply)}\r\n\r\n"
        )
        records.append(head.encode() + reply + b"\r\n\r\n")
    return b"".join(records)


def _zip(stories: Sequence[Story]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, story in enumerate(stories):
            archive.writestr(f"wire/{number}.html", _html(story))
    return file.getvalue()


def _tar(stories: Sequence[Story]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number, story in enumerate(stories):
            member = tarfile.TarInfo(f"wire/{number}.md")
            content = _markdown(story)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def _each(suffix: str, write: Callable[[Story], bytes]) -> Callable[[Sequence[Story]], dict[str, bytes]]:
    return lambda stories: {f"{number:05}{suffix}": write(story) for number, story in enumerate(stories)}


def _all(name: str, write: Callable[[Sequence[Story]], bytes]) -> Callable[[Sequence[Story]], dict[str, bytes]]:
    return lambda stories: {name: write(stories)}


# What a format is called → the files that hold these stories.
MAKERS: dict[str, Callable[[Sequence[Story]], dict[str, bytes]]] = {
    "zip": _all("wire.zip", _zip),
    "tar": _all("wire.tar", _tar),
    "parquet": _all("wire.parquet", _parquet),
    "pdf": _each(".pdf", _pdf),
    "warc": _all("wire.warc", _warc),
    "xml": _all("wire.xml", _newsml),
    "nitf": _each(".nitf", _nitf),
    "feed": _all("wire.rss", _feed),
    "html": _each(".html", _html),
    "mail": _each(".eml", _mail),
    "jsonl": _all("wire.jsonl", _jsonl),
    "json": _all("wire.json", _json),
    "markdown": _each(".md", _markdown),
    "csv": _all("wire.csv", _csv),
    "text": _each(".txt", _text),
}
