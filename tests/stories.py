"""A few short news stories of our own, and an index of them for the assistant's tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index import NewsIndex, build
from tests.fakes import HashEmbedder

MISSILES = """Turkey took delivery of the first Russian S-400 missiles at an air base near Ankara on Friday.

(Anna Example, Pool Photo via AP)

Washington fears the S-400 could spy on the F-35 fighter, so it has threatened to stop selling the jets to Turkey.

Turkish officials chose the Russian system because the United States would not share its Patriot technology. \
They said the price was better too.

The deal is worth about $2.5 billion and was signed in December 2017.

Will the alliance survive? Read more in our newsletter."""

STORIES: tuple[dict[str, Any], ...] = (
    {
        "url": "https://a.example/missiles",
        "title": "First S-400 missiles reach Turkey",
        "outlet": "Alpha News",
        "published": "2019-07-12",
        "text": MISSILES,
    },
    {
        "url": "https://b.example/sanctions",
        "title": "United States punishes Turkish arms agency",
        "outlet": "Beta Wire",
        "published": "2020-12-14",
        "text": "The United States imposed sanctions on Turkey's arms agency on Monday over its purchase of the S-400. "
        "The agency's head, Ismail Demir, may not travel to the United States.",
    },
    {
        "url": "https://b.example/canal",
        "title": "Ship blocks the Suez Canal",
        "outlet": "Beta Wire",
        "published": "2021-03-24",
        "text": "A container ship of 400 metres ran aground in the Suez Canal on Tuesday during a sandstorm. "
        "It blocked one of the busiest trade routes in the world for six days. "
        "Some 200 ships were waiting at both ends of the canal.",
    },
    {
        "title": "Finland joins NATO",
        "published": "2023-04-04",
        "text": "Finland became the 31st member of NATO on Tuesday after Turkey dropped its objections. "
        "President Sauli Niinisto attended the ceremony in Brussels.",
    },
    {
        "url": "https://c.example/eclipse",
        "title": "How to watch an eclipse",
        "outlet": "Gamma Weekly",
        "text": "Nobody should look at the sun during an eclipse without special glasses, doctors said. "
        "A pinhole camera costs nothing and is safe for children.",
    },
)


def small_index(folder: Path) -> NewsIndex:
    """Build the stories into an index in an empty folder, and open it."""
    source = folder / "stories.jsonl"
    source.write_text("\n".join(json.dumps(story) for story in STORIES), encoding="utf-8")
    embedder = HashEmbedder(256)
    build([source], folder / "index", embedder=embedder)
    return NewsIndex.open(folder / "index", embedder)
