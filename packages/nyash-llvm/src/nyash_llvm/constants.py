"""Values that are there before the program runs: strings, and functions without captures.

Both are immortal Boxes in the program's data. Nobody frees them, yet counts go up and down, and a
string keeps its hash, so they are not read-only.
"""

from __future__ import annotations

from collections.abc import Sequence

from nyash_ir.module import Function, Module

from . import symbols
from .generated import GeneratedFunctions
from .layout import FLAG_IMMORTAL, FUNCTION_ID, IMMORTAL_COUNT, OWN_BLOCK, STRING_ID
from .module_text import global_name
from .places import Places

_HEADER = "i32, i16, i8, i8"
_STRING = f"{{ {_HEADER}, ptr, i32, i32, i32, i32, i64 }}"
_CLOSURE = f"{{ {_HEADER}, ptr, i32, i32, ptr }}"


def _header(class_id: int) -> str:
    return f"i32 {IMMORTAL_COUNT}, i16 {class_id}, i8 {FLAG_IMMORTAL}, i8 {OWN_BLOCK}"


class Constants:
    """Each distinct constant once. All answers are `i64` operands."""

    def __init__(self, generated: GeneratedFunctions, module: Module, places: Places) -> None:
        self._generated = generated
        self._text = generated.text
        self._module = module
        self._places = places
        self._strings: dict[str, str] = {}
        self._closures: dict[str, str] = {}
        self._tables: dict[str, str] = {}

    def c_text(self, value: str) -> str:
        """A zero-terminated C string for messages; a `ptr` operand."""
        return self._text.text_constant(value.encode("utf-8", "replace"))

    def string(self, value: str) -> str:
        """A StringBox."""
        reference = self._strings.get(value)
        if reference is None:
            data = value.encode("utf-8", "replace")
            place = self._text.define_data(
                f"string.{len(self._strings)}",
                f"internal global {_STRING} {{ {_header(STRING_ID)}, "
                f"ptr {self._text.text_constant(data)}, i32 {len(data)}, i32 {len(value)}, "
                "i32 0, i32 0, i64 0 }, align 8",
            )
            reference = self._strings[value] = f"ptrtoint (ptr {place} to i64)"
        return reference

    def words(self, operands: Sequence[str]) -> str:
        """A table of constant words; a `ptr` operand."""
        items = ", ".join(f"i64 {operand}" for operand in operands)
        reference = self._tables.get(items)
        if reference is None:
            reference = self._tables[items] = self._text.define_data(
                f"words.{len(self._tables)}",
                f"private unnamed_addr constant [{len(operands)} x i64] [{items}], align 8",
            )
        return reference

    def function(self, name: str) -> str:
        """A FunctionBox of a named function or of a closure without captures."""
        reference = self._closures.get(name)
        if reference is None:
            function = self._module.functions[name]
            code, arity = self._code_and_arity(function)
            place = self._text.define_data(
                f"function {name}",
                f"internal global {_CLOSURE} {{ {_header(FUNCTION_ID)}, ptr {code}, i32 {arity}, "
                f"i32 0, ptr {self.c_text(self._places.called(function))} }}, align 8",
            )
            reference = self._closures[name] = f"ptrtoint (ptr {place} to i64)"
        return reference

    def _code_and_arity(self, function: Function) -> tuple[str, int]:
        if function.kind == "closure":
            return global_name(function.name), len(function.parameters) - 1
        return self._without_closure(function), len(function.parameters)

    def _without_closure(self, function: Function) -> str:
        """Code that drops the closure itself, which plain functions do not take."""
        count = len(function.parameters)
        name = symbols.function_as_value(function.name)
        parameters = "".join(f", i64 %a{i}" for i in range(count))
        thunk = self._generated.begin(name, f"i64 %closure{parameters}")
        arguments = ", ".join(f"i64 %a{i}" for i in range(count))
        result = thunk.value(f"tail call i64 {global_name(function.name)}({arguments})")
        thunk.line(f"ret i64 {result}")
        return global_name(name)
