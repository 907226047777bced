"""Inference within one function: how each instruction passes types on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import instructions as ir
from ..analysis.control_flow import ControlFlow
from ..analysis.hierarchy import Hierarchy
from ..instruction import Instruction, result_of
from ..module import Function
from ..result_types import RAW_TYPES, natural_type
from ..rewrite import uses_of
from ..types import ANY, FLOAT, INTEGER, NEVER, NULL, STRING, Type, from_names
from .infer_collections import UNDERSTOOD, FunctionSites
from .infer_program import Key, ProgramTypes
from .infer_sites import ELSEWHERE, ProgramSites

_NUMBER = from_names("IntegerBox", "FloatBox")
_FLOAT = frozenset(("FloatBox",))
_NUMERIC = frozenset(("IntegerBox", "FloatBox", "BoolBox"))

_RULES: dict[type[Instruction], Callable[[Any, FunctionTypes], Type | None]] = {}


class FunctionTypes:
    """The types of one function's values so far. They only grow, from visit to visit."""

    def __init__(self, function: Function, program: ProgramTypes, sites: ProgramSites) -> None:
        self.function = function
        self.program = program
        self.order = ControlFlow(function).order
        self.known = [value.type for value in function.values]
        self.types = [RAW_TYPES.get(value.representation, NEVER) for value in function.values]
        self.slots = [NULL] * len(function.slots)
        self.cells: dict[int, frozenset[Key]] = {}
        """The cells that a value may be, as the places of their contents."""
        self.exposed = _used_as_words(function)
        self.may_be_cells = _may_be_cells(function)
        self.changed = False
        self.sites = FunctionSites(self, sites)

    def visit(self) -> None:
        """Bring the function up to date with what is known of the program."""
        function, program = self.function, self.program
        for value, given in zip(
            function.parameters, program.parameters[function.name], strict=True
        ):
            self.join(value, given)
        self.sites.enter()
        self.changed = True
        while self.changed:
            self.changed = False
            for number in self.order:
                for item in function.blocks[number].instructions:
                    kind = type(item)
                    rule = _RULES.get(kind)
                    if kind not in UNDERSTOOD:
                        self.sites.give_operands_away(item)
                    given = natural_type(item) if rule is None else rule(item, self)
                    result = result_of(item)
                    if result is not None and given is not None:
                        self.join(result, given)

    def join(self, value: int, given: Type) -> None:
        if not self.function.values[value].representation.counted:
            return
        old = self.types[value]
        if given.names == old.names:
            return
        given = narrower(self.program.hierarchy, given, self.known[value])
        new = old.join(given)
        if new != old:
            self.types[value] = new
            self.changed = True

    def pass_on(self, block: int, arguments: tuple[int, ...]) -> None:
        for parameter, argument in zip(
            self.function.blocks[block].parameters, arguments, strict=True
        ):
            self.join(parameter, self.types[argument])
            self.sites.join(parameter, self.sites.of(argument))
            if argument in self.cells:
                self.join_cells(parameter, self.cells[argument])

    def call(self, result: int, name: str, arguments: tuple[int, ...]) -> Type:
        """A call of a known function."""
        self.program.call(name, [self.types[a] for a in arguments])
        given = self.program.read_result(self.function.name, name)
        known = self.sites.call(result, name, arguments)
        return given if known is None else known

    def join_cells(self, value: int, places: frozenset[Key]) -> None:
        """The value may be one of these cells. A cell that is used as anything else may be
        changed where nobody looks."""
        known = self.cells.get(value, frozenset())
        if places <= known:
            return
        self.cells[value] = known | places
        self.changed = True
        if value in self.exposed:
            for place in sorted(places):
                self.program.flow(place, ANY)
                self.sites.sites.open(place)

    def read(self, result: int, key: Key) -> Type:
        """What a place may hold goes into a value."""
        self.sites.join(result, self.sites.sites.read(self.function.name, key))
        return self.program.read(self.function.name, key)

    def flow(self, key: Key, value: int) -> None:
        """A value goes into a place."""
        self.program.flow(key, self.types[value])
        self.sites.sites.flow(key, self.sites.of(value))


def narrower(hierarchy: Hierarchy, inferred: Type, known: Type) -> Type:
    """Of two true statements about a value, the one that says more."""
    if known.is_any or not inferred.names or inferred == known:
        return inferred
    if inferred.is_any:
        return known
    inside = all(any(hierarchy.is_a(n, k) for k in known.names) for n in inferred.names)
    return inferred if inside else known


def _rule(*kinds: type[Instruction]) -> Callable[[Any], Any]:
    def enter(rule: Callable[[Any, FunctionTypes], Type | None]) -> Any:
        for kind in kinds:
            _RULES[kind] = rule
        return rule

    return enter


