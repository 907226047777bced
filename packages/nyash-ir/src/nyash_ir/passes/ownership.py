"""Make reference counting explicit.

Stands after every pass that changes what values are used, so that those need not keep counts
balanced; after it, only `elide` and code generation follow. Lowering has marked where variables
and temporaries end (`end`); this pass decides, from precise liveness, where a reference is moved
to its last consumer, where one more is needed and where one is given up (Reinking, Xie, de Moura,
Leijen: "Perceus: Garbage Free Reference Counting with Reuse", PLDI 2021; the scopes of
language.md section 6 take the place of Perceus's last uses through the `end` marks).

A value read from memory (`LOADED`) is used without a count where nothing between the load and its
last use can change memory or run other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.control_flow import ControlFlow
from ..analysis.liveness import Liveness, members
from ..effects import Effects
from ..instruction import Instruction, Throwing, result_of
from ..instructions import Branch, CallNative, Caught, End, Jump, Release, Retain, Throw
from ..module import Block, Function, Module
from ..rewrite import retarget
from ..roles import Hold, Role
from ..types import BOOL, NULL

_OPERAND_FIELDS: dict[type[Instruction], tuple[tuple[str, bool, bool], ...]] = {}
_RESULT_HOLDS: dict[type[Instruction], Hold] = {}


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass. Changes every function that holds counted values."""
    for function in module.functions.values():
        OwnershipPass(module, function).run()
    return True


def operands_with_consumption(item: Instruction, module: Module) -> list[tuple[int, bool]]:
    """Every value the instruction uses and whether it takes over a reference to it."""
    if isinstance(item, CallNative):
        native = module.natives[item.symbol]
        return [
            (value, parameter.consumed)
            for value, parameter in zip(item.arguments, native.parameters, strict=True)
        ]
    kind = type(item)
    fields = _OPERAND_FIELDS.get(kind)
    if fields is None:
        fields = _OPERAND_FIELDS[kind] = tuple(
            (f.name, f.role is Role.OPERANDS, f.hold is Hold.CONSUMED)
            for f in kind.fields
            if f.role in (Role.OPERAND, Role.OPERANDS)
        )
    found: list[tuple[int, bool]] = []
    for name, many, consumed in fields:
        if many:
            found.extend((value, consumed) for value in getattr(item, name))
        else:
            found.append((getattr(item, name), consumed))
    return found


def result_hold(item: Instruction) -> Hold:
    """Who holds the reference in an instruction's result."""
    kind = type(item)
    hold = _RESULT_HOLDS.get(kind)
    if hold is None:
        field = next((f for f in kind.fields if f.role is Role.RESULT), None)
        hold = _RESULT_HOLDS[kind] = field.hold if field else Hold.NONE
    return hold


def effects_of(item: Instruction, module: Module) -> Effects:
    """An instruction's effects; a native call's by its contract."""
    if isinstance(item, CallNative):
        return Effects(module.natives[item.symbol].effects)
    return item.effects


def uncounted(function: Function, value: int) -> bool:
    """Whether a word can hold no reference by its type."""
    return function.values[value].type in (NULL, BOOL)


