"""Counts balance, and what is used is alive: on every path through a function.

Forward data flow over two things. *Debts*: the number of references to each value that the function
holds. Where paths meet they have to be equal; where the function is left, by returning or by an
error, nothing may be owed. *Loans*: the values that are alive without a reference of their own,
because a place in memory holds one, each with its *roots*, the values that must stay held for that
place to stay. Whatever may change memory or run other code ends every loan (a change of a field
of plain values only loans of those), and so does giving up a root; where paths meet, only what all
of them lent is lent.

A parameter or other borrowed value may be retained and has to be given back; it never goes below
what the caller lent.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.effects import ProgramEffects, body_effects, disturbs_memory, may_throw
from ..analysis.operands import STORES, held_operands, holder_of, result_hold, uncounted
from ..effects import Effects
from ..instruction import Instruction, Throwing, result_of, successors_of
from ..instructions import Jump, Release, Retain, Return
from ..module import Function, Module
from ..roles import Hold
from .fault import Fault

Debts = dict[int, int]
Loans = dict[int, frozenset[int]]

_RUNS_CODE = int(Effects.CALLS | Effects.SUSPENDS)


def check(function: Function, module: Module, effects: ProgramEffects) -> list[Fault]:
    """The faults of one function after the ownership pass, at most one a block."""
    return _summary_faults(function, effects) or _Balance(function, module, effects).check()


def _summary_faults(function: Function, effects: ProgramEffects) -> list[Fault]:
    """Callers rely on the summary, so the body may not do more."""
    more = body_effects(function, effects) & ~function.summary.effects
    if not more:
        return []
    words = ", ".join(flag.name.lower() for flag in Effects if int(flag) & more and flag.name)
    return [Fault(function.name, -1, -1, f"does more than its summary says: {words}")]


class _Balance:
    def __init__(self, function: Function, module: Module, effects: ProgramEffects) -> None:
        self.function = function
        self.module = module
        self.effects = effects
        self.faults: list[Fault] = []
        self.debts: dict[int, Debts] = {0: {}}
        self.loans: dict[int, Loans] = {0: {}}
        self.pending: list[int] = [0]
        self.free: set[int] = set()
        self.tracked: set[int] = set()
        self.loaded: set[int] = set()
        self._classify()

    def _classify(self) -> None:
        function = self.function
        for block in function.blocks:
            for item in block.instructions:
                value = result_of(item)
                if value is None:
                    continue
                hold = result_hold(item)
                if self._needs_no_count(value) or hold is Hold.NONE:
                    self.free.add(value)
                elif hold is Hold.OWNED:
                    self.tracked.add(value)
                elif hold is Hold.LOADED:
                    self.loaded.add(value)
            for value in block.parameters:
                if self._needs_no_count(value):
                    self.free.add(value)
                elif function.values[value].borrowed:
                    self.loaded.add(value)
                else:
                    self.tracked.add(value)

    def _needs_no_count(self, value: int) -> bool:
        counted = self.function.values[value].representation.counted
        return not counted or uncounted(self.function, value)

    def check(self) -> list[Fault]:
        faulty: set[int] = set()
        while self.pending:
            number = self.pending.pop()
            if number not in faulty and not self._block(number):
                faulty.add(number)
        return self.faults

    def _fault(self, block: int, index: int, message: str) -> bool:
        self.faults.append(Fault(self.function.name, block, index, message))
        return False

    # -- one block ------------------------------------------------------------------------------

    def _block(self, number: int) -> bool:
        """Goes through a block from what is known at its start; False if it has a fault."""
        block = self.function.blocks[number]
        debts, loans = dict(self.debts[number]), dict(self.loans[number])
        for value in block.parameters:
            if value in self.tracked:
                debts[value] = debts.get(value, 0) + 1
        for index, item in enumerate(block.instructions):
            message = self._instruction(item, debts, loans, block.handler)
            if message is not None:
                return self._fault(number, index, message)
        last = block.instructions[-1]
        end = len(block.instructions) - 1
        for target in successors_of(last):
            lent = self._passed(last, loans, debts) if isinstance(last, Jump) else loans
            message = self._meet(target, debts, lent, f"block {target}")
            if message is not None:
                return self._fault(number, end, message)
        owed = {v: c for v, c in debts.items() if c}
        if owed and isinstance(last, Return):
            return self._fault(number, end, f"returns still owing {_text(owed)}")
        return True

    def _instruction(
        self, item: Instruction, debts: Debts, loans: Loans, handler: int | None
    ) -> str | None:
        """Apply one instruction; answers what is wrong with it."""
        if isinstance(item, Retain):
            if item.value not in self.free:
                if message := self._unusable(item.value, debts, loans):
                    return message
                debts[item.value] = debts.get(item.value, 0) + 1
            return None
        before = dict(loans) if handler is not None else {}
        disturbs = self._disturbs(item)
        given: list[int] = []
        for value, consumed in held_operands(item, self.function, self.module):
            if value in self.free:
                continue
            if message := self._unusable(value, debts, loans):
                return message
            held = debts.get(value, 0)
            if not consumed:
                lent = value in loans and not held
                if disturbs and lent and not isinstance(item, STORES):
                    return f"uses value {value} without a reference where memory may change"
                continue
            if held < 1:
                verb = "releases" if isinstance(item, Release) else "takes over"
                return f"{verb} value {value}, which is only borrowed here"
            debts[value] = held - 1
            given.append(value)
        self._end_loans(given, debts, loans)
        if disturbs or (isinstance(item, Release) and self._may_run_fini(item, debts, loans)):
            self._disturb(item, loans)
            self._stored(item, debts, loans)
        if may_throw(item, self.module):
            assert isinstance(item, Throwing)
            if disturbs:
                self._disturb(item, before)
            message = self._throw(item, dict(debts), before, handler)
            if message is not None:
                return message
        self._define(item, debts, loans)
        return None

    def _disturb(self, item: Instruction, loans: Loans) -> None:
        """Memory changes: what it held is no longer lent, but for Boxes where only a field of plain
        values changes."""
        if not self.effects.changes_only_plain(self.function, item):
            loans.clear()
            return
        for value in [v for v in loans if self.effects.may_be_plain(self.function, v)]:
            del loans[value]

    def _stored(self, item: Instruction, debts: Debts, loans: Loans) -> None:
        """A value lives on in the place that it was stored in, unless what was there before runs
        code at its end."""
        if not isinstance(item, STORES) or debts.get(item.value, 0):
            return
        if item.value in self.tracked and not self.effects.of(self.function, item) & _RUNS_CODE:
            holder = holder_of(item)
            roots = frozenset() if holder is None else self._roots(holder, debts, loans)
            loans[item.value] = roots

    def _disturbs(self, item: Instruction) -> bool:
        if isinstance(item, Release):
            return False
        return disturbs_memory(self.effects.of(self.function, item))

    def _may_run_fini(self, item: Release, debts: Debts, loans: Mapping[int, object]) -> bool:
        """Whether this may be the last reference of something with a `fini`."""
        value = item.value
        alive = debts.get(value, 0) > 0 or value in loans
        lent = value not in self.tracked and value not in self.loaded
        quiet = self.effects.ends.quiet(self.function.values[value].type)
        return value not in self.free and not (alive or lent or quiet)

    def _unusable(self, value: int, debts: Debts, loans: Loans) -> str | None:
        if debts.get(value, 0) > 0 or value in loans:
            return None
        if value in self.tracked:
            return f"uses value {value} after its last reference was given up"
        if value in self.loaded:
            return f"uses value {value} without a reference after memory may have changed"
        return None

    def _end_loans(self, given: list[int], debts: Debts, loans: Loans) -> None:
        """What was reached from a value that is no longer held is no longer lent."""
        for value in given:
            if debts.get(value, 0) < 1 and value not in loans:
                for other in [v for v, roots in loans.items() if value in roots]:
                    del loans[other]

    def _roots(self, holder: int, debts: Debts, loans: Loans) -> frozenset[int]:
        if holder in loans:
            return loans[holder]
        return frozenset((holder,)) if debts.get(holder, 0) > 0 else frozenset()

    def _define(self, item: Instruction, debts: Debts, loans: Loans) -> None:
        result = result_of(item)
        if result is None:
            return
        loans.pop(result, None)
        if result in self.tracked:
            debts[result] = debts.get(result, 0) + 1
        elif result in self.loaded:
            holder = holder_of(item)
            loans[result] = frozenset() if holder is None else self._roots(holder, debts, loans)

    # -- edges ----------------------------------------------------------------------------------

    def _passed(self, item: Jump, loans: Loans, debts: Debts) -> Loans:
        """What is lent behind a jump: also the target's parameters that only borrow."""
        lent = dict(loans)
        parameters = self.function.blocks[item.target].parameters
        for parameter, argument in zip(parameters, item.arguments, strict=True):
            if parameter in self.loaded:
                lent[parameter] = self._roots(argument, debts, loans)
        return lent

    def _throw(self, item: Throwing, debts: Debts, loans: Loans, handler: int | None) -> str | None:
        for value in item.cleanup:
            if debts.get(value, 0) < 1:
                return f"cleanup gives up value {value}, which is not owned there"
            debts[value] -= 1
            if not self.effects.ends.quiet(self.function.values[value].type):
                loans = {}
        if handler is None:
            owed = {v: c for v, c in debts.items() if c}
            return f"throws still owing {_text(owed)}" if owed else None
        self._end_loans(list(item.cleanup), debts, loans)
        return self._meet(handler, debts, loans, f"handler {handler}")

    def _meet(self, target: int, debts: Debts, loans: Loans, what: str) -> str | None:
        """Join with what is known at a block's start; it is looked at again if that says less."""
        owed = {v: c for v, c in debts.items() if c}
        if target not in self.debts:
            self.debts[target], self.loans[target] = owed, dict(loans)
            self.pending.append(target)
            return None
        if self.debts[target] != owed:
            return f"{what} is reached with other references: {self._differing(target, owed)}"
        known = self.loans[target]
        met = {v: roots | loans[v] for v, roots in known.items() if v in loans}
        if met != known:
            self.loans[target] = met
            self.pending.append(target)
        return None

    def _differing(self, target: int, debts: Debts) -> str:
        known = self.debts[target]
        values = sorted({v for v in {*known, *debts} if known.get(v, 0) != debts.get(v, 0)})
        return ", ".join(
            f"value {v} {debts.get(v, 0)} instead of {known.get(v, 0)}" for v in values
        )


def _text(owed: Debts) -> str:
    return ", ".join(f"value {v}" + (f" ({c} times)" if c > 1 else "") for v, c in owed.items())
