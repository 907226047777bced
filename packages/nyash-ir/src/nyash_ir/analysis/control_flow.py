"""Which block follows which.

Two kinds of edges: *normal* ones from a terminator to the blocks it names, and *handler* edges
from a block to its `handler`, which may be taken from any throwing instruction of the block, and
so before the block's own values exist.
"""

from __future__ import annotations

from ..instruction import successors_of
from ..instructions import Throw
from ..module import Function


class ControlFlow:
    """The graph of one function.

    `successors` and `predecessors` are normal edges (a branch to one block twice counts once),
    `handler_predecessors[h]` the blocks whose handler is `h`. `order` has the reachable blocks in
    reverse post-order, the entry first; `reachable` is the same as a set. Blocks that are
    unfinished or name unknown blocks are treated as far as they make sense, so that the verifier
    can use this on broken functions.
    """

    def __init__(self, function: Function) -> None:
        count = len(function.blocks)
        self.handlers: list[int | None] = []
        self.successors: list[list[int]] = []
        for block in function.blocks:
            handler = block.handler
            self.handlers.append(handler if handler is not None and 0 <= handler < count else None)
            last = block.instructions[-1] if block.instructions else None
            targets = successors_of(last) if last is not None and last.terminator else []
            self.successors.append([t for t in dict.fromkeys(targets) if 0 <= t < count])
        self.order = self._reverse_post_order()
        self.reachable = set(self.order)
        self.predecessors: list[list[int]] = [[] for _ in range(count)]
        self.handler_predecessors: list[list[int]] = [[] for _ in range(count)]
        for number in self.order:
            for target in self.successors[number]:
                self.predecessors[target].append(number)
            handler = self.handlers[number]
            if handler is not None:
                self.handler_predecessors[handler].append(number)

    def edges(self, block: int) -> list[int]:
        """Every block that control may reach directly from `block`, its handler last."""
        handler = self.handlers[block]
        normal = self.successors[block]
        return normal if handler is None else [*normal, handler]

    def _reverse_post_order(self) -> list[int]:
        if not self.successors:
            return []
        seen = {0}
        finished: list[int] = []
        stack = [(0, iter(self.edges(0)))]
        while stack:
            block, rest = stack[-1]
            for target in rest:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(self.edges(target))))
                    break
            else:
                finished.append(block)
                stack.pop()
        finished.reverse()
        return finished


def throws_to_handler(function: Function, block: int) -> bool:
    """Whether a block ends by throwing to its own handler."""
    found = function.blocks[block]
    return (
        found.handler is not None
        and bool(found.instructions)
        and isinstance(found.instructions[-1], Throw)
    )
