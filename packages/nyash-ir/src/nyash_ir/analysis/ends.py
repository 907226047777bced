"""Whose end can run code of the program.

The last release of a Box runs its `fini` and gives up what it refers to. Where no `fini` can be
reached that way, the release is *quiet*: it frees memory that nothing else can see, and whatever
the function has loaded from elsewhere stays what it was.
"""

from __future__ import annotations

from ..module import Module
from ..types import Type
from .hierarchy import Hierarchy, unobservable


class Ends:
    """Answers about the Boxes of a module; valid until its classes change."""

    def __init__(self, module: Module) -> None:
        self._hierarchy = Hierarchy(module)
        self._module = module
        with_fini = {name for name, box in module.classes.items() if box.finalisers}
        self.all_quiet = not with_fini
        self._loud = self._reaching(with_fini) if with_fini else with_fini

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
            targets = self._hierarchy.held_boxes(box) if box.native is None else None
            if targets is None:  # a native part may hold anything
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
