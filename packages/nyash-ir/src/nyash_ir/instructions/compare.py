"""Comparisons. Every result is a raw Bool."""

from __future__ import annotations

from typing import Literal

from ..effects import ANYTHING, Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import AnyWord, BoolResult, FloatOperand, IntegerOperand

Comparison = Literal["eq", "ne", "lt", "le", "gt", "ge"]


@instruction(effects=ANYTHING)
class DynamicCompare(Throwing, tag="dyn.compare"):
    """`eq` and `ne` may call a user's `equals`; the others throw a TypeError for unlike kinds."""

    result: BoolResult
    operator: Comparison
    left: AnyWord
    right: AnyWord


@instruction(effects=Effects.PURE)
class IntegerCompare(Instruction, tag="int.compare"):
    result: BoolResult
    operator: Comparison
    left: IntegerOperand
    right: IntegerOperand


@instruction(effects=Effects.PURE)
class FloatCompare(Instruction, tag="float.compare"):
    """IEEE 754: every comparison with NaN is false, except `ne`."""

    result: BoolResult
    operator: Comparison
    left: FloatOperand
    right: FloatOperand
