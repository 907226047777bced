"""Which functions run at most once: making their straight-line code large gains nothing.

The entry does, and so does what nothing but one call in such a function's straight-line code names.
"""

from __future__ import annotations

from collections import Counter

from ..instructions import CallFunction
from ..module import Function, Module
from .control_flow import ControlFlow
from .strongly_connected import on_cycles


def blocks_in_loops(flow: ControlFlow) -> set[int]:
    """The blocks that may run again in the same call."""
    return on_cycles({block: flow.edges(block) for block in flow.order})


def run_once(module: Module) -> dict[str, set[int]]:
    """By function that runs at most once: its blocks that may run more often."""
    named = _times_named(module)
    found: dict[str, set[int]] = {}
    work = [module.entry]
    while work:
        function = module.functions[work.pop()]
        loops = found[function.name] = blocks_in_loops(ControlFlow(function))
        work.extend(
            name
            for name in _straight_calls(function, loops)
            if named[name] == 1 and name not in found
        )
    return found


def _straight_calls(function: Function, loops: set[int]) -> list[str]:
    return [
        item.function
        for number, block in enumerate(function.blocks)
        if number not in loops
        for item in block.instructions
        if isinstance(item, CallFunction)
    ]


def _times_named(module: Module) -> Counter[str]:
    """How often each function is named, by instructions or by Boxes."""
    named: Counter[str] = Counter()
    for box in module.classes.values():
        named.update(box.methods.values())
        named.update(box.finalisers)
        named.update(box.protocol.values())
        named.update(n for n in (box.constructor, box.static_initialiser) if n)
    for function in module.functions.values():
        for block in function.blocks:
            for item in block.instructions:
                name = getattr(item, "function", None)
                if isinstance(name, str):
                    named[name] += 1
    return named
