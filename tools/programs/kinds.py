"""The static kinds that the generator keeps expressions and variables to.

`num` holds an Integer or a Float, `any` a plain value or null; `cell` is a Box of the prelude, and
`cell?` may be null; an `index` is an Integer that mostly is one of a short array.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Array:
    item: Kind


@dataclass(frozen=True)
class Map:
    key: str
    item: Kind


@dataclass(frozen=True)
class Callable:
    parameters: tuple[Kind, ...]
    result: Kind


Kind = str | Array | Map | Callable

PLAIN = ("int", "float", "bool", "str")
NARROWER: dict[str, tuple[str, ...]] = {
    "num": ("int", "float"),
    "any": ("int", "float", "bool", "str", "num", "null"),
    "cell?": ("cell", "null"),
}
"""The kinds whose values also are of this one."""


def fits(kind: Kind, wanted: Kind) -> bool:
    """Whether a value of `kind` may stand where `wanted` is asked for. Collections are mutable, so
    theirs have to be the same."""
    return kind == wanted or (isinstance(wanted, str) and kind in NARROWER.get(wanted, ()))
