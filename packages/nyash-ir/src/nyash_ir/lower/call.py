"""Calls: functions, methods, constructors, function values.

A call is prepared first (receiver and arguments evaluated, left to right) and made then, so that
`nowait` can make it in another task.
"""

from __future__ import annotations

from collections.abc import Sequence

from nyash_parse import ast
from nyash_parse.source import Span

from .. import instructions as ir
from ..boxes import ANY_BOX, SPELLINGS, BoxSymbol, FunctionSymbol, InterfaceSymbol
from ..resolve.variables import Builtin
from . import wording
from .annotation import check_arguments
from .body import BodyLowering, Join
from .certain_errors import check_callee, check_null
from .construct import prepare_new
from .expression import (
    lower_condition,
    lower_word,
    lower_words,
    lowers,
    static_instance,
    test_box,
)
from .operator import COMPARISON
from .parents import prepare_from
from .prepared import PreparedCall, call_function, report_missing
from .private import PRIVATE, check_private, check_private_static

NOT_STATIC = frozenset(("NullBox", ANY_BOX))
"""Boxes whose members the run time looks up: their errors name the expression's value."""


@lowers(ast.Call)
def _call(body: BodyLowering, node: ast.Call) -> int:
    meaning = _meaning(body, node.callee)
    if isinstance(meaning, Builtin):
        return _builtin(body, node, meaning.name)
    return _made(body, node, prepare_call(body, node))


@lowers(ast.MethodCall)
def _method_call(body: BodyLowering, node: ast.MethodCall) -> int:
    name, arguments = node.method.name, node.arguments
    literal = arguments[0] if len(arguments) == 1 else None
    if name == "is" and isinstance(literal, ast.StringLiteral) and is_box_name(body, literal):
        value = lower_word(body, node.receiver)
        body.at(node)
        return test_box(body, value, ast.Identifier(literal.span, literal.value))
    return _made(body, node, prepare_call(body, node))


@lowers(ast.FromCall)
def _from(body: BodyLowering, node: ast.FromCall) -> int:
    return _made(body, node, prepare_call(body, node))


@lowers(ast.New)
def _new(body: BodyLowering, node: ast.New) -> int:
    return _made(body, node, prepare_call(body, node))


def is_box_name(body: BodyLowering, literal: ast.StringLiteral) -> bool:
    """Others, the runtime's error types among them, are compared when the program runs."""
    found = body.program.world.find(SPELLINGS.get(literal.value, literal.value), body.origin)
    return isinstance(found, BoxSymbol | InterfaceSymbol)


def _made(body: BodyLowering, node: ast.Node, prepared: PreparedCall) -> int:
    body.at(node)
    return prepared.make(body, prepared.operands)


def _meaning(body: BodyLowering, node: ast.Expression):
    return body.names.uses.get(id(node)) if isinstance(node, ast.Name) else None


def _static_meaning(body: BodyLowering, node: ast.Expression) -> BoxSymbol | None:
    meaning = _meaning(body, node)
    return meaning if isinstance(meaning, BoxSymbol) else None


def prepare_call(body: BodyLowering, node: ast.Expression) -> PreparedCall:
    """Evaluate what a call expression needs; other expressions become their value."""
    if isinstance(node, ast.Call):
        return _prepare_function(body, node)
    if isinstance(node, ast.MethodCall):
        return _prepare_method(body, node)
    if isinstance(node, ast.New):
        return prepare_new(body, node)
    if isinstance(node, ast.FromCall):
        return prepare_from(body, node)
    return PreparedCall([lower_word(body, node)], lambda _, operands: operands[0])


def _call_value(body: BodyLowering, operands: Sequence[int]) -> int:
    callee, *arguments = operands
    return body.own_temporary(body.emit(ir.CallValue, callee=callee, arguments=tuple(arguments)))


