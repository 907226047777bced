"""What every function has around its statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nyash_parse import ast

from .. import instructions as ir
from ..resolve.variables import Storage, Variable
from .body import BodyLowering, Scope
from .expression import lower_expression
from .statement import lower_block, return_value


def lower_function_body(body: BodyLowering, code: ast.Block | ast.Expression) -> None:
    """Parameters, statements and the final `return null` of a function or closure. The builder
    stands in the entry block; the last of `function.parameters` are the source's parameters."""
    variables = (*body.own.parameters, *body.names.declared.values())
    with_slots(body, variables, lambda: _statements(body, code))


def _statements(body: BodyLowering, code: ast.Block | ast.Expression) -> None:
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


def with_slots(
    body: BodyLowering, variables: Iterable[Variable], inside: Callable[[], None]
) -> None:
    """Lower a whole function by `inside`. If any of its variables is a slot, an error that leaves
    the function clears the slots, as every other way out does."""
    if not any(v.owner is body.own and v.storage is Storage.SLOT for v in variables):
        inside()
        return
    landing = body.builder.new_block(None)
    body.handler = landing
    body.jump_to_new_block()
    inside()
    body.handler = None
    body.go_on_in(landing)
    error = body.emit(ir.Caught)
    body.clear_slots(list(body.slots))
    body.emit(ir.Throw, value=error, again=True)
    body.reachable = False
