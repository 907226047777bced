"""Reference counts."""

from __future__ import annotations

from nyash_ir import instructions as ir
from nyash_ir.representation import Representation
from nyash_ir.types import BOOL, NULL

from .. import words
from ..function import FunctionEmitter
from .register import emits


def _is_counted(e: FunctionEmitter, value: int) -> bool:
    return e.function.values[value].type not in (NULL, BOOL)


@emits(ir.End)
def end(e: FunctionEmitter, item: ir.End) -> None:
    raise ValueError("`end` is only for the ownership pass, which has to run before the backend")


@emits(ir.Retain)
def retain(e: FunctionEmitter, item: ir.Retain) -> None:
    if not _is_counted(e, item.value):
        return
    if e.function.values[item.value].representation is Representation.REF:
        place = words.pointer(e.text, e.use(item.value))
        count = e.text.value(f"load i32, ptr {place}, align 8")
        more = e.text.value(f"add i32 {count}, 1")
        e.text.line(f"store i32 {more}, ptr {place}, align 8")
    else:
        e.call("ny_word_retain", e.use(item.value))


@emits(ir.Release)
def release(e: FunctionEmitter, item: ir.Release) -> None:
    if _is_counted(e, item.value):
        e.call("ny_word_release", e.use(item.value))
