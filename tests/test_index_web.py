"""Builds from a real site on loopback: articles, feeds and sitemaps; what is fetched again, and what is not."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import BuildReport, NewsIndex, Source, build, remove
from index.__main__ import main
from index.errors import BadRequest
from index.generations import Generations
from index.web import Manners
from index.web import visiting as visiting_module
from index.web.state import FILE
from tests.fake_web import Answer, FakeWeb, article, fake_web, item, rss, sitemap
from tests.fakes import HashEmbedder
from tests.newsroom import story, write

ROOT = Path(__file__).parent.parent
QUICK = Manners(allow_private=True, pause=0, backoff=0.01, seconds=2)
EMBEDDER = HashEmbedder(64)
Build = Callable[..., BuildReport]


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with fake_web() as web:
        yield web


@pytest.fixture
def run(tmp_path: Path) -> Build:
    def run(*sources: str | Path, manners: Manners = QUICK, **options: bool) -> BuildReport:
        return build(sources, tmp_path / "index", manners=manners, **options)

    return run


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    """What removes articles takes no embedder; so that it finds ours."""
    monkeypatch.setattr("index.changing.load_embedder", lambda _: EMBEDDER)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that visits go by, to be set forward."""
    now = [1.7e9]
    make = visiting_module.Visit
    monkeypatch.setattr(visiting_module, "Visit", lambda *given, **named: make(*given, **named, clock=lambda: now[0]))
    return now


def counts(report: BuildReport) -> tuple[int, int, int, int, int]:
    """Added, updated, unchanged, duplicates, failed."""
    return (report.added, report.updated, report.unchanged, len(report.duplicates), len(report.failed))


def sources(folder: Path) -> list[Source]:
    with NewsIndex.open(folder / "index", EMBEDDER) as index:
        return index.articles()


def feed_of(web: FakeWeb, *numbers: int, **fields: str) -> Answer:
    for number in numbers:
        web.pages.setdefault(f"/{number}", Answer(article(number), etag=f'"{number}"'))
    return Answer(rss(item(web.url(f"/{n}"), f"Story {n}", **fields) for n in numbers), etag=f'"{numbers}{fields}"')


