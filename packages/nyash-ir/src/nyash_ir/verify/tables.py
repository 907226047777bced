"""The module's tables: names, Boxes and the functions they refer to."""

from __future__ import annotations

from ..module import BoxClass, Module
from .fault import Fault

LARGEST_CLASS_ID = 0xFFFF
"""Class ids are 16 bits in the header of a Box."""

PROTOCOL = {"toString": 0, "equals": 1, "hash": 0, "handle": 1}
"""Methods the runtime calls by itself, with their arity (`ny_class` in nyash.h)."""


def check(module: Module) -> list[Fault]:
    """The faults of everything but the functions' bodies."""
    found: list[str] = []
    for table, kind in ((module.functions, "function"), (module.classes, "Box")):
        for key, entry in table.items():
            if key != entry.name:
                found.append(f"{kind} {entry.name!r} is listed as {key!r}")
    for key, native in module.natives.items():
        if key != native.symbol:
            found.append(f"native function {native.symbol!r} is listed as {key!r}")
        for parameter in native.parameters:
            if parameter.consumed and not parameter.representation.counted:
                found.append(f"native {key}: raw parameter {parameter.name!r} cannot be consumed")
        if native.throws and not native.representation.counted:
            found.append(f"native {key}: a native that throws returns a word")
    found.extend(_entry_faults(module))
    if len(set(module.globals)) != len(module.globals):
        found.append("a global is declared twice")
    ids: dict[int, str] = {}
    for box in module.classes.values():
        if not 1 <= box.id <= LARGEST_CLASS_ID:
            found.append(f"Box {box.name}: its id {box.id} is not within 1..{LARGEST_CLASS_ID}")
        other = ids.setdefault(box.id, box.name)
        if other != box.name:
            found.append(f"Box {box.name}: its id {box.id} is also that of {other}")
        found.extend(f"Box {box.name}: {message}" for message in _box_faults(box, module))
    return [Fault("", -1, -1, message) for message in found]


def _entry_faults(module: Module) -> list[str]:
    entry = module.functions.get(module.entry)
    if entry is None:
        return [f"the entry function {module.entry!r} does not exist"]
    if entry.kind != "function" or len(entry.parameters) > 1:
        return [f"the entry function {module.entry!r} takes more than the arguments"]
    return []


def _box_faults(box: BoxClass, module: Module) -> list[str]:
    found = []
    for parent in box.parents:
        if parent not in module.classes:
            found.append(f"unknown parent {parent!r}")
    names = [field.name for field in box.fields]
    if len(set(names)) != len(names):
        found.append("two fields of one name")
    for selector, name in box.methods.items():
        if parse_selector(selector) is None:
            found.append(f"{selector!r} is no selector (name/arity)")
            continue
        found.extend(_method_faults(module, name, parse_selector(selector), f"method {selector}"))
    for protocol, name in box.protocol.items():
        arity = PROTOCOL.get(protocol)
        if arity is None:
            found.append(f"the runtime calls no {protocol!r} by itself")
            continue
        found.extend(_method_faults(module, name, arity, protocol))
    for name in box.finalisers:
        found.extend(_method_faults(module, name, 0, "finaliser"))
    if box.constructor is not None:
        found.extend(_method_faults(module, box.constructor, None, "constructor"))
    if box.static_initialiser is not None:
        found.extend(_method_faults(module, box.static_initialiser, 0, "static initialiser"))
    return found


def _method_faults(module: Module, name: str, arity: int | None, role: str) -> list[str]:
    """Faults of a function that gets the Box as its first parameter and `arity` more."""
    function = module.functions.get(name)
    if function is None:
        return [f"{role}: unknown function {name!r}"]
    given = len(function.parameters) - 1
    if given < 0 or (arity is not None and given != arity):
        wanted = "at least one" if arity is None else str(arity + 1)
        return [f"{role}: {name} takes {given + 1} parameters, expected {wanted}"]
    return []


def parse_selector(selector: str) -> int | None:
    """The arity of `name/arity`, or None for anything else."""
    name, slash, arity = selector.rpartition("/")
    if not slash or not name or not arity.isascii() or not arity.isdigit() or len(arity) > 4:
        return None
    return int(arity)
