"""Facts about one function that whole-program passes work from without reading its body."""

from __future__ import annotations

import msgspec

from .effects import ANYTHING
from .types import ANY, Type


class Summary(msgspec.Struct, frozen=True, array_like=True):
    """`parameters`, `result`: proven types; `effects`: bits of `Effects`; `escapes[i]`: parameter
    i may outlive the call; `consumes[i]`: the callee takes over the caller's reference to it."""

    parameters: tuple[Type, ...] = ()
    result: Type = ANY
    effects: int = int(ANYTHING)
    escapes: tuple[bool, ...] = ()
    consumes: tuple[bool, ...] = ()
