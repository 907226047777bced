"""The tables of call sites: `ny_sites`, for stack traces, and `ny_expressions`."""

from __future__ import annotations

from nyash_ir.instruction import Instruction
from nyash_ir.module import Function
from nyash_parse.source import Span

from . import symbols
from .blame import Blame, Blamed
from .module_text import ModuleText
from .places import Places

_SITE = "{ ptr, ptr, i32, i32 }"
_EXPRESSION = "{ ptr, ptr, i32, i32 }"


class Sites:
    """Numbers call sites; one number per function, line, and expression that an error names."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._blame = Blame(places)
        self._numbers: dict[tuple[str, str, int, bool, Blamed | None], int] = {}

    def number_of(self, function: Function, item: Instruction) -> int | None:
        """The number of the site of an instruction that throws."""
        return self.number(function, item.span, self._blame.blamed(item))

    def number(self, function: Function, span: Span, blamed: Blamed | None = None) -> int | None:
        """The number of a site, or None where no source text stands behind it."""
        source = self._places.source(span)
        if source is None:
            return None
        line, _ = source.line_column(span.start)
        library = not self._places.is_of_program(span)
        key = (function.display or function.name, source.name, line, library, blamed)
        return self._numbers.setdefault(key, len(self._numbers))

    def define(self, text: ModuleText) -> None:
        """Write the table; no number may be asked for after."""
        rows = [
            f"{_SITE} {{ ptr {text.text_constant(function.encode())}, "
            f"ptr {text.text_constant(file.encode('utf-8', 'replace'))}, i32 {line}, "
            f"i32 {int(library)} }}"
            for function, file, line, library, _ in self._numbers
        ]
        _define_table(text, symbols.SITES, symbols.SITE_COUNT, _SITE, rows)
        expressions = [
            f"{_EXPRESSION} {{ ptr {text.text_constant(blamed.role.encode())}, "
            f"ptr {text.text_constant(blamed.text.encode('utf-8', 'replace'))}, i32 {number}, "
            f"i32 {blamed.column} }}"
            for (*_, blamed), number in self._numbers.items()
            if blamed is not None
        ]
        _define_table(text, symbols.EXPRESSIONS, symbols.EXPRESSION_COUNT, _EXPRESSION, expressions)


def _define_table(text: ModuleText, name: str, count: str, kind: str, rows: list[str]) -> None:
    body = f"[{', '.join(rows)}]" if rows else "zeroinitializer"
    text.define_data(name, f"constant [{len(rows)} x {kind}] {body}, align 8")
    text.define_data(count, f"constant i32 {len(rows)}")