class OwnershipPass:
    """One function's work. Bit sets are over value ids, as in `analysis.liveness`."""

    def __init__(self, module: Module, function: Function) -> None:
        self.module = module
        self.function = function

    def run(self) -> None:
        self._split_branch_arguments()
        flow = ControlFlow(self.function)
        live = Liveness(self.function, flow)
        self.flow, self.live = flow, live
        self.owned = 0
        self.borrowed = 0
        self.loaded: dict[int, list[tuple[int, int]]] = {}
        self._classify()
        for number in flow.order:
            if number in self.loaded:
                self._promote_loads(number)
        self.at_start: dict[int, int] = {}
        self.on_edge: dict[tuple[int, int], int] = {}
        rewritten = {number: self._rewrite(number) for number in flow.order}
        for number, instructions in rewritten.items():
            self.function.blocks[number].instructions = instructions
        self._release_at_starts()
        self._split_edges()

    # -- what holds what ------------------------------------------------------------------------

    def _classify(self) -> None:
        function = self.function
        counted = self.live.counted
        for value in function.parameters:
            self.borrowed |= 1 << value
        for number in self.flow.order:
            block = function.blocks[number]
            for value in block.parameters:
                if counted >> value & 1 and not uncounted(function, value):
                    self.owned |= 1 << value
            for index, item in enumerate(block.instructions):
                value = result_of(item)
                if value is None or not counted >> value & 1 or uncounted(function, value):
                    continue
                hold = result_hold(item)
                if hold is Hold.OWNED:
                    self.owned |= 1 << value
                elif hold is Hold.BORROWED:
                    self.borrowed |= 1 << value
                elif hold is Hold.LOADED:
                    self.loaded.setdefault(number, []).append((value, index))
        self.promoted = 0

    def _promote_loads(self, number: int) -> None:
        """Give a count to each loaded value that something could free while it is in use."""
        block = self.function.blocks[number]
        beyond = self.live.live_out[number] | self.live.handler_live[number]
        last_use: dict[int, int] = {}
        consumed = 0
        disturbing = []
        for index, item in enumerate(block.instructions):
            is_end = isinstance(item, End)
            for value, takes in operands_with_consumption(item, self.module):
                last_use[value] = index
                if takes and not is_end:
                    consumed |= 1 << value
            disturbing.append(
                effects_of(item, self.module).disturbs_memory
                if not is_end
                else bool(self.owned >> item.value & 1)
            )
        deaths = self._deaths(last_use, beyond, len(disturbing))
        waiting = list(self.loaded[number])
        changed = True
        while changed:
            changed = False
            for entry in list(waiting):
                value, index = entry
                last = last_use.get(value, index)
                if (
                    (beyond | consumed) >> value & 1
                    or any(disturbing[index + 1 : last + 1])
                    or any(deaths[index:last])
                ):
                    waiting.remove(entry)
                    self.owned |= 1 << value
                    self.promoted |= 1 << value
                    if not beyond >> value & 1:
                        deaths[last] = True
                    changed = True

    def _deaths(self, last_use: dict[int, int], beyond: int, count: int) -> list[bool]:
        """Behind which instructions of a block some owned value's last reference may go."""
        deaths = [False] * count
        for value, index in last_use.items():
            if self.owned >> value & 1 and not beyond >> value & 1:
                deaths[index] = True
        return deaths

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
        throwing = isinstance(item, Throwing)
        kept = handler_live if throwing else 0
        result = result_of(item)
        result_bit = 0 if result is None else 1 << result
        used, borrows, retains, moved = self._needs(item, live | kept)
        dead = ((borrows | kept | result_bit) & owned) & ~live
        for value in members(dead):  # appended in reverse: the youngest is released first
            made.append(Release(item.span, value))
        if result_bit & self.promoted:
            made.append(Retain(item.span, result))
        if throwing:
            alive = ((live | borrows | kept) & owned) & ~result_bit & ~moved & ~kept
            item = replace(item, cleanup=_youngest_first(alive))
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
        for value, consumed in operands_with_consumption(item, self.module):
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
        target_live = self.live.live_in[item.target] if isinstance(item, Jump) else 0
        if isinstance(item, Throw):
            kept = self.live.handler_live[number]
            used, _, retains, _ = self._needs(item, kept)
            made.append(item)
            made.extend(Retain(item.span, value) for value in retains)
            return kept | used
        used, _, retains, _ = self._needs(item, target_live)
        made.append(item)
        made.extend(Retain(item.span, value) for value in retains)
        return target_live | used

    # -- blocks and edges -----------------------------------------------------------------------

    def _release_at_starts(self) -> None:
        """What is live into a block, or passed to it, and used by nothing in it."""
        for number, dead in self.at_start.items():
            if dead:
                self._insert_at_start(number, dead)

    def _insert_at_start(self, number: int, dead: int) -> None:
        block = self.function.blocks[number]
        first = block.instructions[0]
        releases = [Release(first.span, value) for value in _youngest_first(dead)]
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
            releases = [Release(branch.span, value) for value in _youngest_first(dead)]
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


def _youngest_first(values: int) -> tuple[int, ...]:
    return tuple(reversed(list(members(values))))



