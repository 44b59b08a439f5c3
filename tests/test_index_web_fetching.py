"""Fetching from a real server on loopback: politeness, redirects, bounds, and what goes wrong, in words."""

from __future__ import annotations

import email.utils
import gzip
import itertools
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import BadRequest
from index.web import Manners, connecting
from index.web.addresses import Unfetched, public
from index.web.fetching import Fetcher, Validators, unpack, user_agent
from tests.fake_web import Answer, Asked, FakeWeb, bomb, fake_web

QUICK = Manners(allow_private=True, pause=0, backoff=0.01, seconds=2, bytes=200_000)
Make = Callable[..., Fetcher]


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with fake_web() as web:
        yield web


@pytest.fixture
def fetcher(web: FakeWeb) -> Iterator[Make]:
    made: list[Fetcher] = []

    def make(manners: Manners = QUICK, **options: object) -> Fetcher:
        made.append(Fetcher(manners, **{"resolve": web.resolve, **options}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(Unfetched) as caught:
        fetcher.get(url)
    return str(caught.value)


def test_a_page_comes_with_what_to_ask_by_next_time(web: FakeWeb, fetcher: Make) -> None:
    web.pages["/a"] = Answer("Hello", etag='"1"', modified="Tue, 05 Mar 2024 09:00:00 GMT")
    reply = fetcher().get(web.url("/a#top"))
    assert (reply.content, reply.url) == (b"Hello", web.url("/a"))
    asked = web.asked[-1].headers
    assert asked["user-agent"].startswith("Dateline/")
    assert "if-none-match" not in asked
    assert "cookie" not in asked
    again = fetcher().get(web.url("/a"), reply.validators)
    assert again.content is None
    assert web.asked[-1].headers["if-none-match"] == '"1"'
    assert web.asked[-1].headers["if-modified-since"] == "Tue, 05 Mar 2024 09:00:00 GMT"
    web.pages["/a"] = Answer("Hello again", etag='"2"')
    assert fetcher().get(web.url("/a"), reply.validators).content == b"Hello again"


def test_an_unasked_304_is_no_page(web: FakeWeb, fetcher: Make) -> None:
    web.pages["/a"] = Answer(status=304)
    assert "304" in refusal(fetcher(), web.url("/a"))


def test_the_contact_stands_in_our_name(web: FakeWeb, fetcher: Make) -> None:
    web.pages["/a"] = Answer("Hello")
    fetcher(replace(QUICK, contact="desk@wire.example")).get(web.url("/a"))
    assert web.asked[-1].headers["user-agent"].endswith("(news index; desk@wire.example)")
    for wrong in ("a\r\nX: y", "(", "é", " "):
        with pytest.raises(BadRequest):
            user_agent(wrong)


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "http:///x", "http://a:b/", "gopher://a/"])
def test_only_http_addresses_are_fetched(fetcher: Make, url: str) -> None:
    assert "address" in refusal(fetcher(), url)


