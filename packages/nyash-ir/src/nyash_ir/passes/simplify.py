"""Fold what is known: constants, conversions back and forth, tests that types decide, branches.

Stands before inference, which it gives less to look at, and runs again on each function that
`specialise` has changed. It knows what LLVM cannot see: words, Boxes and their types. What LLVM
does as well on raw values (common subexpressions, loops) is left to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .. import instructions as ir
from ..analysis.control_flow import ControlFlow
from ..analysis.hierarchy import PLAIN, Hierarchy
from ..instruction import Instruction, result_of
from ..module import Function, Module, Value
from ..representation import Representation
from ..result_types import RAW_TYPES
from ..rewrite import substitute
from ..types import BOOL, FLOAT, INTEGER, NULL, Type
from .dead_code import remove_dead_values
from .simplify_blocks import simplify_blocks

MOST_ROUNDS = 4
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1

Answer = Instruction | list[Instruction] | int | None
"""What to put in an instruction's place: one or several others (the last one gives its result),
an older value that its result is equal to, `[]` for nothing, or None to leave it."""

_RULES: dict[type[Instruction], Callable[[Any, Folder], Answer]] = {}


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass."""
    hierarchy = Hierarchy(module)
    changed = False
    for function in module.functions.values():
        changed |= simplify_function(function, hierarchy)
    return changed


def simplify_function(function: Function, hierarchy: Hierarchy) -> bool:
    """Fold until nothing changes, at most `MOST_ROUNDS` times."""
    changed = False
    for _ in range(MOST_ROUNDS):
        again = Folder(function, hierarchy).run()
        again |= simplify_blocks(function)
        again |= remove_dead_values(function)
        changed |= again
        if not again:
            break
    return changed


class Folder:
    """One walk over a function in dominance-friendly order."""

    def __init__(self, function: Function, hierarchy: Hierarchy) -> None:
        self.function = function
        self.hierarchy = hierarchy
        self.definitions: dict[int, Instruction] = {}
        self.replaced: dict[int, int] = {}
        self.checked: set[tuple[int, str]] = set()
        self.changed = False

    def run(self) -> bool:
        function = self.function
        for number in ControlFlow(function).order:
            block = function.blocks[number]
            self.checked = set()
            items: list[Instruction] = []
            for old in block.instructions:
                item = substitute(old, self.replaced) if self.replaced else old
                self.fold(item, items)
                if items and items[-1].terminator:
                    break
            if items != block.instructions:
                block.instructions = items
                self.changed = True
        if self.replaced:  # uses at the back edges of loops came before the replacement
            for block in function.blocks:
                block.instructions = [substitute(i, self.replaced) for i in block.instructions]
        return self.changed

    def fold(self, item: Instruction, items: list[Instruction]) -> None:
        rule = _RULES.get(type(item))
        answer = rule(item, self) if rule is not None else None
        if answer is None:
            self.append(item, items)
        elif isinstance(answer, int):
            self.replaced[item.result] = answer  # type: ignore[attr-defined]
            items.append(item)  # still the target of `end`; dead values go later
            self.definitions[item.result] = item  # type: ignore[attr-defined]
        elif isinstance(answer, list):
            for one in answer:
                self.append(one, items)
        else:
            self.append(answer, items)

    def append(self, item: Instruction, items: list[Instruction]) -> None:
        items.append(item)
        result = result_of(item)
        if result is not None:
            self.definitions[result] = item

    # What rules ask.

    def definition(self, value: int) -> Instruction | None:
        return self.definitions.get(value)

    def type(self, value: int) -> Type:
        return self.function.values[value].type

    def representation(self, value: int) -> Representation:
        return self.function.values[value].representation

    def new_value(self, representation: Representation) -> int:
        self.function.values.append(Value(RAW_TYPES[representation], representation))
        return len(self.function.values) - 1

    def constant(self, value: int) -> int | float | bool | None:
        """The value of a raw constant (told apart by type), or None."""
        item = self.definitions.get(value)
        if isinstance(item, ir.ConstantInteger | ir.ConstantFloat | ir.ConstantBool):
            return item.value
        return None


