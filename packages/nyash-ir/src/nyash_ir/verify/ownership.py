"""Counts balance: on every path through a function, each reference is given up exactly once.

Forward data flow over what each value still owes: a map from values to the number of references
the function holds. Where paths meet, the maps have to be equal; where the function is left, by
returning or by an error, nothing may be owed. A parameter or other borrowed value may be retained
and has to be given back; it never goes below what the caller lent.
"""

from __future__ import annotations

from ..analysis.effects import may_throw
from ..instruction import Instruction, Throwing, result_of, successors_of
from ..instructions import Jump, Release, Retain
from ..module import Function, Module
from ..passes.operands import held_operands, result_hold, uncounted
from ..roles import Hold
from .fault import Fault

Debts = dict[int, int]


def check(function: Function, module: Module) -> list[Fault]:
    """The faults of one function after the ownership pass, at most one a block."""
    return _Balance(function, module).check()


class _Balance:
    def __init__(self, function: Function, module: Module) -> None:
        self.function = function
        self.module = module
        self.faults: list[Fault] = []
        self.entry: dict[int, Debts] = {0: {}}
        self.free: set[int] = set()
        self.tracked: set[int] = set()
        self._classify()

    def _classify(self) -> None:
        function = self.function
        for block in function.blocks:
            for item in block.instructions:
                value = result_of(item)
                if value is None:
                    continue
                if not function.values[value].representation.counted or (
                    uncounted(function, value) or result_hold(item) is Hold.NONE
                ):
                    self.free.add(value)
                elif result_hold(item) is Hold.OWNED:
                    self.tracked.add(value)
            for value in block.parameters:
                if not function.values[value].representation.counted or uncounted(function, value):
                    self.free.add(value)
                elif not function.values[value].borrowed:
                    self.tracked.add(value)

    def check(self) -> list[Fault]:
        pending = [0]
        done: set[int] = set()
        while pending:
            number = pending.pop()
            if number in done:
                continue
            done.add(number)
            pending.extend(self._block(number))
        return self.faults

    def _fault(self, block: int, index: int, message: str) -> None:
        self.faults.append(Fault(self.function.name, block, index, message))

    def _block(self, number: int) -> list[int]:
        block = self.function.blocks[number]
        debts = dict(self.entry[number])
        for value in block.parameters:
            if value in self.tracked:
                debts[value] = debts.get(value, 0) + 1
        targets: list[int] = []
        for index, item in enumerate(block.instructions):
            message = self._instruction(item, debts)
            if message is None and may_throw(item, self.module):
                message = self._throw(item, dict(debts), block.handler, targets)
            if message is not None:
                self._fault(number, index, message)
                return []
            result = result_of(item)
            if result is not None and result in self.tracked:
                debts[result] = debts.get(result, 0) + 1
        last = block.instructions[-1]
        for target in successors_of(last):
            if not self._meet(target, debts):
                differing = self._differing(target, debts)
                message = f"block {target} is reached with other references: {differing}"
                self._fault(number, len(block.instructions) - 1, message)
                return targets
            targets.append(target)
        if not successors_of(last) and not isinstance(last, (Jump, Throwing)):
            owed = {v: c for v, c in debts.items() if c}
            if owed and type(last).__name__ == "Return":
                self._fault(
                    number, len(block.instructions) - 1, f"returns still owing {_text(owed)}"
                )
        return targets

    def _instruction(self, item: Instruction, debts: Debts) -> str | None:
        """Apply an instruction's uses; answers what is wrong with them."""
        if isinstance(item, Retain):
            if item.value not in self.free:
                debts[item.value] = debts.get(item.value, 0) + 1
            return None
        for value, consumed in held_operands(item, self.function, self.module):
            if value in self.free:
                continue
            if value in self.tracked and debts.get(value, 0) < 1:
                return f"uses value {value} after its last reference was given up"
            if consumed:
                if debts.get(value, 0) < 1:
                    verb = "releases" if isinstance(item, Release) else "takes over"
                    return f"{verb} value {value}, which is only borrowed here"
                debts[value] -= 1
        return None

    def _throw(
        self, item: Throwing, debts: Debts, handler: int | None, targets: list[int]
    ) -> str | None:
        for value in item.cleanup:
            if debts.get(value, 0) < 1:
                return f"cleanup gives up value {value}, which is not owned there"
            debts[value] -= 1
        if handler is None:
            owed = {v: c for v, c in debts.items() if c}
            return f"throws still owing {_text(owed)}" if owed else None
        if not self._meet(handler, debts):
            return (
                f"handler {handler} is reached with other references: "
                f"{self._differing(handler, debts)}"
            )
        targets.append(handler)
        return None

    def _meet(self, target: int, debts: Debts) -> bool:
        owed = {v: c for v, c in debts.items() if c}
        known = self.entry.setdefault(target, owed)
        return known == owed

    def _differing(self, target: int, debts: Debts) -> str:
        known = self.entry[target]
        values = sorted({v for v in {*known, *debts} if known.get(v, 0) != debts.get(v, 0)})
        return ", ".join(
            f"value {v} {debts.get(v, 0)} instead of {known.get(v, 0)}" for v in values
        )


def _text(owed: Debts) -> str:
    return ", ".join(f"value {v}" + (f" ({c} times)" if c > 1 else "") for v, c in owed.items())
