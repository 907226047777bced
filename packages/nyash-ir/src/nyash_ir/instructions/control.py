"""Block ends. Exactly one stands at the end of each block and nowhere else."""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import BlockArguments, BlockTarget, BoolOperand, ConsumedWord


@instruction(effects=Effects.PURE, terminator=True)
class Jump(Instruction, tag="jump"):
    target: BlockTarget
    arguments: BlockArguments = ()


@instruction(effects=Effects.PURE, terminator=True)
class Branch(Instruction, tag="branch"):
    condition: BoolOperand
    then_block: BlockTarget
    then_arguments: BlockArguments
    else_block: BlockTarget
    else_arguments: BlockArguments


@instruction(effects=Effects.PURE, terminator=True)
class Return(Instruction, tag="return"):
    value: ConsumedWord


@instruction(effects=Effects.THROWS, terminator=True)
class Throw(Throwing, tag="throw"):
    """Leaves to the block's handler, or out of the function. `again` keeps the stack trace of a
    caught error (a `finally`, or no `catch` that matches)."""

    value: ConsumedWord
    again: bool = False


@instruction(effects=Effects.PURE, terminator=True)
class Unreachable(Instruction, tag="unreachable"):
    """After a call that never returns."""
