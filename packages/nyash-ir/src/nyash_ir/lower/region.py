"""Protected regions: `try`, `finally`, `fini { }` (language.md sections 4 and 10).

Errors leave a region to its handler block. `finally` is lowered once for each way out: falling
through, each jump across it, and the error's way.
"""

from __future__ import annotations

from collections.abc import Callable

from nyash_parse import ast

from .. import instructions as ir
from ..resolve.variables import Variable
from .body import BodyLowering, Caught, Finally, Join

CATCH_ALL = ("Exception", "Error")
EXIT = "(exit)"
"""What `error.is` calls the program's own exit on its way: no `catch` takes it."""


def lower_try(body: BodyLowering, node: ast.Try, lower_block) -> None:
    """`try { } catch … finally { }`."""

    def protected() -> None:
        if node.catches:
            _with_catches(body, node, lower_block)
        else:
            lower_block(body, node.body)

    if node.finally_ is None:
        protected()
    else:
        finally_ = node.finally_
        with_finally(body, protected, lambda: lower_block(body, finally_))


def with_finally(
    body: BodyLowering, protected: Callable[[], None], finally_: Callable[[], None]
) -> None:
    """Lower `protected` so that `finally_` runs however it is left."""
    outer = body.handler
    landing = body.builder.new_block(outer)
    before = dict(body.environment)
    mark = len(body.slots_begun)
    scope = body.scope()
    known = len(scope.variables)
    body.exits.append(Finally(finally_, outer))
    body.handler = landing
    body.jump_to_new_block()
    protected()
    body.exits.pop()
    body.handler = outer
    after = Join()
    if body.reachable:
        body.jump_to_new_block()
        finally_()
        body.arrive(after)
    body.environment = dict(before)
    body.go_on_in(landing)
    error = body.emit(ir.Caught)
    _forget_slots(body, mark)
    declared_inside, scope.variables[known:] = scope.variables[known:], []
    body.holding(error, finally_)
    if body.reachable:
        body.throw(error, again=True)
    scope.variables += declared_inside
    body.meet(after)


def _with_catches(body: BodyLowering, node: ast.Try, lower_block) -> None:
    outer = body.handler
    landing = body.builder.new_block(outer)
    before = dict(body.environment)
    mark = len(body.slots_begun)
    after = Join()
    body.handler = landing
    body.jump_to_new_block()
    body.exits.append(Caught())
    lower_block(body, node.body)
    body.exits.pop()
    body.handler = outer
    body.arrive(after)
    body.environment = dict(before)
    body.go_on_in(landing)
    error = body.emit(ir.Caught)
    _forget_slots(body, mark)
    for clause in node.catches:
        body.at(clause)
        next_block = None
        environment = dict(body.environment)
        if clause.type_name is not None and clause.type_name.name not in CATCH_ALL:
            matches = body.emit(ir.ErrorIs, operand=error, name=clause.type_name.name)
            then_block, next_block = body.branch(matches)
            body.go_on_in(then_block)
        else:
            _let_exit_pass(body, error)
        _catch_body(body, clause, error, lower_block)
        body.arrive(after)
        if next_block is None:
            break
        body.environment = environment
        body.go_on_in(next_block)
    else:
        body.throw(error, again=True)
    body.meet(after)


def _let_exit_pass(body: BodyLowering, error: int) -> None:
    leaves, stays = body.branch(body.emit(ir.ErrorIs, operand=error, name=EXIT))
    environment = dict(body.environment)
    body.go_on_in(leaves)
    body.throw(error, again=True)
    body.environment = environment
    body.go_on_in(stays)


def _catch_body(body: BodyLowering, clause: ast.Catch, error: int, lower_block) -> None:
    variable = body.names.declared.get(id(clause))
    if variable is None:
        variable = Variable("", clause.span, body.own)

    def inside() -> None:
        body.declare(variable, error)
        lower_block(body, clause.body)

    body.in_scope(inside)


def _forget_slots(body: BodyLowering, mark: int) -> None:
    """Slots that began inside a region that an error left still hold their last values. (Those of a
    `finally` begin several times: it is lowered once for each way out.)"""
    body.clear_slots(list(dict.fromkeys(body.slots_begun[mark:])))
