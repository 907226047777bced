"""IR functions in front of native ones.

Native methods take raw values where their declaration says so. The function made here takes words
like every other, checks and unboxes them, calls the C function and boxes its result; direct calls
and dispatch then know only functions, and the inliner removes the step where types are proven.
"""

from __future__ import annotations

from collections.abc import Callable

from nyash_parse import ast
from nyash_parse.ast.walk import walk
from nyash_parse.source import NO_SPAN

from .. import instructions as ir
from .. import types
from ..boxes import SHORT_TYPE_NAMES, BoxSymbol
from ..builder import FunctionBuilder
from ..effects import Effects
from ..module import Function, NativeFunction, NativeParameter
from ..representation import Representation
from ..types import Type

_RAW = {
    "IntegerBox": Representation.I64,
    "FloatBox": Representation.F64,
    "BoolBox": Representation.I1,
}


def declared_type(reference: ast.TypeReference | None, key_of: Callable[[str], str | None]) -> Type:
    """The type a native declaration's annotation means; a missing one is Any."""
    if reference is None:
        return types.ANY
    short = SHORT_TYPE_NAMES.get(reference.name)
    if short is not None:
        return short
    key = key_of(reference.name)
    return types.box(key) if key else types.ANY


def representation_of(declared: Type, number: bool = False) -> Representation:
    if number:
        return Representation.F64
    return _RAW.get(declared.single or "", Representation.WORD)


def native_function(
    contract: ast.NativeContract,
    parameters: tuple[ast.Parameter, ...],
    result: ast.TypeReference | None,
    me: Type | None,
    provider: str,
    key_of: Callable[[str], str | None],
) -> NativeFunction:
    """What a native declaration says of its C function. `me` is the first argument's type, for
    methods."""
    taken = []
    if me is not None:
        taken.append(NativeParameter("me", me, representation_of(me)))
    for parameter in parameters:
        declared = declared_type(parameter.annotation, key_of)
        number = declared == SHORT_TYPE_NAMES["Number"]
        taken.append(
            NativeParameter(
                parameter.name,
                declared,
                representation_of(declared, number),
                parameter.name in contract.consumes,
            )
        )
    if contract.pure:
        effects = Effects.PURE
    elif contract.reads:
        effects = Effects.READS
    else:
        effects = Effects.READS | Effects.WRITES | Effects.CALLS
    if contract.throws:
        effects |= Effects.THROWS
    if contract.suspends:
        effects |= Effects.SUSPENDS
    if contract.compares:
        effects |= Effects.COMPARES
    if contract.shows:
        effects |= Effects.SHOWS
    given = declared_type(result, key_of) if result is not None else types.NULL
    raw = representation_of(given) if not contract.throws else Representation.WORD
    return NativeFunction(contract.symbol, tuple(taken), given, raw, int(effects), provider)


def known_name(symbol: BoxSymbol, method: ast.Method) -> str:
    """A native method in messages. A program cannot call a private one, and knows the public one
    that does; where there are several, the Box."""
    own = f"{symbol.name}.{method.name.name}"
    if method.visibility != "private":
        return own
    tables = (symbol.methods, symbol.static_methods, symbol.constructors)
    callers = {
        caller.name.name
        for caller in (m for table in tables for m in table.values())
        if caller.body is not None and caller.visibility != "private"
        for node in walk(caller.body)
        if isinstance(node, ast.MethodCall) and node.method.name == method.name.name
    }
    return f"{symbol.name}.{callers.pop()}" if len(callers) == 1 else symbol.name


def lower_native(function: Function, native: NativeFunction, shown: str) -> None:
    """Fill the body of the function that stands before a native one. `shown` is its name in
    messages (`SocketBox.bind`)."""
    builder = FunctionBuilder(function, function.span or NO_SPAN)
    for parameter in native.parameters:
        builder.add_function_parameter(parameter.name)
    builder.position(builder.new_block())
    arguments = []
    for word, parameter in zip(function.parameters, native.parameters, strict=True):
        is_me = parameter.name == "me" and function.kind == "method"
        what = f"argument `{parameter.name}` of {shown}"
        arguments.append(_argument(builder, word, parameter, what, checked=is_me))
    result = builder.emit(
        ir.CallNative,
        symbol=native.symbol,
        arguments=tuple(arguments),
        representation=native.representation,
        type=native.result,
    )
    if not native.representation.counted:
        result = builder.emit(ir.Box, operand=result)
    builder.emit(ir.Return, value=result)


def _argument(
    builder: FunctionBuilder, word: int, parameter: NativeParameter, what: str, checked: bool
) -> int:
    if parameter.representation is Representation.F64 and not checked:
        return builder.emit(ir.ToFloat, operand=word, what=what)
    name = parameter.type.single
    if name is not None and not checked:
        builder.emit(ir.Check, operand=word, box=name, what=what)
    if parameter.representation is Representation.WORD:
        return word
    return builder.emit(ir.Unbox, operand=word, representation=parameter.representation)
