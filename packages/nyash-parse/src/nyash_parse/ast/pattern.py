"""Patterns of `match` (language.md sections 5 and 10)."""

from __future__ import annotations

from typing import Union

from .expression import Expression
from .node import Identifier, Node


class LiteralPattern(Node, tag=True, frozen=True):
    """Matches by `==`; `value` is a literal, possibly under a prefix minus."""

    value: Expression


class WildcardPattern(Node, tag=True, frozen=True):
    """`_`."""


class BindingPattern(Node, tag=True, frozen=True):
    """A bare name: matches anything and binds it."""

    name: str


class BoxPattern(Node, tag=True, frozen=True):
    """`Box(name)`: matches a value of the Box and binds it; the name may be left out."""

    type_name: Identifier
    binding: Identifier | None


class ArrayPattern(Node, tag=True, frozen=True):
    """`[a, b]`, exact; `[a, ..rest]` when `rest` is given (`..` alone is the name `_`)."""

    items: tuple[Pattern, ...]
    rest: Identifier | None


class MapPatternEntry(Node, tag=True, frozen=True):
    key: str
    pattern: Pattern


class MapPattern(Node, tag=True, frozen=True):
    """`{"k": pattern}`; more keys may be there."""

    entries: tuple[MapPatternEntry, ...]


Pattern = Union[
    LiteralPattern, WildcardPattern, BindingPattern, BoxPattern, ArrayPattern, MapPattern
]
