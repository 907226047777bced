"""Turns `x * 2` into `x + x` where both are raw Integers.

The sum overflows exactly when the product does, so the program cannot tell. Runs after
`specialise`, which is what makes raw Integers of words; before `ownership`, like every pass that
moves values about.
"""

from __future__ import annotations

from msgspec.structs import replace
from nyash_ir.instructions.arithmetic import IntegerBinary
from nyash_ir.instructions.constant import ConstantInteger
from nyash_ir.module import Function, Module


def run(module: Module) -> bool:
    """Whether anything changed."""
    changed = [_rewrite(function) for function in module.functions.values()]
    return any(changed)


def _rewrite(function: Function) -> bool:
    twos = {
        item.result
        for block in function.blocks
        for item in block.instructions
        if isinstance(item, ConstantInteger) and item.value == 2
    }
    changed = False
    for block in function.blocks:
        instructions = [_doubled(item, twos) for item in block.instructions]
        if instructions != block.instructions:
            block.instructions = instructions
            changed = True
    return changed


def _doubled(item, twos: set[int]):
    if isinstance(item, IntegerBinary) and item.operator == "mul":
        if item.right in twos:
            return replace(item, operator="add", right=item.left)
        if item.left in twos:
            return replace(item, operator="add", left=item.right)
    return item
