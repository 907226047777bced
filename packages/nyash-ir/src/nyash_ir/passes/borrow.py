"""Which values can be used without a count of their own.

A value loaded from memory is kept alive by the place it was loaded from, and a block's parameter by
wherever the values passed to it come from. That is enough for as long as nothing changes the place
and nothing frees the Box that has it. So a candidate stays *borrowed* if at no point where it is
still needed

- an instruction may change memory or run other code (`disturbs_memory`, with the effects of
  calls from summaries); one that changes nothing but a field of plain values counts for those
  candidates only that may be plain values,
- the release of an owned value may run a `fini`,
- an owned value that it was reached from (one of its *roots*) is given up.

Candidates that fail become owned, which can make others fail: this goes on until nothing changes.
The idea is that of borrow inference (Ullrich, de Moura: "Counting Immutable Beans: Reference
Counting Optimized for Purely Functional Programming", IFL 2019), made to fit memory that changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.control_flow import ControlFlow
from ..analysis.effects import ProgramEffects, disturbs_memory, may_throw
from ..analysis.hierarchy import unobservable
from ..analysis.liveness import Liveness, members
from ..analysis.operands import STORES, holder_of, operands_with_consumption, result_hold
from ..instruction import Instruction, result_of
from ..instructions import End, Jump
from ..module import Function, Module
from ..roles import Hold


class Borrows:
    """One function's candidates. Bit sets are over value ids, as in `analysis.liveness`.

    `owned` are the values that the function owns in any case; what is neither owned nor a candidate
    lives as long as the call (parameters, captures, static Boxes).
    """

    def __init__(
        self,
        module: Module,
        function: Function,
        effects: ProgramEffects,
        live: Liveness,
        owned: int,
        candidates: int,
    ) -> None:
        self.module = module
        self.function = function
        self.flow: ControlFlow = live.flow
        self.live = live
        self.needed = Liveness(function, live.flow, ends=False)
        self.owned = owned
        self.candidates = candidates
        self.loud = self.unseen = 0
        for value in members(live.counted):
            type = function.values[value].type
            if not effects.ends.quiet(type):
                self.loud |= 1 << value
            elif unobservable(type) or function.values[value].age == 0:
                self.unseen |= 1 << value
        plain = 0
        for value in members(candidates):
            if effects.may_be_plain(function, value):
                plain |= 1 << value
        self._disturbs = {
            number: [
                self._disturbed(item, effects, plain)
                for item in function.blocks[number].instructions
            ]
            for number in self.flow.order
        }
        self._holders = self._find_holders()

    def _disturbed(self, item: Instruction, effects: ProgramEffects, plain: int) -> int:
        """The values that an instruction may harm if they are borrowed."""
        if not disturbs_memory(effects.of(self.function, item)):
            return 0
        return plain if effects.changes_only_plain(self.function, item) else -1

    def solve(self) -> int:
        """The candidates that stay borrowed, as bits."""
        while True:
            self.dependents = self._dependents()
            failed = 0
            for number in self.flow.order:
                failed |= self._block(number)
            failed &= self.candidates
            if not failed:
                return self.candidates
            self.candidates &= ~failed
            self.owned |= failed

    # -- what keeps a candidate alive -----------------------------------------------------------

    def _find_holders(self) -> dict[int, list[int]]:
        """By candidate, the values it was reached from: the Box it was loaded from (globals and
        slots have none that could go), or what is passed to the parameter."""
        found: dict[int, list[int]] = {value: [] for value in members(self.candidates)}
        for number in self.flow.order:
            for item in self.function.blocks[number].instructions:
                result = result_of(item)
                if result in found:
                    holder = holder_of(item)
                    found[result] += [] if holder is None else [holder]
            for parameter, argument in self._passed(number):
                if parameter in found:
                    found[parameter].append(argument)
        return found

    def _passed(self, number: int) -> Iterator[tuple[int, int]]:
        """(parameter of the target, argument) of the jump that ends a block."""
        last = self.function.blocks[number].instructions[-1]
        if isinstance(last, Jump):
            parameters = self.function.blocks[last.target].parameters
            yield from zip(parameters, last.arguments, strict=True)

    def _dependents(self) -> dict[int, int]:
        """By owned value, the candidates whose roots it is among."""
        roots = dict.fromkeys(members(self.candidates), 0)
        changed = True
        while changed:
            changed = False
            for value, before in roots.items():
                after = before
                for holder in self._holders[value]:
                    bit = 1 << holder
                    after |= bit if self.owned & bit else roots.get(holder, 0)
                if after != before:
                    roots[value] = after
                    changed = True
        found: dict[int, int] = {}
        for value, bits in roots.items():
            for root in members(bits):
                found[root] = found.get(root, 0) | 1 << value
        return found

    # -- where a candidate fails ----------------------------------------------------------------

    def _at_start(self, number: int) -> int:
        """What is needed when a block begins. Plain values, and temporaries whose end runs
        nothing, are needed while they are used; everything else up to its `end`, as if the name or
        the temporary held it."""
        short = self.candidates & self.unseen
        return (self.live.live_in[number] & ~short) | (self.needed.live_in[number] & short)

    def _kept(self, number: int) -> int:
        short = self.candidates & self.unseen
        return (self.live.handler_live[number] & ~short) | (
            self.needed.handler_live[number] & short
        )

    def _given_up(self, values: int, needed: int) -> int:
        """The candidates among `needed` that the release of `values` may harm."""
        if values & self.loud:
            return needed & self.candidates
        failed = 0
        for value in members(values):
            failed |= self.dependents.get(value, 0) & needed
        return failed

    def _block(self, number: int) -> int:
        block = self.function.blocks[number]
        kept = self._kept(number)
        last = len(block.instructions) - 1
        failed, needed = self._end_of_block(number, block.instructions[last], kept)
        for index in range(last - 1, -1, -1):
            item = block.instructions[index]
            if isinstance(item, End):
                bit = 1 << item.value
                if self.owned & bit and not needed & bit:
                    failed |= self._given_up(bit, needed)
                    needed |= bit
                elif self.candidates & bit & ~self.unseen:
                    needed |= bit  # a name holds the value up to here, used or not
                continue
            more, needed = self._step(item, self._disturbs[number][index], needed, kept)
            failed |= more
        start = self._at_start(number)
        for value in block.parameters:
            start |= 1 << value
        return failed | self._given_up(start & self.owned & ~needed, needed)

    def _step(
        self, item: Instruction, disturbed: int, needed: int, handler: int
    ) -> tuple[int, int]:
        """One instruction: the candidates it fails, and what is needed before it."""
        result = result_of(item)
        bit = 0 if result is None else 1 << result
        used = borrows = consumed = 0
        for value, takes in operands_with_consumption(item, self.module):
            used |= 1 << value
            if takes:
                consumed |= 1 << value
            else:
                borrows |= 1 << value
        throwing = may_throw(item, self.module)
        kept = handler if throwing else 0
        behind = (needed | kept) & ~bit
        failed = (behind if isinstance(item, STORES) else behind | used) & disturbed
        moved = consumed & self.owned & ~borrows & ~behind
        failed |= self._given_up_by(moved, behind | used)
        dead = (borrows | kept | bit) & self.owned & ~needed
        failed |= self._given_up(dead, needed | kept)  # the result, too, may depend on them
        if kept:
            failed |= self._given_up((needed | borrows) & self.owned & ~kept & ~bit, kept)
        return failed, (needed | kept | used) & ~bit

    def _given_up_by(self, moved: int, needed: int) -> int:
        """The candidates that depend on what an instruction takes over."""
        failed = 0
        for value in members(moved):
            failed |= self.dependents.get(value, 0) & needed
        return failed

    def _end_of_block(self, number: int, item: Instruction, kept: int) -> tuple[int, int]:
        after = 0
        for target in self.flow.successors[number]:
            after |= self._at_start(target)
        failed = 0
        for target in self.flow.successors[number]:
            start = self._at_start(target)
            failed |= self._given_up(after & self.owned & ~start, start)
            for parameter, argument in self._passed(number):
                bit = 1 << argument
                if self.owned & bit and not start & bit:
                    # The reference goes to the parameter, or nowhere if that is borrowed.
                    failed |= (1 << parameter) & self.candidates
                    failed |= self.dependents.get(argument, 0) & start
        used = 0
        for value, _ in operands_with_consumption(item, self.module):
            used |= 1 << value
        if may_throw(item, self.module):
            after |= kept
        return failed, after | used


def candidates_of(function: Function, flow: ControlFlow, counted: int) -> int:
    """Loaded values, and parameters of blocks that only jumps pass to."""
    found = 0
    for number in flow.order:
        block = function.blocks[number]
        for value in block.parameters:
            found |= 1 << value
        for item in block.instructions:
            value = result_of(item)
            if value is not None and result_hold(item) is Hold.LOADED:
                found |= 1 << value
    return found & counted
