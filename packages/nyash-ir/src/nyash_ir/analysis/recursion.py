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
    return _on_cycles(edges) - {_UNNAMED}


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


def _on_cycles(edges: dict[str, set[str]]) -> set[str]:
    """Members of strongly connected components with an edge inside (Tarjan: "Depth-first search and
    linear graph algorithms", 1972), without recursion of our own."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: set[str] = set()
    for root in edges:
        if root in number:
            continue
        work = [(root, iter(sorted(edges[root])))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    found |= _component(name, stack, on_stack, edges)
            elif target not in edges:
                continue
            elif target not in number:
                number[target] = low[target] = len(number)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(sorted(edges[target]))))
            elif target in on_stack:
                low[name] = min(low[name], number[target])
    return found


def _component(
    first: str, stack: list[str], on_stack: set[str], edges: dict[str, set[str]]
) -> set[str]:
    members: set[str] = set()
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
        if member == first:
            break
    if len(members) > 1 or first in edges[first]:
        return members
    return set()