@_rule(ir.Jump)
def _jump(item: ir.Jump, at: FunctionTypes) -> None:
    at.pass_on(item.target, item.arguments)


@_rule(ir.Branch)
def _branch(item: ir.Branch, at: FunctionTypes) -> None:
    at.pass_on(item.then_block, item.then_arguments)
    at.pass_on(item.else_block, item.else_arguments)


@_rule(ir.Return)
def _return(item: ir.Return, at: FunctionTypes) -> None:
    name = at.function.name
    at.program.flow_result(name, at.types[item.value])
    at.sites.sites.flow(("result", name), at.sites.of(item.value))


@_rule(ir.Box)
def _box(item: ir.Box, at: FunctionTypes) -> Type:
    return at.types[item.operand]


@_rule(ir.DynamicBinary)
def _binary(item: ir.DynamicBinary, at: FunctionTypes) -> Type:
    return binary_type(item.operator, at.types[item.left], at.types[item.right])


def binary_type(operator: str, left: Type, right: Type) -> Type:
    """The type of `left operator right` where it does not throw (language.md section 5)."""
    if not left.names or not right.names:
        return NEVER
    if operator == "range":
        return Type(("RangeBox",))
    if operator in ("and", "or", "xor", "shl", "shr"):
        return INTEGER if left == INTEGER and right == INTEGER else ANY
    if operator == "add":
        if STRING in (left, right):
            return STRING
        if left.is_any and right.is_any:
            return ANY
        text = _may_be(left, "StringBox") or _may_be(right, "StringBox")
    else:
        # A repetition: a String times an Integer.
        text = operator == "mul" and _may_be(left, "StringBox") and _may_be(right, "IntegerBox")
    number = _arithmetic(_numeric(left), _numeric(right))
    return number.join(STRING) if text else number


def _may_be(type: Type, box: str) -> bool:
    return type.is_any or box in type.names


def _numeric(type: Type) -> frozenset[str]:
    """The kinds of a type that arithmetic does not throw for."""
    return _NUMERIC if type.is_any else _NUMERIC.intersection(type.names)


def _arithmetic(left: frozenset[str], right: frozenset[str]) -> Type:
    """Numbers in, a number out: a Float if either side is one. Bools count as 0 and 1."""
    if not left or not right:
        return NEVER
    if left == _FLOAT or right == _FLOAT:
        return FLOAT
    return _NUMBER if "FloatBox" in left | right else INTEGER


@_rule(ir.DynamicUnary)
def _unary(item: ir.DynamicUnary, at: FunctionTypes) -> Type:
    operand = at.types[item.operand]
    if not operand.names:
        return NEVER
    if item.operator == "not":
        return INTEGER
    return _arithmetic(_numeric(operand), frozenset(("IntegerBox",)))


@_rule(ir.CallFunction)
def _call(item: ir.CallFunction, at: FunctionTypes) -> Type:
    return at.call(item.result, item.function, item.arguments)


@_rule(ir.CallMethod)
def _call_method(item: ir.CallMethod, at: FunctionTypes) -> Type:
    receiver = at.types[item.receiver]
    if not receiver.names:
        return NEVER
    found, other = at.program.methods(item.selector, receiver)
    result = NEVER
    if other:
        at.sites.give_away(*item.arguments)
        at.sites.join(item.result, ELSEWHERE)
        result = ANY
    for name in sorted(found):
        result = result.join(at.call(item.result, name, (item.receiver, *item.arguments)))
    return result


@_rule(ir.CallNative)
def _call_native(item: ir.CallNative, at: FunctionTypes) -> Type:
    known = at.sites.native(item.result, item.symbol, item.arguments)
    return at.program.module.natives[item.symbol].result if known is None else known


@_rule(ir.NewArray)
def _new_array(item: ir.NewArray, at: FunctionTypes) -> Type:
    at.sites.made(item.result, item.items)
    return natural_type(item)


@_rule(ir.NewMap)
def _new_map(item: ir.NewMap, at: FunctionTypes) -> Type:
    at.sites.give_away(*item.entries[::2])
    at.sites.made(item.result, item.entries[1::2])
    return natural_type(item)


@_rule(ir.NewBox)
def _new_box(item: ir.NewBox, at: FunctionTypes) -> Type:
    if item.box in ("ArrayBox", "MapBox"):
        at.sites.made(item.result, ())
    else:
        at.sites.join(item.result, ELSEWHERE)
    return natural_type(item)


