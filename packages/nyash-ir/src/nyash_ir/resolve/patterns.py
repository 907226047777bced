"""What the patterns of `match` bind."""

from __future__ import annotations

from collections.abc import Iterator

from nyash_parse import ast


def bindings(pattern: ast.Pattern) -> Iterator[tuple[ast.Node, ast.Identifier]]:
    """The nodes of a pattern that bind a name, and the name, left to right."""
    match pattern:
        case ast.BindingPattern():
            yield pattern, ast.Identifier(pattern.span, pattern.name)
        case ast.BoxPattern(binding=ast.Identifier() as name) if name.name != "_":
            yield pattern, name
        case ast.ArrayPattern():
            for item in pattern.items:
                yield from bindings(item)
            if pattern.rest is not None and pattern.rest.name != "_":
                yield pattern, pattern.rest
        case ast.MapPattern():
            for entry in pattern.entries:
                yield from bindings(entry.pattern)
