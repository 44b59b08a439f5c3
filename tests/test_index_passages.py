"""Sentences and passages: exact slices that hold every word once, cut where a reader would cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Source
from index.passages import PASSAGE_CHARACTERS, SHORTEST_PASSAGE, paragraphs, passages, sentences

# A stroke shows where a sentence must end; there and nowhere else.
CASES = [
    "The U.S. is worried.|Turkey is not.",
    "The U.S. Army left.|It came back.",
    "He lives in the U.S.|The army left.",
    "He lives in the U.S.|It’s big.",
    "U.S. President Joe Biden spoke.|U.S. Sen. Ted Cruz did not.",
    "Is this the U.S.?|Yes.",
    "The E.U. and the U.K. agreed.|N.A.T.O. did not.",
    "Mr. Smith met Dr. Jones.|They spoke.",
    "Gen. Mark Milley spoke.|Lt. Col. Jane Roe listened.",
    "Rep. Alexandria Ocasio-Cortez, D-N.Y., spoke.|She left.",
    "St. Petersburg is big.|Moscow is bigger.",
    "It burned on Main St.|The crews came.",
    "Martin Luther King Jr. was there.|He met Sammy Davis Jr.|The crowd cheered.",
    "J. K. Rowling wrote it.|George W. Bush read it.",
    "So did I.|He left.",
    "It began at 9 a.m. on Friday.|It ended at 5 p.m.|The crowd left.",
    "He came at 5 p.m. Friday.|She left at 10 a.m. ET.|All left.",
    "“We are ready.”|The minister left.",
    "“We are ready,” he said.|“We wait.”",
    "He said: “Stop!”|Then he left.",
    "“Who is it?” he asked.|No one answered.",
    "“Go!” she cried.|He went.",
    'He left."|She stayed.',
    "‘It is over.’|He left.",
    "He said “no.”|“Why?” she asked.|“Because.”",
    "(He left.)|She stayed.|He left [see p. 4].|She stayed.",
    "Well… it was late.|We left.",
    "Wait...|What was that?",
    "He paused … and left.",
    "Prices rose 3.5 percent.|Wages did not.",
    "It cost $1.5 bn. in all.|It was 1990.|30 people died.",
    "He won 3–2.|4,000 fans cheered.",
    "He lives at No. 5 Downing Street.|She said no.|They left.",
    "He was No. 1.|She was No. 2.",
    "Really?!|Yes.|That's all, folks!!!|Bye.",
    "Acme Inc. said so.|It sued Acme Inc.|The firm is big.",
    "The Ford Motor Co. announced it.|It was apples, pears, etc.|Then they left.",
    "It rose on Jan. 3.|It fell in Feb.|The rest is known.|In Sept. 2019 it broke.",
    "In Nov. Turkey left.|It came back.",
    "Use small ones, e.g. This one, i.e. That one.|Then stop.",
    "Visit example.com or node.js today.|Then leave.",
    "iPhone sales fell.|iPad sales rose.",
    "He moved to Washington, D.C.|In 1990 he left.",
    "He got a Ph.D. in 1990.|She did too.",
    "Turkey vs. Russia was on.|Fans came.",
    "مرحبا.|كيف حالك؟|بخير.",
    "日本は勝った。|韓国は負けた。",
    "A heading without a stop\n|The text begins here.|It goes on.",
    "The list:\n|- one thing\n|- another thing\n|\n|The end.",
    "A line\nthat goes on in lower case.|Next.",
    "One paragraph without a stop\n\n|Another one.",
]
WRAPPED = """\
The ministry said on Monday that the first parts had reached the base near
Ankara by plane. Three more flights were expected in the same week, and a
spokesman for NATO said
the alliance was worried. “It is a national decision,” he
said. The Turkish side did not answer questions that were put to it on the
Tuesday after.

Donald Trump said in Washington that he was looking at it, and that no one
Had told him before."""


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_where_a_reader_ends_them(case: str) -> None:
    text = case.replace("|", " ") if "\n" not in case else case.replace("\n|", "\n").replace("|", " ")
    wanted = [part.strip() for part in case.split("|") if part.strip()]
    assert [text[start:end] for start, end in sentences(text)] == wanted


def test_text_broken_at_a_fixed_width_is_put_together_again() -> None:
    found = [" ".join(WRAPPED[start:end].split()) for start, end in sentences(WRAPPED)]
    assert found[0].endswith("the first parts had reached the base near Ankara by plane.")
    assert "a spokesman for NATO said the alliance was worried." in found[1]
    assert found[2] == "“It is a national decision,” he said."
    assert found[-1].endswith("and that no one Had told him before.")
    assert len(paragraphs(WRAPPED)) == 2


words = st.sampled_from(
    [*"the a He U.S. Mr. No. 5 3.5 J. “Go!” said. ended. Why? … etc. Inc. 日本。 a.m. x".split(), "w" * 300, "\u2028"]
)
texts = st.lists(
    st.tuples(words, st.sampled_from([" ", " ", " ", "\n", "\n\n", "\t", " \n ", "\u00a0"])), max_size=300
).map(lambda parts: "".join(word + space for word, space in parts))


@given(st.one_of(st.text(), texts))
def test_sentences_hold_every_word_once_and_in_order(text: str) -> None:
    check_cover(text, sentences(text))
    check_cover(text, paragraphs(text))


@given(st.one_of(st.text(), texts), st.integers(min_value=1, max_value=1_500))
def test_passages_are_exact_slices_that_hold_every_word_once(text: str, size: int) -> None:
    article = Article(Source("0" * 16, "A title"), text)
    found = passages(article, size)
    assert all(passage.text == text[passage.start : passage.end] for passage in found)
    assert all(passage.source == article.source for passage in found)
    check_cover(text, [(passage.start, passage.end) for passage in found])


@given(texts)
def test_passages_are_neither_long_nor_scraps(text: str) -> None:
    lengths = [passage.end - passage.start for passage in passages(Article(Source("0" * 16, "A title"), text))]
    assert all(length <= PASSAGE_CHARACTERS for length in lengths[:-1])
    assert not lengths or lengths[-1] < PASSAGE_CHARACTERS + SHORTEST_PASSAGE + 100
    assert len(lengths) < 2 or lengths[-1] >= SHORTEST_PASSAGE
    # two neighbours that fit into one are one
    assert all(a + b > PASSAGE_CHARACTERS / 2 for a, b in pairwise(lengths))


def check_cover(text: str, spans: list[tuple[int, int]]) -> None:
    """Spans are trimmed, in order, without overlap, and hold all that is not white space."""
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


def test_a_passage_ends_with_a_sentence_and_keeps_paragraphs_whole() -> None:
    paragraph = "This is a sentence of the report. " * 12
    text = "\n\n".join([paragraph.strip()] * 7)
    found = passages(Article(Source("0" * 16, "A title"), text))
    assert len(found) == 4
    assert all(passage.text.endswith("report.") and passage.text.startswith("This") for passage in found)
    assert {passage.text.count("\n\n") for passage in found[:-1]} == {1}


def test_a_sentence_longer_than_a_passage_is_cut_at_a_space() -> None:
    text = "word " * 900 + "end."
    found = passages(Article(Source("0" * 16, "A title"), text))
    assert len(found) >= 4
    assert all(set(passage.text.split()) <= {"word", "end."} for passage in found)
    assert all(passage.end - passage.start <= PASSAGE_CHARACTERS for passage in found[:-1])


def test_an_empty_text_has_no_passages() -> None:
    assert passages(Article(Source("0" * 16, "A title"), " \n ")) == []