@_rule(ir.GetItem)
def _get_item(item: ir.GetItem, at: FunctionTypes) -> Type:
    found, sites = at.sites.load(item.array)
    at.sites.join(item.result, sites)
    return found


@_rule(ir.SetItem)
def _set_item(item: ir.SetItem, at: FunctionTypes) -> None:
    at.sites.store(item.array, item.value)


@_rule(ir.DynamicCompare)
def _compare(item: ir.DynamicCompare, at: FunctionTypes) -> Type:
    at.sites.compare(item.left, item.right)
    return natural_type(item)


@_rule(ir.GetField)
def _get_field(item: ir.GetField, at: FunctionTypes) -> Type:
    return at.read(item.result, at.program.field_key(item.box, item.field))


@_rule(ir.SetField)
def _set_field(item: ir.SetField, at: FunctionTypes) -> None:
    at.flow(at.program.field_key(item.box, item.field), item.value)


@_rule(ir.GetMember)
def _get_member(item: ir.GetMember, at: FunctionTypes) -> Type:
    receiver = at.types[item.object]
    for key in at.program.fields_named(item.name, receiver):
        at.sites.join(item.result, at.sites.sites.read(at.function.name, key))
    found = at.program.member(at.function.name, item.name, receiver)
    if found.is_any:
        at.sites.join(item.result, ELSEWHERE)
    return found


@_rule(ir.SetMember)
def _set_member(item: ir.SetMember, at: FunctionTypes) -> None:
    for key in at.program.fields_named(item.name, at.types[item.object]):
        at.flow(key, item.value)


@_rule(ir.GetGlobal)
def _get_global(item: ir.GetGlobal, at: FunctionTypes) -> Type:
    return at.read(item.result, ("global", item.name)).join(NULL)


@_rule(ir.SetGlobal)
def _set_global(item: ir.SetGlobal, at: FunctionTypes) -> None:
    at.flow(("global", item.name), item.value)


@_rule(ir.GetSlot)
def _get_slot(item: ir.GetSlot, at: FunctionTypes) -> Type:
    at.sites.join(item.result, at.sites.slots[item.slot])
    return at.slots[item.slot]


@_rule(ir.SetSlot)
def _set_slot(item: ir.SetSlot, at: FunctionTypes) -> None:
    at.sites.set_slot(item.slot, item.value)
    joined = at.slots[item.slot].join(at.types[item.value])
    if joined != at.slots[item.slot]:
        at.slots[item.slot] = joined
        at.changed = True


@_rule(ir.NewClosure)
def _closure(item: ir.NewClosure, at: FunctionTypes) -> Type:
    for index, value in enumerate(item.captures):
        at.flow(("capture", item.function, str(index)), value)
        if value in at.cells:
            at.program.capture_cells(item.function, index, at.cells[value])
    return natural_type(item)


@_rule(ir.GetCapture)
def _capture(item: ir.GetCapture, at: FunctionTypes) -> Type:
    at.join_cells(item.result, at.program.captured_cells(at.function.name, item.index))
    return at.read(item.result, ("capture", at.function.name, str(item.index)))


@_rule(ir.NewCell)
def _new_cell(item: ir.NewCell, at: FunctionTypes) -> Type:
    place = ("cell", at.function.name, str(item.result))
    at.join_cells(item.result, frozenset((place,)))
    at.flow(place, item.value)
    return ANY


@_rule(ir.SetCell)
def _set_cell(item: ir.SetCell, at: FunctionTypes) -> None:
    for place in sorted(at.cells.get(item.cell, ())):
        at.flow(place, item.value)


@_rule(ir.GetCell)
def _get_cell(item: ir.GetCell, at: FunctionTypes) -> Type:
    found = NEVER
    if item.cell not in at.may_be_cells:
        at.sites.join(item.result, ELSEWHERE)
        found = ANY
    for place in sorted(at.cells.get(item.cell, ())):
        found = found.join(at.read(item.result, place))
    return found


def _used_as_words(function: Function) -> frozenset[int]:
    """Values used by anything but the instructions of cells, which only pass them on."""
    found: set[int] = set()
    for block in function.blocks:
        for item in block.instructions:
            if isinstance(item, ir.SetCell):
                found.add(item.value)
            elif not isinstance(item, ir.GetCell | ir.NewClosure | ir.Jump | ir.Branch | ir.End):
                found.update(uses_of(item))
    return frozenset(found)


def _may_be_cells(function: Function) -> frozenset[int]:
    """Values whose cells this analysis follows."""
    found: set[int] = set()
    for block in function.blocks:
        found.update(block.parameters)
        for item in block.instructions:
            if isinstance(item, ir.NewCell | ir.GetCapture):
                found.add(item.result)
    return frozenset(found)
