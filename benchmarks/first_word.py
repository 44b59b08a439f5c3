"""How much later than from the model itself the first word of an answer comes: search, decision, prompt and checks.

python benchmarks/first_word.py INDEX QUESTIONS.jsonl[.xz] [-n 100] [--thinks 0.2]

The model is a scripted server of OpenAI's protocol on this machine that says its first word after `--thinks` seconds.
Each question is put to it twice, in turn: as a reader would ask, and with the prompt that came of it; the difference
is ours.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from measure import machine, milliseconds, records

sys.path.insert(0, str(Path(__file__).parent.parent))  # the scripted server lives with the tests


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--thinks", type=float, default=0.2)
    arguments = parser.parse_args()

    from assistant import Assistant
    from assistant.model import open_model
    from assistant.request import Request
    from tests.fake_chat import Script, openai_server

    said = ["As reported", " by the", " outlet,", " it is so [1]."]
    own, reader = [], []
    script = Script(chunks=said, pause=arguments.thinks)
    with openai_server(script) as url:
        model = open_model("scripted", base_url=url)
        assistant = Assistant.open(arguments.index, model=model)
        for record in records(arguments.questions):
            question = record["question"]
            found = assistant.find(Request(question))
            if found.refusal is not None:
                continue  # no model is asked
            start = time.perf_counter()
            next(partial for partial in assistant.stream(question) if partial.text)
            reader.append(time.perf_counter() - start)
            messages = script.requests[-1]["messages"]
            start = time.perf_counter()
            next(chunk for chunk in model.stream(messages) if chunk.text)
            own.append(time.perf_counter() - start)
            if len(own) == arguments.n + 5:
                break
        own, reader = own[5:], reader[5:]  # the first five warm up
        print(f"{assistant.info().passages:,} passages; {len(own)} questions; {machine()}")
    print("the model's own first word:", milliseconds(own))
    print("the reader's first word:  ", milliseconds(reader))
    print("the difference:           ", milliseconds([ours - its for ours, its in zip(reader, own, strict=True)]))


if __name__ == "__main__":
    main()
