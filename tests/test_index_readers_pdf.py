"""PDF files: text in paragraphs, places of pages, no day of making taken for the article's; hostile ones bounded."""

from __future__ import annotations

import zlib

import pytest

from tests.samples import PARAGRAPH, a_page, a_pdf, of_objects, one, reason

PAGES = [
    ["HARBOUR GAZETTE", "Ferry line returns to the fjord",
     "The old ferry line across the fjord opened again on Tues-",
     "day, nine years after the bridge had replaced it, and the",
     "first boat carried 212 people.", "“I missed the café,” said Åse Lunde, 71, who came with four",
     "grandchildren (and a dog).", "Page 1 of 3"],
    ["HARBOUR GAZETTE", "The council pays for the line, which will run until the",
     "bridge has been repaired and the new quay has been", "Page 2 of 3"],
    ["HARBOUR GAZETTE", "opened by the mayor. Then it ends for good, and no one",
     "will pay for it any more.", "Page 3 of 3"],
]  # fmt: skip
INFO = "/Title (Ferry line returns to the fjord) /Author (Ingrid \xd8verland) /CreationDate (D:20240101000000Z)"


def test_a_pdf_page_by_page() -> None:
    article = one(a_pdf(PAGES, INFO), "a.pdf")
    source = article.source
    assert (source.title, source.authors) == ("Ferry line returns to the fjord", ("Ingrid Øverland",))
    assert article.text.split("\n\n") == [
        "The old ferry line across the fjord opened again on Tuesday, nine years after the bridge had replaced it, and "
        "the first boat carried 212 people.",
        "“I missed the café,” said Åse Lunde, 71, who came with four grandchildren (and a dog).",
        "The council pays for the line, which will run until the bridge has been repaired and the new quay has been "
        "opened by the mayor. Then it ends for good, and no one will pay for it any more.",
    ]
    begins = [article.text[place:].split()[:2] for place in source.pages]
    assert begins == [["The", "old"], ["The", "council"], ["opened", "by"]]
    assert [source.page(article.text.index(word)) for word in ("212", "council", "mayor")] == [1, 2, 3]


def test_the_day_a_pdf_was_made_is_not_its_articles() -> None:
    assert one(a_pdf(PAGES, INFO), "a.pdf").source.published is None
    dated = [["Ferry line returns", "Published: 4 May 2021", *PAGES[1][1:3]]]
    source = one(a_pdf(dated, INFO), "a.pdf").source
    assert (str(source.published), source.published_from) == ("2021-05-04", "text")


def test_the_first_line_is_the_title_where_none_is_given() -> None:
    for info in ("", "/Title (untitled)", "/Title (Microsoft Word - draft.doc)"):
        article = one(a_pdf([PAGES[0][1:-1]], info), "a.pdf")
        assert article.source.title == "Ferry line returns to the fjord"
        assert article.text.startswith("The old")


def test_a_page_without_text_between_others_keeps_its_number() -> None:
    article = one(a_pdf([[f"One. {PARAGRAPH}"], [], [f"Three. {PARAGRAPH}"]]), "a.pdf")
    assert article.source.page(article.text.index("Three")) == 3


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("It was a well-", "known ferry that people had missed for nine long years.", "a well-known"),
        ("The line between Nordnes and Øst-", "Agder was opened again in May after nine years.", "Øst-Agder"),
        ("It was a dis-", "appointment to those who had missed it for nine years.", "a disappointment"),
        ("It opened with\xad", "in a week of the day on which the bridge was closed.", "opened within"),
    ],
)
def test_words_cut_by_a_lines_end(before: str, after: str, text: str) -> None:
    assert text in one(a_pdf([["A title", before, after, "And so it ends."]]), "a.pdf").text


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def with_stream(packed: bytes, kind: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >> >>"
    stream = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), kind, packed)
    return of_objects([CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream, FONT])


LOOPS = {
    "kids that are their parent": of_objects([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", b"<< >>"]),
    "kids in a ring": of_objects([CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 9 >>",
                                  b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 9 >>", b"<< >>"]),
    "a count beyond all": of_objects([CATALOG, b"<< /Type /Pages /Kids [] /Count 999999999 >>", b"<< >>"]),
    "a page again and again": of_objects([CATALOG, b"<< /Kids [" + b"3 0 R " * 50_000 + b"] /Count 50000 >>",
                                          b"<< /Type /Page /Parent 2 0 R >>", b"<< >>"]),
    "a stream that swells": with_stream(zlib.compress(b" " * 400_000_000), b"/Filter /FlateDecode"),
    "a stream that swells twice": with_stream(zlib.compress(zlib.compress(b" " * 400_000_000)),
                                              b"/Filter [/FlateDecode /FlateDecode]"),
    "a table that is its own": b"%PDF-1.4\nxref\n0 0\ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF",
    "cut off": a_pdf(PAGES)[:900],
    "a head alone": b"%PDF-1.7",
    "a web page": a_page().encode(),
    "signs": b"%PDF-1.4\n" + b"<<" * 500_000,
    "brackets": of_objects([CATALOG, b"[" * 100_000]),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_damaged_and_hostile_pdfs_are_bounded_and_named(name: str) -> None:
    assert reason(LOOPS[name], "a.pdf")


def test_a_pdf_of_pictures_says_so() -> None:
    assert "its pages are pictures" in reason(a_pdf([[]], text_layer=False), "a.pdf")


def test_a_locked_pdf_says_so() -> None:
    from io import BytesIO

    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=BytesIO(a_pdf(PAGES)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    assert "locked with a password" in reason(out.getvalue(), "a.pdf")
    writer = PdfWriter(clone_from=BytesIO(a_pdf(PAGES)))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    assert "212 people" in one(out.getvalue(), "a.pdf").text
