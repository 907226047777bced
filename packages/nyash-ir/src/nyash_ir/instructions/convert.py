"""Between tagged words and raw machine values, and tests of what a word holds."""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import AnyWord, BoolResult, FloatResult, OwnedWord, RawOperand, RawResult


@instruction(effects=Effects.PURE)
class Box(Instruction, tag="box"):
    """The word of a raw Integer, Float or Bool. Integers beyond 62 bits and rare floats take a
    small heap Box, so the result is owned."""

    result: OwnedWord
    operand: RawOperand


@instruction(effects=Effects.PURE)
class Unbox(Instruction, tag="unbox"):
    """The raw value of a word whose kind is proven by its type or a `check` before."""

    result: RawResult
    operand: AnyWord


@instruction(effects=Effects.THROWS)
class Check(Throwing, tag="check"):
    """Throws a TypeError unless the operand is a `box` (or comes from it).

    `what` names the value in the message: "argument `port` of SocketBox.bind".
    """

    operand: AnyWord
    box: str
    what: str


@instruction(effects=Effects.THROWS)
class ToFloat(Throwing, tag="to.float"):
    """The Float of a word that holds an Integer or a Float, else a TypeError about `what`."""

    result: FloatResult
    operand: AnyWord
    what: str


@instruction(effects=Effects.PURE)
class Truth(Instruction, tag="truth"):
    """False for `false null 0 0.0 ""`, true for everything else."""

    result: BoolResult
    operand: AnyWord


@instruction(effects=Effects.PURE)
class IsBox(Instruction, tag="is"):
    """Whether the word is a `box`, comes from it, or has it as an interface."""

    result: BoolResult
    operand: AnyWord
    box: str


@instruction(effects=Effects.PURE)
class IsNull(Instruction, tag="is.null"):
    result: BoolResult
    operand: AnyWord