def _folds(*kinds: type[Instruction]) -> Callable[[Any], Any]:
    def enter(rule: Callable[[Any, Folder], Answer]) -> Callable[[Any, Folder], Answer]:
        for kind in kinds:
            _RULES[kind] = rule
        return rule

    return enter


def _bool(item: Any, value: bool) -> Instruction:
    return ir.ConstantBool(span=item.span, result=item.result, value=value)


@_folds(ir.IntegerBinary)
def _integer_binary(item: ir.IntegerBinary, at: Folder) -> Answer:
    left, right = at.constant(item.left), at.constant(item.right)
    if left is None or right is None:
        return None
    value = integer_result(item.operator, int(left), int(right))
    if value is None:
        return None
    return ir.ConstantInteger(span=item.span, result=item.result, value=value)


def integer_result(operator: str, left: int, right: int) -> int | None:
    """`left operator right` of Integers, or None where it throws (language.md section 5)."""
    if operator in ("div", "mod"):
        if right == 0:
            return None
        value = abs(left) // abs(right)
        if (left < 0) != (right < 0):
            value = -value
        if operator == "mod":
            value = left - value * right
    elif operator in ("shl", "shr"):
        if not 0 <= right <= 63:
            return None
        if operator == "shr":
            return left >> right
        bits = (left << right) & (2**64 - 1)
        return bits - 2**64 if bits > _LARGEST else bits
    else:
        value = {
            "add": int.__add__,
            "sub": int.__sub__,
            "mul": int.__mul__,
            "and": int.__and__,
            "or": int.__or__,
            "xor": int.__xor__,
        }[operator](left, right)
    return value if _SMALLEST <= value <= _LARGEST else None


@_folds(ir.FloatBinary)
def _float_binary(item: ir.FloatBinary, at: Folder) -> Answer:
    left, right = at.constant(item.left), at.constant(item.right)
    if left is None or right is None:
        return None
    value = _float_result(item.operator, float(left), float(right))
    if value is None:
        return None
    return ir.ConstantFloat(span=item.span, result=item.result, value=value)


def _float_result(operator: str, left: float, right: float) -> float | None:
    """IEEE 754, or None where Python would not follow it."""
    if operator == "add":
        return left + right
    if operator == "sub":
        return left - right
    if operator == "mul":
        return left * right
    if right == 0.0 or not math.isfinite(left) or not math.isfinite(right):
        return None
    return left / right if operator == "div" else math.fmod(left, right)


@_folds(ir.IntegerCompare, ir.FloatCompare)
def _compare(item: ir.IntegerCompare, at: Folder) -> Answer:
    left, right = at.constant(item.left), at.constant(item.right)
    if left is None or right is None:
        return None
    return _bool(item, _compared(item.operator, left, right))


def _compared(operator: str, left: float, right: float) -> bool:
    if operator == "eq":
        return left == right
    if operator == "ne":
        return left != right
    if operator == "lt":
        return left < right
    if operator == "le":
        return left <= right
    return left > right if operator == "gt" else left >= right


@_folds(ir.IntegerToFloat)
def _to_float(item: ir.IntegerToFloat, at: Folder) -> Answer:
    value = at.constant(item.operand)
    if value is None:
        return None
    return ir.ConstantFloat(span=item.span, result=item.result, value=float(value))


@_folds(ir.NotBool)
def _not(item: ir.NotBool, at: Folder) -> Answer:
    value = at.constant(item.operand)
    if value is not None:
        return _bool(item, not value)
    inner = at.definition(item.operand)
    return inner.operand if isinstance(inner, ir.NotBool) else None


@_folds(ir.Unbox)
def _unbox(item: ir.Unbox, at: Folder) -> Answer:
    inner = at.definition(item.operand)
    if isinstance(inner, ir.Box) and at.representation(inner.operand) is at.representation(
        item.result
    ):
        return inner.operand
    return None


@_folds(ir.Box)
def _box(item: ir.Box, at: Folder) -> Answer:
    inner = at.definition(item.operand)
    if isinstance(inner, ir.Unbox) and at.type(inner.operand) == at.type(item.result):
        return inner.operand
    return None


