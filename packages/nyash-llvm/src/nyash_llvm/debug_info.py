"""DWARF: compile units, functions and places, so that debuggers and profilers show Nyash source.

Every line of a function that has a subprogram gets a place, and functions without source text get
none at all: LLVM drops the debug information of a whole module when one call in a function that
has a subprogram lacks its place.
"""

from __future__ import annotations

from nyash_ir.module import Function
from nyash_parse.source import Span

from .module_text import ModuleText, quoted
from .places import Places

_LAST_COLUMN = 65535
"""LLVM keeps 16 bits of a column; 0 says that it is not known."""


class DebugInfo:
    """The debug metadata of one module. References are `!7`; locations ` , !dbg !7` texts."""

    def __init__(self, text: ModuleText, places: Places, optimised: bool) -> None:
        self._text = text
        self._places = places
        self._optimised = "true" if optimised else "false"
        self._units: dict[int, str] = {}
        self._locations: dict[tuple[str, int, int, int], str] = {}
        self._own_source: dict[str, int] = {}
        text.named_metadata(
            "llvm.module.flags",
            text.metadata('!{i32 7, !"Dwarf Version", i32 4}'),
            text.metadata('!{i32 2, !"Debug Info Version", i32 3}'),
        )

    def _file(self, source: int) -> str:
        name = quoted(self._places.sources[source].name)
        return self._text.metadata(f'!DIFile(filename: {name}, directory: "")')

    def _unit(self, source: int) -> str:
        unit = self._units.get(source)
        if unit is None:
            unit = self._units[source] = self._text.metadata(
                f"!DICompileUnit(language: DW_LANG_C99, file: {self._file(source)}, "
                f'producer: "nyash", isOptimized: {self._optimised}, runtimeVersion: 0, '
                "emissionKind: FullDebug)",
                distinct=True,
            )
            self._text.named_metadata("llvm.dbg.cu", unit)
        return unit

    def subprogram(self, function: Function) -> str | None:
        """The function's entry in the debug information; None if it has no source text."""
        if self._places.source(function.span) is None:
            return None
        source = function.span.source
        line, _ = self._places.line_column(function.span)
        reference = self._text.metadata(
            f"!DISubprogram(name: {quoted(function.display or function.name)}, "
            f"scope: {self._file(source)}, file: {self._file(source)}, line: {line}, "
            f"type: {self._type()}, scopeLine: {line}, "
            f"spFlags: DISPFlagDefinition, unit: {self._unit(source)})",
            distinct=True,
        )
        self._own_source[reference] = source
        return reference

    def artificial(self, name: str) -> tuple[str, str] | None:
        """The entry of a function that the compiler made up and the location of all its lines;
        None for a program without sources."""
        if not self._places.sources:
            return None
        file = self._file(0)
        reference = self._text.metadata(
            f"!DISubprogram(name: {quoted(name)}, scope: {file}, "
            f"file: {file}, type: {self._type()}, flags: DIFlagArtificial, "
            f"spFlags: DISPFlagDefinition, unit: {self._unit(0)})",
            distinct=True,
        )
        node = self._text.metadata(f"!DILocation(line: 0, scope: {reference})")
        return reference, f", !dbg {node}"

    def _type(self) -> str:
        return self._text.metadata(f"!DISubroutineType(types: {self._text.metadata('!{}')})")

    def location(self, subprogram: str, span: Span, fallback: Span) -> str:
        """What to put behind an instruction. `fallback` is the function's place, for instructions
        without one. A span in another file than the function's (an inlined body) keeps its file."""
        where = span if self._places.source(span) is not None else fallback
        line, column = self._places.line_column(where)
        if column > _LAST_COLUMN:
            column = 0
        key = (subprogram, where.source, line, column)
        found = self._locations.get(key)
        if found is None:
            scope = subprogram
            if where.source != self._own_source[subprogram]:
                scope = self._text.metadata(
                    f"!DILexicalBlockFile(scope: {subprogram}, "
                    f"file: {self._file(where.source)}, discriminator: 0)",
                    distinct=True,
                )
            node = self._text.metadata(
                f"!DILocation(line: {line}, column: {column}, scope: {scope})"
            )
            found = self._locations[key] = f", !dbg {node}"
        return found
