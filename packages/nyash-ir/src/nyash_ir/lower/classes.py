"""The module's Box table: ids, fields, method names."""

from __future__ import annotations

from nyash_parse import ast

from ..boxes import BoxSymbol
from ..module import BoxClass, FieldInfo
from .context import ProgramContext

FIRST_FREE_ID = 32
"""Below are the ids that the runtime's C code knows (nyash.h)."""


def declare_classes(lowering: ProgramContext) -> None:
    """Enter every Box of the world into the module: libraries' in order, then the program's."""
    next_id = FIRST_FREE_ID
    for symbol in lowering.world.boxes.values():
        layout = symbol.declaration.native  # a parent's id is the parent's
        if layout is not None and layout.id is not None:
            number = layout.id
        else:
            number = next_id
            next_id += 1
        lowering.module.classes[symbol.key] = _class_of(symbol, number)
    for number, interface in enumerate(lowering.world.interfaces.values(), next_id):
        span = interface.origin.in_module(interface.declaration.span)
        lowering.module.classes[interface.name] = BoxClass(
            interface.name, number, [], [], {}, provider=interface.origin.library, span=span
        )


def _class_of(symbol: BoxSymbol, number: int) -> BoxClass:
    fields = [
        FieldInfo(f.name, f.weak, f.visibility, span=symbol.origin_of(f).in_module(f.span))
        for f in symbol.fields
    ]
    methods = {
        f"{name}/{arity}": symbol.function_name(method)
        for (name, arity), method in symbol.methods.items()
        if not _is_free_native(symbol, method) and method.visibility != "private"
    }
    return BoxClass(
        symbol.key,
        number,
        [a.key if isinstance(a, BoxSymbol) else a.name for a in symbol.ancestors],
        fields,
        methods,
        static=symbol.static,
        native=symbol.layout,
        provider=symbol.origin.library,
        span=symbol.origin.in_module(symbol.declaration.span),
        members=[*methods, *_private_members(symbol)],
    )


def _private_members(symbol: BoxSymbol) -> list[str]:
    fields = {f.name for f in symbol.fields if f.visibility == "private"}
    methods = {name for (name, _), m in symbol.methods.items() if m.visibility == "private"}
    return [f"-{name}" for name in sorted(fields | methods)]


def _is_free_native(symbol: BoxSymbol, method: ast.Method) -> bool:
    """Native methods of a static Box take no `me` and are called by name only."""
    return symbol.static and method.native is not None
