"""Constants. None of their results is counted: they are immediate or immortal."""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, instruction
from ..roles import BoolResult, ConstantRef, ConstantWord, FloatResult, IntegerResult


@instruction(effects=Effects.PURE)
class ConstantInteger(Instruction, tag="const.int"):
    result: IntegerResult
    value: int


@instruction(effects=Effects.PURE)
class ConstantFloat(Instruction, tag="const.float"):
    result: FloatResult
    value: float


@instruction(effects=Effects.PURE)
class ConstantBool(Instruction, tag="const.bool"):
    result: BoolResult
    value: bool


@instruction(effects=Effects.PURE)
class ConstantNull(Instruction, tag="const.null"):
    result: ConstantWord


@instruction(effects=Effects.PURE)
class ConstantString(Instruction, tag="const.string"):
    result: ConstantRef
    text: str


@instruction(effects=Effects.PURE)
class ConstantFunction(Instruction, tag="const.function"):
    """A named function, or a closure without captures, as a value."""

    result: ConstantRef
    function: str
