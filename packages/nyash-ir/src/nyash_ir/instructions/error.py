"""Errors on their way (throwing ends a block: see control.py)."""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, instruction
from ..roles import AnyWord, BoolResult, OwnedWord


@instruction(effects=Effects.READS | Effects.WRITES)
class Caught(Instruction, tag="caught"):
    """First instruction of every handler block: takes the error that led here."""

    result: OwnedWord


@instruction(effects=Effects.READS)
class ErrorIs(Instruction, tag="error.is"):
    """Whether a caught error matches `catch (name e)`: its type name, its Box or a parent of it,
    `ErrorBox` for every runtime error, `StringBox` for thrown strings."""

    result: BoolResult
    operand: AnyWord
    name: str
