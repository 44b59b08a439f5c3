"""Which words are an outlet's own correction or withdrawal, and which are news about one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.articles import Article, Source
from index.building import build
from index.corrections import MOST_NOTICES, notice_in, told, withdrawal_in
from index.live import NewsIndex
from tests.fakes import HashEmbedder
from tests.newsroom import story, write

BODY = "\n\n".join(
    f"The council of town {n} met on Monday and spoke for two hours about the harbour bridge, officials said."
    for n in range(8)
)

NOTICES = [
    "Correction: An earlier version of this story misstated the year of the treaty.",
    "CORRECTION (May 3, 2024): The bridge is 400 metres long, not 40.",
    "Corrections & Clarifications: The day of the vote was incorrect. It was Tuesday.",
    "Clarification: The minister spoke of two plans.",
    "Corrected: the name of the ship.",
    "CLARIFICATION — The figures are those of 2019.",
    "(Correction: a previous version of this article gave the wrong day.)",
    "*An earlier version of this article misspelled the name of the mayor.",
    "An earlier version of this article said the mayor had resigned. She has not.",
    "A previous version of this story gave the wrong first name for the captain.",
    "Due to an editing error, an earlier version of this report named the wrong harbour.",
    "This article was amended on 3 May 2024 to correct the length of the bridge.",
    "This article was amended on 3 May 2024. An earlier version said the bridge was closed.",
    "This story has been corrected to show that the vote was on Tuesday.",
    "This story and headlines have been corrected to show that the vote was on Tuesday.",
    "(This story has been updated to correct the spelling of a name.)",
    "This story has been updated to accurately reflect the number of ships.",
    "Editor's note: This story has been updated to correct the name of the mayor.",
    "EDITOR’S NOTE: An earlier version of this article misidentified the ship.",
    "UPDATE: This story has been corrected to say that the bridge is open.",
    "(Corrects day to Thursday in second paragraph)",
    "CORRECTS day to Thursday",
    "Eds: CORRECTS spelling of name in paragraph 3.",
]
NO_NOTICES = [
    "Editor's note: This story contains descriptions of violence.",
    "Editor's note: Jane Example is a professor of law. The views are her own.",
    "Editor's note: This story was first published in 2019 and has been updated.",
    "This story has been updated with additional developments.",
    "This story has been updated to reflect Friday's court proceedings.",
    "This story has been updated to accurately reflect the most current information.",
    "This story has been updated since its original publication.",
    "UPDATE: The bridge is open again, police said.",
    "An earlier version of the bill had sought to close the harbour.",
    "A previous version of this story originally ran in 2019.",
    "The correction of the river took ten years and cost four lives.",
    "Correcting the error will take weeks, the bank said.",
    "Correction officers voted for the strike on Monday.",
    "The paper published a correction on Tuesday and apologised to the mayor.",
    "“Correction,” he said, “there were two of them.”",
    "The ministry issued a clarification: the tax would not rise.",
]
WITHDRAWN = [
    "This article has been withdrawn because it did not meet our standards.",
    "This story has been removed.",
    "This article has been retracted at the request of the author.",
    "Editor's note: This story has been retracted.",
    "This article, originally published on 3 May 2024, has been removed from our website.",
    "We have withdrawn this article while we look into a complaint.",
    "The Harbour Ledger has retracted this story.",
    "EDITORS: Please kill the story slugged BRIDGE.",
    "MANDATORY KILL",
    "BC-BRIDGE-KILL",
    "ADVISORY/ELIMINATES: BC-BRIDGE, sent on Monday.",
    "WITHDRAWN: Bridge falls in Harbour City",
]
NOT_WITHDRAWN = [
    "The post has been deleted.",
    "The video has been removed from the platform, the company said.",
    "This post was removed from a social network for its rules on hate.",
    "The journal said that the article had been retracted by its authors.",
    "The company has removed the story from its app.",
    "The troops have been withdrawn from the harbour.",
    "“KILL THESE BUGS!” the city told its people.",
    "STORMS KILL NINE IN HARBOUR CITY: homes were destroyed.",
    "ADVISORY: Swimming is not advised at the beach.",
    "We have removed the old article of the statute, the minister said.",
]


def around(line: str, where: str) -> str:
    return {"first": f"{line}\n\n{BODY}", "last": f"{BODY}\n\n{line}"}[where]


@pytest.mark.parametrize("where", ["first", "last"])
@pytest.mark.parametrize("line", NOTICES)
def test_a_notice_is_kept_in_its_own_words(line: str, where: str) -> None:
    assert notice_in(around(line, where)) == line
    assert not withdrawal_in("A title", around(line, where))


@pytest.mark.parametrize("line", NO_NOTICES)
def test_what_is_no_notice(line: str) -> None:
    assert notice_in(around(line, "first")) is None
    assert notice_in(around(line, "last")) is None


@pytest.mark.parametrize("where", ["first", "last"])
@pytest.mark.parametrize("line", WITHDRAWN)
def test_what_is_taken_back(line: str, where: str) -> None:
    assert withdrawal_in("A title", around(line, where))
    assert notice_in(around(line, where)) == line


@pytest.mark.parametrize("line", NOT_WITHDRAWN)
def test_what_is_not_taken_back(line: str) -> None:
    for where in ("first", "last"):
        assert not withdrawal_in("A title", around(line, where))
        assert notice_in(around(line, where)) is None


@pytest.mark.parametrize(
    ("title", "withdrawn"),
    [
        ("WITHDRAWN: Bridge falls", True),
        ("Retraction: Bridge falls", True),
        ("KILL - Bridge falls", True),
        ("ELIMINATES: Bridge falls", True),
        ("Withdrawn troops come home", False),
        ("Kill the bill: a day of protest", False),
        ("Retraction of the claws in cats", False),
        ("How to withdraw: a guide", False),
    ],
)
def test_a_headline_may_take_it_back(title: str, withdrawn: bool) -> None:
    assert withdrawal_in(title, BODY) is withdrawn


def test_a_notice_in_the_middle_counts_and_a_withdrawal_there_does_not() -> None:
    for line, notice in ((NOTICES[0], NOTICES[0]), (WITHDRAWN[0], None)):
        text = f"{BODY}\n\n{line}\n\n{BODY}"
        assert notice_in(text) == notice
        assert not withdrawal_in("A title", text)


def test_several_notices_are_kept_and_a_list_of_many_is_none() -> None:
    some = [f"Correction: The {n}th figure was wrong." for n in range(MOST_NOTICES + 1)]
    assert notice_in("\n\n".join([BODY, *some[:2]])) == "\n".join(some[:2])
    assert notice_in("\n\n".join([BODY, some[0], some[0]])) == some[0]
    assert notice_in("\n\n".join([BODY, *some])) is None
    assert notice_in(f"Correction: {'too long for a notice, ' * 80}") is None
    assert notice_in("") is None


def test_a_notice_over_two_lines_is_one_line() -> None:
    assert notice_in(f"Correction: an earlier version of\nthis story was wrong.\n\n{BODY}") == (
        "Correction: an earlier version of this story was wrong."
    )


def test_what_a_reader_found_stays() -> None:
    source = Source("1", "T", notice="From the metadata.", withdrawn=True)
    assert told(Article(source, BODY)).source is source
    assert told(Article(source, f"{BODY}\n\n{NOTICES[0]}")).source.notice == "From the metadata."
    plain = Article(Source("1", "T"), BODY)
    assert told(plain) is plain


def test_an_index_tells_them(tmp_path: Path) -> None:
    corrected = story(1, published="2024-05-03")
    corrected["text"] += f"\n\n{NOTICES[0]}"
    withdrawn = story(2, title="WITHDRAWN: Report 2")
    path = write(tmp_path / "a.jsonl", corrected, withdrawn, story(3))
    build([path], tmp_path / "news", embedder=HashEmbedder())
    with NewsIndex.open(tmp_path / "news", HashEmbedder()) as news:
        assert news.article("https://wire.example/1").source.notice == NOTICES[0]
        assert news.article("https://wire.example/1").source.published == date(2024, 5, 3)
        assert [source.withdrawn for source in sorted(news.articles(), key=lambda one: one.url or "")] == [
            *(False, True, False)
        ]
