"""What a server that runs for weeks keeps is bounded, by the allocator's arenas and by Gradio's sessions."""

from __future__ import annotations

import subprocess
import sys

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

import ui
from assistant.door.serving import Place
from tests.fake_assistant import FakeAssistant

MANY_THREADS = """
import ctypes, sys, threading
from assistant.door.serving import keep_small
if sys.argv[1] == "small":
    keep_small()
libc, together = ctypes.CDLL(None), threading.Barrier(12)
def allocate():
    libc.malloc(1000)
    together.wait(30)
threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""

FREE_BETWEEN_WHAT_STAYS = """
import ctypes, pathlib, sys, time
from assistant.door import serving
serving._GIVEN_BACK = 0.1
if sys.argv[1] == "small":
    serving.keep_small()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
taken = [libc.malloc(8_000) for _ in range(10_000)]
for one in taken: ctypes.memset(one, 1, 8_000)
for number, one in enumerate(taken):
    if number % 20: libc.free(one)
time.sleep(1)
print(int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4_096 // 2**20)
"""


def run(code: str, how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, how], capture_output=True, text=True, check=True)


def arenas(how: str) -> int:
    return run(MANY_THREADS, how).stderr.count("Arena ")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas")
def test_threads_share_two_arenas() -> None:
    if (usual := arenas("as usual")) <= 2:
        pytest.skip("this C library has no arenas")
    assert arenas("small") == 2 < usual


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps what is free")
def test_what_is_free_between_what_stays_is_given_back() -> None:
    usual, small = (int(run(FREE_BETWEEN_WHAT_STAYS, how).stdout) for how in ("as usual", "small"))  # MB
    assert small < usual - 40


async def test_gradio_keeps_few_of_the_pages_that_were_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted: list[gr.Blocks] = []
    monkeypatch.setattr(gr, "mount_gradio_app", lambda app, page, *_, **__: mounted.append(page))
    monkeypatch.setattr("assistant.door.serving.serve", lambda *_: None)
    assistant = FakeAssistant()
    ui._serve(ui.build_page(assistant), Place(), assistant.info)  # type: ignore[arg-type]
    holder = StateHolder()
    holder.set_blocks(mounted[0])
    for number in range(3 * ui._KEPT_BY_GRADIO):
        assert f"page {number}" not in holder
        assert holder[f"page {number}"]
    assert len(holder.session_data) <= ui._KEPT_BY_GRADIO
