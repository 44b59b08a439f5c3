"""Newsletters: sender, subject, day and text out of whatever mail wraps them in; attachments named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.samples import PARAGRAPH, articles, one, read_bytes, read_file, reason, reasons

HEAD = "From: Harbour Gazette <letter@gazette.example>\nSubject: Ferry returns\nDate: Tue, 04 May 2021 23:30:00 +0200\n"


def test_a_newsletter_field_by_field() -> None:
    found = read_file("letter.eml")
    (article,) = articles(found)
    source = article.source
    assert (source.title, source.outlet) == ("Ferry line returns to the fjord — the café too", "Harbour Gazette Øya")
    assert source.url == "https://gazette.example/letters/4711"
    assert source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=timezone(timedelta(hours=2)))
    assert article.text.split("\n\n") == [
        "The old ferry line across the fjord opened again on Tuesday, nine years after the bridge had replaced it.",
        "“I missed the café on board,” said Åse Lunde, 71, who came with four grandchildren.",
        "The council pays €1.4 million a year for the line, which will run until the bridge has been repaired.",
    ]
    assert reasons(found) == ["an attachment, and those are not read: save it and give its file"]
    assert any("timetable.pdf" in str(item) for item in found)


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ("\nIt opened.\nToday.\n\nTwice.\n\n-- \nThe Gazette", "It opened. Today.\n\nTwice."),
        ("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nA caf\xe9.", "A café."),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSXQgb3BlbmVkLg==", "It opened."),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nA caf=C3=A9 =\nthere.",
         "A café there."),
        ("Content-Type: text/plain; charset=no-such\n\nIt opened.", "It opened."),
        ("Content-Type: text/html\n\n<p>It opened.</p><p>Twice.</p>", "It opened.\n\nTwice."),
        ("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlain.\n"
         "--b\nContent-Type: text/html\n\n<p>Of HTML.</p>\n--b--", "Of HTML."),
        ("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<style>p {}</style>\n"
         "--b\nContent-Type: text/plain\n\nPlain.\n--b--", "Plain."),
        ("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nCut off.", "Cut off."),
        ("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThe letter.\n--b\n\nBelow it.\n--b--",
         "The letter.\n\nBelow it."),
    ],
    ids=["plain", "latin-1", "base64", "quoted-printable", "unknown charset", "html", "alternatives", "empty html",
         "not closed", "two parts"],
)  # fmt: skip
def test_texts_come_out_of_their_wrapping(rest: str, text: str) -> None:
    article = one((HEAD + rest).encode("latin-1"), "a.eml")
    assert article.text == text
    assert (article.source.title, article.source.outlet) == ("Ferry returns", "Harbour Gazette")


def test_a_letter_laid_out_in_tables_is_whole() -> None:
    rows = "".join(f"<tr><td>{number}. {PARAGRAPH}</td></tr>" for number in range(6))
    text = one(f"{HEAD}Content-Type: text/html\n\n<html><body><table>{rows}</table></body></html>", "a.eml").text
    assert [paragraph[:2] for paragraph in text.split("\n\n")] == ["0.", "1.", "2.", "3.", "4.", "5."]


@pytest.mark.parametrize("name", ["a.eml", "told by its content"])
def test_a_mail_is_told_by_name_or_head(name: str) -> None:
    assert articles(read_bytes(f"{HEAD}MIME-Version: 1.0\n\nIt opened.", name))


def test_editions_of_a_letter_are_told_by_their_message_id() -> None:
    first, again, other = (
        one(f"{HEAD}Message-ID: <{name}@gazette.example>\n\n{text}", "a.eml").source.id
        for name, text in (("1", "It opens."), ("1", "It opened."), ("2", "It opens."))
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("Dear all,\n\nIt opened.", "not a mail"),
        (HEAD, "no text"),
        (HEAD + "Content-Type: image/png\n\n\x89PNG", "no text"),
        (f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 2_000, "parts"),
        (HEAD + "".join(f"Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n" for n in range(2_000)), "nested"),
    ],
    ids=["empty", "no head", "no text", "a picture", "many parts", "deep"],
)  # fmt: skip
def test_bad_and_hostile_mails_are_named(content: str, said: str) -> None:
    assert said in reason(content.encode("latin-1"), "a.eml")


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?=FF=FE?=", "=?no-such?b?aGVsbG8=?=", "=?utf-8?b?a?=", "a" * 1_000_000, "\xff"]
)
def test_a_subject_that_cannot_be_decoded_costs_no_article(subject: str) -> None:
    found = articles(read_bytes(f"Subject: {subject}\nFrom: a@b.example\n\nIt opened.".encode("latin-1"), "a.eml"))
    assert [article.text for article in found] == ["It opened."]
