"""The table of call sites, for stack traces: `ny_sites`."""

from __future__ import annotations

from nyash_ir.module import Function
from nyash_parse.ast import SourceText
from nyash_parse.source import Source, Span

from . import symbols
from .module_text import ModuleText


class Places:
    """Files and lines of spans."""

    def __init__(self, sources: list[SourceText]) -> None:
        self.sources = [Source(s.name, s.text, i) for i, s in enumerate(sources)]

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
        self._numbers: dict[tuple[str, str, int], int] = {}

    def number(self, function: Function, span: Span) -> int | None:
        """The number of a site, or None where no source text stands behind it."""
        source = self._places.source(span)
        if source is None:
            return None
        line, _ = source.line_column(span.start)
        key = (function.display or function.name, source.name, line)
        return self._numbers.setdefault(key, len(self._numbers))

    def define(self, text: ModuleText) -> None:
        """Write the table; no number may be asked for after."""
        rows = [
            f"{{ ptr, ptr, i32 }} {{ ptr {text.text_constant(function.encode())}, "
            f"ptr {text.text_constant(file.encode('utf-8', 'replace'))}, i32 {line} }}"
            for function, file, line in self._numbers
        ]
        kind = f"[{len(rows)} x {{ ptr, ptr, i32 }}]"
        body = f"[{', '.join(rows)}]" if rows else "zeroinitializer"
        text.define_data(symbols.SITES, f"constant {kind} {body}, align 8")
        text.define_data(symbols.SITE_COUNT, f"constant i32 {len(rows)}")
