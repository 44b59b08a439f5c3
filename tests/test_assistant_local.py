"""A model in a folder, run in this process: a tiny one with random weights, made on the spot."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import threading
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from assistant import Assistant
from assistant.context import ANSWER_TOKENS, Context, Measuring
from assistant.failures import CUT, ending, too_long
from assistant.local import LocalChat
from assistant.model import label, open_model
from index.errors import ModelError
from tests import tiny_model
from tests.stories import small_index

LENGTH = 60
ASKED = [("system", "the rain was in the city"), ("user", "was the harbour worried")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.write(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def model(folder: Path) -> LocalChat:
    opened = open_model(str(folder))
    assert isinstance(opened, LocalChat)
    opened.max_tokens = LENGTH  # to the end takes a while
    return opened


def whole(model: LocalChat, asked: Any = ASKED) -> AIMessageChunk:
    first, *rest = model.stream(asked)
    return sum(rest, start=first)


def writers() -> int:
    return sum(thread.name.endswith("(run)") for thread in threading.enumerate())


def test_a_folder_is_opened_by_its_path_and_nothing_is_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in (str(folder), f"hf:{folder}", f" {folder}/ "):
        assert label(open_model(name)) == "hf:tiny"


def test_it_counts_its_tokens_exactly(model: LocalChat) -> None:
    words = sum(len(content.split()) + 2 for _, content in ASKED)  # "<s>" and the role
    assert model.count_tokens(ASKED) == words + 2
    reply = whole(model)
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["input_tokens"] == model.count_tokens(ASKED)
    assert reply.usage_metadata["output_tokens"] >= len(reply.text.split()) > 20
    assert isinstance(model, Measuring)
    assert Context.of(model).tokens() == 4096 - ANSWER_TOKENS
    assert Context.of(model).count(ASKED) == model.count_tokens(ASKED)


def test_the_same_question_has_the_same_answer_streamed_or_not(model: LocalChat) -> None:
    chunks = [chunk.text for chunk in model.stream(ASKED)]
    assert len(chunks) > 20
    assert "".join(chunks) == model.invoke(ASKED).text
    assert not set(tiny_model.SPECIAL[1:]) & set("".join(chunks).split())


def test_a_reply_that_never_ends_is_cut_and_said_to_be(model: LocalChat) -> None:
    reply = whole(model)
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["output_tokens"] == LENGTH
    assert ending(reply.response_metadata) == CUT


def test_closing_the_stream_ends_the_writing_at_once(model: LocalChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "max_tokens", 4000)
    stream = model.stream(ASKED)
    next(stream)
    assert writers() == 1
    time.sleep(0.05)
    assert writers() == 1, "the reply has ended by itself"
    stopped = time.monotonic()
    stream.close()
    assert time.monotonic() - stopped < 0.5
    while writers():
        assert time.monotonic() - stopped < 0.5
        time.sleep(0.005)


async def test_closing_an_asynchronous_stream_ends_the_writing(
    model: LocalChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "max_tokens", 4000)
    async with aclosing(model.astream(ASKED)) as stream:
        async for _ in stream:
            break
    stopped = time.monotonic()
    while writers():
        assert time.monotonic() - stopped < 0.5
        await asyncio.sleep(0.005)


def test_who_comes_second_waits_and_is_answered(model: LocalChat) -> None:
    expected, found = model.invoke(ASKED).text, []
    threads = [threading.Thread(target=lambda: found.append(model.invoke(ASKED).text)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [expected, expected]


def test_messages_longer_than_its_context_are_refused_as_such(folder: Path, tmp_path: Path) -> None:
    small = open_model(str(tiny_model.write(tmp_path / "small", positions=16)))
    with pytest.raises(Exception, match="exceed the context of 16") as raised:
        list(small.stream(ASKED))
    assert too_long(raised.value)


def test_a_failure_while_writing_is_raised_and_the_next_is_answered(
    model: LocalChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**options: Any) -> None:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(model._model, "generate", fail)
        with pytest.raises(RuntimeError, match="out of memory"):
            list(model.stream(ASKED))
    assert whole(model).text


@pytest.mark.parametrize(
    "template",
    [
        None,
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}{{ messages[0].content }}",
    ],
    ids=["no template", "a template without a system's part"],
)
def test_every_word_is_told_whatever_the_template(template: str | None, tmp_path: Path) -> None:
    model = open_model(str(tiny_model.write(tmp_path / "plain", template=template)))
    assert isinstance(model, LocalChat)
    words = sum(len(content.split()) for _, content in ASKED)
    assert model.count_tokens(ASKED) == words + (1 if template is None else 0)
    assert isinstance(next(iter(model._stream(model._convert_input(ASKED).to_messages()))), ChatGenerationChunk)


def broken(folder: Path, tmp_path: Path, name: str) -> Path:
    copy = shutil.copytree(folder, tmp_path / "copy")
    config = json.loads((copy / "config.json").read_text())
    if name == "encoder":
        config = {"model_type": "bert", "architectures": ["BertForMaskedLM"]}
    elif name == "code":
        config = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config"}, "architectures": ["OwnForCausalLM"]}
    elif name == "other sizes":
        config["num_hidden_layers"] += 1
    (copy / "config.json").write_text("{" if name == "no JSON" else json.dumps(config))
    if name == "no weights":
        (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    elif name == "half weights":
        weights = (copy / "model.safetensors").read_bytes()
        (copy / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    elif name == "no tokenizer":
        (copy / "tokenizer.json").unlink()
    elif name == "no config":
        (copy / "config.json").unlink()
    return copy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("encoder", "does not write text"),
        ("code", "config of the model in .* cannot be read"),
        ("no JSON", "config of the model in .* cannot be read"),
        ("other sizes", "are not whole"),
        ("no weights", "no weights as .safetensors"),
        ("half weights", "weights of the model in .* cannot be read"),
        ("no tokenizer", "tokenizer of the model in .* cannot be read"),
        ("no config", "no config.json"),
    ],
)
def test_a_folder_that_cannot_be_used_is_a_sentence(folder: Path, tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ModelError, match=words) as raised:
        open_model(f"hf:{broken(folder, tmp_path, name)}")
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith(".")


def test_no_folder_is_a_sentence_and_no_download() -> None:
    with pytest.raises(ModelError, match=r"no model folder org/model: .* nothing is downloaded"):
        open_model("hf:org/model")


def test_nonsense_comes_back_marked(tmp_path: Path) -> None:
    """Three models, three kinds of nonsense: what is no answer gives way to quotes, what is one is marked."""
    verdicts: list[str] = []
    with small_index(tmp_path) as index:
        for seed in range(3):
            model = open_model(str(tiny_model.write(tmp_path / str(seed), seed=seed, ends=True)))
            assert isinstance(model, LocalChat)
            model.max_tokens = 120
            answer = Assistant(index, model).answer("Why is Washington worried about the S-400?")
            assert answer.answered
            assert answer.reason if answer.mode == "quotes" else answer.checks
            verdicts += [check.verdict for check in answer.checks]
    assert verdicts
    assert "supported" not in verdicts
