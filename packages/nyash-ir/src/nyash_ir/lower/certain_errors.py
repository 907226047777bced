"""Operations that throw whatever happens, told from the types that lowering knows by itself.

Only the language's plain kinds are judged, and only where a value has one known kind: what this
says is certain. The words are those of the run time (`native/arithmetic.c`, `compare.c`,
`closure.c`, `class.c`).
"""

from __future__ import annotations

from nyash_parse.source import Span

from .. import types
from ..boxes import readable
from ..types import Type
from . import wording
from .body import BodyLowering

_KINDS = frozenset((*types.KIND_BOXES, "ArrayBox", "MapBox"))
_ORDERED_NUMBERS = frozenset(("IntegerBox", "FloatBox"))
_NUMBERS = _ORDERED_NUMBERS | {"BoolBox"}
"""What arithmetic takes: true counts as 1."""
_ARITHMETIC = {
    "add": "cannot add {0} and {1}",
    "sub": "cannot subtract {1} from {0}",
    "mul": "cannot multiply {0} by {1}",
    "div": "cannot divide {0} by {1}",
    "mod": "cannot take the remainder of {0} by {1}",
}
_BITS = {
    "and": "cannot use & on {0} and {1}",
    "or": "cannot use | on {0} and {1}",
    "xor": "cannot use ^ on {0} and {1}",
    "shl": "cannot shift {0} by {1}",
    "shr": "cannot shift {0} by {1}",
}
_ORDERS = frozenset(("lt", "le", "gt", "ge"))


def _kind(type: Type) -> str | None:
    return type.single if type.single in _KINDS else None


def _names(*kinds: str) -> list[str]:
    return [readable(kind) for kind in kinds]


def check_binary(body: BodyLowering, operator: str, left: int, right: int, span: Span) -> None:
    """Arithmetic, bits and orders of two values (`eq` and `ne` take all)."""
    first, second = _kind(body.type(left)), _kind(body.type(right))
    if first is None or second is None:
        return
    both = {first, second}
    if operator in _ARITHMETIC:
        fits = both <= _NUMBERS
        fits |= operator == "add" and "StringBox" in both
        fits |= operator == "mul" and (first, second) == ("StringBox", "IntegerBox")
        reason = _ARITHMETIC[operator]
    elif operator in _BITS:
        fits = both == {"IntegerBox"}
        reason = _BITS[operator]
    elif operator in _ORDERS:
        fits = both <= _ORDERED_NUMBERS or both == {"StringBox"}
        reason = "cannot compare {0} with {1}"
    else:
        return
    if not fits:
        _report(body, span, "TypeError", reason.format(*_names(first, second)))


def check_unary(body: BodyLowering, operator: str, operand: int, span: Span) -> None:
    """`-x` and `~x`."""
    kind = _kind(body.type(operand))
    allowed = _NUMBERS if operator == "neg" else {"IntegerBox"}
    if kind is not None and kind not in allowed:
        act = "cannot negate" if operator == "neg" else "cannot use ~ on"
        _report(body, span, "TypeError", f"{act} {readable(kind)}")


def check_callee(body: BodyLowering, callee: int, span: Span) -> None:
    """`f(…)` of a value."""
    kind = _kind(body.type(callee))
    if kind is not None and kind != "FunctionBox":
        _report(body, span, "TypeError", f"{readable(kind)} is not a function")


def check_null(body: BodyLowering, receiver: int, reason: str, span: Span) -> None:
    """A field or method of what is null in any case."""
    if body.type(receiver) == types.NULL:
        _report(body, span, "NullError", reason)


def _report(body: BodyLowering, span: Span, error: str, reason: str) -> None:
    body.report.add(wording.always_throws(span, error, reason))
