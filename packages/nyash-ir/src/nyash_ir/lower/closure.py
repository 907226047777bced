"""Function expressions."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..resolve.variables import Storage
from ..types import FUNCTION
from .body import BodyLowering, Scope
from .expression import lower_expression, lowers
from .statement import lower_block, return_value


@lowers(ast.Lambda)
def _lambda(body: BodyLowering, node: ast.Lambda) -> int:
    """A closure: variables nobody assigns are captured by value, the others by their cell."""
    own = body.names.lambdas[id(node)]
    name = body.program.new_closure_name(body)
    function = body.program.new_function(name, "closure", body, node.span)
    inner = BodyLowering(body.program, function, body.names, own, body.origin, body.box)
    inner.builder.add_function_parameter("closure", FUNCTION)
    for variable in own.parameters:
        inner.builder.add_function_parameter(variable.name)
    inner.at(node)
    inner.go_on_in(inner.builder.new_block())
    function.captures = [variable.name for variable in own.captures]
    operands = []
    for index, variable in enumerate(own.captures):
        operand = body.environment[variable]
        operands.append(operand)
        inner.environment[variable] = inner.emit(
            ir.GetCapture, index=index, type=body.type(operand), value_name=variable.name
        )
    lower_function_body(inner, node.body)
    if not operands:
        return body.emit(ir.ConstantFunction, function=name)
    body.at(node)
    captures = tuple(body.move(operand) for operand in operands)
    return body.own_temporary(body.emit(ir.NewClosure, function=name, captures=captures))


def lower_function_body(body: BodyLowering, code: ast.Block | ast.Expression) -> None:
    """Parameters, statements and the final `return null` of any function. The builder stands in
    the entry block; the function's word parameters are the last ones of `function.parameters`."""
    with_slots = _wrap_for_slots(body, code)
    if with_slots:
        return
    _plain_body(body, code)


def _plain_body(body: BodyLowering, code: ast.Block | ast.Expression) -> None:
    body.exits.append(Scope())
    words = body.function.parameters[len(body.function.parameters) - len(body.own.parameters) :]
    for variable, word in zip(body.own.parameters, words, strict=True):
        body.declare(variable, word)
    if isinstance(code, ast.Block):
        lower_block(body, code)
        if body.reachable:
            return_value(body, body.null())
    else:
        value = body.move(lower_expression(body, code))
        body.end_temporaries(0)
        return_value(body, value)
    body.exits.pop()


def _wrap_for_slots(body: BodyLowering, code: ast.Block | ast.Expression) -> bool:
    """A function with slots clears them when an error leaves it, as every other way out does."""
    variables = [*body.own.parameters, *body.names.declared.values()]
    if not any(v.owner is body.own and v.storage is Storage.SLOT for v in variables):
        return False
    landing = body.builder.new_block(None)
    body.handler = landing
    body.jump_to_new_block()
    _plain_body(body, code)
    body.handler = None
    body.go_on_in(landing)
    error = body.emit(ir.Caught)
    body.clear_slots(list(body.slots))
    body.emit(ir.Throw, value=error, again=True)
    body.reachable = False
    return True
