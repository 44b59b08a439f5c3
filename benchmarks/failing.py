"""What the reader sees when a language model fails: each way, over a real socket, with the seconds it took.

python benchmarks/failing.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from measure import machine

sys.path.insert(0, str(Path(__file__).parent.parent))  # the scripted servers live with the tests

from tests.failing import ASKED, FAILURES, PROTOCOLS
from tests.stories import small_index


def main() -> None:
    """Print a row a failure and protocol."""
    from assistant import Assistant

    print(machine())
    print("| failure | protocol | the answer is in | what the reader is told | calls | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, small_index(Path(folder)) as index:
        for failure in FAILURES:
            for protocol in PROTOCOLS:
                script = failure.play()
                with PROTOCOLS[protocol](script, failure.timeout) as model:
                    began = time.perf_counter()
                    found = Assistant(index, model).answer(ASKED)
                    seconds = time.perf_counter() - began
                told = found.reason or "nothing"
                print(
                    f"| {failure.name} | {protocol} | {found.mode} | {told} | {len(script.requests)} | {seconds:.1f} |"
                )


if __name__ == "__main__":
    main()
