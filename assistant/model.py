"""Any LangChain chat model by name. Knows nothing of prompts or answers, nor of what to do where a model fails.

Nothing is switched on by the environment: a model is used only where it is named. A provider's own package reads
the key of that provider from its usual variable; with `base_url` only the key given here is sent there.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.failures import failure, passing, retry_after, too_long
from index.errors import BadRequest, ModelError
from index.logs import hide

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["failure", "label", "open_model", "passing", "retry_after", "too_long"]

TIMEOUT_SECONDS = 60.0  # without a word from the server
OLLAMA_CONTEXT = 8_192  # tokens; Ollama's own default is less and cuts what is longer without a word

LOCAL = "hf"
_ALIASES = {"google": "google_genai", "mistral": "mistralai"}
# Providers with an extra of ours: `pip install ".[name]"`.
_EXTRAS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google_genai": "google",
    "mistralai": "mistral",
    "ollama": "ollama",
}
_KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
}
# Who calls a model decides whether to try again. Two packages count tries, not repetitions.
_NO_RETRIES = {"google_genai": 1, "mistralai": 1}
_NO_KEY = "none"  # servers of one's own take any


def open_model(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    timeout: float = TIMEOUT_SECONDS,
    context: int | None = None,
) -> BaseChatModel:
    """Return the chat model `provider:name`, or that in a local folder: its path, or `hf:path`.

    With `base_url` it is asked at that address: by the protocol of the provider where the name begins with one of
    ours, else by that of OpenAI. `timeout` is in seconds without a word; `context` is how many tokens the model takes,
    where the user knows better (`assistant.context`). A model makes one request a call and does not try again.

    Raises:
        BadRequest: the name or the address cannot be meant.
        ModelError: the provider's package or key is missing, the provider is not known, the folder holds no model.
    """
    provider, model = _parse(name, base_url)
    if provider == LOCAL:
        from assistant.local import open_folder

        return open_folder(model)
    hide(api_key)
    built = _build(provider, model, _options(provider, base_url, api_key, timeout, context))
    if _lacks_key(built, provider):
        raise ModelError(_key_sentence(provider))
    return built


def label(model: BaseChatModel) -> str:
    """Return "provider:name" of a model object, as far as it tells."""
    name = getattr(model, "model_name", None) or getattr(model, "model", None)
    kind = model._llm_type.removesuffix("-chat")
    return f"{kind}:{name}" if isinstance(name, str) and name else kind


def _parse(name: str, base_url: str | None) -> tuple[str, str]:
    if base_url and "@" in base_url:
        raise BadRequest("An address must hold no key or password: put the key into $DATELINE_API_KEY.")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise BadRequest(f"The address {base_url!r} must start with http:// or https://.")
    provider, colon, model = name.strip().partition(":")
    if base_url and (not colon or provider not in {*_EXTRAS, *_ALIASES}):
        # A server's own model name may hold a colon, or be a path: "llama3.2:3b", "/models/llama"
        provider, colon, model = "openai", ":", name.strip()
    elif not base_url and (Path(name.strip()).expanduser() / "config.json").is_file():
        return LOCAL, name.strip()
    if not colon or not provider or not model.strip():
        raise BadRequest(
            f"The model {name!r} must be written provider:name, such as openai:gpt-5-mini or ollama:llama3.2, "
            "or be a folder with a config.json."
        )
    provider = provider.strip().lower().replace("-", "_")
    return _ALIASES.get(provider, provider), model.strip()


def _options(
    provider: str, base_url: str | None, api_key: str | None, timeout: float, context: int | None
) -> dict[str, Any]:
    """Return what a provider's class is made with."""
    if provider == "ollama":
        return _ollama_options(base_url, api_key, timeout, context)
    options: dict[str, Any] = {"timeout": timeout, "max_retries": _NO_RETRIES.get(provider, 0)}
    if provider == "mistralai":
        options["timeout"] = math.ceil(timeout)
    if base_url:
        # A server of one's own must not see the provider's key
        options |= {"base_url": base_url, "api_key": api_key or _NO_KEY}
    elif api_key:
        options["api_key"] = api_key
    return options


def _ollama_options(base_url: str | None, api_key: str | None, timeout: float, context: int | None) -> dict[str, Any]:
    client: dict[str, Any] = {"timeout": timeout}
    if base_url or api_key:
        client["auth"] = _Bearer(api_key or _NO_KEY)
    return {"client_kwargs": client, "base_url": base_url, "num_ctx": context or OLLAMA_CONTEXT}


class _Bearer:
    """Sends a key, in place of one from the environment; its repr, which a model object shows, does not tell it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _build(provider: str, model: str, options: dict[str, Any]) -> BaseChatModel:
    try:
        return _made(provider, model, options)
    except ImportError as error:
        wanted = f'".[{_EXTRAS[provider]}]"' if provider in _EXTRAS else f"langchain-{provider.replace('_', '-')}"
        raise ModelError(f"Models of {provider} need one more package: run `pip install {wanted}`.") from error
    except ValueError as error:
        if "Unsupported" in str(error):
            known = ", ".join(_EXTRAS.values())
            raise ModelError(f"There is no model provider {provider!r}: use one of {known}, or --base-url.") from None
        raise ModelError(_unopened(provider, model, error)) from None
    except Exception as error:
        raise ModelError(_unopened(provider, model, error)) from None


def _made(provider: str, model: str, options: dict[str, Any]) -> BaseChatModel:
    if provider == "openai" and "base_url" in options:
        from assistant.compatible import CompatibleChat

        return CompatibleChat(model=model, **options)
    from langchain.chat_models import init_chat_model

    built: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    return built


def _unopened(provider: str, model: str, error: Exception) -> str:
    text = str(error).lower()
    if provider in _KEYS and any(word in text for word in ("api_key", "api key", "credential")):
        return _key_sentence(provider)
    return f"The model {provider}:{model} could not be opened ({type(error).__name__}): check its name and settings."


def _lacks_key(model: BaseChatModel, provider: str) -> bool:
    """Tell whether the provider's key is empty; some packages notice that only at the first question."""
    held = [getattr(model, name, None) for name, key in model.lc_secrets.items() if key == _KEYS.get(provider)]
    return bool(held) and not any(held)  # an empty SecretStr is false


def _key_sentence(provider: str) -> str:
    return f"Models of {provider} need a key: set {_KEYS[provider]} in the environment."
