"""Where code comes from: files and lines of spans."""

from __future__ import annotations

from pathlib import Path

from nyash_ir.module import Function, Module
from nyash_parse.source import Source, Span


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

    def called(self, function: Function) -> str:
        """What messages about calls name a function: a lambda by its place, as it goes by the
        name of the function it stands in."""
        source = self.source(function.span)
        if source is None or not function.is_lambda:
            return function.display or function.name
        return f"lambda at {Path(source.name).name}:{self.line_column(function.span)[0]}"

    def line_column(self, span: Span) -> tuple[int, int]:
        """From 1; `(0, 0)` for what no source text stands for."""
        source = self.source(span)
        return source.line_column(span.start) if source is not None else (0, 0)
