"""Constants become operands; only strings and functions take space in the program."""

from __future__ import annotations

import struct

from nyash_ir import instructions as ir

from ..function import FunctionEmitter
from ..layout import NULL
from .register import emits


def float_operand(value: float) -> str:
    """A double as LLVM writes it exactly: its bits in hexadecimal."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


@emits(ir.ConstantInteger)
def constant_integer(e: FunctionEmitter, item: ir.ConstantInteger) -> None:
    e.define(item.result, str(item.value))


@emits(ir.ConstantFloat)
def constant_float(e: FunctionEmitter, item: ir.ConstantFloat) -> None:
    e.define(item.result, float_operand(item.value))


@emits(ir.ConstantBool)
def constant_bool(e: FunctionEmitter, item: ir.ConstantBool) -> None:
    e.define(item.result, "true" if item.value else "false")


@emits(ir.ConstantNull)
def constant_null(e: FunctionEmitter, item: ir.ConstantNull) -> None:
    e.define(item.result, str(NULL))


@emits(ir.ConstantString)
def constant_string(e: FunctionEmitter, item: ir.ConstantString) -> None:
    e.define(item.result, e.program.constants.string(item.text))


@emits(ir.ConstantFunction)
def constant_function(e: FunctionEmitter, item: ir.ConstantFunction) -> None:
    e.define(item.result, e.program.constants.function(item.function))
