"""Calls: of functions of the module, of C functions, and of what is only known when it runs."""

from __future__ import annotations

from nyash_ir import instructions as ir
from nyash_ir.effects import Effects
from nyash_ir.module import NativeFunction
from nyash_ir.representation import Representation
from nyash_ir.types import NULL as NULL_TYPE

from ..function import LLVM_TYPES, FunctionEmitter
from ..layout import NULL
from .register import emits


@emits(ir.CallFunction)
def call_function(e: FunctionEmitter, item: ir.CallFunction) -> None:
    word = e.call_word(item.function, e.typed(item.arguments))
    if e.program.module.functions[item.function].summary.effects & Effects.THROWS:
        e.check_thrown(word, item)
    e.define(item.result, word)


def c_type(representation: Representation) -> str:
    """As clang passes it: `bool` is a zero-extended `i1`."""
    return "i1 zeroext" if representation is Representation.I1 else LLVM_TYPES[representation]


def c_result(native: NativeFunction) -> str:
    """What the C function gives: `void` where it neither throws nor has anything to say."""
    if native.throws:
        return "i64"
    if native.result == NULL_TYPE:
        return "void"
    return (
        "zeroext i1"
        if native.representation is Representation.I1
        else (LLVM_TYPES[native.representation])
    )


@emits(ir.CallNative)
def call_native(e: FunctionEmitter, item: ir.CallNative) -> None:
    native = e.program.module.natives[item.symbol]
    kinds = [c_type(parameter.representation) for parameter in native.parameters]
    result = c_result(native)
    name = e.program.text.declare(native.symbol, result, ", ".join(kinds), "nounwind")
    arguments = ", ".join(
        f"{kind} {e.use(value)}" for kind, value in zip(kinds, item.arguments, strict=True)
    )
    call = f"call {result} {name}({arguments}){e.call_attribute}"
    if result == "void":
        e.text.line(call)
        e.define(item.result, str(NULL))
        return
    value = e.text.value(call)
    if native.throws:
        e.check_thrown(value, item)
    e.define(item.result, value)


@emits(ir.CallMethod)
def call_method(e: FunctionEmitter, item: ir.CallMethod) -> None:
    name = e.program.dispatch.method(item.selector)
    word = e.call_word(name, e.typed((item.receiver, *item.arguments)))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.CallValue)
def call_value(e: FunctionEmitter, item: ir.CallValue) -> None:
    name = e.program.calls.of_arity(len(item.arguments))
    word = e.call_word(name, e.typed((item.callee, *item.arguments)))
    e.check_thrown(word, item)
    e.define(item.result, word)
