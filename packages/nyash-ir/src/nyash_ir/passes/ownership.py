"""Make reference counting explicit.

Stands after every pass that changes what values are used, so that those need not keep counts
balanced; after it, only `elide` and code generation follow. Lowering has marked where variables
and temporaries end (`end`); this pass decides, from precise liveness, where a reference is moved
to its last consumer, where one more is needed and where one is given up (Reinking, Xie, de Moura,
Leijen: "Perceus: Garbage Free Reference Counting with Reuse", PLDI 2021; the scopes of
language.md section 6 take the place of Perceus's last uses through the `end` marks).

Values read from memory (`LOADED`) and block parameters go without a count where `borrow` proves
that something else keeps them alive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.control_flow import ControlFlow
from ..analysis.effects import ProgramEffects, may_throw, summarise
from ..analysis.liveness import Liveness, members
from ..analysis.operands import held_operands, result_hold, uncounted
from ..instruction import Instruction, result_of
from ..instructions import Branch, Caught, End, Jump, Release, Retain, Throw
from ..module import Block, Function, Module
from ..rewrite import retarget
from ..roles import Hold
from .borrow import Borrows, candidates_of
from .simplify_blocks import remove_unreachable


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass. Changes every function that holds counted values."""
    effects = summarise(module)
    for function in module.functions.values():
        OwnershipPass(module, function, effects).run()
    return True


