"""Strongly connected components (Tarjan: "Depth-first search and linear graph algorithms", 1972),
without recursion of our own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

Node = TypeVar("Node", int, str)


def on_cycles(edges: Mapping[Node, Collection[Node]]) -> set[Node]:
    """The nodes that can be reached from themselves. Edges to what is no key do not count."""
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: set[Node] = set()
    for root in edges:
        if root in number:
            continue
        work = [(root, iter(sorted(edges[root])))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    found |= _component(name, stack, on_stack, edges)
            elif target not in edges:
                continue
            elif target not in number:
                number[target] = low[target] = len(number)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(sorted(edges[target]))))
            elif target in on_stack:
                low[name] = min(low[name], number[target])
    return found


def _component(
    first: Node,
    stack: list[Node],
    on_stack: set[Node],
    edges: Mapping[Node, Collection[Node]],
) -> set[Node]:
    members: set[Node] = set()
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
        if member == first:
            break
    if len(members) > 1 or first in edges[first]:
        return members
    return set()
