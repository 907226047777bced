"""`nowait`: the receiver and arguments are evaluated now, the call is made in a new task."""

from __future__ import annotations

from nyash_parse import ast

from .. import instructions as ir
from ..resolve.variables import FunctionNames
from ..types import FUNCTION
from .body import BodyLowering, Scope
from .call import prepare_call


def lower_nowait(body: BodyLowering, node: ast.Nowait) -> int:
    """Answers the task's FutureBox."""
    prepared = prepare_call(body, node.call)
    body.at(node)
    thunk = body.new_closure(node.span)
    thunk.display = f"task {_called(body, node.call)}"
    thunk.captures = [f"operand{i}" for i in range(len(prepared.operands))]
    inner = BodyLowering(
        body.program, thunk, body.names, FunctionNames(body.own), body.origin, body.box
    )
    inner.builder.add_function_parameter("task", FUNCTION)
    inner.builder.span = body.builder.span
    inner.go_on_in(inner.builder.new_block())
    inner.exits.append(Scope())
    operands = [
        inner.emit(ir.GetCapture, index=index, type=body.type(value))
        for index, value in enumerate(prepared.operands)
    ]
    inner.at(node.call)
    result = inner.move(prepared.make(inner, operands))
    inner.end_temporaries(0)
    inner.emit(ir.Return, value=result)
    captures = tuple(body.move(value) for value in prepared.operands)
    closure = body.own_temporary(body.emit(ir.NewClosure, function=thunk.name, captures=captures))
    return body.own_temporary(body.native("ny_task_spawn", closure))


def _called(body: BodyLowering, call: ast.Expression) -> str:
    """What people call the task: the function it runs, as far as its text tells."""
    match call:
        case ast.Call(callee=ast.Name(name=name)):
            return name
        case ast.MethodCall(receiver=ast.Me()) if body.box is not None:
            return f"{body.box.name}.{call.method.name}"
        case ast.MethodCall(receiver=ast.Name(name=name)):
            return f"{name}.{call.method.name}"
        case ast.MethodCall():
            return call.method.name
        case ast.New():
            return f"new {call.box.name}"
        case _:
            return body.function.display
