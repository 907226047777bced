"""From the syntax tree to IR, a function a node."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "lower_program":
        from .program import lower_program

        return lower_program
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
