"""Program ⇄ artifact of stage `ast`.

Reading checks what the types alone do not say (operators, kinds, what can be assigned to, depth),
so that later stages may rely on a loaded tree as on a parsed one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ..artifact import ArtifactError, Schema, read, write
from .declaration import Field, File, Method, Program
from .expression import Binary, FieldAccess, Index, Name, Unary
from .node import Node
from .statement import Assign, LoopCount, Try
from .walk import children

STAGE = "ast"
SCHEMA = Schema(1, 0)

DEEPEST = 490
"""Nodes from a file down to its deepest leaf. The parser's own limit keeps programs well below."""

_BINARY = frozenset(
    {"or", "and", "==", "!=", "<", "<=", ">", ">=", "|", "^", "&", "<<", ">>"}
    | {"..", "+", "-", "*", "/", "%"}
)


def to_artifact(program: Program, producers: Mapping[str, str]) -> bytes:
    """The program with its sources, so that diagnostics can be drawn where it is read."""
    hashes = [
        (source.name, hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest())
        for source in program.sources
    ]
    return write(STAGE, program, producers, hashes, SCHEMA)


def from_artifact(data: bytes) -> Program:
    """The program of an artifact. Raises `ArtifactError`."""
    program = read(data, STAGE, Program, SCHEMA)
    if not program.files:
        raise _damaged("it has no file")
    for file in program.files:
        _check(file, len(program.sources))
    return program


def _damaged(reason: str) -> ArtifactError:
    return ArtifactError("N0904", f"the artifact is damaged: {reason}")


def _check(file: File, sources: int) -> None:
    waiting: list[tuple[Node, int]] = [(file, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise _damaged("its tree is deeper than any program's")
        if not 0 <= node.span.source < sources or not 0 <= node.span.start <= node.span.end:
            raise _damaged(f"a {type(node).__name__} stands at no place of a source")
        check = _CHECKS.get(type(node))
        if check is not None and not check(node):
            raise _damaged(f"a {type(node).__name__} that no program can have")
        waiting += [(child, depth + 1) for child in children(node)]


_CHECKS: dict[type, Callable[[Any], bool]] = {
    Binary: lambda node: node.operator in _BINARY,
    Unary: lambda node: node.operator in ("-", "not", "~"),
    Assign: lambda node: (
        node.operator in ("=", "+=", "-=", "*=", "/=", "%=")
        and isinstance(node.target, (Name, FieldAccess, Index))
    ),
    Method: lambda node: (
        node.kind in ("method", "constructor", "fini") and node.visibility in ("public", "private")
    ),
    Field: lambda node: node.visibility in ("init", "public", "private"),
    LoopCount: lambda node: node.count >= 0,
    Try: lambda node: bool(node.catches or node.finally_),
}
