"""Conversations on disk: whole or not at all, each reader's own, nothing lost, nothing guessed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.page import conversations as store
from assistant.page.conversations import Conversation, Conversations, NotKept, digest, new_id
from assistant.page.said import Said
from assistant.page.turns import turn_html
from assistant.request import Options
from assistant.serial import restored, stored
from assistant.types import Answer
from index.articles import Source
from index.errors import BadRequest
from index.scope import Scope
from index.understanding import understand
from tests.fake_assistant import HOSTILE, SOURCES, answer, judged

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, UTC)


def said(question: str, minutes: int = 0, **fields: Any) -> Said:
    return Said(question, **{"answer": judged(question), "asked": NOW + timedelta(minutes=minutes), **fields})


def conversation(*questions: str, id: str = "") -> Conversation:
    turns = tuple(said(question, minutes) for minutes, question in enumerate(questions))
    return Conversation(id or new_id(), turns)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "kept")


def file_of(kept: Conversations, one: Conversation, reader: str = "ann") -> Path:
    return kept.folder / digest(reader) / f"{one.id}.json"


texts = st.text(max_size=40) | st.sampled_from([HOSTILE, "", "\u202e\x00\u2028", "😀" * 3, "[1] </script> `|"])
finite = st.floats(allow_nan=False, allow_infinity=False)
sources = st.builds(
    Source,
    id=texts,
    title=texts,
    url=texts | st.none(),
    outlet=texts | st.none(),
    authors=st.lists(texts, max_size=2).map(tuple),
    published=st.dates() | st.none(),
    published_from=st.sampled_from(["metadata", "json-ld", "url", "dateline", "text", "none"]),
    published_at=st.datetimes(timezones=st.just(UTC)) | st.none(),
    modified=st.dates() | st.none(),
    notice=texts | st.none(),
    withdrawn=st.booleans(),
    pages=st.lists(st.integers(0, 9), max_size=2).map(tuple),
)
st.register_type_strategy(Source, sources)
st.register_type_strategy(float, finite)


@given(st.builds(Answer, text=texts, question=texts))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_answer_is_read_back_as_it_was(one: Answer) -> None:
    again = restored(Answer, stored(one))
    assert again == one
    assert asdict(again) == asdict(one)  # what does not count when answers are compared, too


def test_a_turn_is_read_back_with_all_that_the_page_shows() -> None:
    filters = Scope(understand("What did CNN say last week?", ["CNN"], date(2024, 5, 3)), ("CNN",), date(2024, 1, 1))
    refused = answer("q", "No.", answered=False, reason=HOSTILE, nearest=SOURCES, filters=filters)
    options = Options(asked_on=date(2024, 5, 3), outlets=["CNN"], since=None, writer="quotes", strict=True)
    turns = (
        said(HOSTILE, options=options, thumb="down", note=f"{HOSTILE}\n2"),
        Said("q", refused),
        Said("", failure=HOSTILE),
    )
    again = restored(Conversation, stored(Conversation("x", turns))).turns
    assert again == turns
    assert [turn_html(one) for one in again] == [turn_html(one) for one in turns]


def test_of_each_field_of_a_turn_it_is_known_whether_it_is_kept() -> None:
    """A field added to `Said` fails here until it is listed: in KEPT, or below as made anew when a turn is shown."""
    made_anew = {"looked"}  # HTML, made of the answer
    assert {field.name for field in fields(Said)} == {*store.KEPT, *made_anew}


def test_half_a_character_keeps_the_places_of_a_text() -> None:
    assert restored(Answer, stored(answer("q", "ab\ud800cd"))).text == "ab?cd"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["turns"][0]["answer"]["citations"][0].update(start="7"),
        lambda data: data["turns"][0]["answer"]["citations"][0]["source"].update(published="yesterday"),
        lambda data: data["turns"][0]["answer"]["checks"][0].update(verdict="perfect"),
        lambda data: data["turns"][0].update(thumb="sideways"),
        lambda data: data.update(turns="none"),
        lambda data: data.pop("format"),
        lambda data: data.update(format=store.FORMAT + 1),
    ],
    ids=["place", "day", "verdict", "thumb", "turns", "no format", "newer"],
)
def test_a_file_that_cannot_be_read_is_told_and_left_alone(kept: Conversations, spoil: Callable[..., Any]) -> None:
    one = conversation("first")
    kept.save("ann", one)
    path = file_of(kept, one)
    data = json.loads(path.read_text())
    spoil(data)
    path.write_text(before := json.dumps(data))
    with pytest.raises(NotKept, match=r"damaged|newer Dateline"):
        kept.load("ann", one.id)
    moved = kept.save("ann", one, known=True)
    assert moved and moved.branched and moved.id != one.id  # what is in the way is never written over
    assert path.read_text() == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": 1}', b"null"])
def test_rubbish_is_listed_as_unread(kept: Conversations, content: bytes) -> None:
    one = conversation("first")
    kept.save("ann", one)
    path = kept.folder / digest("ann") / f"{new_id()}.json"
    path.write_bytes(content)
    listing = kept.all("ann")
    assert [head.id for head in listing.heads] == [one.id]
    assert listing.unread == (path.name,)
    with pytest.raises(NotKept, match="damaged"):
        kept.load("ann", path.stem)


@pytest.mark.parametrize("id", ["", ".", "../x", "a" * 31, "A" * 32, "a" * 32 + "\n", "/etc/passwd", "a" * 32])
def test_an_id_alone_opens_nothing(kept: Conversations, id: str) -> None:
    one = conversation("first")
    kept.save("ann", one)
    for reader, which in (("ann", id), ("bob", one.id), ("", one.id), ("../ann", one.id)):
        for act in (kept.load, kept.delete, lambda reader, which: kept.rename(reader, which, "mine")):
            with pytest.raises(NotKept, match="no such conversation"):
                act(reader, which)
    with pytest.raises(NotKept):
        kept.save("ann", replace(one, id=f"../{one.id}"))
    assert kept.load("ann", one.id) == one


def test_files_are_for_their_owner_alone(kept: Conversations) -> None:
    one = conversation("first")
    kept.save("ann@example.org", one)
    path = file_of(kept, one, "ann@example.org")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert "ann" not in str(path.relative_to(kept.folder))
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, ".lock"}


def test_a_write_that_fails_leaves_the_file_before(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    one = conversation("first")
    kept.save("ann", one)

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotKept, match=r"could not be kept .No space left on device"):
        kept.save("ann", replace(one, turns=(*one.turns, said("second"))))
    assert kept.load("ann", one.id) == one


def test_a_folder_that_another_holds_is_said(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    one = conversation("first")
    kept.save("ann", one)
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    with FileLock(file_of(kept, one).with_name(".lock")), pytest.raises(NotKept, match="held by another"):
        kept.save("ann", one)


def test_a_folder_that_cannot_be_had_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRequest, match="name another folder with --keep"):
        Conversations(tmp_path / "file" / "kept")


def test_what_was_cut_short_is_stopped(kept: Conversations) -> None:
    one = Conversation(new_id(), (said("first"), Said("second", busy=True, asked=NOW)))
    kept.save("ann", one)
    first, second = kept.load("ann", one.id).turns
    assert (first.stopped, first.busy, second.stopped, second.busy) == (False, False, True, False)


def test_two_windows_lose_nothing(kept: Conversations) -> None:
    one = conversation("first")
    kept.save("ann", one)
    here = replace(one, turns=(*one.turns, said("here", 1)))
    there = replace(one, turns=(*one.turns, said("there", 2)))
    first, second = kept.save("ann", here, known=True), kept.save("ann", there, known=True)
    assert first and second and not first.branched and second.branched
    assert kept.load("ann", one.id).turns == here.turns
    assert kept.load("ann", second.id).turns == there.turns
    assert kept.save("ann", one, known=True, branch=False) is None  # a page that is left writes nothing over
    assert kept.load("ann", one.id).turns == here.turns


def test_deleted_stays_deleted_and_can_be_brought_back(kept: Conversations) -> None:
    one = conversation("first")
    kept.save("ann", one)
    gone = kept.delete("ann", one.id)
    assert not file_of(kept, one).exists()
    assert kept.save("ann", one, known=True) is None
    assert kept.all("ann").heads == ()
    kept.save("ann", gone)
    assert kept.load("ann", one.id) == one


def test_a_title_outlasts_what_is_asked_later(kept: Conversations) -> None:
    one = conversation("first")
    kept.save("ann", one)
    kept.rename("ann", one.id, f"  {HOSTILE}\n{'x' * 300} ")
    kept.save("ann", replace(one, turns=(*one.turns, said("second", 1))), known=True)
    (head,) = kept.all("ann").heads
    assert head.name == " ".join(f"{HOSTILE} {'x' * 300}".split())[: store.LONGEST_TITLE]
    kept.rename("ann", one.id, "")
    assert kept.all("ann").heads[0].name == "first"


def test_the_latest_comes_first_and_the_oldest_makes_room(tmp_path: Path) -> None:
    kept = Conversations(tmp_path, most=3)
    for minute in range(5):
        one = Conversation(new_id(), (said(f"question {minute}", minute),))
        saved = kept.save("ann", one)
        assert saved and saved.replaced == (f"question {minute - 3}" if minute >= 3 else "")
        kept.save("bob", replace(one, id=new_id()))
    kept.save("ann", replace(one, turns=(*one.turns, said("more", 9))), known=True)  # no new one: none has to go
    assert [head.name for head in kept.all("ann").heads] == ["question 4", "question 3", "question 2"]
    assert kept.all("ann").heads[0].changed == NOW + timedelta(minutes=9)
    assert len(kept.all("bob").heads) == 3


def test_many_at_once_write_whole_files(kept: Conversations) -> None:
    one = conversation(*(f"question {n}" for n in range(3)))
    versions = [replace(one, turns=one.turns[: n % 3 + 1]) for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: kept.save("ann", each, branch=False), versions))
    assert kept.load("ann", one.id).turns == one.turns
    assert kept.all("ann").unread == ()
