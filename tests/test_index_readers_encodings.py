"""Letters come through whole from every encoding, declared or not; where they cannot be told, a sentence says so."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from index.errors import SourceError
from index.readers import Record, Unreadable, read
from index.readers.encodings import decode

ENGLISH = "The café in Åsgård opened — “at last,” said Zoë. It costs €3.50."
LANGUAGES = {
    "French": ("Le porte-parole a déclaré que la rivière était fermée à cause du niveau élevé de l’eau.", "cp1252"),
    "German": ("Der Bürgermeister erklärte, der Fluß sei gesperrt; die Schäden seien größer als erwartet.", "latin-1"),
    "Czech": (
        "Podle mluvčího byla v úterý večer uzavřena řeka u Plzně kvůli zvýšené hladině. Starosta řekl, že škody jsou"
        " větší, než se čekalo, a požádal vládu o pomoc. Lidé se mohou vrátit domů zítra.",
        "cp1250",
    ),
    "Polish": (
        "Rzecznik powiedział we wtorek wieczorem, że rzeka została zamknięta z powodu wysokiego poziomu wody. Burmistrz"
        " poprosił rząd o pomoc, ponieważ szkody są większe niż oczekiwano.",
        "iso8859-2",
    ),
    "Russian": ("Представитель министерства сообщил во вторник вечером, что река закрыта.", "cp1251"),
    "Russian on old systems": ("Представитель министерства сообщил во вторник вечером, что река закрыта.", "koi8-r"),
    "Greek": ("Ο εκπρόσωπος του υπουργείου δήλωσε το βράδυ της Τρίτης ότι ο ποταμός έκλεισε.", "cp1253"),
    "Turkish": (
        "Bakanlık sözcüsü salı akşamı nehrin yüksek su seviyesi nedeniyle kapatıldığını söyledi. Belediye başkanı"
        " hükümetten yardım istedi çünkü hasar beklenenden daha büyük.",
        "cp1254",
    ),
}
EVERY = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252"]


@pytest.mark.parametrize("encoding", EVERY)
def test_english_is_read_undeclared(encoding: str) -> None:
    assert decode(ENGLISH.encode(encoding)) == ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_are_read_undeclared(language: str) -> None:
    text, encoding = LANGUAGES[language]
    for name in (encoding, "utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        assert decode(text.encode(name)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("同省の報道官は火曜日の夜、川が閉鎖されたと述べた。", "shift_jis"),
        ("该部发言人星期二晚上表示，河流已经关闭。", "gb18030"),
    ],
)
def test_what_cannot_be_told_is_a_sentence_undeclared_and_right_declared(text: str, encoding: str) -> None:
    with pytest.raises(SourceError, match="encoding cannot be told"):
        decode(text.encode(encoding))
    assert decode(text.encode(encoding), encoding) == text


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("<?xml version='1.0' encoding='windows-1251'?><a>Река</a>".encode("cp1251"), None, "Река"),
        ('<html><meta charset="iso-8859-2"><p>Zażółć</p>'.encode("iso8859-2"), None, "Zażółć"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=windows-1253"><p>Ποταμός</p>'.encode("cp1253"),
            None,
            "Ποταμός",
        ),
        ("<?xml version='1.0' encoding='iso-8859-1'?><a>café — naïve</a>".encode(), None, "café — naïve"),
        ("“Café”".encode("cp1252"), "ISO-8859-1", "“Café”"),
        ("Café".encode(), "no-such-charset", "Café"),
        ("Café".encode(), "rot13", "Café"),
        ("Café".encode(), "utf-16", "Café"),
        ("日本".encode("iso2022-jp"), "ISO-2022-JP", "日本"),
    ],
)
def test_what_is_declared_counts_unless_utf_8_shows_itself(content: bytes, declared: str | None, text: str) -> None:
    assert text in decode(content, declared)


def test_a_text_pasted_together_of_two_encodings_comes_out_whole() -> None:
    whole = "The café opened — “at last”. " * 8
    assert decode(whole.encode() + "A naïve “guest”.".encode("cp1252")) == whole + "A naïve “guest”."


def test_what_looks_garbled_is_nowhere_in_the_text() -> None:
    """Mojibake: UTF-8 read as Windows-1252 shows Ã and â€, and the replacement sign what was lost."""
    for encoding in EVERY:
        assert not {"Ã", "â€", "\ufffd", "\0", "ï»¿"} & {ENGLISH, decode(ENGLISH.encode(encoding))}
        assert not [sign for sign in ("Ã", "â€", "\ufffd", "\0", "ï»¿") if sign in decode(ENGLISH.encode(encoding))]


def test_a_letter_cut_off_at_the_end_of_the_head_is_no_other_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for shift in range(4):
        line = json.dumps({"text": " " * shift + "Åsgård " * 60_000}, ensure_ascii=False)
        path.write_bytes(line.encode())
        (item,) = read([path])
        assert isinstance(item, Record)
        assert set(item.article.text.split()) == {"Åsgård"}


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv"])
@pytest.mark.parametrize("encoding", EVERY)
def test_large_files_are_read_in_every_encoding(tmp_path: Path, suffix: str, encoding: str) -> None:
    texts = [f"{number}. {ENGLISH}" for number in range(9_000)]
    content = {
        ".jsonl": lambda: "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts),
        ".json": lambda: json.dumps([{"text": text} for text in texts], ensure_ascii=False),
        ".csv": lambda: "text\n" + "\n".join(f'"{text}"' for text in texts),
    }[suffix]()
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content.encode(encoding))
    assert [item.article.text for item in read([path]) if isinstance(item, Record)] == texts


def test_lines_after_a_head_of_ascii_have_their_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    head = b'{"text": "All of this is plain."}\n' * 10_000
    path.write_bytes(head + json.dumps({"text": "Café à côté"}, ensure_ascii=False).encode("cp1252") + b"\n")
    assert [item.article.text for item in read([path]) if isinstance(item, Record)][-1] == "Café à côté"


def test_a_line_that_is_no_text_is_one_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "One."}\n' + bytes(range(128, 256)) * 9 + b'\n{"text": "Two."}\n')
    assert [type(item) for item in read([path])] == [Record, Unreadable, Record]


def test_marks_are_no_text() -> None:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE):
        assert decode(mark) == ""
