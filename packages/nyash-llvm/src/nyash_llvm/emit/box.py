"""Boxes, their fields, static Boxes and globals."""

from __future__ import annotations

from nyash_ir import instructions as ir
from nyash_ir.instruction import Throwing
from nyash_ir.representation import Representation

from .. import symbols, words
from ..function import FunctionEmitter
from ..module_text import global_name
from .closure import replace_word
from .register import emits

_ALWAYS_ON_THE_HEAP = ("ArrayBox", "MapBox")
"""Boxes whose values are pointers, whoever comes from them."""


@emits(ir.NewBox)
def new_box(e: FunctionEmitter, item: ir.NewBox) -> None:
    word = e.call("ny_new", str(e.program.layout.class_id(item.box)))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.Constructed)
def constructed(e: FunctionEmitter, item: ir.Constructed) -> None:
    e.call("ny_constructed", e.use(item.object))


@emits(ir.CheckLive)
def check_live(e: FunctionEmitter, item: ir.CheckLive) -> None:
    if e.is_alive(item.object):
        return
    value = e.function.values[item.object]
    if value.representation is Representation.REF or value.type.single in _ALWAYS_ON_THE_HEAP:
        _live_pointer(e, item, item.object)
        return
    box, done = e.text.new_block("box"), e.text.new_block("live")
    words.branch(e.text, words.is_heap(e.text, e.use(item.object)), box, done, "")
    e.text.block = box
    _live_pointer(e, item, item.object)
    words.jump(e.text, done)
    e.text.block = done


@emits(ir.CheckPresent)
def check_present(e: FunctionEmitter, item: ir.CheckPresent) -> None:
    word = e.use(item.object)
    usual = e.enter_cold(words.is_null(e.text, word))
    name, slash, arity = item.member.rpartition("/")
    if slash:
        e.call("ny_method_missing", word, e.program.constants.c_text(name), arity)
    else:
        field = item.member.removesuffix("=")
        thrower = "ny_member_missing" if field == item.member else "ny_field_missing"
        e.call(thrower, word, e.program.constants.c_text(field))
    e.leave(item)
    e.text.block = usual


def _live_pointer(
    e: FunctionEmitter, item: Throwing, value: int, consumed: str | None = None
) -> str:
    """The address of a Box, which leaves with UseAfterFiniError if it is finalised. `consumed` is
    a word the instruction takes over, so it is released on that way."""
    word = e.use(value)
    address = words.pointer(e.text, word)
    if e.is_alive(value):
        return address
    dead = words.is_dead(e.text, address)
    if consumed is None or not consumed.startswith("%"):
        usual = e.text.new_block("next")
        words.branch(e.text, dead, e.finalised_path(word, item), usual, e.program.rare)
    else:
        usual = e.enter_cold(dead)
        e.call("ny_use_after_fini", word)
        e.call("ny_word_release", consumed)
        e.leave(item)
    e.text.block = usual
    return address


def _field(
    e: FunctionEmitter,
    item: ir.GetField | ir.SetField | ir.GetWeakField | ir.SetWeakField,
    consumed: str | None = None,
) -> str:
    """The address of the field of a live Box."""
    address = _live_pointer(e, item, item.object, consumed)
    return words.at(e.text, address, e.program.layout.field_place(item.box, item.field))


@emits(ir.GetField)
def get_field(e: FunctionEmitter, item: ir.GetField) -> None:
    place = _field(e, item)
    e.define(item.result, e.text.value(f"load i64, ptr {place}, align 8"))


@emits(ir.SetField)
def set_field(e: FunctionEmitter, item: ir.SetField) -> None:
    value = e.use(item.value)
    replace_word(e, _field(e, item, value), value)


@emits(ir.GetWeakField)
def get_weak_field(e: FunctionEmitter, item: ir.GetWeakField) -> None:
    place = _field(e, item)
    held = e.text.value(f"load i64, ptr {place}, align 8")
    e.define(item.result, e.call("ny_weak_read", held))


@emits(ir.SetWeakField)
def set_weak_field(e: FunctionEmitter, item: ir.SetWeakField) -> None:
    e.check_thrown(e.call("ny_weak_write", _field(e, item), e.use(item.value)), item)


@emits(ir.GetMember)
def get_member(e: FunctionEmitter, item: ir.GetMember) -> None:
    name = e.program.dispatch.member_get(item.name)
    word = e.call_word(name, f"i64 {e.use(item.object)}")
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.SetMember)
def set_member(e: FunctionEmitter, item: ir.SetMember) -> None:
    name = e.program.dispatch.member_set(item.name)
    word = e.call_word(name, f"i64 {e.use(item.object)}, i64 {e.use(item.value)}")
    e.check_thrown(word, item)


@emits(ir.GetStatic)
def get_static(e: FunctionEmitter, item: ir.GetStatic) -> None:
    word = e.call_word(e.program.statics.access(item.box), "")
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.GetGlobal)
def get_global(e: FunctionEmitter, item: ir.GetGlobal) -> None:
    place = global_name(symbols.global_place(item.name))
    e.define(item.result, e.text.value(f"load i64, ptr {place}, align 8"))


@emits(ir.SetGlobal)
def set_global(e: FunctionEmitter, item: ir.SetGlobal) -> None:
    replace_word(e, global_name(symbols.global_place(item.name)), e.use(item.value))