@_folds(ir.Check)
def _check(item: ir.Check, at: Folder) -> Answer:
    if at.hierarchy.always(at.type(item.operand), item.box):
        return []
    known = (item.operand, item.box)
    if known in at.checked:
        return []
    at.checked.add(known)
    return None


@_folds(ir.ToFloat)
def _word_to_float(item: ir.ToFloat, at: Folder) -> Answer:
    type = at.type(item.operand)
    if type == FLOAT:
        return ir.Unbox(span=item.span, result=item.result, operand=item.operand)
    if type == INTEGER:
        raw = at.new_value(Representation.I64)
        return [
            ir.Unbox(span=item.span, result=raw, operand=item.operand),
            ir.IntegerToFloat(span=item.span, result=item.result, operand=raw),
        ]
    return None


@_folds(ir.IsBox)
def _is(item: ir.IsBox, at: Folder) -> Answer:
    type = at.type(item.operand)
    if at.hierarchy.always(type, item.box):
        return _bool(item, True)
    return _bool(item, False) if at.hierarchy.never(type, item.box) else None


@_folds(ir.IsNull)
def _is_null(item: ir.IsNull, at: Folder) -> Answer:
    type = at.type(item.operand)
    if type == NULL:
        return _bool(item, True)
    return _bool(item, False) if at.hierarchy.never(type, "NullBox") else None


@_folds(ir.Truth)
def _truth(item: ir.Truth, at: Folder) -> Answer:
    type = at.type(item.operand)
    inner = at.definition(item.operand)
    if isinstance(inner, ir.ConstantString):
        return _bool(item, inner.text != "")
    if type == NULL:
        return _bool(item, False)
    if type == BOOL:
        if isinstance(inner, ir.Box):
            return inner.operand
        return ir.Unbox(span=item.span, result=item.result, operand=item.operand)
    if type in (INTEGER, FLOAT):
        held = Representation.I64 if type == INTEGER else Representation.F64
        raw, zero = at.new_value(held), at.new_value(held)
        constant = ir.ConstantInteger if type == INTEGER else ir.ConstantFloat
        compare = ir.IntegerCompare if type == INTEGER else ir.FloatCompare
        return [
            ir.Unbox(span=item.span, result=raw, operand=item.operand),
            constant(span=item.span, result=zero, value=0 if type == INTEGER else 0.0),
            compare(span=item.span, result=item.result, operator="ne", left=raw, right=zero),
        ]
    classes = at.hierarchy.classes(type)
    if classes and not any(name in PLAIN and name != "FunctionBox" for name in classes):
        return _bool(item, True)
    return None


@_folds(ir.CheckLive)
def _check_live(item: ir.CheckLive, at: Folder) -> Answer:
    classes = at.hierarchy.classes(at.type(item.object))
    return [] if classes and all(name in PLAIN for name in classes) else None


@_folds(ir.CheckPresent)
def _check_present(item: ir.CheckPresent, at: Folder) -> Answer:
    classes = at.hierarchy.classes(at.type(item.object))
    return [] if classes and "NullBox" not in classes else None


@_folds(ir.Branch)
def _branch(item: ir.Branch, at: Folder) -> Answer:
    value = at.constant(item.condition)
    if value is None:
        if item.then_block == item.else_block and item.then_arguments == item.else_arguments:
            value = True
        else:
            inner = at.definition(item.condition)
            if not isinstance(inner, ir.NotBool):
                return None
            return ir.Branch(
                span=item.span,
                condition=inner.operand,
                then_block=item.else_block,
                then_arguments=item.else_arguments,
                else_block=item.then_block,
                else_arguments=item.then_arguments,
            )
    if value:
        return ir.Jump(span=item.span, target=item.then_block, arguments=item.then_arguments)
    return ir.Jump(span=item.span, target=item.else_block, arguments=item.else_arguments)


@_folds(ir.CallNative)
def _call_native(item: ir.CallNative, at: Folder) -> Answer:
    if item.symbol == "ny_array_get":
        array, index = item.arguments
        return ir.GetItem(span=item.span, cleanup=(), result=item.result, array=array, index=index)
    native = at.hierarchy.module.natives[item.symbol]
    if native.result.names:
        return None
    return [item, ir.Unreachable(span=item.span)]
