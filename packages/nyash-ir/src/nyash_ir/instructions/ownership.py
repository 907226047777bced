"""Reference counting. Lowering only marks where a name's or temporary's life ends; the ownership
pass turns that into explicit counts."""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, instruction
from ..roles import AnyWord, ConsumedWord


@instruction(effects=Effects.WRITES | Effects.CALLS)
class End(Instruction, tag="end"):
    """The variable or temporary that holds the value ends here. Only before the ownership pass."""

    value: ConsumedWord


@instruction(effects=Effects.WRITES)
class Retain(Instruction, tag="retain"):
    """One more reference. Only from the ownership pass on."""

    value: AnyWord


@instruction(effects=Effects.WRITES | Effects.CALLS)
class Release(Instruction, tag="release"):
    """Gives up one reference; the last one finalises (which may run any code)."""

    value: ConsumedWord
