"""Remembers from where a method was called, so that a leak can be named by its origin."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import pytest

ROOT = Path(__file__).parents[1]
NOT_OURS = (".venv", "site-packages", "origins.py")


def here() -> str:
    """`file:line` of the nearest caller inside the project."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(str(ROOT)) and not any(part in file for part in NOT_OURS):
            return f"{Path(file).relative_to(ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return "a place outside the project"


def watch(monkeypatch: pytest.MonkeyPatch, owner: type, method: str) -> "WeakKeyDictionary[Any, str]":
    """Until the test ends, note for each object where `method` was called on it last. Returns the live notes."""
    notes: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
    original = getattr(owner, method)

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        notes[self] = here()
        return original(self, *args, **kwargs)

    monkeypatch.setattr(owner, method, noted)
    return notes
