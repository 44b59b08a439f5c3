"""What goes wrong, and what Dateline does then: faults tried with real files and processes, and a table of them.

    python benchmarks/faults.py [--only WORDS] [--times N] [--seed 1] [--list]

Prints "fault | times tried | what happened | lost" as Markdown; ends with 1 where a try went wrong or lost an article,
after naming each on stderr.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.faulting import FAULTS, Fault, Tried  # noqa: E402 - found by the line above
from benchmarks.measure import machine  # noqa: E402

MODULES = tuple(f"benchmarks.faults_{name}" for name in ("files", "machine", "processes", "server"))


def main() -> int:
    """Try the faults that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", metavar="WORDS", default="", help="only faults whose name has these words")
    parser.add_argument("--times", type=int, metavar="N", help="how often each is tried (default: its own number)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same tries again (default: 1)")
    parser.add_argument("--list", action="store_true", help="name the faults and end")
    given = parser.parse_args()
    for module in MODULES:
        if importlib.util.find_spec(module):
            importlib.import_module(module)
    chosen = [fault for fault in FAULTS if given.only.casefold() in fault.name.casefold()]
    if given.list:
        print("\n".join(f"{fault.name} ({fault.times} times)" for fault in chosen))
        return 0
    print(f"{machine()}\n")
    print("| fault | times tried | what happened | lost |\n| --- | --- | --- | --- |", flush=True)
    return max([_row(fault, given.times or fault.times, given.seed) for fault in chosen], default=0)


def _row(fault: Fault, times: int, seed: int) -> int:
    """Try one fault and print its row; return 1 where anything went wrong."""
    with tempfile.TemporaryDirectory(prefix="dateline-fault-") as folder:
        tried = list(fault.tries(Path(folder), times, seed))
    print(row(fault.name, tried), flush=True)
    for number, one in enumerate(tried):
        if one.wrong:
            print(f"{fault.name}, try {number}: {one.wrong}", file=sys.stderr, flush=True)
    return int(any(one.wrong or one.lost for one in tried))


def row(name: str, tried: list[Tried]) -> str:
    """Return the row of a fault: what happened most comes first."""
    happened = Counter(f"WRONG: {one.what}" if one.wrong else one.what for one in tried)
    said = "; ".join(f"{what}: {count}" for what, count in happened.most_common())
    return f"| {name} | {len(tried)} | {said} | {sum(one.lost for one in tried)} |"


if __name__ == "__main__":
    sys.exit(main())
