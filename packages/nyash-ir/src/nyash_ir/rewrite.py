"""Changing the values and blocks that an instruction refers to.

Instructions are frozen: each function answers a new instruction, or the very same one where
nothing changes. What to look at is worked out once per class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from .instruction import Instruction, Throwing, result_of
from .module import Function
from .roles import Role

_Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_NAMES: dict[type[Instruction], _Names] = {}


def _names(kind: type[Instruction]) -> _Names:
    """The fields of a class that hold one value used, several, and blocks."""
    found = _NAMES.get(kind)
    if found is None:
        one = tuple(f.name for f in kind.fields if f.role is Role.OPERAND)
        many = tuple(f.name for f in kind.fields if f.role is Role.OPERANDS)
        if issubclass(kind, Throwing):
            many = (*many, "cleanup")
        blocks = tuple(f.name for f in kind.fields if f.role is Role.BLOCK)
        found = _NAMES[kind] = (one, many, blocks)
    return found


def uses_of(item: Instruction) -> list[int]:
    """Every value an instruction uses, `cleanup` included."""
    one, many, _ = _NAMES.get(type(item)) or _names(type(item))
    found = [getattr(item, name) for name in one]
    for name in many:
        found.extend(getattr(item, name))
    return found


def substitute(item: Instruction, values: Mapping[int, int]) -> Instruction:
    """`item` with the values it uses replaced by what `values` says."""
    one, many, _ = _NAMES.get(type(item)) or _names(type(item))
    changes: dict[str, object] = {}
    for name in one:
        old = getattr(item, name)
        if old in values:
            changes[name] = values[old]
    for name in many:
        old_values = getattr(item, name)
        if old_values:
            new = tuple([values.get(value, value) for value in old_values])
            if new != old_values:
                changes[name] = new
    return replace(item, **changes) if changes else item


def retarget(item: Instruction, target: Callable[[int], int]) -> Instruction:
    """A terminator with every block it names replaced by `target(block)`."""
    blocks = (_NAMES.get(type(item)) or _names(type(item)))[2]
    changes = {}
    for name in blocks:
        old = getattr(item, name)
        new = target(old)
        if new != old:
            changes[name] = new
    return replace(item, **changes) if changes else item


def renumber(item: Instruction, result: int) -> Instruction:
    """`item` with another result."""
    return replace(item, result=result)


def compact(function: Function) -> None:
    """Number a function's values anew, in order of definition, without those that passes left
    undefined."""
    order = list(function.parameters)
    for block in function.blocks:
        order.extend(block.parameters)
        for item in block.instructions:
            result = result_of(item)
            if result is not None:
                order.append(result)
    number = {old: new for new, old in enumerate(order)}
    function.values = [function.values[old] for old in order]
    function.parameters = [number[value] for value in function.parameters]
    for block in function.blocks:
        block.parameters = [number[value] for value in block.parameters]
        items = []
        for item in block.instructions:
            item = substitute(item, number)
            result = result_of(item)
            items.append(item if result is None else renumber(item, number[result]))
        block.instructions = items
