"""Ends of blocks."""

from __future__ import annotations

from nyash_ir import instructions as ir

from ..function import FunctionEmitter
from .register import emits


@emits(ir.Jump)
def jump(e: FunctionEmitter, item: ir.Jump) -> None:
    e.jump_to(item.target, item.arguments)


@emits(ir.Branch)
def branch(e: FunctionEmitter, item: ir.Branch) -> None:
    e.branch_to(item)


@emits(ir.Return)
def return_(e: FunctionEmitter, item: ir.Return) -> None:
    e.text.line(f"ret i64 {e.use(item.value)}")


@emits(ir.Throw)
def throw(e: FunctionEmitter, item: ir.Throw) -> None:
    if item.again:
        e.call("ny_throw_again", e.use(item.value))
        e.leave_silently(item)
    else:
        e.call("ny_throw", e.use(item.value))
        e.leave(item)


@emits(ir.Unreachable)
def unreachable(e: FunctionEmitter, item: ir.Unreachable) -> None:
    e.text.line("unreachable")
