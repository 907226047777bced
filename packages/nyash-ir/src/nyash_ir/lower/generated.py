"""Functions that no source text stands for."""

from __future__ import annotations

from nyash_parse.source import NO_SPAN

from .. import instructions as ir
from ..boxes import ANY_BOX, PROGRAM
from ..resolve.names import NameResolver
from ..resolve.variables import FunctionNames
from .body import BodyLowering
from .context import ProgramContext


def _begin(
    program: ProgramContext, name: str, kind: str, parameters: list[str], box: str | None = None
) -> tuple[BodyLowering, list[int]]:
    """A body without source text and its parameters' values."""
    function = program.new_function(name, kind, NO_SPAN, box)
    names = NameResolver(program.world, PROGRAM).names
    body = BodyLowering(program, function, names, FunctionNames(), PROGRAM, None)
    words = [body.builder.add_function_parameter(parameter) for parameter in parameters]
    body.go_on_in(body.new_block())
    return body, words


def builtin_function(program: ProgramContext, builtin: str) -> str:
    """`print` or `assert` as a value: a function of one argument. Answers its full name."""
    name = f"{builtin}/1"
    if name in program.module.functions:
        return name
    body, (word,) = _begin(program, name, "function", ["value"])
    if builtin == "print":
        body.native("ny_print", body.emit(ir.NewArray, items=(word,)))
    else:
        holds, fails = body.branch(body.condition(word))
        body.go_on_in(fails)
        text, null = body.string("the value given to `assert`"), body.null()
        body.native("ny_assert_failed", text, null, null, null)
        body.emit(ir.Unreachable)
        body.go_on_in(holds)
    body.emit(ir.Return, value=body.null())
    return name


def universal_call(program: ProgramContext, method: str, arity: int) -> None:
    """`f.call(x)` and `f.invoke(x)`, of every value: the call of a function value, or of a Box
    with a `handle` method."""
    universal = program.module.classes.get(ANY_BOX)
    name = f"{ANY_BOX}.{method}/{arity}"
    if universal is None or name in program.module.functions:
        return
    parameters = ["me", *(f"argument{i}" for i in range(arity))]
    body, words = _begin(program, name, "method", parameters, ANY_BOX)
    body.emit(ir.CheckPresent, object=words[0], member=f"{method}/{arity}")
    result = body.emit(ir.CallValue, callee=words[0], arguments=tuple(words[1:]))
    body.emit(ir.Return, value=result)
    universal.methods[f"{method}/{arity}"] = name
