"""Put small functions in the place of their calls.

Stands behind `specialise`, which makes calls direct. The functions that matter are those lowering
writes in front of native ones (check and unbox each argument, call, box the result): in the
caller's place the checks fall to what is proven there and the boxes meet their unboxes. Functions
that can throw by themselves stay, so that stack traces show them; errors of native calls carry the
place of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.hierarchy import Hierarchy
from ..instruction import Instruction, Throwing, result_of
from ..instructions import (
    CallFunction,
    CallNative,
    Check,
    End,
    GetCapture,
    GetItem,
    GetSlot,
    Return,
    SetSlot,
    ToFloat,
)
from ..module import Function, Module, Value
from ..rewrite import compact, renumber, substitute
from ..types import Type
from .raw_values import keep_values_raw
from .simplify import simplify_function

MOST_INSTRUCTIONS = 12
"""A native function of five arguments, all checked and unboxed."""

_OF_WRAPPERS = (CallNative, Check, GetItem, ToFloat)
"""Throwing instructions that inlined functions may have."""

_BOUND_TO_THE_FUNCTION = (GetCapture, GetSlot, SetSlot)


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass."""
    small = {name: f for name, f in module.functions.items() if _is_small(f)}
    hierarchy = Hierarchy(module)
    changed = False
    for function in module.functions.values():
        if inline_into(function, small):
            simplify_function(function, hierarchy)
            if keep_values_raw(function):
                simplify_function(function, hierarchy)
            compact(function)
            changed = True
    return changed


def _is_small(function: Function) -> bool:
    if len(function.blocks) != 1 or function.kind == "closure":
        return False
    items = function.blocks[0].instructions
    return (
        len(items) <= MOST_INSTRUCTIONS
        and isinstance(items[-1], Return)
        and not any(isinstance(item, _BOUND_TO_THE_FUNCTION) for item in items)
        and all(isinstance(item, _OF_WRAPPERS) or not isinstance(item, Throwing) for item in items)
    )


def inline_into(function: Function, small: Mapping[str, Function]) -> bool:
    """Replace the calls of small functions; whether there were any."""
    replaced: dict[int, int] = {}
    changed = False
    for block in function.blocks:
        items: list[Instruction] = []
        for item in block.instructions:
            callee = small.get(item.function) if isinstance(item, CallFunction) else None
            if callee is None or callee is function or not isinstance(item, CallFunction):
                items.append(item)
                continue
            replaced[item.result] = _copy(function, callee, item, items)
            changed = True
        block.instructions = items
    if changed:
        final = {}
        for value in replaced:
            real = value
            while real in replaced:
                real = replaced[real]
            final[value] = real
        for block in function.blocks:
            block.instructions = [substitute(item, final) for item in block.instructions]
    return changed


def _copy(
    function: Function, callee: Function, call: CallFunction, items: list[Instruction]
) -> int:
    """Append the callee's instructions; answers the value it returns."""
    values = dict(zip(callee.parameters, call.arguments, strict=True))
    body = callee.blocks[0].instructions
    for item in body[:-1]:
        if isinstance(item, End) and item.value in callee.parameters:
            continue  # the caller's argument goes on living
        item = replace(substitute(item, values), span=call.span)
        result = result_of(item)
        if result is not None:
            known = callee.values[result]
            function.values.append(Value(known.type, known.representation, known.name))
            values[result] = len(function.values) - 1
            item = renumber(item, values[result])
        items.append(item)
    last = body[-1]
    assert isinstance(last, Return)
    returned = values[last.value]
    _learn(function, returned, function.values[call.result].type)
    return returned


def _learn(function: Function, value: int, type: Type) -> None:
    """What inference has proven of the call's result also holds for the value itself."""
    if function.values[value].type.is_any and not type.is_any and type.names:
        function.values[value].type = type
