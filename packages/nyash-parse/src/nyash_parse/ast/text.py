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

_WIDTH = 96


def dump(node: Node, spans: bool = False) -> str:
    """The text of a tree; with `spans`, each node is followed by `@start-end`."""
    return "\n".join(_lines(node, spans)) + "\n"


def _lines(node: Node, spans: bool) -> list[str]:
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
        parts += _value(label, value, spans)
    flat = " ".join([head, *(line for part in parts for line in part)])
    if all(len(part) == 1 for part in parts) and len(flat) < _WIDTH:
        return [flat + ")"]
    lines = [head]
    for part in parts:
        lines += ["  " + line for line in part]
    lines[-1] += ")"
    return lines


def _value(label: str, value: Any, spans: bool) -> list[list[str]]:
    """One field as parts, each a list of lines; the elements of a tuple are parts of their own."""
    if isinstance(value, tuple):
        open_label = label or ""
        parts: list[list[str]] = []
        for element in value:
            parts += _value(open_label, element, spans)
            open_label = label
        return parts
    if isinstance(value, Node):
        lines = _lines(value, spans)
        return [[label + lines[0], *lines[1:]]]
    if isinstance(value, str):
        return [[label + json.dumps(value, ensure_ascii=False)]]
    return [[label + (json.dumps(value) if isinstance(value, bool) else repr(value))]]
