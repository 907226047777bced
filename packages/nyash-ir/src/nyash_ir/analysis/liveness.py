"""Which counted values are still needed where.

Sets of values are Python integers used as bit sets (bit `v` is value `v`), which makes the usual
backward data flow a few machine words per block even in large functions.

A handler edge may be taken from anywhere in a block, so what is live into the handler is live at
the start of every block that has that handler and stays live up to the block's terminator.
`cleanup` counts as a use, so the result is also right after the ownership pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..instruction import result_of
from ..instructions import End
from ..module import Function
from ..rewrite import uses_of
from .control_flow import ControlFlow, throws_to_handler


class Liveness:
    """Live counted values of one function, per block (unreachable blocks have none).

    `live_in[b]`: at the start of b, without its own parameters; includes `handler_live[b]`.
    `handler_live[b]`: live into b's handler (0 without one).
    `live_out[b]`: live into the blocks that b's terminator names (for a `throw` inside a handled
    block: into the handler), without what the terminator passes as arguments.

    `ends=False` leaves `end` marks aside: a value lives to its last real use.
    """

    def __init__(
        self, function: Function, flow: ControlFlow | None = None, *, ends: bool = True
    ) -> None:
        self.function = function
        self._ends = ends
        self.flow = flow or ControlFlow(function)
        self.counted = 0
        for number, value in enumerate(function.values):
            if value.representation.counted:
                self.counted |= 1 << number
        count = len(function.blocks)
        self.live_in = [0] * count
        self.live_out = [0] * count
        self.handler_live = [0] * count
        self._solve()

    def _solve(self) -> None:
        function, flow = self.function, self.flow
        used: dict[int, int] = {}
        defined: dict[int, int] = {}
        for number in flow.order:
            used[number], defined[number] = self._use_and_definition(number)
        throws = {number for number in flow.order if throws_to_handler(function, number)}
        order = list(reversed(flow.order))
        pending = set(order)
        while pending:
            for number in order:
                if number not in pending:
                    continue
                pending.discard(number)
                handler = flow.handlers[number]
                through = self.live_in[handler] if handler is not None else 0
                out = through if number in throws else 0
                for target in flow.successors[number]:
                    out |= self.live_in[target]
                self.live_out[number] = out
                self.handler_live[number] = through
                live = used[number] | ((out | through) & ~defined[number])
                if live != self.live_in[number]:
                    self.live_in[number] = live
                    pending.update(flow.predecessors[number])
                    pending.update(flow.handler_predecessors[number])

    def _use_and_definition(self, number: int) -> tuple[int, int]:
        """Counted values used before a definition in the block, and those it defines."""
        block = self.function.blocks[number]
        counted = self.counted
        used = 0
        defined = 0
        for parameter in block.parameters:
            defined |= 1 << parameter
        for item in block.instructions:
            if self._ends or not isinstance(item, End):
                for value in uses_of(item):
                    used |= (1 << value) & ~defined
            result = result_of(item)
            if result is not None:
                defined |= 1 << result
        return used & counted, defined & counted


def members(bits: int) -> Iterator[int]:
    """The values of a bit set, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
