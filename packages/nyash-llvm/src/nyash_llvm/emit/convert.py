"""Between words and raw values, and tests of words."""

from __future__ import annotations

import struct

from nyash_ir import instructions as ir
from nyash_ir.boxes import readable
from nyash_ir.representation import Representation

from .. import words
from ..function import FunctionEmitter
from ..layout import FALSE, KIND_IDS, TRUE
from .register import emits


@emits(ir.Box)
def box(e: FunctionEmitter, item: ir.Box) -> None:
    operand = e.use(item.operand)
    representation = e.function.values[item.operand].representation
    if representation is Representation.I1:
        known = {"true": str(TRUE), "false": str(FALSE)}.get(operand)
        word = known or e.text.value(f"select i1 {operand}, i64 {TRUE}, i64 {FALSE}")
    elif representation is Representation.F64:
        word = _float_constant(operand) or e.call("ny_box_float", operand)
    else:
        word = _integer_constant(operand) or e.call("ny_box_integer", operand)
    e.define(item.result, word)


def _integer_constant(operand: str) -> str | None:
    return None if operand.startswith("%") else words.small_integer(int(operand))


def _float_constant(operand: str) -> str | None:
    """A Float whose bits, rotated, carry their own tag (nyash.h)."""
    if operand.startswith("%"):
        return None
    (bits,) = struct.unpack("<Q", int(operand, 16).to_bytes(8, "little"))
    word = (bits << 4 | bits >> 60) & (1 << 64) - 1
    return str(word) if word & 7 in (3, 4) else None


@emits(ir.Unbox)
def unbox(e: FunctionEmitter, item: ir.Unbox) -> None:
    word = e.use(item.operand)
    representation = e.function.values[item.result].representation
    if representation is Representation.I1:
        value = e.text.value(f"icmp eq i64 {word}, {TRUE}")
    elif representation is Representation.F64:
        value = e.call("ny_unbox_float", word)
    else:
        value = e.call("ny_unbox_integer", word)
    e.define(item.result, value)


@emits(ir.Check)
def check(e: FunctionEmitter, item: ir.Check) -> None:
    word = e.use(item.operand)
    holds = e.program.kinds.test(e.text, word, item.box)
    _type_error_unless(e, item, holds, word, readable(item.box.rsplit("::", 1)[-1]))


def _type_error_unless(
    e: FunctionEmitter, item: ir.Check | ir.ToFloat, holds: str, word: str, wanted: str
) -> None:
    usual = e.enter_cold(e.text.value(f"xor i1 {holds}, true"))
    constants = e.program.constants
    e.call("ny_check_failed", word, constants.c_text(wanted), constants.c_text(item.what))
    e.leave(item)
    e.text.block = usual


@emits(ir.ToFloat)
def to_float(e: FunctionEmitter, item: ir.ToFloat) -> None:
    word, text = e.use(item.operand), e.text
    floats, other, done = (text.new_block(n) for n in ("float", "other", "number"))
    is_float = e.call("ny_is", word, str(KIND_IDS["FloatBox"]))
    words.branch(text, is_float, floats, other, "")
    text.block = floats
    unboxed = e.call("ny_unbox_float", word)
    words.jump(text, done)
    text.block = other
    is_integer = e.call("ny_is", word, str(KIND_IDS["IntegerBox"]))
    _type_error_unless(e, item, is_integer, word, "Number")
    integer = e.call("ny_unbox_integer", word)
    converted = text.value(f"sitofp i64 {integer} to double")
    from_integer = text.block.name
    words.jump(text, done)
    text.block = done
    pairs = [(unboxed, floats.name), (converted, from_integer)]
    e.define(item.result, text.phi(done, "double", pairs))


@emits(ir.Truth)
def truth(e: FunctionEmitter, item: ir.Truth) -> None:
    e.define(item.result, e.call("ny_truth", e.use(item.operand)))


@emits(ir.IsBox)
def is_box(e: FunctionEmitter, item: ir.IsBox) -> None:
    e.define(item.result, e.program.kinds.test(e.text, e.use(item.operand), item.box))


@emits(ir.IsNull)
def is_null(e: FunctionEmitter, item: ir.IsNull) -> None:
    e.define(item.result, words.is_null(e.text, e.use(item.operand)))
