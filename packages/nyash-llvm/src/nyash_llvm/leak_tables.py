"""What a leak report says of the program beyond class names: where Boxes and fields are declared,
and what the captures of functions are called. Only in leak-check builds; the runtime finds the
tables by name, and finds nothing in other builds (leak_names.h)."""

from __future__ import annotations

from nyash_ir.module import BoxClass, Module

from . import symbols
from .module_text import ModuleText, global_name
from .places import Places

_PLACE = "{ ptr, i32, ptr }"
_CAPTURES = "{ ptr, i32, ptr }"


def define_leak_tables(text: ModuleText, module: Module, places: Places) -> None:
    """`ny_class_places`, one entry per class id, and `ny_capture_names`, ended by a null."""
    by_id = {cls.id: _class_place(text, cls, places) for cls in module.classes.values()}
    count = max(by_id, default=0) + 1
    rows = [by_id.get(number, f"{_PLACE} zeroinitializer") for number in range(count)]
    text.define_data(
        symbols.CLASS_PLACES, f"constant [{count} x {_PLACE}] [{', '.join(rows)}], align 8"
    )
    names = [
        f"{_CAPTURES} {{ ptr {global_name(function.name)}, i32 {len(function.captures)}, "
        f"ptr {_texts(text, f'captures {function.name}', function.captures)} }}"
        for function in module.functions.values()
        if function.kind == "closure" and function.captures
    ]
    names.append(f"{_CAPTURES} zeroinitializer")
    text.define_data(
        symbols.CAPTURE_NAMES,
        f"constant [{len(names)} x {_CAPTURES}] [{', '.join(names)}], align 8",
    )


def _class_place(text: ModuleText, cls: BoxClass, places: Places) -> str:
    """Nothing for a library's Box, which the reader of the report cannot change."""
    source = places.source(cls.span)
    if cls.provider or source is None:
        return f"{_PLACE} zeroinitializer"
    line, _ = places.line_column(cls.span)
    lines = "null"
    if cls.fields:
        body = ", ".join(f"i32 {places.line_column(f.span)[0]}" for f in cls.fields)
        lines = text.define_data(
            f"field lines {cls.name}",
            f"private unnamed_addr constant [{len(cls.fields)} x i32] [{body}]",
        )
    return f"{_PLACE} {{ ptr {_text(text, source.name)}, i32 {line}, ptr {lines} }}"


def _texts(text: ModuleText, name: str, values: list[str]) -> str:
    body = ", ".join(f"ptr {_text(text, value)}" for value in values)
    return text.define_data(name, f"private unnamed_addr constant [{len(values)} x ptr] [{body}]")


def _text(text: ModuleText, value: str) -> str:
    return text.text_constant(value.encode("utf-8", "replace"))
