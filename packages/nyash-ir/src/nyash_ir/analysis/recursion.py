"""Which functions may run again while they run.

Code generation lets these look at the stack when they are entered; the others cannot make it grow
without bound. Calls that no instruction names (of function values, by natives, of `fini`,
`toString` and their like) lead to a node that stands for every function that can be reached so.
"""

from __future__ import annotations

from ..effects import ASKS, Effects
from ..instructions import (
    CallFunction,
    CallMethod,
    CallNative,
    ConstantFunction,
    GetMember,
    GetStatic,
    NewClosure,
)
from ..module import Function, Module
from .strongly_connected import on_cycles

_UNNAMED = ""
"""The node of calls that no instruction names; no function has this name."""


def recursive_functions(module: Module) -> set[str]:
    """The names of functions that are on a cycle of the call graph."""
    answers: dict[str, set[str]] = {}
    for box in module.classes.values():
        for selector, name in box.methods.items():
            answers.setdefault(selector, set()).add(name)
    edges: dict[str, set[str]] = {_UNNAMED: _called_unnamed(module)}
    for name, function in module.functions.items():
        edges[name] = _callees(function, module, answers)
    return on_cycles(edges) - {_UNNAMED}


def _called_unnamed(module: Module) -> set[str]:
    found: set[str] = set()
    for box in module.classes.values():
        found.update(box.finalisers, box.protocol.values())
    members: set[str] = set()
    for function in module.functions.values():
        for block in function.blocks:
            for item in block.instructions:
                if isinstance(item, NewClosure | ConstantFunction):
                    found.add(item.function)
                elif isinstance(item, GetMember):
                    members.add(item.name)
    for box in module.classes.values():
        for selector, name in box.methods.items():
            if selector.rpartition("/")[0] in members:
                found.add(name)
    return found


def _callees(function: Function, module: Module, answers: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    for block in function.blocks:
        for item in block.instructions:
            match item:
                case CallFunction():
                    found.add(item.function)
                case CallMethod():
                    found.update(answers.get(item.selector, ()))
                    found.add(_UNNAMED)  # a field may hold the function
                case CallNative():
                    if module.natives[item.symbol].effects & (Effects.CALLS | ASKS):
                        found.add(_UNNAMED)
                case GetStatic():
                    box = module.classes.get(item.box)
                    if box is not None:
                        found.update(n for n in (box.constructor, box.static_initialiser) if n)
                case _:
                    if item.effects & Effects.CALLS:
                        found.add(_UNNAMED)
    return found
