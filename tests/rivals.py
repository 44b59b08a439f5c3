"""Two who build at once, on one index: each is done or ends with one sentence, and nothing is lost. Knows no test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from index.where import Where
from tests import killing
from tests.killing import Ended
from tests.newsroom import story, write
from tests.standing import check_kept, check_tidy, held, texts
from tests.trials import BASE, KINDS, Scene, environment, options


def two_builders(scene: Scene, *numbers: int) -> str:
    """Start a build of each of two stories at once; say how they ended. Raises: Lost, AssertionError."""
    where = scene.place(next(kind for kind in KINDS if kind.name == "add"))
    with ThreadPoolExecutor(2) as threads:
        ended = list(threads.map(lambda number: _build(scene, where, number), numbers))
    done = [number for number, one in zip(numbers, ended, strict=True) if one.code == 0]
    refused = [number for number in numbers if number not in done]
    assert done, " / ".join(one.complaint for one in ended)
    for one in ended:
        _check_ended(one)
    _check_holds(where, *done)
    for number in refused:
        again = _build(scene, where, number)
        assert again.code == 0, again.complaint
    _check_holds(where, *numbers)
    check_tidy(where)
    return "one done, the other told why not" if refused else "both done"


def _build(scene: Scene, where: Where, number: int) -> Ended:
    room = scene.room / f"builder-{number}"
    room.mkdir(exist_ok=True)
    source = write(room / "news.jsonl", story(number))
    return killing.run(["build", str(source), "--json", *options(where)], room, environment(where))


def _check_ended(ended: Ended) -> None:
    """Check that a command is done and says nothing more, or says in one sentence why it is not."""
    lines = ended.complaint.splitlines()
    if ended.code == 0:
        assert not lines, ended.complaint
        return
    assert ended.code == 2, ended
    assert len(lines) == 1 and lines[0].endswith("."), ended.complaint


def _check_holds(where: Where, *numbers: int) -> None:
    """Check that the index holds what it held and these stories, all of them and nothing else, and finds them."""
    now, must = held(where, numbers), {**BASE, **texts(*numbers)}
    check_kept(must, now)
    assert now is not None and now.texts == must
    assert all(now.answers(number) for number in numbers)
