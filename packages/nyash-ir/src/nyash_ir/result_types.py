"""The type an instruction's result has by what the instruction is, without looking at a program.

The builder gives it to new values and type inference starts from it. Instructions that are not
mentioned may give anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import instructions as ir
from .instruction import Instruction
from .representation import Representation
from .types import ANY, ARRAY, BOOL, FLOAT, FUNCTION, INTEGER, MAP, NULL, STRING, Type, box

RAW_TYPES = {
    Representation.I64: INTEGER,
    Representation.F64: FLOAT,
    Representation.I1: BOOL,
}
"""The only type a raw machine value can have."""

_RANGE = box("RangeBox")

_BY_CLASS: dict[type[Instruction], Type | Callable[[Any], Type]] = {
    ir.ConstantNull: NULL,
    ir.ConstantString: STRING,
    ir.ConstantFunction: FUNCTION,
    ir.NewClosure: FUNCTION,
    ir.NewArray: ARRAY,
    ir.NewMap: MAP,
    ir.NewBox: lambda item: box(item.box),
    ir.GetStatic: lambda item: box(item.box),
    ir.DynamicBinary: lambda item: _RANGE if item.operator == "range" else ANY,
}


def natural_type(item: Instruction) -> Type:
    """The type of the word or reference `item` gives; raw results have `RAW_TYPES`."""
    found = _BY_CLASS.get(type(item), ANY)
    return found if isinstance(found, Type) else found(item)
