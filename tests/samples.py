"""What the tests of readers share: reading bytes under a name, and files too odd to be kept as files."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from index.articles import Article
from index.readers import Record, Unreadable, read
from index.readers.formats import read_input
from index.readers.inputs import Input

DATA = Path(__file__).parent / "data"
PARAGRAPH = (
    "The ferry line across the fjord opened again after nine years, and 212 people came on board on its first day."
)


def read_bytes(content: bytes | str, name: str, **fields: str | None) -> list[Record | Unreadable]:
    """All that bytes give, read under a file name."""
    content = content if isinstance(content, bytes) else content.encode()
    return list(read_input(Input.of(content, name, name, **fields)))


def read_file(name: str) -> list[Record | Unreadable]:
    """All that a sample file gives."""
    return list(read([DATA / name]))


def articles(found: Iterable[Record | Unreadable]) -> list[Article]:
    """The articles among records."""
    return [item.article for item in found if isinstance(item, Record)]


def one(content: bytes | str, name: str, **fields: str | None) -> Article:
    """The article of bytes that hold one, and nothing else."""
    found = read_bytes(content, name, **fields)
    (article,) = articles(found)
    assert len(found) == 1, found
    return article


def reasons(found: Iterable[Record | Unreadable]) -> list[str]:
    """Why records were not read; each reason is one line of words."""
    told = [item.reason for item in found if isinstance(item, Unreadable)]
    assert all(reason and reason == " ".join(reason.split()) for reason in told), told
    return told


def reason(content: bytes | str, name: str) -> str:
    """Why bytes that hold no article were not read."""
    found = read_bytes(content, name)
    assert not articles(found)
    (told,) = reasons(found)
    return told


def a_page(head: str = "", body: str = "", title: str = "Ferry line returns") -> str:
    """A web page with an article of three paragraphs."""
    paragraphs = "".join(f"<p>{number}. {PARAGRAPH}</p>" for number in ("One", "Two", "Three"))
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}{body}</article><footer>All rights reserved.</footer></body></html>"
    )


def a_pdf(pages: Iterable[Iterable[str]], info: str = "", text_layer: bool = True) -> bytes:
    """A PDF with these lines on its pages, put together by hand."""
    streams = []
    for lines in pages:
        shown = " ".join(f"({_escaped(line)}) Tj T*" for line in lines) if text_layer else "0 0 10 10 re f"
        streams.append(f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET".encode("cp1252"))
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        content = first + 2 * number + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(f"<< {info} >>".encode("cp1252"))
    return of_objects(objects)


def of_objects(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first its catalog, the last its information."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def a_response(
    url: str, body: bytes, content_type: str = "text/html; charset=utf-8", status: str = "200 OK", *headers: str
) -> bytes:
    """A WARC record of an HTTP response, not packed."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers, "", ""]
    return a_record("response", "\r\n".join(lines).encode() + body, url, "application/http; msgtype=response")


def a_record(kind: str, block: bytes, url: str = "", content_type: str = "application/warc-fields") -> bytes:
    """A WARC record, not packed."""
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        "WARC-Date: 2021-05-06T08:00:00Z",
        f"WARC-Record-ID: <urn:uuid:{abs(hash((kind, url, block))):032x}>",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """Records each in a gzip member of its own, as crawlers write them."""
    return b"".join(map(gzip.compress, records))
