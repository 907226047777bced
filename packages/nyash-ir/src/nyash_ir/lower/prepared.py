"""A call on its way: its operands are evaluated, its making is still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nyash_parse.source import Span

from .. import instructions as ir
from ..boxes import BoxSymbol
from ..types import Type
from . import wording
from .body import BodyLowering
from .expression import result_type


@dataclass
class PreparedCall:
    """`make(body, operands)` makes the call in a body where the operands have those values."""

    operands: list[int]
    make: Callable[[BodyLowering, Sequence[int]], int]


def call_function(body: BodyLowering, name: str, arguments: Sequence[int], result: Type) -> int:
    return body.own_temporary(
        body.emit(ir.CallFunction, function=name, arguments=tuple(arguments), **result_type(result))
    )


def report_missing(
    body: BodyLowering,
    symbol: BoxSymbol,
    name: str,
    count: int,
    name_span: Span,
    span: Span,
    static: bool = False,
) -> None:
    same = symbol.methods_named(name)
    if same and not static:
        arities = [len(m.parameters) for m in same]
        declared = same[0].name.span if symbol.origin_of(same[0]) == body.origin else None
        body.report.add(
            wording.wrong_argument_count(span, f"`{symbol.name}.{name}`", arities, count, declared)
        )
        return
    own = symbol.static_methods if static else symbol.methods
    members = [n for n, _ in own or symbol.static_methods]
    body.report.add(wording.unknown_method(name_span, symbol.name, name, members))
