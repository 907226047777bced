"""Remove pairs of counts that cancel: a retain and the next release of the same value, with
nothing between them that could give up that value's other references.

Stands last: only code generation follows. What stays between is what `ownership` needs for values
that other code could free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analysis.effects import ProgramEffects, may_throw
from ..effects import Effects
from ..instruction import Instruction
from ..instructions import Release, Retain
from ..module import Function, Module

_HARMLESS = Effects.READS


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
                    changed = True
                    continue
            kept.append(item)
        if len(kept) != len(block.instructions):
            block.instructions = kept
    return changed


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
