"""Module → `.nyir` text. Prints broken modules too, so that they can be looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nyash_parse.source import NO_SPAN, Span

from ..effects import Effects
from ..instruction import Instruction, result_of
from ..module import BoxClass, FieldInfo, Function, Module, NativeFunction, Value
from ..result_types import RAW_TYPES
from ..summary import Summary
from ..types import Type
from .form import EFFECT_WORDS, FORMS, Form, Part, bare, quoted

VERSION = 1
_DEFAULT_SUMMARY = Summary()


def print_module(module: Module) -> str:
    """The whole module; `reader.read_module` gives an equal one back."""
    lines = [f"nyir {VERSION} {quoted(module.name)}", f"entry {bare(module.entry)}"]
    lines.extend(f"library {bare(name)}" for name in module.libraries)
    lines.extend(f"global {bare(name)}" for name in module.globals)
    for source in module.sources:
        lines.append(f"source {quoted(source.name)}")
        lines.extend(f"  |{line}" for line in source.text.split("\n"))
    for box in module.classes.values():
        lines.append("")
        lines.extend(_box_lines(box))
    if module.natives:
        lines.append("")
        lines.extend(_native_line(native) for native in module.natives.values())
    for function in module.functions.values():
        lines.append("")
        lines.extend(function_lines(function))
    return "\n".join(lines) + "\n"


def print_function(function: Function) -> str:
    """One function alone, for messages and dumps."""
    return "\n".join(function_lines(function)) + "\n"


def _span(span: Span) -> str:
    return "" if span == NO_SPAN else f" @{span.source}:{span.start}:{span.end}"


def type_text(type: Type) -> str:
    if type.is_any or not type.names:
        return str(type)
    return "|".join(bare(name) for name in type.names)


def _effects(effects: int) -> str:
    words = [word for word, bit in EFFECT_WORDS.items() if effects & bit]
    rest = effects & ~int(Effects(sum(EFFECT_WORDS.values())))
    return f"effects({', '.join([*words, *([str(rest)] if rest else [])])})"


def _box_lines(box: BoxClass) -> Iterator[str]:
    static = " static" if box.static else ""
    yield f"box {bare(box.name)} id {box.id}{static}{_span(box.span)} {{"
    if box.provider:
        yield f"  provider {bare(box.provider)}"
    for parent in box.parents:
        yield f"  parent {bare(parent)}"
    if box.native is not None:
        layout = box.native
        text = f"  layout {quoted(layout.struct)} size {layout.size}"
        if layout.id is not None:
            text += f" id {layout.id}"
        if layout.destroy is not None:
            text += f" destroy {quoted(layout.destroy)}"
        if layout.visit is not None:
            text += f" visit {quoted(layout.visit)}"
        yield text + (" extends" if layout.extends else "") + _span(layout.span)
    for field in box.fields:
        yield _field_line(field)
    if box.constructor is not None:
        yield f"  constructor {bare(box.constructor)}"
    if box.static_initialiser is not None:
        yield f"  initialiser {bare(box.static_initialiser)}"
    for name in box.finalisers:
        yield f"  finaliser {bare(name)}"
    for selector, name in box.methods.items():
        yield f"  method {bare(selector)} = {bare(name)}"
    for protocol, name in box.protocol.items():
        yield f"  protocol {bare(protocol)} = {bare(name)}"
    for name in box.members:
        yield f"  member {bare(name)}"
    yield "}"


def _field_line(field: FieldInfo) -> str:
    weak = " weak" if field.weak else ""
    return (
        f"  field {bare(field.name)}: {type_text(field.type)}{weak} {field.visibility}"
        f"{_span(field.span)}"
    )


def _native_line(native: NativeFunction) -> str:
    parameters = ", ".join(
        f"{bare(p.name)}: {p.representation.value} {type_text(p.type)}"
        + (" consumed" if p.consumed else "")
        for p in native.parameters
    )
    provider = f" provider {bare(native.provider)}" if native.provider else ""
    return (
        f"native {bare(native.symbol)}({parameters}) -> {native.representation.value} "
        f"{type_text(native.result)} {_effects(native.effects)}{provider}"
    )


def function_lines(function: Function) -> Iterator[str]:
    """The lines of one function, without a line end."""
    values = function.values
    parameters = ", ".join(_definition(values, value) for value in function.parameters)
    yield f"{function.kind} {bare(function.name)}({parameters}){_span(function.span)} {{"
    if function.display:
        yield f"  display {quoted(function.display)}"
    if function.box is not None:
        yield f"  of {bare(function.box)}"
    for name in function.slots:
        yield f"  slot {bare(name)}"
    for name in function.captures:
        yield f"  capture {bare(name)}"
    if function.summary != _DEFAULT_SUMMARY:
        yield "  " + _summary(function.summary)
    undefined = _undefined(function)
    if undefined:
        yield f"  values({', '.join([_definition(values, value) for value in undefined])})"
    for number, block in enumerate(function.blocks):
        given = ", ".join(_definition(values, value) for value in block.parameters)
        handler = "" if block.handler is None else f" handler ^{block.handler}"
        yield f"^{number}({given}){handler}:"
        for item in block.instructions:
            yield "  " + instruction_text(item, values)
    yield "}"


def _summary(summary: Summary) -> str:
    types = ", ".join(type_text(type) for type in summary.parameters)
    escapes = ", ".join("true" if flag else "false" for flag in summary.escapes)
    consumes = ", ".join("true" if flag else "false" for flag in summary.consumes)
    return (
        f"summary ({types}) -> {type_text(summary.result)} {_effects(summary.effects)} "
        f"escapes({escapes}) consumes({consumes})"
    )


def _undefined(function: Function) -> list[int]:
    """Values that a pass left without a definition; they keep the numbers of the others."""
    defined = set(function.parameters)
    for block in function.blocks:
        defined.update(block.parameters)
        for item in block.instructions:
            result = result_of(item)
            if result is not None:
                defined.add(result)
    return [number for number in range(len(function.values)) if number not in defined]


def _definition(values: list[Value], number: int) -> str:
    """`%3 count: word IntegerBox`; the type is left out where it says nothing, `&` stands before
    a parameter that only borrows, `#2` behind what the second variable holds."""
    if not 0 <= number < len(values):
        return f"%{number}: unknown"
    value = values[number]
    name = f" {bare(value.name)}" if value.name else ""
    age = f" #{value.age}" if value.age else ""
    usual = RAW_TYPES.get(value.representation)
    says = not value.type.is_any if usual is None else value.type != usual
    type = f" {type_text(value.type)}" if says else ""
    borrowed = "&" if value.borrowed else ""
    return f"{borrowed}%{number}{name}{age}: {value.representation.value}{type}"


def instruction_text(item: Instruction, values: list[Value]) -> str:
    """One instruction, without indentation."""
    form = FORMS[type(item).__struct_config__.tag]  # type: ignore[index]
    text = ""
    if form.result:
        text = _definition(values, item.result) + " = "  # type: ignore[attr-defined]
    text += form.tag + _fields_text(form, item)
    cleanup = getattr(item, "cleanup", ())
    if cleanup:
        text += f" cleanup({', '.join(f'%{value}' for value in cleanup)})"
    return text + _span(item.span)


def _fields_text(form: Form, item: Instruction) -> str:
    text = ""
    for index, field in enumerate(form.fields):
        if not field.attached:
            text += ", " if index else " "
        found = getattr(item, field.name)
        part = field.part
        if part is Part.VALUE:
            text += f"%{found}"
        elif part is Part.VALUES:
            text += f"({', '.join([f'%{value}' for value in found])})"
        elif part is Part.BLOCK:
            text += f"^{found}"
        elif part is Part.TEXT:
            text += quoted(found)
        elif part is Part.FLOAT:
            text += _float(found)
        elif part is Part.BOOL:
            text += "true" if found else "false"
        else:
            text += str(found)
    return text


def _float(number: float) -> str:
    """Exact, and told from integers: `1.0`, `-0.0`, `inf`, `nan`."""
    if math.isnan(number):
        return "nan"
    return repr(float(number))
