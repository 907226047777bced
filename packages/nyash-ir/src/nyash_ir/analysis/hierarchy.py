"""Which Box comes from which, in the closed world of one program."""

from __future__ import annotations

from ..module import BoxClass, Module
from ..types import UNCOUNTED, Type

PLAIN = frozenset(("IntegerBox", "FloatBox", "BoolBox", "NullBox", "StringBox", "FunctionBox"))
"""Boxes of plain values: nothing comes from them, and they cannot be finalised by a program."""

ANY_BOX = "AnyBox"
"""The Box whose methods every value has; as a type it says nothing."""


class Hierarchy:
    """Answers about the Boxes of a module; valid until its classes change."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._descendants: dict[str, list[str]] = {}
        for box in module.classes.values():
            self._descendants.setdefault(box.name, []).append(box.name)
            for parent in box.parents:
                self._descendants.setdefault(parent, []).append(box.name)

    def descendants(self, name: str) -> list[str]:
        """The Box and every Box that comes from it or has it as an interface."""
        return self._descendants.get(name, [name])

    def held_boxes(self, box: BoxClass) -> set[str] | None:
        """The Boxes that the strong fields of `box` may hold, or None for any Box. Plain values and
        what its native part holds are left out."""
        found: set[str] = set()
        for field in box.fields:
            if field.weak or unobservable(field.type):
                continue
            classes = self.classes(field.type)
            if classes is None:
                return None
            found.update(classes)
        return found

    def is_a(self, name: str, box: str) -> bool:
        """Whether every value of Box `name` is a `box`."""
        if name == box:
            return True
        entry = self.module.classes.get(name)
        return entry is not None and box in entry.parents

    def always(self, type: Type, box: str) -> bool:
        """Whether every value of the type is a `box`."""
        if box == ANY_BOX:
            return True
        return (
            not _unknown(type)
            and bool(type.names)
            and all(self.is_a(name, box) for name in type.names)
        )

    def never(self, type: Type, box: str) -> bool:
        """Whether no value of the type is a `box`."""
        if _unknown(type) or not type.names:
            return False
        return not any(self.is_a(one, box) for name in type.names for one in self.descendants(name))

    def classes(self, type: Type) -> list[str] | None:
        """Every Box that a value of the type may be an instance of, or None for no idea."""
        if _unknown(type):
            return None
        return list(dict.fromkeys(d for name in type.names for d in self.descendants(name)))


def _unknown(type: Type) -> bool:
    return type.is_any or ANY_BOX in type.names


def unobservable(type: Type) -> bool:
    """Whether the end of a value of the type cannot be noticed: no `fini`, no references."""
    return bool(type.names) and all(name in UNCOUNTED for name in type.names)
