"""The base of every syntax tree node."""

from __future__ import annotations

import msgspec

from ..source import Span


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=False):
    """A node and the text it was read from. Nodes are immutable and compare by value."""

    span: Span


class Identifier(Node, tag=True, frozen=True):
    """A name at the place where it was written."""

    name: str
