"""Diagnostics: the data (`model`), the register (`codes`) and the forms (`text`, `data`)."""

from importlib import import_module
from typing import Any

_HOMES = {
    "CODES": "codes",
    "Code": "codes",
    "Diagnostic": "model",
    "Edit": "model",
    "Fix": "model",
    "Label": "model",
    "Report": "model",
    "Severity": "model",
    "nearest": "nearest",
    "render": "text",
    "to_json": "data",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)
