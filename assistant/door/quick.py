"""Gradio imported in half the time: it writes nothing for editors meanwhile. Knows nothing of the page."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_WRITING = "gradio.component_meta"


class _Stubless:
    """Finds the module in which Gradio writes stubs for editors beside itself, each time it is imported; not here."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == _WRITING else None
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def run_and_leave_out(module: Any) -> None:
            run(module)
            module.create_or_modify_pyi = lambda *_: None

        spec.loader.exec_module = run_and_leave_out  # type: ignore[method-assign]
        return spec


@contextmanager
def quickly() -> Iterator[None]:
    """Import Gradio here: no stubs are written, and what it makes, which stays, is not searched for garbage."""
    sys.meta_path.insert(0, _Stubless)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
        sys.meta_path.remove(_Stubless)
