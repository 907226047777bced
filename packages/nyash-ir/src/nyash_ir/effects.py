"""What running an instruction or function may do besides giving its result."""

from __future__ import annotations

import enum


class Effects(enum.IntFlag):
    """`PURE` instructions may be removed, repeated and moved; the others say why not.

    `CALLS`: may run any Nyash code (user methods, `fini`), so loaded references must be retained
    before it. `SUSPENDS` implies `CALLS`. Contracts of natives may say less: `COMPARES` runs only
    `equals` and `hash` of the program's Boxes, `SHOWS` only `toString`, and so what those do.
    """

    PURE = 0
    THROWS = 1
    READS = 2
    WRITES = 4
    CALLS = 8
    SUSPENDS = 16
    COMPARES = 32
    SHOWS = 64


ANYTHING = Effects.THROWS | Effects.READS | Effects.WRITES | Effects.CALLS | Effects.SUSPENDS
ASKS = Effects.COMPARES | Effects.SHOWS