MADE_BY_CALLING = frozenset({"Ok", "Err"})
"""Library Boxes that `Ok(1)` makes like `new Ok(1)` (language.md, section 10)."""


def _prepare_function(body: BodyLowering, node: ast.Call) -> PreparedCall:
    meaning = _meaning(body, node.callee)
    if isinstance(meaning, FunctionSymbol):
        arguments = lower_words(body, node.arguments)
        if len(arguments) != meaning.arity:
            name = meaning.declaration.name
            body.report.add(
                wording.wrong_argument_count(
                    node.span,
                    f"`{meaning.name}`",
                    (meaning.arity,),
                    len(arguments),
                    name.span if meaning.origin == body.origin else None,
                )
            )
            return PreparedCall([], lambda b, _: b.unknown())
        check_arguments(
            body,
            meaning.declaration.parameters,
            arguments,
            node.arguments,
            meaning.name,
            meaning.origin,
        )
        name, result = body.program.demand_function(meaning), body.program.function_result(meaning)
        return PreparedCall(arguments, lambda b, operands: call_function(b, name, operands, result))
    if isinstance(meaning, BoxSymbol):
        if meaning.origin.library and meaning.name in MADE_BY_CALLING:
            assert isinstance(node.callee, ast.Name)
            box = ast.TypeReference(name=meaning.name, span=node.callee.span)
            return prepare_new(body, ast.New(box=box, arguments=node.arguments, span=node.span))
        body.report.add(wording.box_called(node.callee.span, meaning.name))
        lower_words(body, node.arguments)
        return PreparedCall([], lambda b, _: b.unknown())
    callee = lower_word(body, node.callee)
    check_callee(body, callee, node.callee.span)
    return PreparedCall([callee, *lower_words(body, node.arguments)], _call_value)


# -- methods ------------------------------------------------------------------------------------


def _prepare_method(body: BodyLowering, node: ast.MethodCall) -> PreparedCall:
    name, count = node.method.name, len(node.arguments)
    symbol = _static_meaning(body, node.receiver)
    if symbol is not None:
        method = body.program.find_static(symbol, name, count)
        if method is not None:
            check_private_static(body, symbol, method, node.method.span, name)
            arguments = lower_words(body, node.arguments)
            _check_arguments(body, symbol, method, arguments, node)
            target = body.program.demand_method(symbol, method)
            result = body.program.method_result(symbol, method)
            return PreparedCall(
                arguments, lambda b, operands: call_function(b, target, operands, result)
            )
        if symbol.static:
            body.at(node.receiver)
            receiver = static_instance(body, symbol)
        else:
            report_missing(body, symbol, name, count, node.method.span, node.span, static=True)
            lower_words(body, node.arguments)
            return PreparedCall([], lambda b, _: b.unknown())
    else:
        receiver = lower_word(body, node.receiver)
        if name == "fini" and count == 0:
            return PreparedCall([receiver], lambda b, operands: b.native("ny_fini", operands[0]))
        if not body.program.has_universal(name):
            check_null(body, receiver, f"cannot call `{name}` of null", node.span)
    own = _own_member(body, receiver, name, count)
    if own is not None:
        check_private(body, own[0], own[1], node.receiver, node.method)
    operands = [receiver, *lower_words(body, node.arguments)]
    if own is not None and isinstance(own[1], ast.Method):
        _check_arguments(body, own[0], own[1], operands[1:], node)
    span = node.method.span
    return PreparedCall(
        operands, lambda b, values: call_method(b, values[0], name, values[1:], span, node.span)
    )


def _check_arguments(
    body: BodyLowering,
    symbol: BoxSymbol,
    method: ast.Method,
    arguments: Sequence[int],
    node: ast.MethodCall,
) -> None:
    origin = symbol.origin_of(method)
    name = f"{symbol.name}.{method.name.name}"
    check_arguments(body, method.parameters, arguments, node.arguments, name, origin)


