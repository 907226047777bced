"""Array and map literals."""

from __future__ import annotations

from ..effects import ANYTHING, Effects
from ..instruction import Throwing, instruction
from ..roles import ConsumedWords, OwnedRef


@instruction(effects=Effects.THROWS)
class NewArray(Throwing, tag="array.new"):
    result: OwnedRef
    items: ConsumedWords


@instruction(effects=ANYTHING)
class NewMap(Throwing, tag="map.new"):
    """`entries` alternates key and value; keys may call a user's `hash` and `equals`."""

    result: OwnedRef
    entries: ConsumedWords
