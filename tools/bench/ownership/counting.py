"""The pass `count`: let a program count its own counts as it runs.

Beside every `retain` and `release` stands a call of C (native/ownership_counts.c) that looks
whether the value is a Box. At its end the program writes the sums to the file that
NYASH_OWNERSHIP_COUNTS names. References given up on the way of an error (`cleanup`) are not
counted, in no build.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from nyash_ir.effects import Effects
from nyash_ir.hooks import BoxLibrary, Pass
from nyash_ir.instruction import Instruction
from nyash_ir.instructions import CallNative, Release, Retain
from nyash_ir.module import Function, Module, NativeFunction, NativeParameter, Value
from nyash_ir.representation import Representation
from nyash_ir.types import ANY, NULL

LIBRARY = BoxLibrary(
    name="ownership-counts",
    declarations=(),
    native=(files(__package__) / "native" / "ownership_counts.c",),
)
FILE = "NYASH_OWNERSHIP_COUNTS"

_NATIVES = {
    (kind, representation): f"ownership_counts_{name}_{suffix}"
    for kind, name in ((Retain, "retain"), (Release, "release"))
    for representation, suffix in ((Representation.WORD, "word"), (Representation.REF, "ref"))
}


def run(module: Module, options: Mapping[str, Any]) -> bool:
    for (_, representation), symbol in _NATIVES.items():
        parameter = NativeParameter("value", ANY, representation)
        module.natives[symbol] = NativeFunction(
            symbol, (parameter,), NULL, Representation.WORD, int(Effects.PURE), LIBRARY.name
        )
    for function in module.functions.values():
        for block in function.blocks:
            made: list[Instruction] = []
            for item in block.instructions:
                if isinstance(item, (Retain, Release)):
                    made.append(_call(function, item))
                made.append(item)
            block.instructions = made
    return True


COUNT = Pass("count", run, after=("ownership", "elide", "naive"), description="count the counts")


def _call(function: Function, item: Retain | Release) -> CallNative:
    representation = function.values[item.value].representation
    function.values.append(Value(NULL))
    symbol = _NATIVES[type(item), representation]
    return CallNative(item.span, (), len(function.values) - 1, symbol, (item.value,))
