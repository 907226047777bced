"""Fields and elements: `x.f`, `a[i]` and assignments to them."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..boxes import BoxSymbol
from . import wording
from .body import BodyLowering
from .certain_errors import check_null
from .expression import lower_word, lowers, static_instance
from .operator import lower_operation


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


def read_field(body: BodyLowering, receiver: int, node: ast.FieldAccess) -> int:
    name = node.field.name
    symbol = _known_box(body, receiver)
    if symbol is not None:
        field = _checked_field(body, symbol, node)
        if field is not None:
            kind = ir.GetWeakField if field.weak else ir.GetField
            value = body.emit(kind, object=receiver, box=symbol.key, field=name, value_name=name)
            return body.own_temporary(value)
    body.program.demand_member(name)
    return body.own_temporary(body.emit(ir.GetMember, object=receiver, name=name))


def _checked_field(
    body: BodyLowering, symbol: BoxSymbol, node: ast.FieldAccess
) -> ast.Field | None:
    """The field meant, or None where it is a bound method (or the error is reported)."""
    name = node.field.name
    field = symbol.field_named(name)
    if field is None:
        if not symbol.methods_named(name) and not body.program.has_universal(name):
            members = [f.name for f in symbol.fields]
            body.program.report.add(
                wording.unknown_field(node.field.span, symbol.name, name, members)
            )
        return None
    if field.visibility == "private" and not _through_me(body, node.receiver):
        body.program.report.add(wording.private_field(node.field.span, symbol.name, name))
    return field


def _through_me(body: BodyLowering, receiver: ast.Expression) -> bool:
    return isinstance(receiver, ast.Me)


def lower_field_assignment(body: BodyLowering, node: ast.Assign, target: ast.FieldAccess) -> None:
    receiver = _receiver(body, target.receiver)
    if node.operator == "=":
        value = lower_word(body, node.value)
    else:
        body.at(target)
        before = read_field(body, receiver, target)
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
        body.program.report.add(
            wording.unknown_field(target.field.span, symbol.name, name, members)
        )
        return
    if field.visibility == "private" and not _through_me(body, target.receiver):
        body.program.report.add(wording.private_field(target.field.span, symbol.name, name))
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
