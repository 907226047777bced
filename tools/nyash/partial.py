"""Which errors about names stand, when some of a program could not be read.

A name may have been declared in the text that was given up, or would have been if the line in error
had been right. What such text could have declared is not reported as unknown: an error that goes
away with the one before it costs more than one that comes a run later.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nyash_parse.ast import (
    Assign,
    BoxDeclaration,
    ExpressionStatement,
    FunctionDeclaration,
    Local,
    Nowait,
    Program,
    Return,
    Throw,
)
from nyash_parse.ast.walk import walk
from nyash_parse.diagnostics.model import Diagnostic, Report, Severity
from nyash_parse.scanner import RawTokens, scan
from nyash_parse.source import Source, SourceMap, Span

if TYPE_CHECKING:
    from nyash_ir.boxes import LoadedLibrary

_STRUCTURE = frozenset(
    ("N0001", "N0003", "N0004", "N0009", "N0010", "N0014", "N0016", "N0022", "N0024")
)
"""After these nobody knows which text belongs to which declaration, or a file is missing."""
_VARIABLES = frozenset(("N0101", "N0102"))
_MEMBERS = frozenset(("N0201", "N0206", "N0207", "N0208", "N0209"))
_DECLARES_MEMBERS = {
    *("box", "interface", "static", "function", "fn", "global", "init", "public", "private"),
    *("weak", "pack", "birth", "override", "from", "include", "using", "native"),
}
_DECLARES_VARIABLES = {"local", "outbox", "loop", "catch", "nowait", "match", "as", "=>"}
_CONTROL = {"if", "else", "loop", "try", "catch", "finally", "cleanup", "match", "fini", "return"}
_BUILT_IN = {"print", "assert"}
_SCOPES = (BoxDeclaration, FunctionDeclaration)
_SIMPLE = (Assign, ExpressionStatement, Local, Nowait, Return, Throw)


def names_beside(
    program: Program, libraries: Sequence[LoadedLibrary], sources: SourceMap, syntax: Report
) -> list[Diagnostic]:
    """What is wrong with the names of what could be read, whatever the text behind the errors of
    `syntax` was meant to be."""
    from nyash_ir.lower.program import lower_program  # slow to import

    names = Report()
    lower_program(program, libraries, names)
    return list(_believable(program, sources, syntax, names))


def _believable(
    program: Program, sources: SourceMap, syntax: Report, names: Report
) -> Iterator[Diagnostic]:
    errors = [d for d in syntax.diagnostics if d.severity is Severity.ERROR]
    if any(error.code in _STRUCTURE or error.primary is None for error in errors):
        return
    doubt = _Doubt(program, sources)
    for error in errors:
        for label in (error.primary, *error.related):
            if label is not None:
                doubt.line(label.span)
    for span in syntax.unread:
        doubt.text(span)
    for diagnostic in names.diagnostics:
        if doubt.spares(diagnostic):
            yield diagnostic


class _Doubt:
    """What lines in error and unread text may have said."""

    def __init__(self, program: Program, sources: SourceMap) -> None:
        self._program = program
        self._sources = sources
        self._tokens: dict[int, RawTokens] = {}
        self._words: set[str] = set()
        self._lines: set[tuple[int, int]] = set()
        self._members = False
        self._scopes: list[Span] = []
        """Of declarations in which a variable may be missing."""

    def line(self, span: Span) -> None:
        """A line with a syntax error. Of the statement it stands in nothing is sure."""
        source = self._sources.get(span.source)
        if source is not None:
            self.text(_line(source, source.line_column(span.start)[0]))
            whole = self._statement(span)
            self._lines.update((span.source, number) for number in _lines_of(source, whole))

    def text(self, span: Span) -> None:
        """Text that nothing was made of."""
        source = self._sources.get(span.source)
        if source is None:
            return
        self._lines.update((span.source, number) for number in _lines_of(source, span))
        words = self._texts(source, span)
        self._words |= self._names(source, span)
        heads = words[-1:] == ["{"] and not _CONTROL.intersection(words)  # `area(x {` of a Box
        self._members |= heads or not _DECLARES_MEMBERS.isdisjoint(words)
        if not _DECLARES_VARIABLES.isdisjoint(words):
            self._scopes.append(self._declaration(span))

    def _range(self, source: Source, span: Span) -> tuple[RawTokens, range]:
        tokens = self._tokens.get(source.number)
        if tokens is None:
            tokens = self._tokens[source.number] = scan(source, Report())
        ends = bisect_left(tokens.starts, span.end)
        return tokens, range(bisect_left(tokens.starts, span.start), ends)

    def _texts(self, source: Source, span: Span) -> list[str]:
        tokens, places = self._range(source, span)
        return [tokens.texts[i] for i in places]

    def _names(self, source: Source, span: Span) -> set[str]:
        tokens, places = self._range(source, span)
        return {tokens.texts[i] for i in places if tokens.kinds[i] == "NAME"} - _BUILT_IN

    def _statement(self, place: Span) -> Span:
        """The innermost simple statement around a place."""
        files = (file for file in self._program.files if file.span.source == place.source)
        around = (
            node.span
            for file in files
            for node in walk(file)
            if isinstance(node, _SIMPLE) and _inside(place, node.span)
        )
        return min(around, key=lambda span: span.end - span.start, default=place)

    def _declaration(self, place: Span) -> Span:
        """The function or Box around a place; all of the file at its top level."""
        for file in self._program.files:
            if file.span.source != place.source:
                continue
            for item in file.items:
                if isinstance(item, _SCOPES) and _inside(place, item.span):
                    return item.span
            return file.span
        return place

    def spares(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.code not in _VARIABLES | _MEMBERS or diagnostic.primary is None:
            return False
        span = diagnostic.primary.span
        source = self._sources.get(span.source)
        if source is None or self._members:
            return False
        if diagnostic.code in _VARIABLES and any(_inside(span, scope) for scope in self._scopes):
            return False
        lines = _lines_of(source, span)
        if any((span.source, number) in self._lines for number in lines):
            return False
        named = (self._names(source, _line(source, number)) for number in lines)
        return all(names.isdisjoint(self._words) for names in named)


def _inside(span: Span, scope: Span) -> bool:
    return span.source == scope.source and scope.start <= span.start < scope.end


def _line(source: Source, number: int) -> Span:
    start = source.line_starts[number - 1]
    return Span(source.number, start, start + len(source.line_text(number)))


def _lines_of(source: Source, span: Span) -> range:
    last = max(span.start, span.end - 1)
    return range(source.line_column(span.start)[0], source.line_column(last)[0] + 1)
