"""JSON in its shapes, small and streamed alike: the same articles, the bad ones by number, nothing beside them."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers import Record, Unreadable
from index.readers.formats import read_input
from index.readers.inputs import Input
from index.readers.scanning import CUT_OFF, Scanner, Value

ONE: dict[str, Any] = {"title": "One", "text": 'Text [1] {of} "one" \\ and {"more"}.'}
TWO: dict[str, Any] = {"title": "Two", "text": "Text of two.", "tags": ["a", {"b": []}]}
SHAPES: dict[str, tuple[Any, int]] = {
    "a list": ([ONE, TWO], 2),
    "an article": (ONE, 1),
    "an article with lists in it": ({**ONE, "items": [{"a": 1}], "documents": [{"text": "No article."}]}, 1),
    "a list inside": ({"status": "ok", "total": 2, "articles": [ONE, TWO]}, 2),
    "one level deeper": ({"status": "ok", "response": {"total": 2, "docs": [ONE, TWO]}}, 2),
    "under another name deeper": ({"meta": {"a": [1]}, "payload": {"Results": [ONE, TWO], "next": None}}, 2),
    "other lists before it": ({"results": ["a", "b"], "items": [1, 2], "stories": [ONE, TWO]}, 2),
    "an article under its name": ({"article": ONE, "links": {"self": "/"}}, 1),
    "a list under the name of one": ({"article": [ONE, TWO]}, 2),
}


def items(content: str | bytes, name: str = "a.json") -> list[Record | Unreadable]:
    content = content if isinstance(content, bytes) else content.encode()
    return list(read_input(Input.of(content, name, name)))


def titles(found: list[Record | Unreadable]) -> list[str]:
    return [item.article.source.title if isinstance(item, Record) else item.reason for item in found]


@pytest.fixture(params=["whole", "streamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "streamed":
        # too large to be held as a whole, though each of its items is not
        monkeypatch.setattr(Scanner, "whole_value", lambda scanner: Value(None, CUT_OFF))
    return str(request.param)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_gives_its_articles(shape: str, indent: int | None) -> None:
    data, count = SHAPES[shape]
    assert titles(items(json.dumps(data, indent=indent))) == ["One", "Two"][:count]


@pytest.mark.parametrize("shape", ["a list", "a list inside", "one level deeper", "other lists before it"])
def test_streamed_or_whole_it_is_the_same(shape: str, way: str) -> None:
    found = items(json.dumps(SHAPES[shape][0]))
    assert titles(found) == ["One", "Two"]
    assert [item.place for item in found if isinstance(item, Record)] == ["a.json, item 1", "a.json, item 2"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"title": "Bad", "text": "bad \\x escape"}', "not valid JSON"),
        ('{"title": "Bad", text: 5}', "not valid JSON"),
        ('{"title": "Bad" "text": "a"}', "not valid JSON"),
        ('{"title": "Bad"}', "no text"),
        ("null", "not an object"),
        ('"words"', "not an object"),
        ("[1]", "not an object"),
        ('{"a": ' + "[" * 3_000 + "]" * 3_000 + "}", "nested too deeply"),
        ("{" + '"a": 1, ' * 1_200_000 + '"text": "a"}', "larger than 8 MB"),
        ("}", "stands where none may"),
    ],
    ids=lambda value: value[:24],
)
def test_one_bad_item_is_one_failure(bad: str, reason: str, way: str) -> None:
    one, two = json.dumps(ONE), json.dumps(TWO)
    for content in (f"[{one}, {bad}, {two}]", f'{{"ok": true, "data": {{"items": [{one}, {bad}, {two}], "n": 3}}}}'):
        found = titles(items(content))
        assert (found[0], found[2:]) == ("One", ["Two"])
        assert reason in found[1]


def test_articles_one_after_another_are_read() -> None:
    assert titles(items(json.dumps(ONE, indent=1) + "\n" + json.dumps(TWO, indent=1))) == ["One", "Two"]
    assert titles(items(f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n")) == ["One", "Two"]
    assert titles(items(json.dumps([ONE, TWO], indent=1), "a.jsonl")) == ["One", "Two"]
    assert titles(items(json.dumps(ONE, indent=1), "a.jsonl")) == ["One"]


def test_a_list_that_is_cut_off_gives_what_came_before() -> None:
    for content in (json.dumps([ONE, TWO, ONE]), json.dumps({"articles": [ONE, TWO, ONE]})):
        one, two, cut = titles(items(content[:-30]))
        assert (one, two) == ("One", "Two")
        assert "ends" in cut
    assert titles(items(json.dumps([ONE, TWO])[:-1]))[:2] == ["One", "Two"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("[]", "the list in it is empty"),
        ('{"articles": []}', "the list in it is empty"),
        ("words, and no JSON", "not an object"),
        ('{"a": {"b": {"items": [{"text": "Too deep down."}]}}}', "no text"),
        ('{"type": "FeatureCollection", "features": [{"geometry": []}]}', "no text"),
    ],
)
def test_what_holds_no_article_says_so_once(content: str, reason: str) -> None:
    (item,) = items(content)
    assert isinstance(item, Unreadable)
    assert reason in item.reason


def test_only_an_article_alone_has_an_origin() -> None:
    given = [
        Input.of(json.dumps(data).encode(), "a.json", "a.json", origin="/a.json") for data in (ONE, [ONE], [ONE, TWO])
    ]
    origins = [[item.origin for item in read_input(one) if isinstance(item, Record)] for one in given]
    assert origins == [["/a.json"], ["/a.json"], [None, None]]


def test_where_it_came_from_holds_where_it_names_nothing() -> None:
    came = {"url": "https://wire.example/feed.json", "outlet": "Wire"}
    named = {**ONE, "link": "https://gazette.example/one", "publisher": "Gazette"}
    for data, expected in (
        (ONE, [("https://wire.example/feed.json", "Wire")]),
        (named, [("https://gazette.example/one", "Gazette")]),
        ([ONE, named], [(None, "Wire"), ("https://gazette.example/one", "Gazette")]),
    ):
        found = read_input(Input.of(json.dumps(data).encode(), "a.json", "a.json", **came))
        sources = [item.article.source for item in found if isinstance(item, Record)]
        assert [(source.url, source.outlet) for source in sources] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>The café &amp; the <b>ferry</b>.</p>\n<p>Both opened.</p>", "The café & the ferry.\n\nBoth opened."),
        (["The café.", "The ferry."], "The café.\n\nThe ferry."),
        ("<3 is a heart, and 2 < 3.", "<3 is a heart, and 2 < 3."),
        ("<Reuters> A text with a sign before it.", "<Reuters> A text with a sign before it."),
    ],
)
def test_a_text_may_be_html_or_paragraphs(text: Any, expected: str) -> None:
    (item,) = items(json.dumps({"title": "A", "text": text}))
    assert isinstance(item, Record)
    assert item.article.text == expected


def test_the_memory_for_a_long_list_is_that_of_an_item() -> None:
    content = b'{"articles": [' + b",".join(b'{"text": "%d %s"}' % (n, b"x" * 2_000) for n in range(20_000)) + b"]}"
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in read_input(Input.of(content, "a.json", "a.json"))) == 20_000
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    # the items before the first that does not fit are held once, to see whether the whole is an article
    assert peak < 35_000_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values, min_size=1, max_size=6), st.sampled_from([None, 1]))
def test_values_end_where_they_end(values: list[Any], indent: int | None) -> None:
    content = "".join(json.dumps(value, ensure_ascii=False, indent=indent) + "\n" for value in values)
    scanner = Scanner(io.BytesIO(content.encode()), 10_000)
    found = []
    while scanner.peek():
        found.append(json.loads(scanner.value().piece or b""))
    assert found == values
