"""A language model in a folder of the Hugging Face format, run in this process. Knows nothing of prompts or answers.

Imported only when such a folder is named: torch and transformers take seconds. Nothing is fetched, no code from the
folder is run, and weights are read from safetensors alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from langchain_core.exceptions import ContextOverflowError
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, TextIteratorStreamer
from transformers.utils import logging as transformers_logging

from assistant.context import ANSWER_TOKENS, UNKNOWN_WINDOW
from index.errors import ModelError

_WRITERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
_ROLES = {"human": "user", "ai": "assistant", "system": "system"}
_OURS = {"local_files_only": True, "trust_remote_code": False}


class LocalChat(BaseChatModel):
    """One model that writes one reply at a time; who comes second waits. It takes the likeliest word each time."""

    model_name: str
    context_window: int
    max_tokens: int = ANSWER_TOKENS
    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _writing: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _reading: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def __init__(self, model: Any, tokenizer: Any, **fields: Any) -> None:
        super().__init__(**fields)
        self._model, self._tokenizer = model, tokenizer

    @property
    def _llm_type(self) -> str:
        return "hf"

    def count_tokens(self, messages: Sequence[tuple[str, str]]) -> int:
        """Return how many tokens the (role, content) messages have with all that the model's template adds."""
        return len(self._encoded(convert_to_messages(list(messages))))

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        """Yield the reply in words as they come. Closing it ends the writing with the token under way."""
        prompt = self._encoded(messages)
        most = min(self.max_tokens, self.context_window - len(prompt))
        if most <= 0:
            raise ContextOverflowError(f"{len(prompt)} tokens exceed the context of {self.context_window}")
        work = _Work(self._model, self._tokenizer, prompt, most, stop)
        self._writing.acquire()
        thread = threading.Thread(target=work.run, args=(self._writing.release,), daemon=True)
        thread.start()
        try:
            for text in work.streamer:
                if text:
                    yield _chunk(text, run_manager)
        finally:
            work.halt.set()
        thread.join()
        if work.error is not None:
            raise work.error
        yield _last(len(prompt), work)

    def _encoded(self, messages: list[BaseMessage]) -> list[int]:
        told = [{"role": _ROLES.get(message.type, "user"), "content": str(message.text)} for message in messages]
        with self._reading:
            if self._tokenizer.chat_template is None:
                # a model that only goes on with a text
                text = "\n\n".join([*(message["content"] for message in told), "Answer:"])
                return list(self._tokenizer(text)["input_ids"])
            try:
                return self._templated(told)
            except TemplateError:  # some know no system's part
                first, *rest = told
                joined = {"role": "user", "content": "\n\n".join([first["content"], *(m["content"] for m in rest)])}
                return self._templated([joined])

    def _templated(self, told: list[dict[str, str]]) -> list[int]:
        # a model that can do without thinking aloud comes to its first word sooner
        given = {"add_generation_prompt": True, "enable_thinking": False, "return_dict": True}
        return list(self._tokenizer.apply_chat_template(told, **given)["input_ids"])


class _Work:
    """One reply being written in a thread of its own."""

    def __init__(self, model: Any, tokenizer: Any, prompt: list[int], most: int, stop: list[str] | None) -> None:
        self.streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
        self.halt = threading.Event()
        self.error: Exception | None = None
        self.tokens, self.finish = 0, "stop"
        self._model, self._tokenizer, self._prompt, self._most, self._stop = model, tokenizer, prompt, most, stop

    def run(self, done: Any) -> None:
        try:
            self._write()
        except Exception as error:
            self.error = error
        finally:
            done()
            self.streamer.on_finalized_text("", stream_end=True)

    def _write(self) -> None:
        ids = torch.tensor([self._prompt], device=self._model.device)
        pad = self._tokenizer.pad_token_id
        given: dict[str, Any] = {"stop_strings": self._stop, "tokenizer": self._tokenizer} if self._stop else {}
        written = self._model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            streamer=self.streamer,
            stopping_criteria=[_Halt(self.halt)],
            max_new_tokens=self._most,
            do_sample=False,
            num_beams=1,
            temperature=None,
            top_p=None,
            top_k=None,
            pad_token_id=pad if pad is not None else self._tokenizer.eos_token_id,
            **given,
        )
        self.tokens = written.shape[1] - len(self._prompt)
        self.finish = "length" if self.tokens >= self._most else "stop"


class _Halt(StoppingCriteria):
    """Ends the writing once an event is set."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), self._event.is_set(), dtype=torch.bool, device=input_ids.device)


def open_folder(name: str) -> LocalChat:
    """Return the model in a folder, on the GPU where there is one. Raises: ModelError."""
    folder = Path(name).expanduser()
    _look_at(folder)
    with _quiet():
        config = _loaded(folder, "config", AutoConfig)
        writes = [kind for kind in config.architectures or () if kind.endswith(_WRITERS)]
        if config.architectures and not writes:
            raise ModelError(f"The model in {folder} ({config.architectures[0]}) does not write text.")
        tokenizer = _loaded(folder, "tokenizer", AutoTokenizer)
        given = {"use_safetensors": True, "dtype": "auto", "output_loading_info": True}
        model, report = _loaded(folder, "weights", AutoModelForCausalLM, **given)
    if report["missing_keys"]:
        raise ModelError(f"The weights in {folder} are not whole: copy the folder again.")
    try:
        model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    except torch.OutOfMemoryError as error:
        raise ModelError(f"The model in {folder} does not fit the memory of the GPU.") from error
    return LocalChat(model, tokenizer, model_name=folder.resolve().name, context_window=_window(config, tokenizer))


def _look_at(folder: Path) -> None:
    """Raises: ModelError where a folder lacks what every model has."""
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}: give a folder with a config.json, nothing is downloaded.")
    if not (folder / "config.json").is_file():
        raise ModelError(f"The folder {folder} holds no model: it has no config.json.")
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"The folder {folder} has no weights as .safetensors; other kinds are not read.")


def _loaded(folder: Path, what: str, kind: Any, **options: Any) -> Any:
    try:
        return kind.from_pretrained(folder, **_OURS, **options)
    except Exception as error:
        raise ModelError(f"The {what} of the model in {folder} cannot be read ({type(error).__name__}).") from error


def _window(config: Any, tokenizer: Any) -> int:
    text = config.get_text_config()
    names = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
    own = next((value for name in names if isinstance(value := getattr(text, name, None), int)), UNKNOWN_WINDOW)
    return min(own, int(min(tokenizer.model_max_length, own)))


def _chunk(text: str, run_manager: Any) -> ChatGenerationChunk:
    chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
    if run_manager:
        run_manager.on_llm_new_token(text, chunk=chunk)
    return chunk


def _last(tokens_in: int, work: _Work) -> ChatGenerationChunk:
    usage = UsageMetadata(input_tokens=tokens_in, output_tokens=work.tokens, total_tokens=tokens_in + work.tokens)
    message = AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": work.finish})
    return ChatGenerationChunk(message=message)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep bars and reports off the terminal: what is wrong with a folder is said in a sentence."""
    bars, level = transformers_logging.is_progress_bar_enabled(), transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
