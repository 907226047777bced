"""Comparisons."""

from __future__ import annotations

from nyash_ir import instructions as ir

from ..function import FunctionEmitter
from .register import emits

_DYNAMIC = {
    "eq": ("eq", False, "ne"),
    "ne": ("eq", False, "eq"),
    "lt": ("lt", False, "ne"),
    "le": ("le", False, "ne"),
    "gt": ("lt", True, "ne"),
    "ge": ("le", True, "ne"),
}
"""The runtime's comparison, whether the operands change places, and how its 0 or 1 is read."""
_INTEGER = {"eq": "eq", "ne": "ne", "lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge"}
_FLOAT = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge"}


@emits(ir.DynamicCompare)
def dynamic_compare(e: FunctionEmitter, item: ir.DynamicCompare) -> None:
    name, swapped, reading = _DYNAMIC[item.operator]
    left, right = e.use(item.left), e.use(item.right)
    answer = e.call(f"ny_compare_{name}", *((right, left) if swapped else (left, right)))
    e.leave_if(e.text.value(f"icmp slt i32 {answer}, 0"), item)
    e.define(item.result, e.text.value(f"icmp {reading} i32 {answer}, 0"))


@emits(ir.IntegerCompare)
def integer_compare(e: FunctionEmitter, item: ir.IntegerCompare) -> None:
    test = f"icmp {_INTEGER[item.operator]} i64 {e.use(item.left)}, {e.use(item.right)}"
    e.define(item.result, e.text.value(test))


@emits(ir.FloatCompare)
def float_compare(e: FunctionEmitter, item: ir.FloatCompare) -> None:
    test = f"fcmp {_FLOAT[item.operator]} double {e.use(item.left)}, {e.use(item.right)}"
    e.define(item.result, e.text.value(test))
