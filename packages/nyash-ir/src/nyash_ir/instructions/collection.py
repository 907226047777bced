"""Arrays and maps: literals, and the elements of what is known to be an Array."""

from __future__ import annotations

from ..effects import ANYTHING, Effects
from ..instruction import Throwing, instruction
from ..roles import AnyRef, ConsumedWord, ConsumedWords, IntegerOperand, LoadedWord, OwnedRef


@instruction(effects=Effects.THROWS)
class NewArray(Throwing, tag="array.new"):
    result: OwnedRef
    items: ConsumedWords


@instruction(effects=ANYTHING)
class NewMap(Throwing, tag="map.new"):
    """`entries` alternates key and value; keys may call a user's `hash` and `equals`."""

    result: OwnedRef
    entries: ConsumedWords


@instruction(effects=Effects.THROWS | Effects.READS)
class GetItem(Throwing, tag="item.get"):
    """An element of a live Array; negative indices count from the end. Throws IndexError."""

    result: LoadedWord
    array: AnyRef
    index: IntegerOperand


@instruction(effects=Effects.THROWS | Effects.WRITES | Effects.CALLS)
class SetItem(Throwing, tag="item.set"):
    """Stores in a live Array, then releases what was there; at its length it appends. Throws
    IndexError."""

    array: AnyRef
    index: IntegerOperand
    value: ConsumedWord
