"""Private members: `me` reaches them, in heirs and in functions made inside methods too; static
ones and constructors are reached from inside the Box.

What is told here is what the compiler knows of a receiver. Where it does not know the Box, the
run time refuses (class.c): private members are in no table that calls and reads go through.
The Boxes of one library trust each other.
"""

from __future__ import annotations

from nyash_parse import ast
from nyash_parse.diagnostics.model import Edit, Fix
from nyash_parse.source import Span

from .. import instructions as ir
from ..boxes import BoxSymbol
from ..types import FUNCTION
from . import wording
from .body import BodyLowering, Scope
from .prepared import call_function

PRIVATE = "private"


def check_private(
    body: BodyLowering,
    symbol: BoxSymbol,
    member: ast.Field | ast.Method,
    receiver: ast.Expression,
    name: ast.Identifier,
    getter: bool = False,
) -> None:
    """A member of an instance; `getter`: its value is asked for, so a method could give it."""
    if member.visibility != PRIVATE or isinstance(receiver, ast.Me):
        return
    if body.origin.library and body.origin.library == symbol.origin.library:
        return
    help = _through_me(body, symbol, receiver)
    if help is None and getter:
        help = _getter(symbol, name)
    _report(body, symbol, member, name.span, name.name, help)


def check_private_static(
    body: BodyLowering, symbol: BoxSymbol, method: ast.Method, span: Span, name: str
) -> None:
    """A static method or a constructor, which no `me` is asked for."""
    box = body.program.world.boxes.get(body.function.box or "")
    inside = box is not None and (box is symbol or symbol in box.ancestors)
    inside |= bool(body.origin.library) and body.origin.library == symbol.origin.library
    if method.visibility == PRIVATE and not inside:
        _report(body, symbol, method, span, name, None)


def _report(
    body: BodyLowering,
    symbol: BoxSymbol,
    member: ast.Field | ast.Method,
    span: Span,
    name: str,
    help: Fix | None,
) -> None:
    holder = symbol.owner_of(member) if isinstance(member, ast.Method) else symbol.holder_of(member)
    place = member.name.span if isinstance(member, ast.Method) else member.span
    static = isinstance(member, ast.Method) and (member.static or member.kind == "constructor")
    body.report.add(
        wording.private_member(
            span,
            holder.name,
            name,
            static,
            place if symbol.origin_of(member) == body.origin else None,
            help,
        )
    )


def _through_me(body: BodyLowering, symbol: BoxSymbol, receiver: ast.Expression) -> Fix | None:
    """A static Box that goes by its own name is the same as `me`."""
    if symbol.static and body.box is symbol and isinstance(receiver, ast.Name):
        return Fix("a Box reaches its own by `me`", (Edit(receiver.span, "me"),))
    return None


def _getter(symbol: BoxSymbol, name: ast.Identifier) -> Fix | None:
    capital = name.name[:1].upper() + name.name[1:]
    for getter in (f"get{capital}", f"get_{name.name}", f"is{capital}"):
        method = symbol.methods.get((getter, 0))
        if method is not None and method.visibility != PRIVATE:
            return Fix(f"did you mean `{getter}()`?", (Edit(name.span, f"{getter}()"),))
    return None


def bound_private_method(
    body: BodyLowering, me: int, symbol: BoxSymbol, method: ast.Method, span: Span
) -> int:
    """`me.method` as a value: a function that holds `me`."""
    target = body.program.demand_method(symbol, method)
    result = body.program.method_result(symbol, method)
    function = body.new_closure(span)
    function.display, function.captures = f"{symbol.name}.{method.name.name}", ["me"]
    inner = BodyLowering(body.program, function, body.names, body.own, body.origin, body.box)
    inner.builder.add_function_parameter("closure", FUNCTION)
    given = [inner.builder.add_function_parameter(p.name) for p in method.parameters]
    inner.builder.span = body.builder.span
    inner.go_on_in(inner.builder.new_block())
    inner.exits.append(Scope())
    held = inner.emit(ir.GetCapture, index=0, type=body.type(me), value_name="me")
    answer = inner.move(call_function(inner, target, (held, *given), result))
    inner.end_temporaries(0)
    inner.emit(ir.Return, value=answer)
    return body.own_temporary(
        body.emit(ir.NewClosure, function=function.name, captures=(body.move(me),))
    )
