"""Expressions. Each function answers the value's id, in whatever representation it has."""

from __future__ import annotations

from collections.abc import Callable

from nyash_parse import ast

from .. import instructions as ir
from ..boxes import SPELLINGS, BoxSymbol, FunctionSymbol, InterfaceSymbol
from ..resolve.variables import Builtin, GlobalName, RunningClosure, Variable
from ..types import FUNCTION, Type, box
from . import wording
from .body import BodyLowering
from .generated import builtin_function

_LOWER: dict[type[ast.Node], Callable[[BodyLowering, ast.Node], int]] = {}


def lowers(kind: type[ast.Node]):
    """Decorator: the function that lowers expressions of a kind."""

    def enter(function: Callable) -> Callable:
        _LOWER[kind] = function
        return function

    return enter


def lower_expression(body: BodyLowering, node: ast.Expression) -> int:
    body.at(node)
    return _LOWER[type(node)](body, node)


def lower_word(body: BodyLowering, node: ast.Expression) -> int:
    """The expression's value as a word."""
    return body.word(lower_expression(body, node))


def lower_words(body: BodyLowering, nodes) -> list[int]:
    return [lower_word(body, node) for node in nodes]


def lower_condition(body: BodyLowering, node: ast.Expression) -> int:
    """The expression's truth as a raw Bool; its temporaries end before it is tested."""
    mark = len(body.temporaries)
    condition = body.condition(lower_expression(body, node))
    body.end_temporaries(mark)
    return condition


@lowers(ast.IntegerLiteral)
def _integer(body: BodyLowering, node: ast.IntegerLiteral) -> int:
    return body.emit(ir.ConstantInteger, value=node.value)


@lowers(ast.FloatLiteral)
def _float(body: BodyLowering, node: ast.FloatLiteral) -> int:
    return body.emit(ir.ConstantFloat, value=node.value)


@lowers(ast.StringLiteral)
def _string(body: BodyLowering, node: ast.StringLiteral) -> int:
    return body.string(node.value)


@lowers(ast.BoolLiteral)
def _bool(body: BodyLowering, node: ast.BoolLiteral) -> int:
    return body.emit(ir.ConstantBool, value=node.value)


@lowers(ast.NullLiteral)
def _null(body: BodyLowering, node: ast.NullLiteral) -> int:
    return body.null()


@lowers(ast.Name)
def _name(body: BodyLowering, node: ast.Name) -> int:
    match body.names.uses.get(id(node)):
        case Variable() as variable:
            return body.read(variable)
        case RunningClosure():
            return body.function.parameters[0]
        case GlobalName(name):
            return body.emit(ir.GetGlobal, name=name, value_name=name)
        case BoxSymbol() as symbol if symbol.static:
            return static_instance(body, symbol)
        case BoxSymbol() as symbol:
            body.report.add(wording.box_as_value(node.span, symbol.name))
        case FunctionSymbol() as symbol:
            return body.emit(
                ir.ConstantFunction, function=body.program.demand_function(symbol), type=FUNCTION
            )
        case Builtin(name):
            return body.emit(ir.ConstantFunction, function=builtin_function(body.program, name))
        case _:
            pass  # reported when names were resolved
    return body.unknown()


def static_instance(body: BodyLowering, symbol: BoxSymbol) -> int:
    body.program.demand_static(symbol)
    return body.emit(ir.GetStatic, box=symbol.key, type=box(symbol.key))


@lowers(ast.Me)
def _me(body: BodyLowering, node: ast.Me) -> int:
    meaning = body.names.uses.get(id(node))
    return body.read(meaning) if isinstance(meaning, Variable) else body.unknown()


@lowers(ast.ArrayLiteral)
def _array(body: BodyLowering, node: ast.ArrayLiteral) -> int:
    items = lower_words(body, node.items)
    body.at(node)
    items = [body.move(item) for item in items]
    return body.own_temporary(body.emit(ir.NewArray, items=tuple(items)))


@lowers(ast.MapLiteral)
def _map(body: BodyLowering, node: ast.MapLiteral) -> int:
    values = []
    for entry in node.entries:
        values += lower_words(body, (entry.key, entry.value))
    body.at(node)
    entries = [body.move(value) for value in values]
    return body.own_temporary(body.emit(ir.NewMap, entries=tuple(entries)))


def named_box(body: BodyLowering, name: ast.Identifier) -> str | None:
    """The module's name of a Box named in the source; reports an unknown one."""
    symbol = body.program.world.find(SPELLINGS.get(name.name, name.name), body.origin)
    if isinstance(symbol, InterfaceSymbol):
        return symbol.name
    if not isinstance(symbol, BoxSymbol):
        names = body.program.world.box_names()
        body.report.add(wording.unknown_box(name.span, name.name, names))
        return None
    return symbol.key


@lowers(ast.TypeTest)
def _type_test(body: BodyLowering, node: ast.TypeTest) -> int:
    value = lower_word(body, node.value)
    body.at(node)
    return test_box(body, value, node.type_name)


def test_box(body: BodyLowering, value: int, name: ast.Identifier) -> int:
    key = named_box(body, name)
    if key is None:
        return body.emit(ir.ConstantBool, value=False)
    return body.emit(ir.IsBox, operand=value, box=key)


@lowers(ast.Cast)
def _cast(body: BodyLowering, node: ast.Cast) -> int:
    value = lower_word(body, node.value)
    body.at(node)
    key = named_box(body, node.type_name)
    if key is not None:
        body.emit(ir.Check, operand=value, box=key, what=f"`as {node.type_name.name}`")
    return value


@lowers(ast.Weak)
def _weak(body: BodyLowering, node: ast.Weak) -> int:
    value = lower_word(body, node.value)
    body.at(node)
    return body.native("ny_weak_new", value)


@lowers(ast.Await)
def _await(body: BodyLowering, node: ast.Await) -> int:
    value = lower_word(body, node.value)
    body.at(node)
    return body.own_temporary(body.native("ny_await", value))


def result_type(result: Type) -> dict[str, Type]:
    """Keyword arguments of `emit` for a result of a declared type."""
    return {} if result.is_any else {"type": result}
