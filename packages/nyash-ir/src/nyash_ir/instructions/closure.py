"""Functions as values, captured variables, and variables that live in a place of their own."""

from __future__ import annotations

from ..effects import ANYTHING, Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import AnyRef, BorrowedWord, ConsumedWord, ConsumedWords, LoadedWord, OwnedRef


@instruction(effects=ANYTHING)
class NewClosure(Throwing, tag="closure.new"):
    """A function value of `function` (a Function of kind `closure`) with its captures. A safe point
    of the collector of cycles, which may run any `fini`."""

    result: OwnedRef
    function: str
    captures: ConsumedWords


@instruction(effects=Effects.PURE)
class GetCapture(Instruction, tag="capture.get"):
    """Capture number `index` of the running closure, which the caller keeps alive."""

    result: BorrowedWord
    index: int


@instruction(effects=Effects.THROWS)
class NewCell(Throwing, tag="cell.new"):
    """A variable that closures share (captured by reference and assigned after)."""

    result: OwnedRef
    value: ConsumedWord


@instruction(effects=Effects.READS)
class GetCell(Instruction, tag="cell.get"):
    result: LoadedWord
    cell: AnyRef


@instruction(effects=Effects.WRITES | Effects.CALLS)
class SetCell(Instruction, tag="cell.set"):
    cell: AnyRef
    value: ConsumedWord


@instruction(effects=Effects.READS)
class GetSlot(Instruction, tag="slot.get"):
    """A variable of this call that is assigned inside a `try` and read outside it, and so cannot
    be a value: slot number `slot` of `Function.slots`. Slots start as null."""

    result: LoadedWord
    slot: int


@instruction(effects=Effects.WRITES | Effects.CALLS)
class SetSlot(Instruction, tag="slot.set"):
    """Stores, then releases what was there. Lowering stores null at the end of the scope, on
    every path."""

    slot: int
    value: ConsumedWord
