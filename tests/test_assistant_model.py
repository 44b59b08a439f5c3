"""Models by name, and over a real socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.model import label, open_model
from index import NewsIndex
from index.errors import BadRequest, ModelError
from tests.fake_chat import Script, ScriptedChatModel, openai_server
from tests.stories import small_index

WHY = "Why is Washington worried about the S-400?"
SAID = "Washington fears the S-400 could spy on the F-35 fighter [1]."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("OPENAI", "ANTHROPIC", "GOOGLE", "GEMINI", "MISTRAL"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)


@pytest.mark.parametrize("name", ["gpt-5", "", ":", "openai:", ":gpt-5"])
def test_a_name_without_provider_is_a_sentence(name: str) -> None:
    with pytest.raises(BadRequest, match="must be written provider:name"):
        open_model(name)


def test_an_address_must_be_one() -> None:
    with pytest.raises(BadRequest, match="must start with http"):
        open_model("tiny", base_url="127.0.0.1:8000")


def test_an_unknown_provider_is_a_sentence() -> None:
    with pytest.raises(ModelError, match=r"no model provider 'nobody'.*openai, anthropic"):
        open_model("nobody:gpt")


MISSING = """
import sys
from assistant.model import open_model
from index.errors import ModelError
for provider in ("openai", "anthropic", "google_genai", "mistralai", "ollama", "xai"):
    sys.modules[f"langchain_{provider}"] = None
for name, base_url in [(name, None) for name in sys.argv[1:]] + [("tiny", "http://127.0.0.1:9")]:
    try:
        open_model(name, base_url=base_url)
    except ModelError as error:
        print(error)
"""


def test_a_missing_package_is_named_with_its_extra() -> None:
    names = ["openai:gpt", "anthropic:claude", "google:gemini", "mistral:small", "ollama:llama3.2:3b", "xai:grok"]
    code = [sys.executable, "-c", MISSING, *names]
    said = subprocess.run(
        code, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    extras = ["[openai]", "[anthropic]", "[google]", "[mistral]", "[ollama]", "langchain-xai", "[openai]"]
    assert len(said) == len(extras)
    assert all(extra in sentence and "pip install" in sentence for extra, sentence in zip(extras, said, strict=True))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("openai:gpt-5-mini", "OPENAI_API_KEY"),
        ("anthropic:claude", "ANTHROPIC_API_KEY"),
        ("google:gemini", "GOOGLE_API_KEY"),
        ("mistral:small", "MISTRAL_API_KEY"),
    ],
)
def test_a_missing_key_is_a_sentence(name: str, key: str) -> None:
    with pytest.raises(ModelError, match=rf"^Models of \w+ need a key: set {key} in the environment\.$"):
        open_model(name)


def test_a_key_in_the_environment_switches_no_model_on(index: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key-1234")
    assert Assistant(index).writer == "quotes"
    assert Assistant(index).answer(WHY).mode == "quotes"


def test_a_model_object_has_a_label() -> None:
    assert label(ScriptedChatModel()) == "scripted"
    assert label(open_model("tiny", base_url="http://127.0.0.1:9/v1")) == "openai:tiny"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "no more requests"),
        (401, "refused the key"),
        (404, "does not know this model"),
        (500, "failed with status 500"),
    ],
)
def test_failures_in_words_without_the_servers_text(index: NewsIndex, status: int, words: str) -> None:
    script = Script(status=status)
    with openai_server(script) as url:
        found = Assistant(index, open_model("tiny", base_url=url)).answer(WHY)
    assert found.mode == "quotes"
    assert found.citations
    assert words in str(found.reason)
    assert "secret" not in str(found.reason)
    assert len(script.requests) == (3 if status in (429, 500) else 1)  # tried again only where that may help


def test_an_answer_streams_over_a_socket(index: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key-1234")
    script = Script(
        chunks=["Washington fears the S-400 could ", "spy on the F-35 fighter [", "1", "].", " Maybe [12]."]
    )
    with openai_server(script) as url:
        partials = list(Assistant(index, open_model("llama3.2:3b", base_url=url)).stream(WHY))
    assert len(partials) >= 3
    assert partials[-1].text == f"{SAID} Maybe."
    assert [check.verdict for check in partials[-1].checks] == ["supported", "uncited"]
    assert script.requests[0]["model"] == "llama3.2:3b"
    assert script.requests[0]["stream"] is True
    # the key of another service is not sent to this server
    assert "secret" not in script.keys[0]


async def test_an_answer_streams_asynchronously(index: NewsIndex) -> None:
    with openai_server(Script(chunks=[SAID])) as url:
        found = await Assistant(index, open_model("tiny", base_url=url)).aanswer(WHY)
    assert found.text == SAID


def test_the_key_given_is_sent(index: NewsIndex) -> None:
    script = Script(chunks=[SAID])
    with openai_server(script) as url:
        Assistant(index, open_model("tiny", base_url=url, api_key="mine")).answer(WHY)
    assert script.keys == ["Bearer mine"]


def test_a_stream_cut_off_gives_way_to_quotes(index: NewsIndex) -> None:
    with openai_server(Script(chunks=["Washington fears"], cut=True)) as url:
        found = Assistant(index, open_model("tiny", base_url=url)).answer(WHY)
    assert found.mode == "quotes"
    assert found.citations


def test_a_slow_server_is_given_up(index: NewsIndex) -> None:
    with openai_server(Script(chunks=[SAID], pause=2.0)) as url:
        found = Assistant(index, open_model("tiny", base_url=url, timeout=0.3)).answer(WHY)
    assert found.reason == "The model did not answer in time, so these are quotes from the articles instead."


def test_no_server_is_a_sentence(index: NewsIndex) -> None:
    found = Assistant(index, open_model("tiny", base_url="http://127.0.0.1:9/v1")).answer(WHY)
    assert found.reason == "The model's server could not be reached, so these are quotes from the articles instead."
