"""Remove pairs of counts that cancel.

- A retain and the next release of the same value, with nothing between them that could give up
  that value's other references.
- A value that is stored and then given up: the store takes over the function's own reference, and
  from there on the place keeps the value alive. Between the store and the release nothing may
  change memory or give anything up.

Stands last: only code generation follows. What stays between is what `ownership` needs for values
that other code could free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.effects import ProgramEffects, disturbs_memory, may_throw
from ..analysis.operands import STORES, operands_with_consumption
from ..effects import Effects
from ..instruction import Instruction, Throwing
from ..instructions import Release, Retain
from ..module import Function, Module

_HARMLESS = int(Effects.READS)
_RUNS_CODE = int(Effects.CALLS | Effects.SUSPENDS)


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass. True if a pair was removed."""
    changed = False
    effects = ProgramEffects(module)
    for function in module.functions.values():
        changed |= _function(function, effects)
    return changed


def _function(function: Function, effects: ProgramEffects) -> bool:
    changed = False
    for block in function.blocks:
        kept: list[Instruction] = []
        for item in block.instructions:
            if isinstance(item, Release):
                at = _cancelled(function, kept, item.value, effects)
                if at is not None:
                    del kept[at]
                    continue
                moved = _moved(function, kept, item.value, effects)
                if moved is not None:
                    kept = moved
                    continue
            kept.append(item)
        if len(kept) != len(block.instructions):
            block.instructions = kept
            changed = True
    return changed


def _moved(
    function: Function, before: list[Instruction], value: int, effects: ProgramEffects
) -> list[Instruction] | None:
    """The instructions before a release of `value` without the retain in front of a store that can
    have the released reference; None if there is no such store."""
    for index in range(len(before) - 1, -1, -1):
        item = before[index]
        if isinstance(item, Retain):
            continue
        if isinstance(item, Throwing) and may_throw(item, effects.module):
            if value not in item.cleanup:
                return None  # a handler still needs it
        does = effects.of(function, item)
        if isinstance(item, STORES) and item.value == value:
            retain = _retain_in_front(before, index, value)
            if retain is None or does & _RUNS_CODE:
                return None
            rest = (_without(i, value) for i in before[index:])
            return [*before[:retain], *before[retain + 1 : index], *rest]
        given_up = any(c for _, c in operands_with_consumption(item, effects.module))
        if disturbs_memory(does) or given_up:
            return None
    return None


def _retain_in_front(before: list[Instruction], index: int, value: int) -> int | None:
    """Where among the retains right before an instruction that of `value` stands."""
    for at in range(index - 1, -1, -1):
        item = before[at]
        if not isinstance(item, Retain):
            return None
        if item.value == value:
            return at
    return None


def _without(item: Instruction, value: int) -> Instruction:
    """The instruction, not giving up `value` when it throws."""
    if isinstance(item, Throwing) and value in item.cleanup:
        return replace(item, cleanup=tuple(v for v in item.cleanup if v != value))
    return item


def _cancelled(
    function: Function, before: list[Instruction], value: int, effects: ProgramEffects
) -> int | None:
    """Where the retain stands that a release of `value` behind `before` cancels."""
    for index in range(len(before) - 1, -1, -1):
        item = before[index]
        if isinstance(item, Retain):
            if item.value == value:
                return index
            continue
        if may_throw(item, effects.module) or effects.of(function, item) & ~_HARMLESS:
            return None
    return None
