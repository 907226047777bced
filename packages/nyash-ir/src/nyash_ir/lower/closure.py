"""Function expressions."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..types import FUNCTION
from .annotation import check_names
from .body import BodyLowering
from .expression import lowers
from .function import lower_function_body


@lowers(ast.Lambda)
def _lambda(body: BodyLowering, node: ast.Lambda) -> int:
    """A closure: variables nobody assigns are captured by value, the others by their cell."""
    own = body.names.lambdas[id(node)]
    function = body.new_closure(node.span)
    inner = BodyLowering(body.program, function, body.names, own, body.origin, body.box)
    inner.builder.add_function_parameter("closure", FUNCTION)
    for variable, parameter in zip(own.parameters, node.parameters, strict=True):
        inner.builder.add_function_parameter(variable.name)
        if parameter.annotation is not None:
            body.program.annotations[variable] = parameter.annotation
    types_named = (p.annotation for p in node.parameters)
    box = body.program.world.boxes.get(body.function.box or "")
    check_names(body.program, types_named, body.origin, box)
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
        return body.emit(ir.ConstantFunction, function=function.name)
    body.at(node)
    captures = tuple(body.move(operand) for operand in operands)
    return body.own_temporary(body.emit(ir.NewClosure, function=function.name, captures=captures))
