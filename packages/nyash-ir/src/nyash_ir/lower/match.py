"""`match`: arms are tried in order, the first whose pattern and guard fit decides (language.md
sections 5 and 10).

The subject is a hidden variable around the arms, so that it lives as long as what is taken out of
it. A test that fails leaves to the next alternative or arm.
"""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..resolve.patterns import bindings
from ..resolve.variables import Variable
from . import wording
from .body import BodyLowering, Join, Scope
from .call import call_method
from .expression import lower_condition, lower_expression, lower_word, lowers, test_box
from .statement import guard_of, lower_statements

Bound = list[tuple[ast.Node, int]]
"""The nodes of a pattern that bind a name, and the words they bind."""

_CONTENT = {"Ok": "getValue", "Err": "getError"}
"""The Boxes whose pattern binds what is inside, and the methods that read it."""


@lowers(ast.Match)
def _match(body: BodyLowering, node: ast.Match) -> int:
    result = Join(variables=frozenset(body.environment))
    hidden = Variable("", node.span, body.own)
    mark = len(body.temporaries)
    subject = lower_word(body, node.subject)
    body.at(node)
    body.exits.append(Scope())
    body.declare(hidden, subject)
    body.end_temporaries(mark)
    for arm in node.arms:
        if not body.reachable:
            body.report.add(wording.unreachable_arm(arm.span))
            break
        waiting = list(body.temporaries)  # an arm may leave the function, and end all of them
        _arm(body, arm, hidden, result)
        body.temporaries = waiting
    if body.reachable:
        body.at(node)
        body.native("ny_match_failed", body.read(hidden))
        body.arrive(result, body.null())
    body.exits.pop()
    value = body.meet(result)
    return body.null() if value is None else body.own_temporary(value)


def _arm(body: BodyLowering, arm: ast.MatchArm, hidden: Variable, result: Join) -> None:
    """One arm; afterwards the place is where its pattern did not fit."""
    body.at(arm)
    next_arm = Join(variables=frozenset(body.environment))
    mark = len(body.temporaries)
    if len(arm.patterns) == 1:
        bound: Bound = []
        _test(body, arm.patterns[0], body.read(hidden), next_arm, mark, bound)
    else:
        bound = _alternatives(body, arm, hidden, next_arm)
    scope = Scope()
    body.exits.append(scope)
    for binder, value in bound:
        body.declare(body.names.declared[id(binder)], value)
    if arm.guard is not None:
        _guard(body, arm.guard, scope, next_arm, mark)
    if isinstance(arm.body, ast.Block):
        value = _block_value(body, arm.body)
    else:
        value = body.move(lower_expression(body, arm.body))
    if body.reachable:
        value = body.null() if value is None else value
        body.end_temporaries(mark)
        for variable in (*reversed(scope.variables), hidden):
            body.end_variable(variable)
        body.arrive(result, value)
    body.exits.pop()
    body.meet(next_arm)


def _guard(
    body: BodyLowering, guard: ast.Expression, scope: Scope, next_arm: Join, mark: int
) -> None:
    holds, fails = body.branch(lower_condition(body, guard))
    environment = dict(body.environment)
    body.go_on_in(fails)
    for variable in reversed(scope.variables):
        body.end_variable(variable)
    _leave(body, next_arm, mark)
    body.environment = environment
    body.go_on_in(holds)


def _block_value(body: BodyLowering, block: ast.Block) -> int | None:
    """A block's value is that of its last statement where that is an expression, else null (for
    which nothing is made here: the block may not be left at its end)."""
    value: int | None = None
    *first, last = block.statements or (None,)
    valued = isinstance(last, ast.ExpressionStatement) and not any(map(guard_of, first))

    def inside() -> None:
        nonlocal value
        lower_statements(body, first if valued else block.statements)
        if valued and not body.reachable:
            body.report.add(wording.unreachable(last.span))
        elif valued:
            mark = len(body.temporaries)
            value = body.move(lower_expression(body, last.expression))
            body.end_temporaries(mark)

    body.in_scope(inside)
    return value


# -- patterns -----------------------------------------------------------------------------------


