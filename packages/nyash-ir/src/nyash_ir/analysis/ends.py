"""Whose end can run code of the program.

The last release of a Box runs its `fini` and gives up what it refers to. Where no `fini` can be
reached that way, the release is *quiet*: it frees memory that nothing else can see, and whatever
the function has loaded from elsewhere stays what it was.
"""

from __future__ import annotations

from ..module import BoxClass, Module
from ..types import Type
from .hierarchy import ANY_BOX, Hierarchy, unobservable


class Ends:
    """Answers about the Boxes of a module; valid until its classes change."""

    def __init__(self, module: Module) -> None:
        self._hierarchy = Hierarchy(module)
        self._module = module
        with_fini = {name for name, box in module.classes.items() if box.finalisers}
        self.all_quiet = not with_fini
        self._loud = set(module.classes) if with_fini else set()
        if with_fini:
            self._loud = self._reaching(with_fini)

    def quiet(self, type: Type) -> bool:
        """Whether no value of the type can run code of the program when it ends."""
        if self.all_quiet or unobservable(type):
            return True
        classes = self._hierarchy.classes(type)
        return classes is not None and not any(name in self._loud for name in classes)

    def _reaching(self, with_fini: set[str]) -> set[str]:
        """The Boxes that have a `fini` or may hold, at any depth, one that has."""
        holders: dict[str, set[str]] = {}
        loud = set(with_fini)
        for name, box in self._module.classes.items():
            targets = self._targets(box)
            if targets is None:
                loud.add(name)
                continue
            for target in targets:
                holders.setdefault(target, set()).add(name)
        pending = list(loud)
        while pending:
            for holder in holders.get(pending.pop(), ()):
                if holder not in loud:
                    loud.add(holder)
                    pending.append(holder)
        return loud

    def _targets(self, box: BoxClass) -> set[str] | None:
        """The Boxes that strong references of `box` may lead to, or None for any Box."""
        if box.native is not None:
            return None
        found: set[str] = set()
        for field in box.fields:
            if field.weak or unobservable(field.type):
                continue
            if field.type.is_any or ANY_BOX in field.type.names:
                return None
            for name in field.type.names:
                found.update(self._hierarchy.descendants(name))
        return found
