"""Function values, captures, cells and slots."""

from __future__ import annotations

from nyash_ir import instructions as ir

from .. import words
from ..function import FunctionEmitter
from ..layout import CELL_VALUE_OFFSET, CLOSURE_CAPTURES_OFFSET
from ..module_text import global_name
from .register import emits


@emits(ir.NewClosure)
def new_closure(e: FunctionEmitter, item: ir.NewClosure) -> None:
    function = e.program.module.functions[item.function]
    name = e.program.constants.c_text(e.program.places.called(function))
    captures = [e.use(value) for value in item.captures]
    word = e.call(
        "ny_closure_new",
        global_name(function.name),
        str(len(function.parameters) - 1),
        str(len(captures)),
        name,
    )
    usual = e.enter_cold(e.text.value(f"icmp eq i64 {word}, 0"))
    for capture in captures:
        e.call("ny_word_release", capture)
    e.leave(item)
    e.text.block = usual
    closure = words.pointer(e.text, word)
    for index, capture in enumerate(captures):
        place = words.at(e.text, closure, CLOSURE_CAPTURES_OFFSET + 8 * index)
        e.text.line(f"store i64 {capture}, ptr {place}, align 8")
    e.define(item.result, word)


@emits(ir.GetCapture)
def get_capture(e: FunctionEmitter, item: ir.GetCapture) -> None:
    closure = words.pointer(e.text, e.use(e.function.parameters[0]))
    place = words.at(e.text, closure, CLOSURE_CAPTURES_OFFSET + 8 * item.index)
    e.define(item.result, e.text.value(f"load i64, ptr {place}, align 8"))


@emits(ir.NewCell)
def new_cell(e: FunctionEmitter, item: ir.NewCell) -> None:
    word = e.call("ny_cell_new", e.use(item.value))
    e.check_thrown(word, item)
    e.define(item.result, word)


def _cell_place(e: FunctionEmitter, cell: int) -> str:
    return words.at(e.text, words.pointer(e.text, e.use(cell)), CELL_VALUE_OFFSET)


def replace_word(e: FunctionEmitter, place: str, value: str) -> None:
    """Store a word, then give up the one that was there: its end may run code that reads the
    place."""
    before = e.text.value(f"load i64, ptr {place}, align 8")
    e.text.line(f"store i64 {value}, ptr {place}, align 8")
    e.call("ny_word_release", before)


@emits(ir.GetCell)
def get_cell(e: FunctionEmitter, item: ir.GetCell) -> None:
    place = _cell_place(e, item.cell)
    e.define(item.result, e.text.value(f"load i64, ptr {place}, align 8"))


@emits(ir.SetCell)
def set_cell(e: FunctionEmitter, item: ir.SetCell) -> None:
    replace_word(e, _cell_place(e, item.cell), e.use(item.value))


@emits(ir.GetSlot)
def get_slot(e: FunctionEmitter, item: ir.GetSlot) -> None:
    e.define(item.result, e.text.value(f"load i64, ptr {e.slots[item.slot]}, align 8"))


@emits(ir.SetSlot)
def set_slot(e: FunctionEmitter, item: ir.SetSlot) -> None:
    replace_word(e, e.slots[item.slot], e.use(item.value))
