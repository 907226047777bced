"""The tree as an S-expression, for dumps and snapshots.

    (Local
      (Binding (Identifier "x") value:(IntegerLiteral 1)))

A node's fields stand in order. Fields that usually are not there (`None`, `()`, `False`) are left
out and those behind them are named, so that adding one to a node changes few snapshots.
"""

from __future__ import annotations

import json
from typing import Any

from ..source import Span
from .node import Node
from .walk import walk

_WIDTH = 96


def dump(node: Node, spans: bool = False) -> str:
    """The text of a tree; with `spans`, each node is followed by `@start-end`.

    Children come before their parents in the reversed walk, so their lines wait on a stack, the
    first child's on top, and nothing recurses.
    """
    stack: list[list[str]] = []
    for part in reversed(list(walk(node))):
        stack.append(_lines(part, stack, spans))
    return "\n".join(stack.pop()) + "\n"


def _lines(node: Node, stack: list[list[str]], spans: bool) -> list[str]:
    """A node as lines: one if it fits, else its head and its indented parts."""
    head = f"({type(node).__name__}"
    if spans:
        head += f"@{node.span.start}-{node.span.end}"
    parts: list[list[str]] = []
    skipped = False
    for name in node.__struct_fields__[1:]:
        value = getattr(node, name)
        absent = value is None or value == () or (value is False and name != "value")
        if absent or isinstance(value, Span):
            skipped = skipped or absent
            continue
        label = f"{name}:" if skipped or (value is True and name != "value") else ""
        for element in value if isinstance(value, tuple) else (value,):
            first, *rest = stack.pop() if isinstance(element, Node) else [_plain(element)]
            parts.append([label + first, *rest])
    flat = " ".join([head, *(line for part in parts for line in part)])
    if all(len(part) == 1 for part in parts) and len(flat) < _WIDTH:
        return [flat + ")"]
    lines = [head]
    for part in parts:
        lines += ["  " + line for line in part]
    lines[-1] += ")"
    return lines


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) else repr(value)
