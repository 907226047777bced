"""Fields that no one can read before the constructor has assigned them.

Every field starts as null, which would make every field of a Number a "Number or null" for type
inference. But where each `new B` is followed at once by B's constructor (or by the stores that
stand for one), and that stores into a field before it lets anybody else see the Box, the null is
never seen: an error on the way drops the unfinished Box without running its `fini`, and a finalised
Box throws before its cleared fields can be read.

Only the program's own, non-static Boxes are looked at: C code may make a provider's Boxes, and a
static Box can be reached while its constructor runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..instruction import Instruction
from ..instructions import CallFunction, GetField, Jump, NewBox, SetField
from ..module import Function, Module
from ..rewrite import uses_of


def initialised_fields(module: Module) -> dict[str, frozenset[str]]:
    """By Box, the fields that are assigned before anybody can read them: all of those of a Box
    that nothing makes."""
    found = {
        box.name: frozenset(field.name for field in box.fields)
        for box in module.classes.values()
        if not (box.provider or box.static or box.native is not None)
    }
    for function in module.functions.values():
        for block in function.blocks:
            for index, item in enumerate(block.instructions):
                if isinstance(item, NewBox) and item.box in found:
                    found[item.box] &= _assigned_at(module, item, block.instructions[index + 1 :])
    return found


def _assigned_at(module: Module, new: NewBox, rest: Sequence[Instruction]) -> frozenset[str]:
    """What is assigned right behind one `new`."""
    if rest and isinstance(rest[0], CallFunction) and rest[0].arguments[:1] == (new.result,):
        if new.result in rest[0].arguments[1:]:
            return frozenset()
        constructor = module.functions[rest[0].function]
        return _assigned_first(constructor)
    fields, _ = _stores(new.result, rest)
    return frozenset(fields)


def _assigned_first(constructor: Function) -> frozenset[str]:
    """The fields of its first parameter that a function stores into before anything else may see
    the Box: along the straight line from its start, outside of handlers."""
    me = constructor.parameters[0]
    assigned: set[str] = set()
    number, seen = 0, {0}
    while constructor.blocks[number].handler is None:
        items = constructor.blocks[number].instructions
        fields, whole = _stores(me, items)
        assigned |= fields
        last = items[-1]
        if not whole or not isinstance(last, Jump) or last.target in seen:
            break
        number = last.target
        seen.add(number)
    return frozenset(assigned)


def _stores(me: int, items: Sequence[Instruction]) -> tuple[set[str], bool]:
    """The fields stored into before `me` is used in any other way, and whether it never is."""
    assigned: set[str] = set()
    for item in items:
        if isinstance(item, SetField) and item.object == me and item.value != me:
            assigned.add(item.field)
        elif isinstance(item, GetField) and item.object == me and item.field in assigned:
            continue
        elif me in uses_of(item):
            return assigned, False
    return assigned, True
