"""`new`: a Box, its constructor, or its fields in order."""

from __future__ import annotations

from collections.abc import Sequence

from nyash_parse import ast

from .. import instructions as ir
from ..boxes import BoxSymbol, InterfaceSymbol
from ..types import ANY
from . import wording
from .annotation import check_arguments, check_value
from .body import BodyLowering
from .expression import lower_words
from .prepared import PreparedCall, call_function
from .private import check_private_static


def prepare_new(body: BodyLowering, node: ast.New) -> PreparedCall:
    program, name = body.program, node.box.name
    symbol = program.world.find(name, body.origin)
    arguments = lower_words(body, node.arguments)
    if isinstance(symbol, InterfaceSymbol):
        body.report.add(wording.interface_new(node.box.span, name))
        return PreparedCall([], lambda b, _: b.unknown())
    if not isinstance(symbol, BoxSymbol):
        names = program.world.box_names()
        body.report.add(wording.unknown_box(node.box.span, name, names))
        return PreparedCall([], lambda b, _: b.unknown())
    if symbol.static:
        body.report.add(wording.static_new(node.box.span, name))
        return PreparedCall([], lambda b, _: b.unknown())
    count = len(arguments)
    if symbol.origin.library and name == "MethodBox" and count == 2:
        return _bound_method(body, node, arguments[0])
    if program.is_plain_value(symbol) and count == 1 and not symbol.constructors:
        return PreparedCall(arguments, lambda b, operands: operands[0])
    wanted = list(symbol.constructors) or [len(symbol.positional_fields)]
    if (symbol.constructors and count not in symbol.constructors) or count > max(wanted):
        first = next(iter(symbol.constructors.values()), None)
        near = first is not None and symbol.origin_of(first) == body.origin
        declared = first.name.span if first is not None and near else None
        body.report.add(
            wording.wrong_argument_count(node.span, f"`new {name}`", wanted, count, declared)
        )
        return PreparedCall([], lambda b, _: b.unknown())
    constructor = symbol.constructors.get(count)
    if constructor is not None:
        check_private_static(body, symbol, constructor, node.span, constructor.name.name)
        origin = symbol.owner_of(constructor).origin
        check_arguments(body, constructor.parameters, arguments, node.arguments, name, origin)
    else:
        for field, value, given in zip(
            symbol.positional_fields, arguments, node.arguments, strict=False
        ):
            what = f"`{symbol.name}.{field.name}` is declared as"
            origin = symbol.holder_of(field).origin
            check_value(body, field.annotation, value, given, what, origin)
    return PreparedCall(arguments, lambda b, operands: make_box(b, symbol, operands))


def _bound_method(body: BodyLowering, node: ast.New, receiver: int) -> PreparedCall:
    """`new MethodBox(box, "name")`: what `box.name` is."""
    method = node.arguments[1]
    if not isinstance(method, ast.StringLiteral):
        body.report.add(wording.method_no_literal(method.span))
        return PreparedCall([], lambda b, _: b.unknown())
    body.program.demand_member(method.value)

    def bind(b: BodyLowering, operands: Sequence[int]) -> int:
        found = b.emit(ir.GetMember, object=operands[0], name=method.value)
        b.own_temporary(found)
        b.emit(ir.Check, operand=found, box="FunctionBox", what=f"`{method.value}`")
        return found

    return PreparedCall([receiver], bind)


def make_box(body: BodyLowering, symbol: BoxSymbol, arguments: Sequence[int]) -> int:
    """`new` with evaluated arguments; without a constructor they fill the fields in order."""
    body.program.demand_box(symbol)
    constructor = symbol.constructors.get(len(arguments))
    made = body.own_temporary(body.emit(ir.NewBox, box=symbol.key))
    if constructor is not None:
        target = body.program.demand_method(symbol, constructor)
        call_function(body, target, (made, *arguments), ANY)
    else:
        fill_fields(body, made, symbol.key, symbol.positional_fields, arguments)
    body.emit(ir.Constructed, object=made)
    return made


def fill_fields(
    body: BodyLowering, me: int, box: str, fields: Sequence[ast.Field], values: Sequence[int]
) -> None:
    """What a missing constructor does: the values, in order, into the fields of a `box`."""
    for field, value in zip(fields, values, strict=False):
        if field.weak:
            body.emit(ir.SetWeakField, object=me, box=box, field=field.name, value=value)
        else:
            body.emit(ir.SetField, object=me, box=box, field=field.name, value=body.move(value))
