"""Errors that were caught."""

from __future__ import annotations

from nyash_ir import instructions as ir

from ..function import FunctionEmitter
from .register import emits


@emits(ir.Caught)
def caught(e: FunctionEmitter, item: ir.Caught) -> None:
    e.define(item.result, e.call("ny_caught"))


@emits(ir.ErrorIs)
def error_is(e: FunctionEmitter, item: ir.ErrorIs) -> None:
    name = e.program.constants.c_text(item.name.rsplit("::", 1)[-1])
    class_id = str(e.program.layout.class_id(item.name) or 0)
    e.define(item.result, e.call("ny_error_is", e.use(item.operand), name, class_id))
