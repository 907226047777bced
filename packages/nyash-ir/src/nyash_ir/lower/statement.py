"""Statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nyash_parse import ast

from .. import instructions as ir
from ..representation import Representation
from ..resolve.variables import GlobalName, Storage, Variable
from . import wording
from .annotation import check_names, check_value
from .body import BodyLowering, Join, Loop
from .expression import lower_condition, lower_expression, lower_word
from .member import lower_field_assignment, lower_index_assignment
from .operator import lower_operation
from .region import lower_try, with_finally
from .task import lower_nowait

_LOWER: dict[type[ast.Node], Callable] = {}


def _statement(kind: type[ast.Node]):
    def enter(function: Callable) -> Callable:
        _LOWER[kind] = function
        return function

    return enter


def lower_statement(body: BodyLowering, node: ast.Statement) -> None:
    body.at(node)
    mark = len(body.temporaries)
    _LOWER[type(node)](body, node)
    body.end_temporaries(mark)


@_statement(ast.Block)
def lower_block(body: BodyLowering, node: ast.Block) -> None:
    """A block is a scope; its variables end at the closing brace."""

    def inside() -> None:
        lower_statements(body, node.statements)
        if body.reachable and node.close is not None:
            body.builder.span = body.span(node.close)

    body.in_scope(inside)


def lower_statements(body: BodyLowering, statements: Sequence[ast.Statement]) -> None:
    """The statements of the current scope, in order. What follows a `fini { }` is a region that
    the `fini` guards."""
    for index, node in enumerate(statements):
        if not body.reachable:
            body.report.add(wording.unreachable(node.span))
            return
        guard = guard_of(node)
        if guard is None:
            lower_statement(body, node)
            continue
        if isinstance(node, ast.Local):
            lower_statement(body, node)
        rest = statements[index + 1 :]
        with_finally(
            body,
            lambda rest=rest: lower_statements(body, rest),
            lambda guard=guard: _run_fini(body, guard),
        )
        return


def guard_of(node: ast.Statement) -> ast.Block | None:
    if isinstance(node, ast.FiniBlock):
        return node.body
    if isinstance(node, ast.Local):
        return node.bindings[-1].fini
    return None


def _run_fini(body: BodyLowering, guard: ast.Block) -> None:
    """An error inside `fini { }` is reported, and what was going on goes on (section 10)."""
    name = ast.Identifier(guard.span, "error")
    clause = ast.Catch(guard.span, None, name, ast.Block(guard.span, ()))
    variable = Variable("error", guard.span, body.own)
    body.names.declared[id(clause)] = variable

    def lower(inner: BodyLowering, block: ast.Block) -> None:
        if block is clause.body:
            inner.native("ny_report_uncaught", inner.read(variable))
        else:
            lower_block(inner, block)

    lower_try(body, ast.Try(guard.span, guard, (clause,)), lower)


@_statement(ast.ExpressionStatement)
def _expression_statement(body: BodyLowering, node: ast.ExpressionStatement) -> None:
    lower_expression(body, node.expression)


@_statement(ast.Local)
def _local(body: BodyLowering, node: ast.Local) -> None:
    for binding in node.bindings:
        body.at(binding)
        value = body.null() if binding.value is None else lower_word(body, binding.value)
        variable = body.names.declared[id(binding)]
        if binding.annotation is not None:
            body.program.annotations[variable] = binding.annotation
            box = body.program.world.boxes.get(body.function.box or "")
            check_names(body.program, (binding.annotation,), body.origin, box)
            if binding.value is not None:
                _check(body, variable, variable.name, value, binding.value)
        body.declare(variable, value)


@_statement(ast.Assign)
def _assign(body: BodyLowering, node: ast.Assign) -> None:
    target = node.target
    if isinstance(target, ast.Name):
        _assign_name(body, node, target)
    elif isinstance(target, ast.FieldAccess):
        lower_field_assignment(body, node, target)
    else:
        lower_index_assignment(body, node, target)


def _check(
    body: BodyLowering, variable: Variable | str, name: str, value: int, node: ast.Expression
) -> None:
    """`value` is about to be held by a variable or global."""
    annotation = body.program.annotations.get(variable)
    check_value(body, annotation, value, node, f"`{name}` is declared as", body.origin)


def _assign_name(body: BodyLowering, node: ast.Assign, target: ast.Name) -> None:
    meaning = body.names.uses.get(id(target))
    if node.operator == "=":
        value = lower_word(body, node.value)
    else:
        value = lower_operation(
            body, node, node.operator[:-1], lower_expression(body, target), node.value
        )
    body.at(node)
    if isinstance(meaning, Variable):
        _check(body, meaning, meaning.name, value, node.value)
        body.assign(meaning, value)
    elif isinstance(meaning, GlobalName):
        _check(body, meaning.name, meaning.name, value, node.value)
        body.emit(ir.SetGlobal, name=meaning.name, value=body.move(value))


@_statement(ast.If)
def _if(body: BodyLowering, node: ast.If) -> None:
    after = Join()
    condition = lower_condition(body, node.condition)
    then_block, else_block = body.branch(condition)
    environment = dict(body.environment)
    body.go_on_in(then_block)
    lower_block(body, node.then)
    body.arrive(after)
    body.environment = environment
    body.go_on_in(else_block)
    if node.otherwise is not None:
        lower_statement(body, node.otherwise)
    body.arrive(after)
    body.meet(after)


def _begin_loop(
    body: BodyLowering, node: ast.Node, first: tuple[int, ...] = ()
) -> tuple[Loop, list[int]]:
    """Jump to a loop's header. `first` are raw or counted values for parameters of its own, which
    are answered beside the loop."""
    variables = [
        v
        for v in body.names.assigned_in_loop.get(id(node), ())
        if v in body.environment and v.storage is Storage.VALUE
    ]
    header = body.new_block()
    arguments = [*first, *(body.environment[v] for v in variables)]
    body.emit(ir.Jump, target=header, arguments=tuple(arguments))
    own = [body.builder.add_parameter(header, body.representation(v), body.type(v)) for v in first]
    for variable in variables:
        body.hold(variable, body.builder.add_parameter(header, name=variable.name))
    body.go_on_in(header)
    return Loop(header, variables, Join(variables=frozenset(body.environment))), own


def _loop_body(body: BodyLowering, loop: Loop, inside: Callable[[], None]) -> None:
    """The rounds: `inside` in a scope of its own, then back to the header; then what follows."""
    body.exits.append(loop)
    body.in_scope(inside)
    if body.reachable:
        _jump_to_header(body, loop)
    body.exits.pop()
    body.meet(loop.exit)


def _jump_to_header(body: BodyLowering, loop: Loop) -> None:
    own = loop.advance() if loop.advance else ()
    arguments = (*own, *(body.environment[v] for v in loop.variables))
    body.emit(ir.Jump, target=loop.header, arguments=arguments)
    body.reachable = False


def _leave_when_not(body: BodyLowering, loop: Loop, condition: int) -> None:
    inside, outside = body.branch(condition)
    body.go_on_in(outside)
    body.arrive(loop.exit)
    body.go_on_in(inside)


@_statement(ast.LoopForever)
def _loop_forever(body: BodyLowering, node: ast.LoopForever) -> None:
    loop, _ = _begin_loop(body, node)
    if not _may_be_left(node.body):
        never, always = body.branch(body.native("ny_never"))
        environment = dict(body.environment)
        body.go_on_in(never)
        body.never_leave()
        body.environment = environment
        body.go_on_in(always)
    _loop_body(body, loop, lambda: lower_statements(body, node.body.statements))


_LOOPS = (ast.LoopForever, ast.LoopWhile, ast.LoopCount, ast.LoopIn)


def _may_be_left(node: object, inner: bool = False) -> bool:
    """Whether a loop's body holds a `return`, or a `break` of its own (not of a loop `inner` to
    it); function expressions are left alone."""
    if isinstance(node, tuple):
        return any(_may_be_left(item, inner) for item in node)
    if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and not inner):
        return True
    if isinstance(node, ast.Lambda):
        return False
    inner = inner or isinstance(node, _LOOPS)
    fields = getattr(node, "__struct_fields__", ())
    return any(_may_be_left(getattr(node, name), inner) for name in fields if name != "span")


@_statement(ast.LoopWhile)
def _loop_while(body: BodyLowering, node: ast.LoopWhile) -> None:
    loop, _ = _begin_loop(body, node)
    _leave_when_not(body, loop, lower_condition(body, node.condition))
    _loop_body(body, loop, lambda: lower_statements(body, node.body.statements))


@_statement(ast.LoopCount)
def _loop_count(body: BodyLowering, node: ast.LoopCount) -> None:
    loop, (done,) = _begin_loop(body, node, (body.emit(ir.ConstantInteger, value=0),))
    count = body.emit(ir.ConstantInteger, value=node.count)
    _leave_when_not(body, loop, body.emit(ir.IntegerCompare, operator="lt", left=done, right=count))

    def advance() -> tuple[int, ...]:
        one = body.emit(ir.ConstantInteger, value=1)
        return (body.emit(ir.IntegerBinary, operator="add", left=done, right=one),)

    loop.advance = advance
    _loop_body(body, loop, lambda: lower_statements(body, node.body.statements))


@_statement(ast.LoopIn)
def _loop_in(body: BodyLowering, node: ast.LoopIn) -> None:
    """The iterator is a hidden variable around the loop; each round has a fresh item."""
    if isinstance(node.iterable, ast.Binary) and node.iterable.operator == "..":
        _loop_in_range(body, node, node.iterable)
        return
    hidden = Variable("", node.span, body.own)

    def around() -> None:
        mark = len(body.temporaries)
        iterable = lower_word(body, node.iterable)
        body.at(node)
        body.declare(hidden, body.native("ny_iterator_new", iterable))
        body.end_temporaries(mark)
        loop, _ = _begin_loop(body, node)
        item = body.native("ny_iterator_next", body.read(hidden))
        ended = body.native("ny_is_end", item)
        outside, inside = body.branch(ended)
        body.go_on_in(outside)
        body.arrive(loop.exit)
        body.go_on_in(inside)

        def round_() -> None:
            body.declare(body.names.declared[id(node)], item)
            lower_statements(body, node.body.statements)

        _loop_body(body, loop, round_)

    body.in_scope(around)


def _loop_in_range(body: BodyLowering, node: ast.LoopIn, bounds: ast.Binary) -> None:
    """Counts, without a RangeBox; the messages are those of its operator."""

    def around() -> None:
        mark = len(body.temporaries)
        sides = [lower_word(body, side) for side in (bounds.left, bounds.right)]
        body.at(bounds)
        for word, what in zip(sides, ("start of a range", "end of a range"), strict=True):
            body.emit(ir.Check, operand=word, box="IntegerBox", what=what)
        start, end = (
            body.emit(ir.Unbox, operand=word, representation=Representation.I64) for word in sides
        )
        body.end_temporaries(mark)
        loop, (at,) = _begin_loop(body, node, (start,))
        _leave_when_not(body, loop, body.emit(ir.IntegerCompare, operator="lt", left=at, right=end))

        def advance() -> tuple[int, ...]:
            one = body.emit(ir.ConstantInteger, value=1)
            return (body.emit(ir.IntegerBinary, operator="add", left=at, right=one),)

        def round_() -> None:
            body.declare(body.names.declared[id(node)], body.emit(ir.Box, operand=at))
            lower_statements(body, node.body.statements)

        loop.advance = advance
        _loop_body(body, loop, round_)

    body.in_scope(around)


def _innermost_loop(body: BodyLowering) -> tuple[int, Loop] | None:
    for index in range(len(body.exits) - 1, -1, -1):
        leaving = body.exits[index]
        if isinstance(leaving, Loop):
            return index, leaving
    return None


@_statement(ast.Break)
def _break(body: BodyLowering, node: ast.Break) -> None:
    found = _innermost_loop(body)
    if found is None:
        body.report.add(wording.outside_loop("break", node.span))
        return
    index, loop = found
    body.leave_to(index + 1)
    body.arrive(loop.exit)


@_statement(ast.Continue)
def _continue(body: BodyLowering, node: ast.Continue) -> None:
    found = _innermost_loop(body)
    if found is None:
        body.report.add(wording.outside_loop("continue", node.span))
        return
    index, loop = found
    body.leave_to(index + 1)
    if body.reachable:
        _jump_to_header(body, loop)


@_statement(ast.Return)
def _return(body: BodyLowering, node: ast.Return) -> None:
    value = body.null() if node.value is None else body.move(lower_expression(body, node.value))
    if node.value is not None and body.result is not None:
        what = f"`{body.function.display}` is declared to give"
        check_value(body, body.result, value, node.value, what, body.origin)
    body.end_temporaries(0)
    return_value(body, value)


def return_value(body: BodyLowering, value: int) -> None:
    """Leave the function with a value (a word that is not a temporary)."""
    body.leave_to(0, value)
    if body.reachable:
        body.emit(ir.Return, value=value)
        body.reachable = False


@_statement(ast.Throw)
def _throw(body: BodyLowering, node: ast.Throw) -> None:
    value = body.move(lower_expression(body, node.value))
    body.at(node)
    body.temporaries.clear()
    body.throw(value)


@_statement(ast.Try)
def _try(body: BodyLowering, node: ast.Try) -> None:
    lower_try(body, node, lower_block)


@_statement(ast.FiniBlock)
def _fini_block(body: BodyLowering, node: ast.FiniBlock) -> None:
    """Only as the last statement of a block: nothing is left to guard."""
    _run_fini(body, node.body)


@_statement(ast.Nowait)
def _nowait(body: BodyLowering, node: ast.Nowait) -> None:
    future = lower_nowait(body, node)
    if node.name is not None:
        body.declare(body.names.declared[id(node)], future)
