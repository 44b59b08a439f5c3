"""What an index holds, read through all that is made of it; and what a killed command may not leave. Knows no test."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexMissing
from index.generations import Generations
from index.lease import NAME
from index.lists import keys_of
from index.live import NewsIndex
from index.passages import Passage
from index.pointer import last_move, number_of
from index.served import Served
from index.servers import Server
from index.where import Where
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, word

Texts = dict[str, str]  # address → text


@dataclass(frozen=True)
class Held:
    """What an index holds and answers. `found` are the passages for each probe, the best first."""

    generation: int
    texts: Texts
    versions: int
    found: Mapping[int, list[Passage]]

    def answers(self, number: int) -> bool:
        """Tell whether a story is among the first found, by a word that no other has: vectors of hashes mean little."""
        return any(word(number) in passage.text for passage in self.found[number])


def held(where: Where, probes: tuple[int, ...]) -> Held | None:
    """Return what an index holds, once all that is made of it agrees; None where there is none."""
    try:
        news = NewsIndex.open(where, HashEmbedder())
    except IndexMissing:
        return None
    with news, news.snapshot() as live:
        info, sources = live.info(), live.articles()
        articles = live._store.articles([source.id for source in sources])
        passages = sum(len(stored.entry.spans) for stored in live._store.stored())
        assert len(articles) == len(sources) == info.articles == sum(live.days().values())
        assert live._store.counts() == (info.articles, info.passages)
        assert live._lexical._searcher.num_docs == info.passages == passages
        assert {source.id: articles[source.id].source for source in sources} == {one.id: one for one in sources}
        found = {number: [hit.passage for hit in live.search(marker(number), 5)] for number in probes}
        for passage in (one for many in found.values() for one in many):
            assert articles[passage.source.id].text[passage.start : passage.end] == passage.text
        versions = sum(len(live.versions(source.id)) - 1 for source in sources)
        return Held(info.generation, {str(one.source.url): one.text for one in articles.values()}, versions, found)


class Lost(AssertionError):
    """Articles that must be in an index are not, so many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} articles are lost")
        self.count = count


def check_kept(must: Texts, now: Held | None) -> None:
    """Check that an index holds these articles. Raises: Lost."""
    if gone := must.items() - (now.texts if now else {}).items():
        raise Lost(len(gone))


def texts(*numbers: int, changed: tuple[int, ...] = ()) -> Texts:
    """Return what an index of these stories holds, some of them with the text of `edited`."""
    stories = [*(story(number) for number in numbers if number not in changed), *map(edited, changed)]
    return {str(one["url"]): str(one["text"]) for one in stories}


def edited(number: int) -> dict[str, object]:
    """Return a story as it was changed later."""
    return story(number, text=str(story(number)["text"]).replace(word(number), word(number + 900)))


def check_tidy(where: Where) -> None:
    """Check that after a build nothing is there but what the live generation and the one before it need."""
    if isinstance(where, Server):
        _check_tidy_server(where)
    else:
        _check_tidy_folder(Path(str(where)), set())


def _check_tidy_folder(folder: Path, more: set[str]) -> None:
    generations = Generations(folder)
    assert {path.name for path in folder.iterdir()} <= {"CURRENT", "build.lock", "generations"} | more
    whole, all_there = generations.kept(), generations._numbers()
    assert set(whole) <= {generations.current(), generations.before()}, whole
    for number in set(all_there) - set(whole):
        # the highest number stays taken
        assert number == max(all_there) and not list(generations.path(number).iterdir()), number
    assert not list(folder.rglob("*.new"))


def _check_tidy_server(server: Server) -> None:
    with closing(Served(server, grace=0)) as place:
        with place.lock():
            place.sweep()
        _check_tidy_folder(place.folder, {"machine", "derive.lock"})
        database, lists, live = place._database, place._needed(), last_move(place._database)
        assert live is not None
        kept = set(place._published())
        assert kept <= {live.stamp, place._told(live.stamp)["before"]}, kept
        names = lists.names()
        assert {name.partition("/")[0] for name in names} == kept, names
        assert not [name for name in names if "/intent" in name], names
        bases = {place._told(stamp)["base"] for stamp in kept}
        collections = set(database.collections())
        assert not [name for name in collections if name.startswith(NAME)], collections
        assert len([name for name in collections if name.startswith("dateline-move")]) <= 2, collections
        shared = {f"dateline-{base}-{kind}" for base in bases for kind in ("passages", "articles", "earlier")}
        assert {name for name in collections if not name.startswith(("dateline-move", "dateline-lists"))} == shared
        for base in bases:
            mine = [stamp for stamp in kept if place._told(stamp)["base"] == base]
            for kind in ("articles", "earlier"):
                listed = {key for stamp in mine for key in keys_of(lists.read(f"{stamp}/{kind}") or "")}
                there = set(database.get(f"dateline-{base}-{kind}").get(include=[])["ids"])
                assert there == listed, (kind, there ^ listed)
            articles = database.get(f"dateline-{base}-articles").get(include=["metadatas"])
            spans = zip(articles["ids"], articles["metadatas"], strict=True)
            passages = {f"{key}:{span}" for key, fields in spans for span in fields["spans"].split(",")}
            assert set(database.get(f"dateline-{base}-passages").get(include=[])["ids"]) == passages
        assert all(number_of(stamp) for stamp in kept)
