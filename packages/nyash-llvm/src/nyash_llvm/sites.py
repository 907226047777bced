"""The table of call sites, for stack traces: `ny_sites`."""

from __future__ import annotations

from nyash_ir.module import Function, Module
from nyash_parse.source import Source, Span

from . import symbols
from .module_text import ModuleText

_SITE = "{ ptr, ptr, i32, i32 }"


class Places:
    """Files and lines of spans, and whose they are."""

    def __init__(self, module: Module) -> None:
        self.sources = [Source(s.name, s.text, i) for i, s in enumerate(module.sources)]
        libraries = (cls.span.source for cls in module.classes.values() if cls.provider)
        self._first_library = min((n for n in libraries if n >= 0), default=len(self.sources))

    def is_of_program(self, span: Span) -> bool:
        """The program's sources come first, then the libraries' (module.py)."""
        return 0 <= span.source < self._first_library

    def source(self, span: Span) -> Source | None:
        return self.sources[span.source] if 0 <= span.source < len(self.sources) else None

    def line_column(self, span: Span) -> tuple[int, int]:
        """From 1; `(0, 0)` for what no source text stands for."""
        source = self.source(span)
        return source.line_column(span.start) if source is not None else (0, 0)


class Sites:
    """Numbers call sites; one number per function and line."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._numbers: dict[tuple[str, str, int, bool], int] = {}

    def number(self, function: Function, span: Span) -> int | None:
        """The number of a site, or None where no source text stands behind it."""
        source = self._places.source(span)
        if source is None:
            return None
        line, _ = source.line_column(span.start)
        library = not self._places.is_of_program(span)
        key = (function.display or function.name, source.name, line, library)
        return self._numbers.setdefault(key, len(self._numbers))

    def define(self, text: ModuleText) -> None:
        """Write the table; no number may be asked for after."""
        rows = [
            f"{_SITE} {{ ptr {text.text_constant(function.encode())}, "
            f"ptr {text.text_constant(file.encode('utf-8', 'replace'))}, i32 {line}, "
            f"i32 {int(library)} }}"
            for function, file, line, library in self._numbers
        ]
        kind = f"[{len(rows)} x {_SITE}]"
        body = f"[{', '.join(rows)}]" if rows else "zeroinitializer"
        text.define_data(symbols.SITES, f"constant {kind} {body}, align 8")
        text.define_data(symbols.SITE_COUNT, f"constant i32 {len(rows)}")