def _own_member(
    body: BodyLowering, receiver: int, name: str, count: int
) -> tuple[BoxSymbol, ast.Method | ast.Field] | None:
    """What a call means where the receiver's Box is certain: a method, or a function in a field."""
    symbol = body.program.world.boxes.get(body.type(receiver).single or "")
    member = symbol and (body.program.find_method(symbol, name, count) or symbol.field_named(name))
    return (symbol, member) if symbol and member else None


def call_method(
    body: BodyLowering,
    receiver: int,
    name: str,
    arguments: Sequence[int],
    name_span: Span,
    span: Span | None = None,
) -> int:
    """`receiver.name(arguments)`: a direct call where the receiver's Box is certain."""
    program = body.program
    key = body.type(receiver).single
    symbol = program.world.boxes.get(key) if key and key not in NOT_STATIC else None
    if symbol is not None:
        method = program.find_method(symbol, name, len(arguments))
        if method is not None:
            target = program.demand_method(symbol, method)
            result = program.method_result(symbol, method)
            if symbol.static and method.native is not None:
                return call_function(body, target, arguments, result)  # takes no `me`
            if not program.is_plain_value(symbol):
                body.emit(ir.CheckLive, object=receiver)
            return call_function(body, target, (receiver, *arguments), result)
        field = symbol.field_named(name)
        if field is not None and field.visibility == PRIVATE:
            kind = ir.GetWeakField if field.weak else ir.GetField
            held = body.emit(kind, object=receiver, box=symbol.key, field=name, value_name=name)
            return _call_value(body, (body.own_temporary(held), *arguments))
        universal = name in ("call", "invoke") or program.has_universal(name)
        if not universal and field is None:
            report_missing(body, symbol, name, len(arguments), name_span, span or name_span)
            return body.unknown()
    name = program.spelling(name, len(arguments))
    program.demand_selector(name, len(arguments))
    return body.own_temporary(
        body.emit(
            ir.CallMethod,
            selector=f"{name}/{len(arguments)}",
            receiver=receiver,
            arguments=tuple(arguments),
        )
    )


# -- print and assert ---------------------------------------------------------------------------


def _builtin(body: BodyLowering, node: ast.Call, name: str) -> int:
    if name == "print":
        values = lower_words(body, node.arguments)
        body.at(node)
        values = [body.move(value) for value in values]
        array = body.own_temporary(body.emit(ir.NewArray, items=tuple(values)))
        return body.native("ny_print", array)
    return _assert(body, node)


def _assert(body: BodyLowering, node: ast.Call) -> int:
    """`assert(c)`, `assert(c, message)`; a comparison shows both its sides when it fails."""
    if len(node.arguments) not in (1, 2):
        body.report.add(
            wording.wrong_argument_count(node.span, "`assert`", (1, 2), len(node.arguments), None)
        )
        return body.null()
    claim = node.arguments[0]
    sides: list[int] = []
    if isinstance(claim, ast.Binary) and claim.operator in COMPARISON:
        sides = [lower_word(body, claim.left), lower_word(body, claim.right)]
        body.at(claim)
        condition = body.emit(
            ir.DynamicCompare,
            operator=COMPARISON[claim.operator],
            left=sides[0],
            right=sides[1],
        )
    else:
        condition = lower_condition(body, claim)
    body.at(node)
    holds, fails = body.branch(condition)
    after = Join()
    environment = dict(body.environment)
    body.go_on_in(fails)
    mark = len(body.temporaries)
    text = body.string(body.program.text_of(claim.span, body.origin))
    message = lower_word(body, node.arguments[1]) if len(node.arguments) == 2 else body.null()
    body.at(node)
    left, right = sides or (body.null(), body.null())
    body.native("ny_assert_failed", text, left, right, message)
    body.end_temporaries(mark)
    body.arrive(after)
    body.environment = environment
    body.go_on_in(holds)
    body.arrive(after)
    body.meet(after)
    return body.null()