class OwnershipPass:
    """One function's work. Bit sets are over value ids, as in `analysis.liveness`."""

    def __init__(self, module: Module, function: Function, effects: ProgramEffects) -> None:
        self.module = module
        self.function = function
        self.effects = effects

    def run(self) -> None:
        self._drop_idle_handlers()
        self._split_branch_arguments()
        flow = ControlFlow(self.function)
        live = Liveness(self.function, flow)
        self.flow, self.live = flow, live
        self.owned = 0
        self.borrowed = 0
        self.loaded = 0
        self.promoted = 0
        self._classify()
        self.at_start: dict[int, int] = {}
        self.on_edge: dict[tuple[int, int], int] = {}
        rewritten = {number: self._rewrite(number) for number in flow.order}
        for number, instructions in rewritten.items():
            self.function.blocks[number].instructions = instructions
        self._release_at_starts()
        self._split_edges()

    # -- what holds what ------------------------------------------------------------------------

    def _classify(self) -> None:
        function, counted = self.function, self.live.counted
        for value in range(len(function.values)):
            if uncounted(function, value):
                counted &= ~(1 << value)
        for value in function.parameters:
            self.borrowed |= 1 << value
        for number in self.flow.order:
            for item in function.blocks[number].instructions:
                value = result_of(item)
                if value is None or not counted >> value & 1:
                    continue
                hold = result_hold(item)
                if hold is Hold.OWNED:
                    self.owned |= 1 << value
                elif hold is Hold.BORROWED:
                    self.borrowed |= 1 << value
                elif hold is Hold.LOADED:
                    self.loaded |= 1 << value
        candidates = candidates_of(function, self.flow, counted)
        if not candidates:
            return
        stay = Borrows(
            self.module, function, self.effects, self.live, self.owned, candidates
        ).solve()
        self.borrowed |= stay
        self.owned |= candidates & ~stay
        self.promoted = self.loaded & self.owned
        for number in self.flow.order:
            for value in function.blocks[number].parameters:
                function.values[value].borrowed = bool(stay >> value & 1)

    # -- rewriting ------------------------------------------------------------------------------

    def _rewrite(self, number: int) -> list[Instruction]:
        """The block with counts, made backward from what is live at its end."""
        block = self.function.blocks[number]
        handler_live = self.live.handler_live[number]
        owned = self.owned
        made: list[Instruction] = []  # in reverse
        live = self._terminator(number, made)
        for item in reversed(block.instructions[:-1]):
            if isinstance(item, End):
                bit = 1 << item.value
                if owned & bit and not live & bit:
                    made.append(Release(item.span, item.value))
                if owned & bit:
                    live |= bit
                continue
            live = self._step(item, made, live, handler_live)
        start = self.live.live_in[number]
        for value in block.parameters:
            start |= 1 << value
        self.at_start[number] = start & owned & ~live
        made.reverse()
        return made

    def _step(
        self, item: Instruction, made: list[Instruction], live: int, handler_live: int
    ) -> int:
        """One instruction with its counts, appended in reverse; answers what lives before it."""
        owned = self.owned
        throwing = may_throw(item, self.module)
        kept = handler_live if throwing else 0
        result = result_of(item)
        result_bit = 0 if result is None else 1 << result
        used, borrows, retains, moved = self._needs(item, live | kept)
        dead = ((borrows | kept | result_bit) & owned) & ~live
        for value in reversed(self._youngest_first(dead)):  # appended in reverse
            made.append(Release(item.span, value))
        if result_bit & self.promoted:
            made.append(Retain(item.span, result))
        if throwing:
            alive = ((live | borrows | kept) & owned) & ~result_bit & ~moved & ~kept
            item = replace(item, cleanup=self._youngest_first(alive))
        made.append(item)
        for value in retains:
            made.append(Retain(item.span, value))
        return (live | kept | used) & ~result_bit

    def _needs(self, item: Instruction, living: int) -> tuple[int, int, list[int], int]:
        """Of an instruction's operands: all (as bits), those it still needs borrowed, the retains
        it wants in front, and those whose only reference it takes over. `living` are the values
        needed behind it."""
        used = borrows = moved = 0
        takes: dict[int, int] = {}
        for value, consumed in held_operands(item, self.function, self.module):
            bit = 1 << value
            used |= bit
            if not consumed:
                borrows |= bit
            elif (self.owned | self.borrowed) & bit:
                takes[value] = takes.get(value, 0) + 1
        retains: list[int] = []
        for value, count in takes.items():
            bit = 1 << value
            if self.borrowed & bit or (living | borrows) & bit:
                retains += [value] * count
            else:
                retains += [value] * (count - 1)
                moved |= bit
        return used & self.live.counted, borrows, retains, moved

    def _terminator(self, number: int, made: list[Instruction]) -> int:
        """The block's end, with what has to be released before it; answers what lives before."""
        item = self.function.blocks[number].instructions[-1]
        owned = self.owned
        if isinstance(item, Branch):
            after = 0
            for target in self.flow.successors[number]:
                after |= self.live.live_in[target]
            for target in self.flow.successors[number]:
                dead = after & owned & ~self.live.live_in[target]
                if dead:
                    self.on_edge[number, target] = dead
            made.append(item)
            return after
        after = 0
        if isinstance(item, Jump):
            after = self.live.live_in[item.target]
        elif isinstance(item, Throw):
            after = self.live.handler_live[number]
        used, _, retains, _ = self._needs(item, after)
        made.append(item)
        made.extend(Retain(item.span, value) for value in retains)
        return after | used

    def _drop_idle_handlers(self) -> None:
        """Where nothing can throw, nothing has to be kept for a handler."""
        for block in self.function.blocks:
            if block.handler is not None and not any(
                may_throw(item, self.module) for item in block.instructions
            ):
                block.handler = None
        remove_unreachable(self.function)

    # -- blocks and edges -----------------------------------------------------------------------

    def _release_at_starts(self) -> None:
        """What is live into a block, or passed to it, and used by nothing in it."""
        for number, dead in self.at_start.items():
            if dead:
                self._insert_at_start(number, dead)

    def _insert_at_start(self, number: int, dead: int) -> None:
        block = self.function.blocks[number]
        first = block.instructions[0]
        releases = [Release(first.span, value) for value in self._youngest_first(dead)]
        at = 1 if isinstance(first, Caught) else 0
        block.instructions = [*block.instructions[:at], *releases, *block.instructions[at:]]

    def _split_edges(self) -> None:
        """Releases on one of a branch's edges: in the target if nobody else comes there."""
        function = self.function
        for (number, target), dead in self.on_edge.items():
            alone = len(self.flow.predecessors[target]) == 1
            if alone and not self.flow.handler_predecessors[target]:
                self._insert_at_start(target, dead)
                continue
            branch = function.blocks[number].instructions[-1]
            between = len(function.blocks)
            releases = [Release(branch.span, value) for value in self._youngest_first(dead)]
            function.blocks.append(
                Block(
                    [],
                    [*releases, Jump(branch.span, target, ())],
                    function.blocks[number].handler,
                )
            )
            block = function.blocks[number]
            block.instructions = [
                *block.instructions[:-1],
                retarget(branch, lambda b, t=target, n=between: n if b == t else b),
            ]

    def _split_branch_arguments(self) -> None:
        """Branches pass no arguments from here on: each edge that did gets a block that jumps."""
        function = self.function
        for number in range(len(function.blocks)):
            block = function.blocks[number]
            last = block.instructions[-1]
            if not isinstance(last, Branch):
                continue
            if not last.then_arguments and not last.else_arguments:
                continue
            changes: dict[str, Any] = {}
            for side in ("then", "else"):
                arguments = getattr(last, f"{side}_arguments")
                if not arguments:
                    continue
                jump = Jump(last.span, getattr(last, f"{side}_block"), arguments)
                changes[f"{side}_block"] = len(function.blocks)
                changes[f"{side}_arguments"] = ()
                function.blocks.append(Block([], [jump], block.handler))
            block.instructions = [*block.instructions[:-1], replace(last, **changes)]

    def _youngest_first(self, bits: int) -> tuple[int, ...]:
        """Temporaries, the last one first; then what variables hold, the last declared first."""
        values = self.function.values
        order = sorted(members(bits), key=lambda v: (values[v].age == 0, values[v].age, v))
        return tuple(reversed(order))
