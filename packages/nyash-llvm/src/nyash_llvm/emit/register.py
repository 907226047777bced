"""Which function writes which instruction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from nyash_ir.instruction import Instruction

from ..function import FunctionEmitter

Emitter = Callable[[FunctionEmitter, Any], None]
_Function = TypeVar("_Function", bound=Emitter)

EMITTERS: dict[type[Instruction], Emitter] = {}


def emits(kind: type[Instruction]) -> Callable[[_Function], _Function]:
    """Decorator: this function writes instructions of the class. Two for one are an error."""

    def enter(function: _Function) -> _Function:
        if kind in EMITTERS:
            raise ValueError(f"two emitters for {kind.__name__}")
        EMITTERS[kind] = function
        return function

    return enter
