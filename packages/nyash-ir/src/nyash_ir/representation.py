"""How a value is held while the program runs."""

from __future__ import annotations

import enum


class Representation(enum.Enum):
    """`WORD` is the tagged word any value fits in; `REF` a word known to point to a Box on the
    heap (so every `REF` may stand where a `WORD` is wanted); the others are raw machine values."""

    I64 = "i64"
    F64 = "f64"
    I1 = "i1"
    REF = "ref"
    WORD = "word"

    @property
    def counted(self) -> bool:
        """Whether a value of it can hold a reference."""
        return self is Representation.REF or self is Representation.WORD
