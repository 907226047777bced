"""Functions that are nothing but a formula: numbers in, a number out.

A call of one costs more than what it computes, most of it for holding its numbers as words on the
way in and out; code generation puts them in the place of their calls. (The pass `inline` may not:
their errors have to name them in stack traces, which takes the machine's view of what is inlined.)
"""

from __future__ import annotations

from ..instructions import (
    Box,
    ConstantBool,
    ConstantFloat,
    ConstantInteger,
    FloatBinary,
    FloatCompare,
    IntegerBinary,
    IntegerCompare,
    IntegerToFloat,
    NotBool,
    Return,
    Unbox,
)
from ..module import Function

_OF_FORMULAS = (
    Box,
    ConstantBool,
    ConstantFloat,
    ConstantInteger,
    FloatBinary,
    FloatCompare,
    IntegerBinary,
    IntegerCompare,
    IntegerToFloat,
    NotBool,
    Return,
    Unbox,
)
MOST_INSTRUCTIONS = 24


def is_formula(function: Function) -> bool:
    """Whether it is a short one."""
    if len(function.blocks) != 1:
        return False
    items = function.blocks[0].instructions
    return len(items) <= MOST_INSTRUCTIONS and all(isinstance(i, _OF_FORMULAS) for i in items)
