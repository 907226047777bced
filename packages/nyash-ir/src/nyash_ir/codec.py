"""Module ⇄ artifact of stage `ir`.

The payload is plain msgpack of the module's Structs (arrays, each instruction led by its tag);
`schema/ir-1.json` describes it. Reading validates the shape and then verifies the IR, so nothing
later meets a module that breaks the rules, wherever the file came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from nyash_parse.artifact import ArtifactError, Schema, read, write

from .module import Module
from .schema.upgrade import upgrade
from .verify import Fault, Stage, verify

STAGE = "ir"
SCHEMA = Schema(1, 2)
"""The major grows when the payload's shape changes; the minor when a Struct gains a field at its
end with a default, or an instruction is added."""


class CodecError(ValueError):
    """The payload is no module. The message is for the user."""


class BrokenModule(CodecError):
    """The payload is a module that breaks the rules of the IR."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the IR is broken: {faults[0]}")
        self.faults = faults


def to_artifact(module: Module, producers: Mapping[str, str] | None = None) -> bytes:
    """The module with its sources, so that diagnostics can be drawn where it is read.
    `producers` (name to version) defaults to the installed version of this package."""
    hashes = [
        (source.name, hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest())
        for source in module.sources
    ]
    return write(STAGE, module, _installed() if producers is None else producers, hashes, SCHEMA)


def from_artifact(data: bytes) -> Module:
    """The module of an artifact, verified. Raises `ArtifactError`: N09xx for a file that is no
    artifact of this stage, N0605 for one that holds broken IR."""
    module = read(data, STAGE, Module, SCHEMA, upgrade)
    try:
        check(module)
    except CodecError as error:
        raise ArtifactError("N0605", str(error)) from error
    return module


def _installed() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"nyash-ir": version("nyash-ir")}
    except PackageNotFoundError:
        return {}


def encode(module: Module) -> bytes:
    """The payload alone, without an envelope."""
    return msgspec.msgpack.encode(module)


def decode(data: bytes) -> Module:
    """The module of a payload, of the right shape but not verified. Raises `CodecError`."""
    try:
        return msgspec.msgpack.decode(data, type=Module)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodecError(f"this is no module: {error}") from None


def check(module: Module) -> None:
    """Verify a module that was read, whichever side of the ownership pass it is from. Raises
    `BrokenModule`."""
    faults = verify(module, stage_of(module))
    if faults:
        raise BrokenModule(faults)


def stage_of(module: Module) -> Stage:
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
