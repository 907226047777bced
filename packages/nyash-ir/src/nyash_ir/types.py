"""The lattice of static types.

A type is the small set of Box names a value may belong to (a Box stands for itself and every Box
that comes `from` it). `NEVER` is the empty set, `ANY` the top; a union that would grow beyond
`LARGEST_UNION` becomes `ANY`, which bounds every fixpoint over types.
"""

from __future__ import annotations

import msgspec

LARGEST_UNION = 4
_ANY_NAME = "Any"


class Type(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`names` is sorted and without repetition; `("Any",)` is the top."""

    names: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        return self.names == (_ANY_NAME,)

    @property
    def single(self) -> str | None:
        """The one Box of the type, or None for a union, `ANY` and `NEVER`."""
        return self.names[0] if len(self.names) == 1 and not self.is_any else None

    def join(self, other: Type) -> Type:
        """The least type that holds both."""
        if self.names == other.names or not other.names:
            return self
        if not self.names:
            return other
        if self.is_any or other.is_any:
            return ANY
        names = tuple(sorted({*self.names, *other.names}))
        return ANY if len(names) > LARGEST_UNION else Type(names)

    def __str__(self) -> str:
        return "|".join(self.names) if self.names else "Never"


ANY = Type((_ANY_NAME,))
NEVER = Type(())
INTEGER = Type(("IntegerBox",))
FLOAT = Type(("FloatBox",))
BOOL = Type(("BoolBox",))
STRING = Type(("StringBox",))
NULL = Type(("NullBox",))
FUNCTION = Type(("FunctionBox",))
ARRAY = Type(("ArrayBox",))
MAP = Type(("MapBox",))

KIND_BOXES = ("IntegerBox", "FloatBox", "BoolBox", "StringBox", "NullBox", "FunctionBox")
"""The Boxes of plain values."""

UNCOUNTED = frozenset(("IntegerBox", "FloatBox", "BoolBox", "NullBox", "StringBox"))
"""Boxes whose release nobody can observe: they have no `fini` and hold no other Box."""


def box(name: str) -> Type:
    """The type of one Box."""
    return Type((name,))


def from_names(*names: str) -> Type:
    return Type(tuple(sorted(set(names))))
