"""The pass `naive`: what a compiler inserts that counts without analysis.

It stands behind `ownership` and puts back what that pass left out, so that both builds of a program
differ in their counts alone, and the verifier proves those of both:

- every value read from a field, a variable of a closure or a global is counted while it is used;
- the callee of a call holds each argument (one pair an argument; a temporary, used by nothing but
  that call, is handed over without);
- what takes over a reference gets one of its own from a variable, whose own is given up at the end
  of its scope: no last use moves. Again temporaries are handed over.

These are the copies that Swift's compiler makes at -Onone from `load [copy]`, `copy_value` and
owned results before its ownership optimisations run (Swift's docs/SIL/Ownership.md), and fewer than
CPython makes, which counts each read of a variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from nyash_ir.analysis.effects import may_throw
from nyash_ir.analysis.operands import operands_with_consumption, result_hold, uncounted
from nyash_ir.hooks import Pass
from nyash_ir.instruction import Instruction, result_of
from nyash_ir.instructions import (
    CallFunction,
    CallMethod,
    CallNative,
    CallValue,
    Jump,
    Release,
    Retain,
)
from nyash_ir.module import Block, Function, Module
from nyash_ir.roles import Hold

CALLS = (CallFunction, CallMethod, CallNative, CallValue)


def run(module: Module, options: Mapping[str, Any]) -> bool:
    for function in module.functions.values():
        _Function(module, function).run()
    return True


NAIVE = Pass("naive", run, after=("ownership",), description="put back the counts of no analysis")


class _Function:
    def __init__(self, module: Module, function: Function) -> None:
        self.module = module
        self.function = function
        self.uses: Counter[int] = Counter()
        self.parameters = set(function.parameters)
        for block in function.blocks:
            for item in block.instructions:
                if not isinstance(item, (Retain, Release)):
                    self.uses.update(v for v, _ in operands_with_consumption(item, module))

    def run(self) -> None:
        for block in self.function.blocks:
            self._count_loads(block)
            made: list[Instruction] = []
            for item in block.instructions:
                made.extend(self._with_copies(item, made))
            block.instructions = made

    def _counted(self, value: int) -> bool:
        facts = self.function.values[value]
        return facts.representation.counted and not uncounted(self.function, value)

    def _variable(self, value: int) -> bool:
        """Whether a copy is made of the value where it is used: not of a temporary."""
        return self._counted(value) and (value in self.parameters or self.uses[value] > 1)

    def _with_copies(self, item: Instruction, before: list[Instruction]) -> list[Instruction]:
        copied = [
            value
            for value, consumed in operands_with_consumption(item, self.module)
            if not consumed and isinstance(item, CALLS) and self._variable(value)
        ]
        moved = [] if isinstance(item, (Retain, Release, Jump)) else self._moves(item, before)
        if may_throw(
            item, self.module
        ):  # an error gives nothing up twice: these pairs stand in front
            moved += [v for v in copied if v in item.cleanup or copied.count(v) > 1]
            copied = [v for v in copied if v not in moved]
        pairs: list[Instruction] = []
        for value in moved:
            pairs += [Retain(item.span, value), Release(item.span, value)]
        retains = [Retain(item.span, value) for value in copied]
        releases = [Release(item.span, value) for value in copied]
        if copied and may_throw(item, self.module):
            item = replace(item, cleanup=(*item.cleanup, *copied))
        return [*pairs, *retains, item, *releases]

    def _moves(self, item: Instruction, before: list[Instruction]) -> list[int]:
        """The variables whose last reference the instruction takes over."""
        given = Counter()
        for earlier in reversed(before):
            if not isinstance(earlier, Retain):
                break
            given[earlier.value] += 1
        found = []
        for value, consumed in operands_with_consumption(item, self.module):
            if not consumed or not self._variable(value):
                continue
            if given[value]:
                given[value] -= 1
            else:
                found.append(value)
        return found

    def _count_loads(self, block: Block) -> None:
        """Give each value loaded without a count one of its own, up to its last use."""
        items = block.instructions
        last: dict[int, int] = {}
        for index, item in enumerate(items):
            for value, _ in operands_with_consumption(item, self.module):
                last[value] = index
        loads = {}
        for index, item in enumerate(items[:-1]):
            value = result_of(item)
            if value is None or result_hold(item) is not Hold.LOADED or not self._counted(value):
                continue
            following = items[index + 1]
            if not (isinstance(following, Retain) and following.value == value):
                loads[value] = (index, last.get(value, index))
        if not loads:
            return
        made: list[Instruction] = []
        for index, item in enumerate(items):
            held = [v for v, (first, end) in loads.items() if first < index <= end]
            if held and may_throw(item, self.module):
                item = replace(item, cleanup=(*item.cleanup, *held))
            ended = [v for v, (_, end) in loads.items() if end == index]
            retained = [Retain(item.span, v) for v, (first, _) in loads.items() if first == index]
            released = [Release(item.span, v) for v in ended]
            if item is items[-1]:
                made += [*released, item]
            else:
                made += [item, *retained, *released]
        block.instructions = made
