"""Module ⇄ artifact.

The payload is plain msgpack of the module's Structs (arrays, each instruction led by its tag);
`schema/ir-1.json` describes it. Reading validates the shape and then verifies the IR, so nothing
later meets a module that breaks the rules, wherever the file came from.
"""

from __future__ import annotations

import msgspec

from .module import Module
from .verify import Fault, verify

STAGE = "ir"
MAJOR = 1
MINOR = 0
"""MAJOR changes when the payload's shape does; MINOR when a Struct gains a field at its end."""


class CodecError(ValueError):
    """The payload is no module. The message is for the user."""


class BrokenModule(CodecError):
    """The payload is a module that breaks the rules of the IR."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the IR is broken: {faults[0]}")
        self.faults = faults


def encode(module: Module) -> bytes:
    """The payload alone, without an envelope."""
    return msgspec.msgpack.encode(module)


def decode(data: bytes) -> Module:
    """The module of a payload, of the right shape but not verified. Raises `CodecError`."""
    try:
        return msgspec.msgpack.decode(data, type=Module)
    except (msgspec.DecodeError, RecursionError) as error:
        raise CodecError(f"this is no module: {error}") from None


def check(module: Module) -> None:
    """Verify a module that was read, whichever side of the ownership pass it is from. Raises
    `BrokenModule`."""
    faults = verify(module, stage_of(module))
    if faults:
        raise BrokenModule(faults)


def stage_of(module: Module) -> str:
    """Which side of the ownership pass a module is from; for one without any counted work both
    are right."""
    from .instructions import Release, Retain

    for function in module.functions.values():
        for block in function.blocks:
            for item in block.instructions:
                kind = type(item)
                if kind is Retain or kind is Release or getattr(item, "cleanup", ()):
                    return "after-ownership"
    return "before-ownership"
