"""Operators: arithmetic, comparison, short circuits."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from .body import BodyLowering, Join
from .certain_errors import check_binary, check_unary
from .expression import lower_condition, lower_expression, lower_word, lowers

ARITHMETIC = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "%": "mod",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "shl",
    ">>": "shr",
    "..": "range",
}
COMPARISON = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


@lowers(ast.Unary)
def _unary(body: BodyLowering, node: ast.Unary) -> int:
    if node.operator == "not":
        condition = lower_condition(body, node.operand)
        body.at(node)
        return body.emit(ir.NotBool, operand=condition)
    value = lower_word(body, node.operand)
    body.at(node)
    operator = "neg" if node.operator == "-" else "not"
    check_unary(body, operator, value, node.span)
    return body.emit(ir.DynamicUnary, operator=operator, operand=value)


@lowers(ast.Binary)
def _binary(body: BodyLowering, node: ast.Binary) -> int:
    """Long chains (`a + b + …`) lean left; they are walked without recursion."""
    if node.operator in ("and", "or"):
        return _short_circuit(body, node)
    chain = [node]
    while isinstance(chain[-1].left, ast.Binary) and chain[-1].left.operator not in ("and", "or"):
        chain.append(chain[-1].left)
    value = lower_expression(body, chain[-1].left)
    for link in reversed(chain):
        value = lower_operation(body, link, link.operator, value, link.right)
    return value


def lower_operation(
    body: BodyLowering, node: ast.Node, operator: str, left: int, right: ast.Expression
) -> int:
    """`left operator right` with the left side's value at hand."""
    left = body.word(left)
    right_value = lower_word(body, right)
    body.at(node)
    comparison = COMPARISON.get(operator)
    if comparison is not None:
        if operator in ("==", "!=") and isinstance(right, ast.NullLiteral):
            test = body.emit(ir.IsNull, operand=left)
            return test if operator == "==" else body.emit(ir.NotBool, operand=test)
        check_binary(body, comparison, left, right_value, node.span)
        return body.emit(ir.DynamicCompare, operator=comparison, left=left, right=right_value)
    arithmetic = ARITHMETIC[operator]
    check_binary(body, arithmetic, left, right_value, node.span)
    return body.emit(ir.DynamicBinary, operator=arithmetic, left=left, right=right_value)


def _short_circuit(body: BodyLowering, node: ast.Binary) -> int:
    after = Join()
    left = lower_condition(body, node.left)
    body.at(node)
    when_true, when_false = body.branch(left)
    environment = dict(body.environment)
    goes_on, is_known = (
        (when_true, when_false) if node.operator == "and" else (when_false, when_true)
    )
    body.go_on_in(is_known)
    body.arrive(after, body.emit(ir.ConstantBool, value=node.operator == "or"))
    body.environment = environment
    body.go_on_in(goes_on)
    body.arrive(after, lower_condition(body, node.right))
    result = body.meet(after)
    assert result is not None
    return result
