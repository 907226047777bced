"""The module's Box table: ids, fields, method names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nyash_parse import ast
from nyash_parse.source import Span

from ..boxes import BoxSymbol
from ..module import BoxClass, FieldInfo

if TYPE_CHECKING:
    from .program import ProgramLowering

FIRST_FREE_ID = 32
"""Below are the ids that the runtime's C code knows (nyash.h)."""


def declare_classes(lowering: ProgramLowering) -> None:
    """Enter every Box of the world into the module: libraries' in order, then the program's."""
    next_id = FIRST_FREE_ID
    for symbol in lowering.world.boxes.values():
        layout = symbol.declaration.native
        if layout is not None and layout.id is not None:
            number = layout.id
        else:
            number = next_id
            next_id += 1
        lowering.module.classes[symbol.key] = _class_of(symbol, number)


def _class_of(symbol: BoxSymbol, number: int) -> BoxClass:
    offset = symbol.origin.source_offset

    def moved(span: Span) -> Span:
        return Span(span.source + offset, span.start, span.end)

    fields = [
        FieldInfo(f.name, f.weak, f.visibility, span=moved(f.span)) for f in symbol.fields
    ]
    methods = {
        f"{name}/{arity}": f"{symbol.key}.{name}/{arity}"
        for (name, arity), method in symbol.methods.items()
        if not _is_free_native(symbol, method)
    }
    return BoxClass(
        symbol.key,
        number,
        [],
        fields,
        methods,
        static=symbol.static,
        native=symbol.declaration.native,
        provider=symbol.origin.library,
        span=moved(symbol.declaration.span),
    )


def _is_free_native(symbol: BoxSymbol, method: ast.Method) -> bool:
    """Native methods of a static Box take no `me` and are called by name only."""
    return symbol.static and method.native is not None