class TestCommand:
    def test_builds_from_an_address(
        self, web: FakeWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        web.pages["/feed"] = feed_of(web, 1, 2)
        web.pages["/2"] = Answer("x", status=404)
        command = ["build", web.url("/feed"), "--pause", "0", "--contact", "desk@wire.example"]
        assert main(command) == 2
        assert "127.0.0.1 is no public address: give --allow-private" in capsys.readouterr().err
        assert web.asked == []
        assert main([*command, "--allow-private"]) == 1
        said = capsys.readouterr()
        assert "1 added, 0 updated, 0 unchanged, 0 duplicates, 1 failed" in said.out
        assert said.err == f"Not read: {web.url('/2')}: there is no such page (404)\n"
        assert web.asked[-1].headers["user-agent"].endswith("(news index; desk@wire.example)")
        assert main([*command[:-1], "é", "--allow-private"]) == 2
        assert capsys.readouterr().err.startswith("The contact must be")

    def test_local_builds_load_nothing_of_it(self) -> None:
        code = (
            "import sys, index.building, index.readers; print([m for m in sys.modules if m.startswith('index.web.')])"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestPages:
    def test_an_article_is_read_once(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/a"] = Answer(article(1), etag='"1"')
        assert counts(run(web.url("/a"))) == (1, 0, 0, 0, 0)
        (source,) = sources(tmp_path)
        assert (source.title, source.url) == ("Story 1", web.url("/a"))
        again = run(web.url("/a"))
        assert (counts(again), again.generation) == ((0, 0, 1, 0, 0), 1)
        assert web.asked[-1].headers["if-none-match"] == '"1"'

    def test_one_that_changed_replaces_what_was_read(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/a"] = Answer(article(1), etag='"1"')
        run(web.url("/a"))
        web.pages["/a"] = Answer(article(1, extra=" Nobody objected."), etag='"2"')
        assert counts(run(web.url("/a"))) == (0, 1, 0, 0, 0)
        assert len(sources(tmp_path)) == 1

    def test_one_goes_by_its_canonical_address(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        head = f'<link rel="canonical" href="{web.url("/story")}">'
        web.pages |= {f"/story?utm={n}": Answer(article(1, head=head)) for n in (1, 2)}
        assert counts(run(web.url("/story?utm=1"), web.url("/story?utm=2"))) == (1, 0, 1, 0, 0)
        assert [source.url for source in sources(tmp_path)] == [web.url("/story")]

    def test_one_may_not_speak_for_another_site(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        head = '<link rel="canonical" href="https://bbc.example/news/1">'
        web.pages["/a"] = Answer(article(1, head=head))
        run(web.url("/a"))
        assert [source.url for source in sources(tmp_path)] == [web.url("/a")]

    def test_a_redirect_names_the_page_it_leads_to(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages |= {"/go": Answer(status=302, headers={"Location": "/a"}), "/a": Answer(article(1), etag='"1"')}
        run(web.url("/go"))
        assert [source.url for source in sources(tmp_path)] == [web.url("/a")]
        assert counts(run(web.url("/go"))) == (0, 0, 1, 0, 0)

    @pytest.mark.parametrize(
        ("words", "encoding", "declared", "head"),
        [
            ("Żółw i gęś.", "iso-8859-2", "text/html; charset=ISO-8859-2", ""),
            ("Le café fermé.", "iso-8859-1", "text/html", '<meta charset="iso-8859-1">'),
            ("Le café fermé.", "utf-8", "text/html; charset=iso-8859-1", ""),
            ("Le café fermé.", "utf-8", "text/html; charset=nonsense", ""),
        ],
        ids=["declared", "in the page", "declared wrongly", "declared as nothing"],
    )
    def test_its_letters_come_through(
        self, web: FakeWeb, run: Build, tmp_path: Path, words: str, encoding: str, declared: str, head: str
    ) -> None:
        page = article(1, head=head, extra=f" {words}").encode(encoding)
        web.pages["/a"] = Answer(page, headers={"Content-Type": declared})
        run(web.url("/a"))
        with NewsIndex.open(tmp_path / "index", EMBEDDER) as index:
            assert any(words in hit.passage.text for hit in index.search("inspector 1 signed the paper"))

    @pytest.mark.parametrize(
        "content",
        [
            '<?xml version="1.0"?><nitf><head><title>Ferry</title></head><body><body.head><hedline><hl1>Ferry</hl1>'
            "</hedline></body.head><body.content><p>The ferry is back.</p></body.content></body></nitf>",
            json.dumps({"title": "Ferry", "text": "The ferry is back, the council said."}),
            "\n".join(json.dumps({"title": title, "text": f"{title} is back."}) for title in ("Ferry", "Tram")),
        ],
        ids=["NITF", "JSON", "JSON lines"],
    )
    def test_other_formats_are_read_as_files_are(self, web: FakeWeb, run: Build, tmp_path: Path, content: str) -> None:
        web.pages["/a"] = Answer(content, etag='"1"')
        assert run(web.url("/a")).added == content.count("\n") + 1
        assert "Ferry" in {source.title for source in sources(tmp_path)}
        again = run(web.url("/a"))
        assert (again.added, again.updated, len(again.failed)) == (0, 0, 0)

    def test_a_password_is_not_kept(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/a"] = Answer(article(1))
        run(web.url("/a").replace("//", "//me:verysecret@"), web.url("/gone").replace("//", "//me:verysecret@"))
        kept = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())
        assert b"verysecret" not in kept
        assert web.asked[-1].headers["authorization"]

    def test_one_that_is_removed_is_read_when_it_is_named_again(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        write(tmp_path / "a.jsonl", story(9))
        web.pages["/a"] = Answer(article(1), etag='"1"')
        run(web.url("/a"), tmp_path / "a.jsonl")
        remove([web.url("/a")], tmp_path / "index")
        assert counts(run(web.url("/a"))) == (1, 0, 0, 0, 0)

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (Answer(b"\x89PNG\x00"), "no page, feed or sitemap"),
            (Answer("<!doctype html><html><body></body></html>"), "no article"),
            (Answer("x", status=404), "no such page"),
            (Answer(b"\x1f\x8bnot gzip"), "unpacked"),
            (Answer("x" * 11_000_000), "larger than 10 MB"),
        ],
        ids=["picture", "empty", "missing", "damaged", "large"],
    )
    def test_what_gives_no_article_is_told(
        self, web: FakeWeb, run: Build, tmp_path: Path, answer: Answer, words: str
    ) -> None:
        web.pages |= {"/a": answer, "/b": Answer(article(1))}
        report = run(web.url("/a"), web.url("/b"))
        assert counts(report) == (1, 0, 0, 0, 1)
        assert report.failed[0].source == web.url("/a")
        assert words in report.failed[0].reason

    def test_nothing_but_failures_is_refused(self, run: Build, tmp_path: Path) -> None:
        with pytest.raises(BadRequest, match=r"Nothing was indexed\. ftp://w\.example/x: only http and https"):
            run("ftp://w.example/x")
        with pytest.raises(BadRequest, match="--allow-private"):
            run("http://127.0.0.1:9/x", manners=replace(QUICK, allow_private=False))


class TestFeeds:
    def test_the_page_of_each_entry_is_read(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/feed"] = feed_of(web, 1, 2, text="No more than a teaser.")
        assert counts(run(web.url("/feed"))) == (2, 0, 0, 0, 0)
        found = sources(tmp_path)
        assert {(source.outlet, source.published) for source in found} == {("Town Wire", date(2024, 3, 5))}
        with NewsIndex.open(tmp_path / "index", EMBEDDER) as index:
            assert any("Inspector 1" in hit.passage.text for hit in index.search("inspector 1 signed the paper"))
            assert not any("teaser" in hit.passage.text for hit in index.search("teaser"))

    def test_what_is_known_is_not_fetched_again(self, web: FakeWeb, run: Build) -> None:
        web.pages["/feed"] = feed_of(web, 1, 2)
        run(web.url("/feed"))
        assert sorted(web.paths()) == ["/1", "/2", "/feed"]
        # the feed has not changed
        assert counts(run(web.url("/feed"))) == (0, 0, 2, 0, 0)
        assert web.paths() == ["/feed"]
        # a new entry, and an old one that has left the feed
        web.pages["/feed"] = feed_of(web, 2, 3)
        assert counts(run(web.url("/feed"))) == (1, 0, 1, 0, 0)
        assert sorted(web.paths()) == ["/3", "/feed"]

    def test_articles_that_scroll_off_stay(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        for numbers in ((1, 2), (2, 3), (3, 4)):
            web.pages["/feed"] = feed_of(web, *numbers)
            run(web.url("/feed"))
        assert {source.title for source in sources(tmp_path)} == {f"Story {n}" for n in (1, 2, 3, 4)}

    def test_an_entry_that_changed_is_asked_for(self, web: FakeWeb, run: Build) -> None:
        web.pages["/feed"] = feed_of(web, 1, 2)
        run(web.url("/feed"))
        web.paths()
        web.pages["/1"] = Answer(article(1, extra=" Nobody objected."), etag='"1b"')
        web.pages["/feed"] = feed_of(web, 1, 2, day="2024-03-06")
        assert counts(run(web.url("/feed"))) == (0, 1, 1, 0, 0)
        asked = {one.path: one.headers.get("if-none-match") for one in web.asked}
        assert (asked["/1"], asked["/2"]) == ('"1"', '"2"')

    def test_pages_are_looked_after_for_corrections(self, web: FakeWeb, run: Build, clock: list[float]) -> None:
        web.pages["/feed"] = feed_of(web, 1)
        run(web.url("/feed"))
        web.pages["/1"] = Answer(article(1, extra=" Correction: it was inspector 7."), etag='"1b"')
        clock[0] += 3_600
        assert counts(run(web.url("/feed"))) == (0, 0, 1, 0, 0)
        clock[0] += 6 * 3_600
        assert counts(run(web.url("/feed"))) == (0, 1, 0, 0, 0)

    def test_its_own_text_stands_in_for_a_page_that_fails(
        self, web: FakeWeb, run: Build, tmp_path: Path, clock: list[float]
    ) -> None:
        web.pages |= {"/1": Answer("x", status=404), "/2": Answer("x", status=404)}
        web.pages["/feed"] = Answer(
            rss([item(web.url("/1"), "One", text="The ferry is back."), item(web.url("/2"), "Two"), "<item/>"])
        )
        report = run(web.url("/feed"))
        assert counts(report) == (1, 0, 0, 0, 3)
        reasons = [failure.reason for failure in report.failed]
        assert reasons == [
            "there is no such page (404); the feed's own text is taken instead",
            "there is no such page (404)",
            "it has neither a page nor a text of its own",
        ]
        assert [(one.title, one.url) for one in sources(tmp_path)] == [("One", web.url("/1"))]
        # not at once, but after a while the pages are tried again
        web.paths()
        web.pages |= {"/1": Answer(article(1)), "/2": Answer(article(2))}
        assert counts(run(web.url("/feed"))) == (0, 0, 1, 0, 2)
        assert web.paths() == ["/feed"]
        clock[0] += 1_000
        assert counts(run(web.url("/feed"))) == (1, 1, 0, 0, 1)

    def test_a_page_that_fails_later_leaves_what_was_read(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/feed"] = feed_of(web, 1, text="A teaser.")
        run(web.url("/feed"))
        web.pages["/1"] = Answer("x", status=410)
        write(tmp_path / "a.jsonl", story(9))
        web.pages["/feed"] = feed_of(web, 1, text="A teaser.", day="2024-03-07")
        report = run(web.url("/feed"), tmp_path / "a.jsonl")
        assert counts(report) == (1, 0, 0, 0, 1)
        assert "what was read of it before stays" in report.failed[0].reason
        with NewsIndex.open(tmp_path / "index", EMBEDDER) as index:
            assert any("Inspector 1" in hit.passage.text for hit in index.search("inspector 1 signed the paper"))

    def test_no_more_are_taken_than_asked_for(self, web: FakeWeb, run: Build) -> None:
        web.pages["/feed"] = feed_of(web, 1, 2, 3)
        report = run(web.url("/feed"), manners=replace(QUICK, pages=2))
        assert counts(report) == (2, 0, 0, 0, 1)
        assert "more than 2 articles" in report.failed[0].reason

    def test_a_feed_of_traps_harms_no_one(self, web: FakeWeb, run: Build) -> None:
        links = ["javascript:alert(1)", "file:///etc/passwd", "/feed", "http://[x", "/2", "/2"]
        web.pages |= {"/2": Answer(article(2)), "/feed": Answer(rss(item(link, "x") for link in links))}
        report = run(web.url("/feed"))
        assert counts(report) == (1, 0, 1, 0, 4)
        assert "it leads to a list, not to an article" in [failure.reason for failure in report.failed]

    def test_removed_articles_stay_away(self, web: FakeWeb, run: Build, tmp_path: Path, clock: list[float]) -> None:
        web.pages["/feed"] = feed_of(web, 1, 2)
        run(web.url("/feed"))
        remove([web.url("/1")], tmp_path / "index")
        clock[0] += 90_000
        assert counts(run(web.url("/feed"))) == (0, 0, 2, 0, 0)


class TestSitemaps:
    def test_one_of_sitemaps_is_read_as_far_as_it_changed(self, web: FakeWeb, run: Build) -> None:
        web.pages |= {f"/{n}": Answer(article(n)) for n in range(4)}
        web.pages["/old.xml.gz"] = Answer(gzip.compress(sitemap([(web.url("/0"), "2024-01-01")]).encode()))
        web.pages["/new.xml"] = Answer(sitemap([(web.url(f"/{n}"), f"2024-02-0{n}") for n in (1, 2)]))

        def index_of(day: str) -> Answer:
            pairs = [(web.url("/old.xml.gz"), "2024-01-01"), (web.url("/new.xml"), day)]
            return Answer(sitemap(pairs, "sitemapindex"))

        web.pages["/sitemap.xml"] = index_of("2024-02-02")
        assert counts(run(web.url("/sitemap.xml"))) == (3, 0, 0, 0, 0)
        assert web.paths() == ["/sitemap.xml", "/new.xml", "/2", "/1", "/old.xml.gz", "/0"]
        web.pages["/sitemap.xml"] = index_of("2024-02-03")
        web.pages["/new.xml"] = Answer(sitemap([(web.url(f"/{n}"), f"2024-02-0{n}") for n in (1, 2, 3)]))
        assert counts(run(web.url("/sitemap.xml"))) == (1, 0, 3, 0, 0)
        assert web.paths() == ["/sitemap.xml", "/new.xml", "/3"]

    def test_one_that_lists_itself_ends(self, web: FakeWeb, run: Build) -> None:
        web.pages |= {
            "/1": Answer(article(1)),
            "/s": Answer(sitemap([(web.url("/s"), ""), (web.url("/t"), ""), (web.url("/1"), "")], "sitemapindex")),
            "/t": Answer(sitemap([(web.url("/1"), "")])),
        }
        report = run(web.url("/s"))
        assert counts(report) == (1, 0, 0, 0, 2)


class TestWhatIsKnown:
    def test_goes_where_the_articles_go(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/feed"] = feed_of(web, 1)
        run(web.url("/feed"))
        web.pages["/feed"] = feed_of(web, 1, 2)
        run(web.url("/feed"))
        # what a rollback takes away is fetched again
        Generations(tmp_path / "index").rollback()
        web.paths()
        assert counts(run(web.url("/feed"))) == (1, 0, 1, 0, 0)
        assert web.paths() == ["/feed", "/2"]
        # builds of files keep it, builds from nothing do not
        write(tmp_path / "a.jsonl", story(9))
        run(tmp_path / "a.jsonl")
        assert counts(run(web.url("/feed"))) == (0, 0, 2, 0, 0)
        assert counts(run(web.url("/feed"), fresh=True)) == (2, 0, 0, 0, 0)

    def test_is_begun_anew_where_it_is_damaged(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        web.pages["/feed"] = feed_of(web, 1)
        run(web.url("/feed"))
        (kept,) = (tmp_path / "index").rglob(FILE)
        kept.write_text("{")
        report = run(web.url("/feed"))
        assert counts(report) == (0, 0, 1, 0, 1)
        assert "fetched anew" in report.failed[0].reason
        assert json.loads(kept.read_text())["pages"]
        assert counts(run(web.url("/feed"))) == (0, 0, 1, 0, 0)

    def test_a_build_that_fails_learns_nothing(self, web: FakeWeb, run: Build, monkeypatch: pytest.MonkeyPatch) -> None:
        web.pages["/feed"] = feed_of(web, 1)
        monkeypatch.setattr(Generations, "publish", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        with pytest.raises(OSError, match="full"):
            run(web.url("/feed"))
        monkeypatch.undo()
        assert counts(run(web.url("/feed"))) == (1, 0, 0, 0, 0)

    def test_a_host_that_wants_to_be_left_alone_is(self, web: FakeWeb, run: Build, tmp_path: Path) -> None:
        write(tmp_path / "a.jsonl", story(9))
        web.pages["/a"] = Answer("x", status=429, headers={"Retry-After": "7200"})
        run(tmp_path / "a.jsonl", web.url("/a"))
        web.paths()
        with pytest.raises(BadRequest, match="left alone until"):
            run(web.url("/a"))
        assert web.asked == []
