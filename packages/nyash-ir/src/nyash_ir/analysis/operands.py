"""How instructions hold the values they use and give, and which places they read or write."""

from __future__ import annotations

from ..instruction import Instruction
from ..instructions import (
    CallNative,
    GetCell,
    GetField,
    GetItem,
    Jump,
    SetCell,
    SetField,
    SetGlobal,
    SetItem,
    SetSlot,
)
from ..module import Function, Module
from ..roles import Hold, Role
from ..types import BOOL, NULL

STORES = SetCell | SetField | SetGlobal | SetItem | SetSlot
"""They put the new value in its place before they give up the old one, and look at nothing after
that."""

_OPERAND_FIELDS: dict[type[Instruction], tuple[tuple[str, bool, bool], ...]] = {}
_RESULT_HOLDS: dict[type[Instruction], Hold] = {}


def operands_with_consumption(item: Instruction, module: Module) -> list[tuple[int, bool]]:
    """Every value the instruction uses and whether it takes over a reference to it."""
    if isinstance(item, CallNative):
        native = module.natives[item.symbol]
        return [
            (value, parameter.consumed)
            for value, parameter in zip(item.arguments, native.parameters, strict=True)
        ]
    kind = type(item)
    fields = _OPERAND_FIELDS.get(kind)
    if fields is None:
        fields = _OPERAND_FIELDS[kind] = tuple(
            (f.name, f.role is Role.OPERANDS, f.hold is Hold.CONSUMED)
            for f in kind.fields
            if f.role in (Role.OPERAND, Role.OPERANDS)
        )
    found: list[tuple[int, bool]] = []
    for name, many, consumed in fields:
        if many:
            found.extend((value, consumed) for value in getattr(item, name))
        else:
            found.append((getattr(item, name), consumed))
    return found


def held_operands(item: Instruction, function: Function, module: Module) -> list[tuple[int, bool]]:
    """`operands_with_consumption`, where a jump leaves alone what it passes to parameters that
    only borrow."""
    found = operands_with_consumption(item, module)
    if not isinstance(item, Jump):
        return found
    parameters = function.blocks[item.target].parameters
    return [
        (value, not function.values[parameter].borrowed)
        for (value, _), parameter in zip(found, parameters, strict=True)
    ]


def result_hold(item: Instruction) -> Hold:
    """Who holds the reference in an instruction's result."""
    kind = type(item)
    hold = _RESULT_HOLDS.get(kind)
    if hold is None:
        field = next((f for f in kind.fields if f.role is Role.RESULT), None)
        hold = _RESULT_HOLDS[kind] = field.hold if field else Hold.NONE
    return hold


def uncounted(function: Function, value: int) -> bool:
    """Whether a word can hold no reference by its type."""
    return function.values[value].type in (NULL, BOOL)


def holder_of(item: Instruction) -> int | None:
    """The Box that has the place an instruction reads or writes; None for globals and slots."""
    if isinstance(item, GetField | SetField):
        return item.object
    if isinstance(item, GetItem | SetItem):
        return item.array
    return item.cell if isinstance(item, GetCell | SetCell) else None
