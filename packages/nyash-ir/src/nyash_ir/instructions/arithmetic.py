"""Arithmetic: on tagged words of any kind, and on raw values of a proven kind."""

from __future__ import annotations

from typing import Literal

from ..effects import ANYTHING, Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import (
    AnyWord,
    BoolOperand,
    BoolResult,
    FloatOperand,
    FloatResult,
    IntegerOperand,
    IntegerResult,
    OwnedWord,
)

DynamicOperator = Literal[
    "add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr", "range"
]
IntegerOperator = Literal["add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr"]
FloatOperator = Literal["add", "sub", "mul", "div", "mod"]


@instruction(effects=ANYTHING)
class DynamicBinary(Throwing, tag="dyn.binary"):
    """An operator of language.md section 5 on whatever the operands are. Concatenation may call a
    user's `toString`, hence the effects."""

    result: OwnedWord
    operator: DynamicOperator
    left: AnyWord
    right: AnyWord


@instruction(effects=Effects.THROWS)
class DynamicUnary(Throwing, tag="dyn.unary"):
    result: OwnedWord
    operator: Literal["neg", "not"]
    """`neg` is prefix minus, `not` the bitwise complement `~`."""
    operand: AnyWord


@instruction(effects=Effects.THROWS)
class IntegerBinary(Throwing, tag="int.binary"):
    """Throws OverflowError, DivisionByZeroError, or ArgumentError for a shift outside 0..63."""

    result: IntegerResult
    operator: IntegerOperator
    left: IntegerOperand
    right: IntegerOperand


@instruction(effects=Effects.PURE)
class FloatBinary(Instruction, tag="float.binary"):
    result: FloatResult
    operator: FloatOperator
    left: FloatOperand
    right: FloatOperand


@instruction(effects=Effects.PURE)
class IntegerToFloat(Instruction, tag="int.to_float"):
    result: FloatResult
    operand: IntegerOperand


@instruction(effects=Effects.PURE)
class NotBool(Instruction, tag="bool.not"):
    result: BoolResult
    operand: BoolOperand
