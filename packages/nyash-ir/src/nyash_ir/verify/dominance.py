"""Every use comes after its definition, on every path."""

from __future__ import annotations

from ..analysis.control_flow import ControlFlow
from ..analysis.dominators import Dominators
from ..instruction import result_of
from ..module import Function
from ..rewrite import uses_of
from .fault import Fault


def check(function: Function) -> list[Fault]:
    """Uses that their definition does not dominate. Unreachable blocks are not looked at."""
    flow = ControlFlow(function)
    dominators: Dominators | None = None
    place: dict[int, tuple[int, bool]] = {}
    for value in function.parameters:
        place[value] = (0, True)
    for number, block in enumerate(function.blocks):
        for value in block.parameters:
            place[value] = (number, True)
        for item in block.instructions:
            result = result_of(item)
            if result is not None:
                place[result] = (number, False)
    found = []
    for number in flow.order:
        block = function.blocks[number]
        here = set(block.parameters)
        known = set(here)
        for index, item in enumerate(block.instructions):
            for value in uses_of(item):
                if value in known:
                    continue
                definition = place.get(value)
                if definition is not None and definition[0] != number:
                    dominators = dominators or Dominators(function, flow)
                    if dominators.available(*definition, number):
                        known.add(value)
                        continue
                elif definition is not None and definition[1]:
                    known.add(value)
                    continue
                known.add(value)
                message = (
                    f"%{value} is used but never defined"
                    if definition is None
                    else f"%{value} is not defined on every path to this use"
                )
                found.append(Fault(function.name, number, index, message))
            result = result_of(item)
            if result is not None:
                known.add(result)
    return found
