"""`from Parent.method(…)`: a parent's own methods and its constructor, on `me`."""

from __future__ import annotations

from collections.abc import Sequence

from nyash_parse import ast

from ..boxes import BoxSymbol
from ..resolve.variables import Variable
from ..types import ANY
from . import wording
from .body import BodyLowering
from .construct import fill_fields
from .expression import lower_words
from .prepared import PreparedCall, call_function, report_missing

CONSTRUCTORS = ("pack", "birth", "init")
"""Synonyms for a Box's constructor, beside the Box's own name."""


def _parent_named(body: BodyLowering, name: ast.Identifier) -> BoxSymbol | None:
    """A parent, near or far, of the Box whose method this is; reports what is none."""
    assert body.box is not None
    parents = [a for a in body.box.ancestors if isinstance(a, BoxSymbol)]
    found = next((p for p in parents if p.name == name.name), None)
    if found is None:
        names = [p.name for p in parents]
        diagnostic = wording.unknown_parent_of(name.span, name.name, body.box.name, names)
        body.report.add(diagnostic)
    return found


def prepare_from(body: BodyLowering, node: ast.FromCall) -> PreparedCall:
    """`from Parent.method(…)`: the parent's own method or constructor, on `me`."""
    nothing = PreparedCall([], lambda b, _: b.unknown())
    arguments = lower_words(body, node.arguments)
    variable = body.names.uses.get(id(node))
    box = body.box
    if box is None or not isinstance(variable, Variable):
        return nothing  # reported when names were resolved
    parent = _parent_named(body, node.parent)
    if parent is None:
        return nothing
    name, count = node.method.name, len(arguments)
    operands = [body.read(variable), *arguments]
    if name == "fini":
        body.report.add(wording.parents_fini(node.span, parent.name))
        return nothing
    method = body.program.find_method(parent, name, count)
    if method is None and not any(n == name for n, _ in parent.methods):
        if name in (*CONSTRUCTORS, parent.name):
            return _prepare_parents_constructor(body, node, box, parent, operands)
    if method is None:
        report_missing(body, parent, name, count, node.method.span, node.span)
        return nothing
    target = body.program.demand_method(box, method)
    result = body.program.method_result(parent, method)
    return PreparedCall(operands, lambda b, values: call_function(b, target, values, result))


def _prepare_parents_constructor(
    body: BodyLowering, node: ast.FromCall, box: BoxSymbol, parent: BoxSymbol, operands: list[int]
) -> PreparedCall:
    count = len(operands) - 1
    constructor = parent.constructors.get(count)
    if constructor is not None:
        target = body.program.demand_method(box, constructor)
        return PreparedCall(operands, lambda b, values: call_function(b, target, values, ANY))
    fields = parent.positional_fields
    wanted = list(parent.constructors) or [len(fields)]
    if parent.constructors or count > len(fields):
        what = f"`from {parent.name}.{node.method.name}`"
        body.report.add(wording.wrong_argument_count(node.span, what, wanted, count, None))
        return PreparedCall([], lambda b, _: b.unknown())

    def fill(inner: BodyLowering, values: Sequence[int]) -> int:
        fill_fields(inner, values[0], box.key, fields, values[1:])
        return inner.null()

    return PreparedCall(operands, fill)
