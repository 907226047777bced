"""Calls. Arguments are borrowed, results owned; an error leaves to the block's handler."""

from __future__ import annotations

from ..effects import ANYTHING
from ..instruction import Throwing, instruction
from ..roles import AnyValues, AnyWord, AnyWords, NativeResult, OwnedWord


@instruction(effects=ANYTHING)
class CallFunction(Throwing, tag="call"):
    """A function or method of the module, by its full name (`Point.length/0`). For a method the
    first argument is `me`."""

    result: OwnedWord
    function: str
    arguments: AnyWords


@instruction(effects=ANYTHING)
class CallNative(Throwing, tag="call.native"):
    """A C function declared in `Module.natives`, which gives representations, effects and which
    arguments it consumes."""

    result: NativeResult
    symbol: str
    arguments: AnyValues


@instruction(effects=ANYTHING)
class CallMethod(Throwing, tag="call.method"):
    """`receiver.name(arguments)` where the receiver's Box is not known. `selector` is
    `name/arity`; a Box without it whose field `name` holds a function has that called."""

    result: OwnedWord
    selector: str
    receiver: AnyWord
    arguments: AnyWords


@instruction(effects=ANYTHING)
class CallValue(Throwing, tag="call.value"):
    """`callee(arguments)` of a function value, or of a Box with a `handle` method."""

    result: OwnedWord
    callee: AnyWord
    arguments: AnyWords