class TestRedirects:
    def test_are_followed_to_the_page(self, web: FakeWeb, fetcher: Make) -> None:
        for n in range(5):
            web.pages[f"/{n}"] = Answer(status=(301, 302, 303, 307, 308)[n], headers={"Location": f"{n + 1}"})
        web.pages["/5"] = Answer("Here")
        assert fetcher().get(web.url("/0")).url == web.url("/5")

    def test_end_after_five(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/loop"] = Answer(status=302, headers={"Location": "/loop"})
        assert refusal(fetcher(), web.url("/loop")) == "it redirects more than 5 times"
        assert len(web.paths()) == 6

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "http://a:b/"])
    def test_stay_with_http(self, web: FakeWeb, fetcher: Make, to: str) -> None:
        web.pages["/a"] = Answer(status=302, headers={"Location": to})
        assert "address" in refusal(fetcher(), web.url("/a"))

    @pytest.mark.parametrize(
        "to",
        [
            *("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://0.0.0.0/"),
            *("http://2130706434/", "http://0x7f.2/", "http://[::ffff:127.0.0.2]/", "http://inside.example/"),
        ],
    )
    def test_never_lead_inside(self, web: FakeWeb, fetcher: Make, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
        # the site itself counts as public here; all else is judged as ever
        monkeypatch.setattr(connecting, "public", lambda address: address == "127.0.0.1" or public(address))
        web.names["inside.example"] = ["192.168.1.1", "fd00::1"]
        web.pages["/a"] = Answer(status=302, headers={"Location": to})

        def resolve(host: str, port: int) -> list[str]:
            return list(web.names[host]) if host in web.names else connecting.look_up(host, port)

        manners = replace(QUICK, allow_private=False)
        assert "no public address" in refusal(fetcher(manners, resolve=resolve), web.url("/a"))


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            *("127.0.0.1", "127.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0"),
            *("100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.1"),
            *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::127.0.0.1"),
            *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1"),
            *("", "localhost", "127.1", "0177.0.0.1"),
        ],
    )
    def test_these_are_not_public(self, address: str) -> None:
        assert not public(address)

    @pytest.mark.parametrize(
        "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
    )
    def test_these_are(self, address: str) -> None:
        assert public(address)

    def test_without_leave_nothing_private_is_asked(self, web: FakeWeb, fetcher: Make) -> None:
        manners = replace(QUICK, allow_private=False)
        assert "--allow-private" in refusal(fetcher(manners), web.url("/a", "news.example"))
        assert "127.0.0.1 is no public address" in refusal(fetcher(manners), web.url("/a"))
        assert web.asked == []

    def test_a_name_is_looked_up_once_and_that_very_address_asked(
        self, web: FakeWeb, fetcher: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that changes its address between the check and the connection gains nothing."""
        monkeypatch.setattr(connecting, "public", lambda address: address == "127.0.0.1")
        answers = iter([["10.0.0.1", "127.0.0.1"], ["10.0.0.1"]])
        web.pages["/robots.txt"] = Answer("", headers={"Connection": "close"})
        web.pages["/a"] = Answer("Hello")
        one = fetcher(replace(QUICK, allow_private=False), resolve=lambda host, port: next(answers))
        # its own robots.txt comes from the address that was checked; the next connection is checked anew
        assert "10.0.0.1" in refusal(one, web.url("/a", "changing.example"))
        assert [asked.path for asked in web.asked] == ["/robots.txt"]
        assert web.asked[0].headers["host"] == f"changing.example:{web.port}"

    def test_an_unknown_name_is_said(self, fetcher: Make) -> None:
        def unknown(host: str, port: int) -> list[str]:
            raise connecting.socket.gaierror(connecting.socket.EAI_NONAME, "unknown")

        assert refusal(fetcher(resolve=unknown), "http://nowhere.example/") == "no machine goes by that name"

    def test_a_name_that_is_never_answered_takes_no_longer_than_a_page(self, fetcher: Make) -> None:
        one = fetcher(replace(QUICK, seconds=0.2, tries=1), resolve=lambda host, port: time.sleep(3) or [])
        began = time.monotonic()
        assert "in time" in refusal(one, "http://slow.example/")
        assert time.monotonic() - began < 1.5


class TestRobots:
    def test_are_asked_once_and_kept_to(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/robots.txt": Answer("User-agent: *\nDisallow: /private"), "/a": Answer("A"), "/b": Answer("B")}
        one = fetcher()
        one.get(web.url("/a"))
        one.get(web.url("/b"))
        assert "robots.txt does not allow" in refusal(one, web.url("/private/x"))
        assert [asked.path for asked in web.asked] == ["/robots.txt", "/a", "/b"]

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    def test_that_are_missing_forbid_nothing(self, web: FakeWeb, fetcher: Make, status: int) -> None:
        web.pages |= {"/robots.txt": Answer("x", status=status), "/a": Answer("A")}
        assert fetcher().get(web.url("/a")).content == b"A"

    @pytest.mark.parametrize("robots", [Answer("x", status=503), Answer("x", status=429), Answer("x", status=500)])
    def test_that_fail_forbid_all_for_now(self, web: FakeWeb, fetcher: Make, robots: Answer) -> None:
        web.pages |= {"/robots.txt": robots, "/a": Answer("A")}
        assert "for now" in refusal(fetcher(), web.url("/a"))
        assert "/a" not in web.paths()

    def test_empty_ones_forbid_nothing(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/robots.txt": Answer(""), "/a": Answer("A")}
        assert fetcher().get(web.url("/a")).content == b"A"

    def test_are_those_of_each_site_on_the_way(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {
            "/a": Answer(status=302, headers={"Location": "/closed/a"}),
            "/robots.txt": Answer("User-agent: dateline\nDisallow: /closed"),
        }
        assert "robots.txt" in refusal(fetcher(), web.url("/a"))
        assert web.paths() == ["/a"]


class TestPace:
    def waits(self, fetcher: Make, manners: Manners) -> tuple[Fetcher, list[float]]:
        waited: list[float] = []
        return fetcher(manners, wait=lambda seconds: bool(waited.append(round(seconds, 1)))), waited

    def test_a_host_is_asked_once_a_second(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/a": Answer("A"), "/b": Answer("B")}
        one, waited = self.waits(fetcher, replace(QUICK, pause=1.0))
        one.get(web.url("/a"))
        one.get(web.url("/b"))
        one.get(web.url("/a", "other.example"))
        assert waited == [0, 1, 2, 0, 1]  # nothing really waits here, so the turns add up

    def test_a_crawl_delay_is_kept_to(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/robots.txt": Answer("User-agent: *\nCrawl-delay: 7"), "/a": Answer("A"), "/b": Answer("B")}
        one, waited = self.waits(fetcher, QUICK)
        one.get(web.url("/a"))
        one.get(web.url("/b"))
        assert waited == [0, 0, 7]

    def test_one_that_is_too_long_is_cut(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/robots.txt": Answer("User-agent: *\nCrawl-delay: 3600"), "/a": Answer("A"), "/b": Answer("B")}
        one, waited = self.waits(fetcher, QUICK)
        one.get(web.url("/a"))
        one.get(web.url("/b"))
        assert waited == [0, 0, 30]

    def test_a_wait_that_is_asked_for_is_kept_to(self, web: FakeWeb, fetcher: Make) -> None:
        answers = iter([Answer("x", status=429, headers={"Retry-After": "9"}), Answer("A")])
        web.pages["/a"] = lambda asked: next(answers)
        one, waited = self.waits(fetcher, QUICK)
        assert one.get(web.url("/a")).content == b"A"
        assert 9 in waited

    def test_a_wait_until_a_moment_too(self, web: FakeWeb, fetcher: Make) -> None:
        moment = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
        answers = iter([Answer("x", status=503, headers={"Retry-After": moment}), Answer("A")])
        web.pages["/a"] = lambda asked: next(answers)
        one, waited = self.waits(fetcher, QUICK)
        one.get(web.url("/a"))
        assert any(25 < wait <= 30 for wait in waited)

    def test_a_longer_one_is_told_and_the_host_left_alone(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {"/a": Answer("x", status=429, headers={"Retry-After": "3600"}), "/b": Answer("B")}
        away: dict[str, float] = {}
        one = fetcher(away=away)
        assert "come back in 3,600 s" in refusal(one, web.url("/a"))
        assert "left alone until" in refusal(one, web.url("/b"))
        assert web.paths() == ["/a"]
        assert 3500 < away["127.0.0.1"] - time.time() <= 3600

    def test_a_host_is_not_left_alone_for_longer_than_any_is(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer("A")
        # the clock has been set back since
        assert fetcher(away={"127.0.0.1": time.time() + 10**7}).get(web.url("/a")).content == b"A"

    def test_what_passes_is_tried_again(self, web: FakeWeb, fetcher: Make) -> None:
        answers = iter([Answer("x", status=503), Answer("Half", length=500), Answer("Whole")])
        web.pages["/a"] = lambda asked: next(answers)
        assert fetcher().get(web.url("/a")).content == b"Whole"

    @pytest.mark.parametrize(("status", "tries"), [(500, 3), (503, 3), (404, 1), (403, 1), (204, 1), (418, 1)])
    def test_what_does_not_is_not(self, web: FakeWeb, fetcher: Make, status: int, tries: int) -> None:
        web.pages["/a"] = Answer("" if status == 204 else "x", status=status)
        assert f"({status})" in refusal(fetcher(), web.url("/a"))
        assert len(web.paths()) == tries

    def test_a_host_that_fails_again_and_again_is_not_asked_further(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages |= {f"/{n}": Answer("x", status=500) for n in range(5)}
        one = fetcher(replace(QUICK, tries=1))
        told = [refusal(one, web.url(f"/{n}")) for n in range(5)]
        assert ["too often" in words for words in told] == [False, False, False, True, True]
        assert len(web.paths()) == 3

    def test_a_stop_ends_it(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer("A")
        assert "stopped" in refusal(fetcher(wait=lambda seconds: True), web.url("/a"))
        assert web.asked == []


class TestBounds:
    def test_a_packed_page_is_unpacked(self, web: FakeWeb, fetcher: Make) -> None:
        packed = gzip.compress(b"Hello ") + gzip.compress(b"you")
        web.pages["/a"] = Answer(packed, headers={"Content-Encoding": "gzip"})
        assert fetcher().get(web.url("/a")).content == b"Hello you"
        assert web.asked[-1].headers["accept-encoding"] == "gzip"

    def test_a_bomb_is_not(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(bomb(60), headers={"Content-Encoding": "gzip"})
        began = time.monotonic()
        assert refusal(fetcher(), web.url("/a")) == "it is larger than 0.2 MB"
        assert time.monotonic() - began < 1
        with pytest.raises(Unfetched, match="larger"):
            unpack(bomb(50), 1_000_000)

    @pytest.mark.parametrize("packed", [b"not packed at all", gzip.compress(b"Hello", mtime=0)[:-9]])
    def test_what_does_not_unpack_is_told(self, web: FakeWeb, fetcher: Make, packed: bytes) -> None:
        web.pages["/a"] = Answer(packed, headers={"Content-Encoding": "gzip"})
        assert refusal(fetcher(), web.url("/a")) in ("it could not be unpacked", "it broke off")

    def test_a_packing_nobody_asked_for_is_told(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(b"x", headers={"Content-Encoding": "br"})
        assert "not asked for (br)" in refusal(fetcher(), web.url("/a"))

    def test_a_body_without_end_ends(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(chunks=itertools.repeat(b"x" * 10_000))
        assert "larger" in refusal(fetcher(), web.url("/a"))

    def test_a_page_that_drips_takes_no_longer_than_it_may(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(chunks=itertools.repeat(b"x"), pause=0.05)
        began = time.monotonic()
        assert "longer than 0.3 s" in refusal(fetcher(replace(QUICK, seconds=0.3, tries=1)), web.url("/a"))
        assert time.monotonic() - began < 1.5

    def test_a_silent_server_too(self, web: FakeWeb, fetcher: Make) -> None:
        def silent(asked: Asked) -> Answer:
            time.sleep(1.0)
            return Answer("late")

        web.pages["/a"] = silent
        assert "longer than" in refusal(fetcher(replace(QUICK, seconds=0.2, tries=1)), web.url("/a"))

    @pytest.mark.parametrize(
        "answer",
        [
            Answer("Half", length=4_000),
            Answer(headers={"Transfer-Encoding": "chunked"}, chunks=[b"5\r\nHello\r\n", b"zz\r\n"]),
            Answer(headers={"Transfer-Encoding": "chunked"}, chunks=[b"5\r\nHel"]),
            Answer(headers={"X": "y" * 200_000}),
        ],
        ids=["too short", "no chunk", "half a chunk", "endless head"],
    )
    def test_a_broken_answer_is_told(self, web: FakeWeb, fetcher: Make, answer: Answer) -> None:
        web.pages["/a"] = answer
        assert "broke off or was no proper HTTP" in refusal(fetcher(), web.url("/a"))

    def test_a_closed_door_is_told(self, web: FakeWeb, fetcher: Make) -> None:
        with fake_web() as other:
            gone = other.url("/a")
        assert refusal(fetcher(), gone) == "the connection was refused"

    def test_an_empty_page_is_told(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer("  \n")
        assert "empty" in refusal(fetcher(), web.url("/a"))


class TestSecrets:
    def test_a_password_goes_to_its_own_site_and_is_never_shown(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(status=302, headers={"Location": web.url("/b", "other.example")})
        web.pages["/b"] = Answer("B")
        one = fetcher()
        url = one.open(f"http://me:s%40crt@127.0.0.1:{web.port}/a")
        assert url == web.url("/a")
        assert one.get(url).url == web.url("/b", "other.example")
        sent = {asked.path: asked.headers.get("authorization") for asked in web.asked if asked.path != "/robots.txt"}
        assert sent == {"/a": "Basic bWU6c0BjcnQ=", "/b": None}

    def test_one_in_a_redirect_is_not_used(self, web: FakeWeb, fetcher: Make) -> None:
        web.pages["/a"] = Answer(status=302, headers={"Location": f"http://u:p@127.0.0.1:{web.port}/b"})
        web.pages["/b"] = Answer("B")
        assert fetcher().get(web.url("/a")).url == web.url("/b")
        assert all("authorization" not in asked.headers for asked in web.asked)

    def test_no_proxy_of_the_environment_is_asked(
        self, web: FakeWeb, fetcher: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        web.pages["/a"] = Answer("A")
        assert fetcher().get(web.url("/a")).content == b"A"


@pytest.mark.skipif(not shutil.which("openssl"), reason="certificates are made by openssl")
def test_certificates_are_held_to_the_name_that_was_asked_for(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("key.pem", "cert.pem")]
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.example"
    names = ["-addext", "subjectAltName=DNS:news.example", "-keyout", files[0], "-out", files[1]]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files[1], files[0])
    ours = ssl.create_default_context(cafile=files[1])
    with fake_web(server) as web:
        web.pages["/a"] = Answer("A")
        one = Fetcher(QUICK, resolve=web.resolve, tls=ours)
        assert one.get(web.url("/a", "news.example")).content == b"A"
        assert "certificate does not hold" in refusal(one, web.url("/a", "other.example"))
        assert "certificate does not hold" in refusal(
            Fetcher(QUICK, resolve=web.resolve), web.url("/a", "news.example")
        )
        one.close()


def test_validators_are_kept_short() -> None:
    assert not Validators()
    assert Validators(etag='"1"')