def _alternatives(body: BodyLowering, arm: ast.MatchArm, hidden: Variable, next_arm: Join) -> Bound:
    """`a | b`: what either binds meets in one place."""
    matched = Join()
    names = {n.name: binder for pattern in arm.patterns for binder, n in bindings(pattern)}
    carriers = {name: Variable(name, arm.span, body.own) for name in names}
    mark = len(body.temporaries)
    for index, pattern in enumerate(arm.patterns):
        if not body.reachable:
            body.report.add(wording.unreachable_arm(pattern.span))
            break
        environment = dict(body.environment)
        last = index == len(arm.patterns) - 1
        fail = next_arm if last else Join()
        bound: Bound = []
        _test(body, pattern, body.read(hidden), fail, mark, bound)
        for binder, value in bound:
            body.environment[carriers[body.names.declared[id(binder)].name]] = value
        body.end_temporaries(mark)
        body.arrive(matched)
        body.environment = environment
        if not last:
            body.meet(fail)
    body.meet(matched)
    # An alternative that does not bind a name of another has been reported.
    found = {n: body.environment.pop(carrier, None) for n, carrier in carriers.items()}
    return [(names[n], body.null() if value is None else value) for n, value in found.items()]


def _test(
    body: BodyLowering, pattern: ast.Pattern, value: int, fail: Join, mark: int, bound: Bound
) -> None:
    """Go on where `value` fits; `bound` grows by what the pattern binds. Temporaries since `mark`
    end where it does not fit."""
    body.at(pattern)
    match pattern:
        case ast.BindingPattern():
            bound.append((pattern, value))
        case ast.LiteralPattern():
            _unless(body, _equals(body, value, pattern.value), fail, mark)
        case ast.BoxPattern():
            _unless(body, test_box(body, value, pattern.type_name), fail, mark)
            if pattern.binding is not None and pattern.binding.name != "_":
                bound.append((pattern, _content(body, pattern.type_name, value)))
        case ast.ArrayPattern():
            _test_array(body, pattern, value, fail, mark, bound)
        case ast.MapPattern():
            _unless(body, body.native("ny_match_map", value), fail, mark)
            for entry in pattern.entries:
                body.at(entry)
                key = body.string(entry.key)
                _unless(body, body.native("ny_match_has", value, key), fail, mark)
                item = body.own_temporary(body.native("ny_match_value", value, key))
                _test(body, entry.pattern, item, fail, mark, bound)


def _content(body: BodyLowering, box: ast.Identifier, value: int) -> int:
    """What `Box(name)` binds: the value itself, or what is inside an `Ok` or `Err`."""
    symbol = body.program.world.find(box.name, body.origin)
    reader = _CONTENT.get(box.name) if symbol is not None and symbol.origin.library else None
    if reader is None:
        return value
    return call_method(body, value, reader, (), box.span)


def _test_array(
    body: BodyLowering, pattern: ast.ArrayPattern, value: int, fail: Join, mark: int, bound: Bound
) -> None:
    count = body.emit(ir.ConstantInteger, value=len(pattern.items))
    exact = body.emit(ir.ConstantBool, value=pattern.rest is None)
    _unless(body, body.native("ny_match_array", value, count, exact), fail, mark)
    for index, part in enumerate(pattern.items):
        body.at(part)
        place = body.emit(ir.ConstantInteger, value=index)
        item = body.own_temporary(body.native("ny_match_item", value, place))
        _test(body, part, item, fail, mark, bound)
    if pattern.rest is not None and pattern.rest.name != "_":
        rest = body.own_temporary(body.native("ny_match_rest", value, count))
        bound.append((pattern, rest))


def _equals(body: BodyLowering, value: int, literal: ast.Expression) -> int:
    if isinstance(literal, ast.NullLiteral):
        return body.emit(ir.IsNull, operand=value)
    wanted = lower_word(body, literal)
    return body.emit(ir.DynamicCompare, operator="eq", left=value, right=wanted)


def _unless(body: BodyLowering, condition: int, fail: Join, mark: int) -> None:
    """Leave for `fail` where the condition does not hold."""
    holds, fails = body.branch(condition)
    environment = dict(body.environment)
    body.go_on_in(fails)
    _leave(body, fail, mark)
    body.environment = environment
    body.go_on_in(holds)


def _leave(body: BodyLowering, fail: Join, mark: int) -> None:
    for temporary in reversed(body.temporaries[mark:]):
        body.emit(ir.End, value=temporary)
    body.arrive(fail)
