"""Raw arithmetic and direct calls where inference has proven the types.

Stands behind `infer`. Each dynamic instruction whose operands are proven becomes the exact one:
operators on Integers and Floats work on raw machine values between an `unbox` and a `box`, a method
call with one possible target becomes a call of it, a member of a known Box becomes a field. Then
`raw_values` lets loop variables stay raw, and folding removes the conversions that meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .. import instructions as ir
from ..analysis.hierarchy import ANY_BOX, PLAIN, Hierarchy
from ..instruction import Instruction
from ..module import Function, Module, Value
from ..representation import Representation
from ..result_types import RAW_TYPES
from ..rewrite import compact
from ..types import BOOL, FLOAT, INTEGER, Type
from .raw_values import keep_values_raw
from .simplify import simplify_function

ALIVE_WHEN_FINALISED = frozenset(("toString/0", "type/0", "is/1", "as/1", "equals/1", "hash/0"))
"""Methods that also answer for a finalised Box (language.md section 6); dispatch knows how."""

Answer = list[Instruction] | None
_RULES: dict[type[Instruction], Callable[[Any, _Specialiser], Answer]] = {}


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass."""
    hierarchy = Hierarchy(module)
    changed = False
    for function in module.functions.values():
        again = _Specialiser(function, hierarchy).run()
        again |= simplify_function(function, hierarchy)
        if keep_values_raw(function):
            simplify_function(function, hierarchy)
            again = True
        if again:
            compact(function)
            changed = True
    return changed


class _Field(NamedTuple):
    """The one Box a receiver can be of, whether its field is weak, and what to check first."""

    box: str
    weak: bool
    checks: list[Instruction]


class _Specialiser:
    def __init__(self, function: Function, hierarchy: Hierarchy) -> None:
        self.function = function
        self.hierarchy = hierarchy
        self.unboxed: dict[tuple[int, Representation], int] = {}
        self.added: list[Instruction] = []

    def run(self) -> bool:
        changed = False
        for block in self.function.blocks:
            self.unboxed = {}
            items: list[Instruction] = []
            for item in block.instructions:
                rule = _RULES.get(type(item))
                self.added = []
                answer = rule(item, self) if rule is not None else None
                if answer is None:
                    items.append(item)
                    continue
                items += self.added
                items += answer
                changed = True
            block.instructions = items
        return changed

    # What rules ask.

    def type(self, value: int) -> Type:
        return self.function.values[value].type

    def new_value(self, representation: Representation) -> int:
        self.function.values.append(Value(RAW_TYPES[representation], representation))
        return len(self.function.values) - 1

    def add(self, kind: type[Instruction], representation: Representation, **fields: Any) -> int:
        """An instruction before the one that is being replaced; answers its result."""
        result = self.new_value(representation)
        self.added.append(kind(result=result, **fields))
        return result

    def raw(self, item: Instruction, value: int, representation: Representation) -> int:
        """The raw value of a proven word, unboxed once a block."""
        known = self.unboxed.get((value, representation))
        if known is None:
            known = self.add(ir.Unbox, representation, span=item.span, operand=value)
            self.unboxed[value, representation] = known
        return known

    def float(self, item: Instruction, value: int) -> int:
        """A proven number as a raw Float."""
        if self.type(value) == FLOAT:
            return self.raw(item, value, Representation.F64)
        integer = self.raw(item, value, Representation.I64)
        return self.add(ir.IntegerToFloat, Representation.F64, span=item.span, operand=integer)


def _specialises(kind: type[Instruction]) -> Callable[[Any], Any]:
    def enter(rule: Callable[[Any, _Specialiser], Answer]) -> Any:
        _RULES[kind] = rule
        return rule

    return enter


def _numbers(at: _Specialiser, *values: int) -> Representation | None:
    """I64 where all are proven Integers, F64 where all are proven numbers and one is a Float."""
    types = [at.type(value) for value in values]
    if all(type == INTEGER for type in types):
        return Representation.I64
    if all(type in (INTEGER, FLOAT) for type in types):
        return Representation.F64
    return None


@_specialises(ir.DynamicBinary)
def _binary(item: ir.DynamicBinary, at: _Specialiser) -> Answer:
    held = _numbers(at, item.left, item.right)
    if held is None or item.operator == "range":
        return None
    if held is Representation.I64:
        raw = at.add(
            ir.IntegerBinary,
            held,
            span=item.span,
            cleanup=(),
            operator=item.operator,
            left=at.raw(item, item.left, held),
            right=at.raw(item, item.right, held),
        )
    elif item.operator in ("add", "sub", "mul", "div", "mod"):
        raw = at.add(
            ir.FloatBinary,
            held,
            span=item.span,
            operator=item.operator,
            left=at.float(item, item.left),
            right=at.float(item, item.right),
        )
    else:
        return None
    return _boxed(item, at, raw, held)


def _boxed(item: Any, at: _Specialiser, raw: int, held: Representation) -> Answer:
    at.function.values[item.result].type = RAW_TYPES[held]
    return [ir.Box(span=item.span, result=item.result, operand=raw)]


