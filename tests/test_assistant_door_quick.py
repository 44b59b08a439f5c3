"""Gradio imported without its stubs for editors."""

from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType

import gradio
import pytest

from assistant.door.quick import quickly

WRITING = "gradio.component_meta"


def anew(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the module that writes stubs once more, for this test only."""
    monkeypatch.setattr(gradio, "component_meta", sys.modules[WRITING])
    monkeypatch.delitem(sys.modules, WRITING)
    return importlib.import_module(WRITING)


def test_no_stubs_are_written_where_gradio_is_imported_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    with quickly():
        assert not gc.isenabled()
        writing = anew(monkeypatch)
    assert gc.isenabled()
    writing.create_or_modify_pyi(int, "int", [])
    with pytest.raises(TypeError, match="built-in"):  # elsewhere Gradio looks for the source of the class
        anew(monkeypatch).create_or_modify_pyi(int, "int", [])
