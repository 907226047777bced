"""Which definitions are certain to have run before a use.

An error may leave a block before its instructions have run, but never before its start. So each
block is two nodes here, its start and its end, and handler edges leave from the start: a block's
parameters are available in its handler, the results of its instructions are not.

The tree is found by the iteration of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance
Algorithm", 2001).
"""

from __future__ import annotations

from ..module import Function
from .control_flow import ControlFlow


class Dominators:
    """The dominator tree of one function's reachable blocks."""

    def __init__(self, function: Function, flow: ControlFlow | None = None) -> None:
        self.flow = flow or ControlFlow(function)
        self._nodes: list[int] = []  # node = 2 * block (start) or 2 * block + 1 (end), in order
        for block in self.flow.order:
            self._nodes.append(2 * block)
            self._nodes.append(2 * block + 1)
        self._position = {node: index for index, node in enumerate(self._nodes)}
        self._parent = self._solve()
        self._enter, self._leave = self._number()

    def _predecessors(self, node: int) -> list[int]:
        if node & 1:
            return [node - 1]
        block = node >> 1
        found = [2 * p + 1 for p in self.flow.predecessors[block]]
        found.extend(2 * p for p in self.flow.handler_predecessors[block])
        return found

    def _solve(self) -> list[int]:
        """Immediate dominators, as positions in `_nodes` (whose order is topological but for
        loops)."""
        parent = [-1] * len(self._nodes)
        if not parent:
            return parent
        parent[0] = 0
        incoming = [[self._position[p] for p in self._predecessors(node)] for node in self._nodes]
        changed = True
        while changed:
            changed = False
            for index in range(1, len(parent)):
                best = -1
                for other in incoming[index]:
                    if parent[other] < 0:
                        continue
                    if best < 0:
                        best = other
                        continue
                    left, right = other, best
                    while left != right:
                        while left > right:
                            left = parent[left]
                        while right > left:
                            right = parent[right]
                    best = left
                if best != parent[index]:
                    parent[index] = best
                    changed = True
        return parent

    def _number(self) -> tuple[list[int], list[int]]:
        """Entry and exit times of a walk over the tree: `a` dominates `b` when `b`'s interval
        lies within `a`'s."""
        count = len(self._nodes)
        children: list[list[int]] = [[] for _ in range(count)]
        for index in range(1, count):
            if self._parent[index] >= 0:
                children[self._parent[index]].append(index)
        enter, leave = [0] * count, [0] * count
        clock = 0
        stack = [(0, 0)] if count else []
        while stack:
            index, done = stack.pop()
            if done == 0:
                clock += 1
                enter[index] = clock
            if done < len(children[index]):
                stack.append((index, done + 1))
                stack.append((children[index][done], 0))
            else:
                clock += 1
                leave[index] = clock
        return enter, leave

    def _node_dominates(self, first: int, second: int) -> bool:
        a, b = self._position.get(first), self._position.get(second)
        if a is None or b is None:
            return False
        return self._enter[a] <= self._enter[b] and self._leave[b] <= self._leave[a]

    def available(self, definition: int, parameter: bool, use: int) -> bool:
        """Whether a value defined in block `definition`, as one of its parameters or by one of
        its instructions, exists at the start of another block `use`."""
        return self._node_dominates(2 * definition + (0 if parameter else 1), 2 * use)
