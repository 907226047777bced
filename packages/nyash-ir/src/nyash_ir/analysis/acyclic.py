"""Which Boxes can never be part of a cycle of strong references.

A Box refers to what the inferred types of its strong fields allow; one whose native part shows
references (`visit`), and a field of unknown type, may refer to any Box. Those that no way leads
back to are acyclic: the collector of cycles leaves them out.
"""

from __future__ import annotations

from ..module import BoxClass, Module
from .hierarchy import Hierarchy

_EVERYTHING = ""
"""Stands for every Box at once; no Box has this name."""


def acyclic_boxes(module: Module) -> set[str]:
    """The names of those Boxes. Before inference, fields may hold anything."""
    hierarchy = Hierarchy(module)
    targets = {name: _targets(box, hierarchy) for name, box in module.classes.items()}
    targets[_EVERYTHING] = set(module.classes)
    return {name for name in module.classes if not _leads_back(name, targets)}


def _targets(box: BoxClass, hierarchy: Hierarchy) -> set[str]:
    if box.native is not None and box.native.visit:
        return {_EVERYTHING}
    held = hierarchy.held_boxes(box)
    return {_EVERYTHING} if held is None else held


def _leads_back(name: str, targets: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(targets[name])
    while waiting:
        target = waiting.pop()
        if target == name:
            return True
        if target not in seen:
            seen.add(target)
            waiting.extend(targets.get(target, ()))
    return False
