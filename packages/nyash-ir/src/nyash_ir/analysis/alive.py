"""Where a Box is known not to be finalised, because it was looked at before.

Only code of the program can finalise a Box that is still referred to (an explicit `fini()`, at any
depth of calls). So between two uses of a Box with nothing in between that runs any, the second
need not look again: forward data flow, the available expressions of the textbooks (Muchnick,
Advanced Compiler Design and Implementation, section 8.3), with handlers starting from nothing.
"""

from __future__ import annotations

from ..effects import Effects
from ..instruction import Instruction, result_of
from ..instructions import (
    CheckLive,
    GetField,
    GetWeakField,
    Jump,
    NewBox,
    Release,
    Retain,
    SetField,
    SetWeakField,
)
from ..module import Function
from .control_flow import ControlFlow
from .effects import ProgramEffects

LOOKS = (CheckLive, GetField, GetWeakField, SetField, SetWeakField)
"""Instructions that throw for a finalised `object`."""

_RUNS_CODE = int(Effects.CALLS | Effects.SUSPENDS)


class AliveBoxes:
    """The answers for one function, as bit sets over value ids."""

    def __init__(self, function: Function, effects: ProgramEffects) -> None:
        self._function = function
        self._effects = effects
        self._at_start: dict[int, int] = {}
        if _looks_often(function):
            self._solve(ControlFlow(function))

    def at_start(self, block: int) -> int:
        """The values known to be alive when a block begins."""
        return self._at_start.get(block, 0)

    def behind(self, item: Instruction, alive: int) -> int:
        """What is known behind an instruction, from what was known before it."""
        if not isinstance(item, Retain | Jump) and alive:
            if self._effects.of(self._function, item) & _RUNS_CODE:
                alive = 0
        result = result_of(item)
        if result is not None:
            alive &= ~(1 << result)
        if isinstance(item, LOOKS):
            # A store that runs code does so after it has looked.
            if not self._effects.of(self._function, item) & _RUNS_CODE:
                alive |= 1 << item.object
        elif isinstance(item, NewBox):
            alive |= 1 << item.result
        elif isinstance(item, Release):
            alive &= ~(1 << item.value)
        return alive

    def _solve(self, flow: ControlFlow) -> None:
        blocks = self._function.blocks
        handlers = {number for number in flow.handlers if number is not None}
        behind: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for number in flow.order:
                start = 0
                if number != 0 and number not in handlers:
                    start = -1  # blocks that were not looked at yet say nothing against it
                    for before in flow.predecessors[number]:
                        start &= behind.get(before, -1)
                for value in blocks[number].parameters:
                    start &= ~(1 << value)
                self._at_start[number] = start
                for item in blocks[number].instructions:
                    start = self.behind(item, start)
                if behind.get(number, -1) != start:
                    behind[number] = start
                    changed = True


def _looks_often(function: Function) -> bool:
    """Whether a value is looked at twice, or in a loop it may have come into."""
    seen: set[int] = set()
    several = len(function.blocks) > 1
    for block in function.blocks:
        for item in block.instructions:
            if isinstance(item, LOOKS):
                if several or item.object in seen:
                    return True
                seen.add(item.object)
    return False
