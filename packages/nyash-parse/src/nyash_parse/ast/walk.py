"""One generic walk over syntax trees.

Nothing here recurses, so the depth of a tree does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .node import Node


def children(node: Node) -> Iterator[Node]:
    """The nodes directly in `node`, in the order of its fields."""
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, Node):
                    yield part


def walk(root: Node) -> Iterator[Node]:
    """`root` and every node below it, parents first, siblings in source order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(children(node))))


def values(node: Node) -> Iterator[tuple[str, Any]]:
    """The fields of a node that hold no nodes, without its span."""
    for name in node.__struct_fields__:
        if name == "span":
            continue
        value = getattr(node, name)
        if isinstance(value, (Node, msgspec.Struct)):
            continue
        if isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            continue
        yield name, value
