"""What a program means: types, the instruction set, the module, and all that is done with it.

The names people use most, loaded when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PLACES = {
    "Module": "module",
    "Function": "module",
    "Block": "module",
    "Value": "module",
    "BoxClass": "module",
    "FunctionBuilder": "builder",
    "print_module": "text.printer",
    "read_module": "text.reader",
    "to_artifact": "codec",
    "from_artifact": "codec",
    "lower_program": "lower",
}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{place}"), name)