@_specialises(ir.DynamicUnary)
def _unary(item: ir.DynamicUnary, at: _Specialiser) -> Answer:
    held = _numbers(at, item.operand)
    if held is None or (held is Representation.F64 and item.operator == "not"):
        return None
    if held is Representation.F64:
        # -0.0 - x is the negation of every x, zeros and NaN included.
        zero = at.add(ir.ConstantFloat, held, span=item.span, value=-0.0)
        operand = at.raw(item, item.operand, held)
        raw = at.add(ir.FloatBinary, held, span=item.span, operator="sub", left=zero, right=operand)
        return _boxed(item, at, raw, held)
    constant = at.add(
        ir.ConstantInteger, held, span=item.span, value=0 if item.operator == "neg" else -1
    )
    raw = at.add(
        ir.IntegerBinary,
        held,
        span=item.span,
        cleanup=(),
        operator="sub" if item.operator == "neg" else "xor",
        left=constant,
        right=at.raw(item, item.operand, held),
    )
    return _boxed(item, at, raw, held)


@_specialises(ir.DynamicCompare)
def _compare(item: ir.DynamicCompare, at: _Specialiser) -> Answer:
    left, right = at.type(item.left), at.type(item.right)
    if left == INTEGER and right == INTEGER:
        kind, held = ir.IntegerCompare, Representation.I64
    elif left == FLOAT and right == FLOAT:
        kind, held = ir.FloatCompare, Representation.F64
    else:  # an Integer and a Float compare exactly, which a Float of the Integer would not
        return None
    return [
        kind(
            span=item.span,
            result=item.result,
            operator=item.operator,
            left=at.raw(item, item.left, held),
            right=at.raw(item, item.right, held),
        )
    ]


@_specialises(ir.Truth)
def _truth(item: ir.Truth, at: _Specialiser) -> Answer:
    if at.type(item.operand) != BOOL:
        return None
    return [ir.Unbox(span=item.span, result=item.result, operand=item.operand)]


@_specialises(ir.CallMethod)
def _call_method(item: ir.CallMethod, at: _Specialiser) -> Answer:
    classes = at.hierarchy.classes(at.type(item.receiver))
    if not classes:
        return None
    module = at.hierarchy.module
    answers = {
        name: entry.methods.get(item.selector) if (entry := module.classes.get(name)) else None
        for name in classes
    }
    checks: list[Instruction] = []
    if _only_null_lacks(answers) and item.selector not in module.classes[ANY_BOX].methods:
        del answers["NullBox"]
        checks.append(_present(item, item.receiver, item.selector))
    targets = set(answers.values())
    target = targets.pop()
    if targets or target is None:
        return None
    call = ir.CallFunction(
        span=item.span,
        cleanup=(),
        result=item.result,
        function=target,
        arguments=(item.receiver, *item.arguments),
    )
    if all(name in PLAIN for name in answers):
        return [*checks, call]
    if item.selector in ALIVE_WHEN_FINALISED:
        return None
    return [*checks, ir.CheckLive(span=item.span, cleanup=(), object=item.receiver), call]


@_specialises(ir.CallNative)
def _call_native(item: ir.CallNative, at: _Specialiser) -> Answer:
    """`a[i]` and `a[i] = v` of an Array."""
    if item.symbol not in ("ny_index_get", "ny_index_set"):
        return None
    array, index = item.arguments[:2]
    if at.type(array).single != "ArrayBox" or at.type(index) != INTEGER:
        return None
    live = ir.CheckLive(span=item.span, cleanup=(), object=array)
    place = {"span": item.span, "cleanup": (), "array": array}
    place["index"] = at.raw(item, index, Representation.I64)
    if item.symbol == "ny_index_get":
        return [live, ir.GetItem(result=item.result, **place)]
    null = ir.ConstantNull(span=item.span, result=item.result)
    return [live, ir.SetItem(value=item.arguments[2], **place), null]


def _only_null_lacks(answers: Mapping[str, str | None]) -> bool:
    """Whether a call fails for null, and only for null."""
    return len(answers) > 1 and [n for n, target in answers.items() if not target] == ["NullBox"]


def _present(item: Instruction, value: int, member: str) -> Instruction:
    return ir.CheckPresent(span=item.span, cleanup=(), object=value, member=member)


def _field(at: _Specialiser, item: ir.GetMember | ir.SetMember) -> _Field | None:
    """What is proven of a field; None where it has to be looked up (or is private, which only the
    run time may refuse)."""
    type = at.type(item.object)
    names = [name for name in type.names if name != "NullBox"]
    box = names[0] if len(names) == 1 and not type.is_any else None
    entry = at.hierarchy.module.classes.get(box) if box else None
    field = entry.field(item.name) if entry else None
    if field is None or field.visibility == "private" or box is None:
        return None
    member = item.name + "=" if isinstance(item, ir.SetMember) else item.name
    checks = [] if len(names) == len(type.names) else [_present(item, item.object, member)]
    return _Field(box, field.weak, checks)


@_specialises(ir.GetMember)
def _get_member(item: ir.GetMember, at: _Specialiser) -> Answer:
    found = _field(at, item)
    if found is None:
        return None
    kind = ir.GetWeakField if found.weak else ir.GetField
    return [
        *found.checks,
        kind(
            span=item.span,
            cleanup=(),
            result=item.result,
            object=item.object,
            box=found.box,
            field=item.name,
        ),
    ]


@_specialises(ir.SetMember)
def _set_member(item: ir.SetMember, at: _Specialiser) -> Answer:
    found = _field(at, item)
    if found is None:
        return None
    kind = ir.SetWeakField if found.weak else ir.SetField
    return [
        *found.checks,
        kind(
            span=item.span,
            cleanup=(),
            object=item.object,
            box=found.box,
            field=item.name,
            value=item.value,
        ),
    ]
