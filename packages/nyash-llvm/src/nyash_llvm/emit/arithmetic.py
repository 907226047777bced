"""Operators: on words by the runtime's lean functions, on raw values by machine instructions."""

from __future__ import annotations

from nyash_ir import instructions as ir
from nyash_ir.types import FLOAT

from ..function import FunctionEmitter
from .register import emits

_BITS = {"and": "and", "or": "or", "xor": "xor"}
_FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv", "mod": "frem"}
_WITH_FLOATS = ("add", "sub", "mul", "div")
"""Operators with a runtime function for when one operand is known to be a Float."""


@emits(ir.DynamicBinary)
def dynamic_binary(e: FunctionEmitter, item: ir.DynamicBinary) -> None:
    types = {e.function.values[value].type for value in (item.left, item.right)}
    suffix = "_floats" if FLOAT in types and item.operator in _WITH_FLOATS else ""
    word = e.call(f"ny_{item.operator}{suffix}", e.use(item.left), e.use(item.right))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.DynamicUnary)
def dynamic_unary(e: FunctionEmitter, item: ir.DynamicUnary) -> None:
    word = e.call(f"ny_{item.operator}", e.use(item.operand))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.IntegerBinary)
def integer_binary(e: FunctionEmitter, item: ir.IntegerBinary) -> None:
    left, right, operator = e.use(item.left), e.use(item.right), item.operator
    if operator in _BITS:
        result = e.text.value(f"{_BITS[operator]} i64 {left}, {right}")
    elif operator in ("shl", "shr"):
        result = _shift(e, item, left, right)
    elif operator in ("div", "mod"):
        result = _divide(e, item, left, right)
    else:
        pair = e.call(f"llvm.s{operator}.with.overflow.i64", left, right)
        result = e.text.value(f"extractvalue {{ i64, i1 }} {pair}, 0")
        _throw_if(e, item, e.text.value(f"extractvalue {{ i64, i1 }} {pair}, 1"), "ny_int_overflow")
    e.define(item.result, result)


def _shift(e: FunctionEmitter, item: ir.IntegerBinary, left: str, right: str) -> str:
    outside = e.text.value(f"icmp ugt i64 {right}, 63")
    _throw_if(e, item, outside, "ny_int_bad_shift", right)
    return e.text.value(f"{'shl' if item.operator == 'shl' else 'ashr'} i64 {left}, {right}")


def _divide(e: FunctionEmitter, item: ir.IntegerBinary, left: str, right: str) -> str:
    """The machine faults for 0 and for the least Integer by -1; the latter's quotient overflows,
    its remainder is 0, which 1 as the divisor gives too."""
    zero = e.text.value(f"icmp eq i64 {right}, 0")
    _throw_if(e, item, zero, "ny_int_zero_division")
    minus_one = e.text.value(f"icmp eq i64 {right}, -1")
    if item.operator == "mod":
        divisor = e.text.value(f"select i1 {minus_one}, i64 1, i64 {right}")
        return e.text.value(f"srem i64 {left}, {divisor}")
    least = e.text.value(f"icmp eq i64 {left}, {-(1 << 63)}")
    _throw_if(e, item, e.text.value(f"and i1 {least}, {minus_one}"), "ny_int_overflow")
    return e.text.value(f"sdiv i64 {left}, {right}")


def _throw_if(
    e: FunctionEmitter, item: ir.IntegerBinary, condition: str, thrower: str, *arguments: str
) -> None:
    usual = e.enter_cold(condition)
    e.call(thrower, *arguments)
    e.leave(item)
    e.text.block = usual


@emits(ir.FloatBinary)
def float_binary(e: FunctionEmitter, item: ir.FloatBinary) -> None:
    operation = f"{_FLOAT[item.operator]} double {e.use(item.left)}, {e.use(item.right)}"
    e.define(item.result, e.text.value(operation))


@emits(ir.IntegerToFloat)
def integer_to_float(e: FunctionEmitter, item: ir.IntegerToFloat) -> None:
    e.define(item.result, e.text.value(f"sitofp i64 {e.use(item.operand)} to double"))


@emits(ir.NotBool)
def not_bool(e: FunctionEmitter, item: ir.NotBool) -> None:
    e.define(item.result, e.text.value(f"xor i1 {e.use(item.operand)}, true"))
