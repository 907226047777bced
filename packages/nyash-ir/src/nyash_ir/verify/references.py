"""What instructions refer to outside their function exists and takes what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import instructions as ir
from ..instruction import Instruction
from ..module import Function, Module
from ..representation import Representation
from .fault import Fault
from .tables import parse_selector

_Check = Callable[[Any, Function, Module], Iterator[str]]
_CHECKS: dict[type[Instruction], _Check] = {}

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def check(function: Function, module: Module) -> list[Fault]:
    """Unknown names, wrong arities, and indices out of range."""
    found = []
    if function.box is not None and function.box not in module.classes:
        found.append(Fault(function.name, -1, -1, f"unknown Box {function.box!r}"))
    for number, block in enumerate(function.blocks):
        for index, item in enumerate(block.instructions):
            rule = _CHECKS.get(type(item))
            if rule is not None:
                for message in rule(item, function, module):
                    found.append(Fault(function.name, number, index, message))
    return found


def _checks(*kinds: type[Instruction]) -> Callable[[_Check], _Check]:
    def enter(rule: _Check) -> _Check:
        for kind in kinds:
            _CHECKS[kind] = rule
        return rule

    return enter


@_checks(ir.ConstantInteger)
def _constant(item: ir.ConstantInteger, _: Function, __: Module) -> Iterator[str]:
    if not _SMALLEST <= item.value <= _LARGEST:
        yield f"{item.value} does not fit 64 bits"


@_checks(ir.Jump)
def _jump(item: ir.Jump, function: Function, _: Module) -> Iterator[str]:
    yield from _arguments(function, item.target, item.arguments)


@_checks(ir.Branch)
def _branch(item: ir.Branch, function: Function, _: Module) -> Iterator[str]:
    yield from _arguments(function, item.then_block, item.then_arguments)
    yield from _arguments(function, item.else_block, item.else_arguments)


def _arguments(function: Function, block: int, arguments: tuple[int, ...]) -> Iterator[str]:
    parameters = function.blocks[block].parameters
    if len(arguments) != len(parameters):
        yield f"block {block} takes {len(parameters)} arguments, got {len(arguments)}"
        return
    for argument, parameter in zip(arguments, parameters, strict=True):
        given = function.values[argument].representation
        wanted = function.values[parameter].representation
        if not fits(given, wanted):
            yield f"block {block} wants {wanted.value} %{parameter}, got {given.value} %{argument}"


def fits(given: Representation, wanted: Representation) -> bool:
    """Whether a value held one way may stand where the other is wanted."""
    return given is wanted or (given is Representation.REF and wanted is Representation.WORD)


@_checks(ir.CallFunction)
def _call(item: ir.CallFunction, _: Function, module: Module) -> Iterator[str]:
    callee = module.functions.get(item.function)
    if callee is None:
        yield f"unknown function {item.function!r}"
    elif len(callee.parameters) != len(item.arguments):
        yield (
            f"{item.function} takes {len(callee.parameters)} arguments, got {len(item.arguments)}"
        )


@_checks(ir.CallNative)
def _call_native(item: ir.CallNative, function: Function, module: Module) -> Iterator[str]:
    native = module.natives.get(item.symbol)
    if native is None:
        yield f"unknown native function {item.symbol!r}"
        return
    if len(native.parameters) != len(item.arguments):
        yield f"{item.symbol} takes {len(native.parameters)} arguments, got {len(item.arguments)}"
        return
    for argument, parameter in zip(item.arguments, native.parameters, strict=True):
        given = function.values[argument].representation
        if not fits(given, parameter.representation):
            yield (
                f"{item.symbol} wants {parameter.representation.value} for `{parameter.name}`, "
                f"got {given.value} %{argument}"
            )
    result = function.values[item.result].representation
    if result is not native.representation and not (
        result.counted and native.representation.counted
    ):
        yield f"{item.symbol} gives {native.representation.value}, not {result.value}"


@_checks(ir.CallMethod)
def _call_method(item: ir.CallMethod, _: Function, __: Module) -> Iterator[str]:
    arity = parse_selector(item.selector)
    if arity is None:
        yield f"{item.selector!r} is no selector (name/arity)"
    elif arity != len(item.arguments):
        yield f"selector {item.selector} takes {arity} arguments, got {len(item.arguments)}"


@_checks(ir.NewClosure)
def _closure(item: ir.NewClosure, _: Function, module: Module) -> Iterator[str]:
    target = module.functions.get(item.function)
    if target is None:
        yield f"unknown function {item.function!r}"
    elif target.kind != "closure":
        yield f"{item.function} is a {target.kind}, not a closure"
    elif len(target.captures) != len(item.captures):
        yield f"{item.function} has {len(target.captures)} captures, got {len(item.captures)}"


@_checks(ir.ConstantFunction)
def _constant_function(item: ir.ConstantFunction, _: Function, module: Module) -> Iterator[str]:
    target = module.functions.get(item.function)
    if target is None:
        yield f"unknown function {item.function!r}"
    elif target.kind == "method":
        yield f"{item.function} is a method and needs a receiver"
    elif target.captures:
        yield f"{item.function} has captures: use closure.new"


@_checks(ir.GetCapture)
def _capture(item: ir.GetCapture, function: Function, _: Module) -> Iterator[str]:
    if not 0 <= item.index < len(function.captures):
        yield f"capture {item.index} of {len(function.captures)}"


@_checks(ir.GetSlot, ir.SetSlot)
def _slot(item: ir.GetSlot, function: Function, _: Module) -> Iterator[str]:
    if not 0 <= item.slot < len(function.slots):
        yield f"slot {item.slot} of {len(function.slots)}"


@_checks(ir.GetGlobal, ir.SetGlobal)
def _global(item: ir.GetGlobal, _: Function, module: Module) -> Iterator[str]:
    if item.name not in module.globals:
        yield f"unknown global {item.name!r}"


@_checks(ir.NewBox, ir.GetStatic, ir.Check, ir.IsBox)
def _box(item: ir.NewBox, _: Function, module: Module) -> Iterator[str]:
    box = module.classes.get(item.box)
    if box is None:
        yield f"unknown Box {item.box!r}"
    elif type(item) is ir.GetStatic and not box.static:
        yield f"Box {item.box} is not static"


@_checks(ir.GetField, ir.SetField, ir.GetWeakField, ir.SetWeakField)
def _field(item: ir.GetField, _: Function, module: Module) -> Iterator[str]:
    box = module.classes.get(item.box)
    if box is None:
        yield f"unknown Box {item.box!r}"
        return
    field = box.field(item.field)
    if field is None:
        yield f"Box {item.box} has no field {item.field!r}"
    elif field.weak is not isinstance(item, ir.GetWeakField | ir.SetWeakField):
        yield f"field {item.box}.{item.field} is {'weak' if field.weak else 'strong'}"


@_checks(ir.NewMap)
def _map(item: ir.NewMap, _: Function, __: Module) -> Iterator[str]:
    if len(item.entries) % 2:
        yield "map.new takes a value for every key"
