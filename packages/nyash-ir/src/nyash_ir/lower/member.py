"""Fields and elements: `x.f`, `a[i]` and assignments to them."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..boxes import BoxSymbol
from . import wording
from .annotation import check_value
from .body import BodyLowering
from .certain_errors import check_null
from .expression import lower_word, lowers, static_instance
from .operator import lower_operation
from .private import PRIVATE, bound_private_method, check_private


def _known_box(body: BodyLowering, value: int) -> BoxSymbol | None:
    """The Box a value certainly belongs to, where its declared fields tell everything."""
    name = body.type(value).single
    symbol = body.program.world.boxes.get(name) if name else None
    if symbol is None or (symbol.native and not symbol.fields):
        return None
    return symbol


def _static_box(body: BodyLowering, node: ast.Expression) -> BoxSymbol | None:
    meaning = body.names.uses.get(id(node)) if isinstance(node, ast.Name) else None
    return meaning if isinstance(meaning, BoxSymbol) else None


def _receiver(body: BodyLowering, node: ast.Expression) -> int:
    symbol = _static_box(body, node)
    if symbol is not None and symbol.static:
        body.at(node)
        return static_instance(body, symbol)
    return lower_word(body, node)


@lowers(ast.FieldAccess)
def _field(body: BodyLowering, node: ast.FieldAccess) -> int:
    receiver = _receiver(body, node.receiver)
    body.at(node)
    if not body.program.has_universal(node.field.name):
        check_null(body, receiver, f"cannot read `{node.field.name}` of null", node.span)
    return read_field(body, receiver, node)


def read_field(
    body: BodyLowering, receiver: int, node: ast.FieldAccess, assigned: bool = False
) -> int:
    """`assigned`: it will be, too (`x.f += 1`)."""
    name = node.field.name
    symbol = _known_box(body, receiver)
    if symbol is not None:
        field = _checked_field(body, symbol, node, assigned)
        if field is not None:
            kind = ir.GetWeakField if field.weak else ir.GetField
            value = body.emit(kind, object=receiver, box=symbol.key, field=name, value_name=name)
            return body.own_temporary(value)
        method = _private_method(symbol, name)
        if method is not None:
            return bound_private_method(body, receiver, symbol, method, node.span)
    body.program.demand_member(name)
    return body.own_temporary(body.emit(ir.GetMember, object=receiver, name=name))


def _private_method(symbol: BoxSymbol, name: str) -> ast.Method | None:
    """The one with the fewest parameters, where only `me` reaches them."""
    found = [m for (n, _), m in symbol.methods.items() if n == name]
    method = min(found, key=lambda m: len(m.parameters), default=None)
    return method if method is not None and method.visibility == PRIVATE else None


def _checked_field(
    body: BodyLowering, symbol: BoxSymbol, node: ast.FieldAccess, assigned: bool
) -> ast.Field | None:
    """The field meant, or None where it is a bound method (or the error is reported)."""
    name = node.field.name
    field = symbol.field_named(name)
    if field is None:
        methods = symbol.methods_named(name)
        for method in methods:
            check_private(body, symbol, method, node.receiver, node.field)
        if not methods and not body.program.has_universal(name):
            members = [f.name for f in symbol.fields]
            body.report.add(wording.unknown_field(node.field.span, symbol.name, name, members))
        return None
    check_private(body, symbol, field, node.receiver, node.field, getter=not assigned)
    return field


def lower_field_assignment(body: BodyLowering, node: ast.Assign, target: ast.FieldAccess) -> None:
    receiver = _receiver(body, target.receiver)
    if node.operator == "=":
        value = lower_word(body, node.value)
    else:
        body.at(target)
        before = read_field(body, receiver, target, assigned=True)
        value = lower_operation(body, node, node.operator[:-1], before, node.value)
    body.at(node)
    value = body.word(value)
    name = target.field.name
    symbol = _known_box(body, receiver)
    if symbol is None:
        body.emit(ir.SetMember, object=receiver, name=name, value=body.move(value))
        return
    field = symbol.field_named(name)
    if field is None:
        members = [f.name for f in symbol.fields]
        body.report.add(wording.unknown_field(target.field.span, symbol.name, name, members))
        return
    check_private(body, symbol, field, target.receiver, target.field)
    what = f"`{symbol.name}.{name}` is declared as"
    origin = symbol.origin_of(field)
    check_value(body, field.annotation, value, node.value, what, origin)
    if field.weak:
        body.emit(ir.SetWeakField, object=receiver, box=symbol.key, field=name, value=value)
    else:
        body.emit(ir.SetField, object=receiver, box=symbol.key, field=name, value=body.move(value))


@lowers(ast.Index)
def _index(body: BodyLowering, node: ast.Index) -> int:
    receiver = lower_word(body, node.receiver)
    index = lower_word(body, node.index)
    body.at(node)
    return body.own_temporary(body.native("ny_index_get", receiver, index))


def lower_index_assignment(body: BodyLowering, node: ast.Assign, target: ast.Index) -> None:
    receiver = lower_word(body, target.receiver)
    index = lower_word(body, target.index)
    if node.operator == "=":
        value = lower_word(body, node.value)
    else:
        body.at(target)
        before = body.own_temporary(body.native("ny_index_get", receiver, index))
        value = body.word(lower_operation(body, node, node.operator[:-1], before, node.value))
    body.at(node)
    body.native("ny_index_set", receiver, index, value)
