"""The closed world: every Box, function and global of the program and its libraries.

Names are looked up from the place that uses them: a library sees itself and the other libraries,
the program sees its own declarations first and then the libraries' (language.md section 8: a
program's Box of a library's name wins in that program).
"""

from __future__ import annotations

from collections.abc import Sequence

from nyash_parse.ast import (
    Assign,
    BoxDeclaration,
    File,
    FunctionDeclaration,
    GlobalDeclaration,
    Identifier,
    InterfaceDeclaration,
    Local,
    Method,
    Name,
    Program,
    Using,
)
from nyash_parse.diagnostics.model import Report
from nyash_parse.source import Span

from ..boxes import PROGRAM, BoxSymbol, FunctionSymbol, InterfaceSymbol, LoadedLibrary, Origin
from . import wording
from .reports import report_for

Symbol = BoxSymbol | FunctionSymbol | InterfaceSymbol


class World:
    """All declarations, without what Boxes have from their parents (hierarchy.py adds that).
    `boxes` is keyed by `BoxSymbol.key`, libraries' first, in order."""

    def __init__(self, program: Program, libraries: Sequence[LoadedLibrary], report: Report):
        self.program = program
        self.libraries = libraries
        self.report = report
        self.boxes: dict[str, BoxSymbol] = {}
        self.functions: dict[str, FunctionSymbol] = {}
        self.interfaces: dict[str, InterfaceSymbol] = {}
        self.globals: dict[str, Span] = {}
        self._declared_globals: dict[str, Span] = {}
        self.predefined: list[tuple[GlobalDeclaration, Origin]] = []
        """Libraries' globals that the program names; they are there before its first statement."""
        self._program_names: dict[str, Symbol] = {}
        self._library_names: dict[str, Symbol] = {}
        offset = len(program.sources)
        own = {
            item.name.name
            for file in program.files
            for item in file.items
            if isinstance(item, BoxDeclaration | InterfaceDeclaration)
        }
        used = self._used_namespaces(program)
        for library in libraries:
            if library.namespace is None or library.namespace in used:
                self._collect(library.files, Origin(library.name, offset), own)
            offset += len(library.sources)
        self._collect(program.files, PROGRAM, frozenset())

    # -- looking up ---------------------------------------------------------------------------

    def find(self, name: str, origin: Origin) -> Symbol | None:
        """What a bare name outside any scope means to code of `origin`."""
        if origin.library == "":
            found = self._program_names.get(name)
            if found is not None:
                return found
        return self._library_names.get(name)

    def find_box(self, name: str, origin: Origin) -> BoxSymbol | None:
        found = self.find(name, origin)
        return found if isinstance(found, BoxSymbol) else None

    def box_names(self) -> list[str]:
        return [s.name for s in self.boxes.values()]

    def namespace_of(self, name: str) -> str | None:
        """What `using` brings a Box of this name, if it is one of a library that is not used."""
        return next(
            (
                library.namespace
                for library in self.libraries
                for file in library.files
                for item in file.items
                if library.namespace and isinstance(item, BoxDeclaration) and item.name.name == name
            ),
            None,
        )

    def all_names(self) -> list[str]:
        return [*self._program_names, *self._library_names, *self.globals]

    # -- collecting ---------------------------------------------------------------------------

    def _used_namespaces(self, program: Program) -> set[str]:
        known = {lib.namespace or lib.name for lib in self.libraries}
        used: set[str] = set()
        for file in program.files:
            for item in file.items:
                if isinstance(item, Using):
                    if item.name in program.libraries and item.name not in known:
                        self.report.add(wording.unknown_library(item.name, item.span, known))
                    used.add(item.name)
        return used

    def _collect(self, files: Sequence[File], origin: Origin, shadowed) -> None:
        additions: list[BoxDeclaration | FunctionDeclaration] = []
        for file in files:
            self._collect_assigned_globals(file)
            for item in file.items:
                if _adds_to_a_box(item):
                    additions.append(item)
                elif isinstance(item, BoxDeclaration):
                    self._add_box(item, origin, shadowed)
                elif isinstance(item, FunctionDeclaration):
                    self._add_function(item, origin)
                elif isinstance(item, InterfaceDeclaration):
                    symbol = InterfaceSymbol(item.name.name, item, origin)
                    self.interfaces[item.name.name] = symbol
                    self._name(symbol, item.name.span)
                elif isinstance(item, GlobalDeclaration) and origin.library:
                    self._predefine(item, origin)
                elif isinstance(item, GlobalDeclaration):
                    self._add_global(item.name)
        for item in additions:
            if isinstance(item, BoxDeclaration):
                self._extend_box(item, origin)
            else:
                self._add_function(item, origin)

    def _predefine(self, item: GlobalDeclaration, origin: Origin) -> None:
        """A name that no text of the program holds cannot be meant, and is left out."""
        name = item.name.name
        if any(name in source.text for source in self.program.sources):
            self.globals.setdefault(name, item.name.span)
            self.predefined.append((item, origin))

    def _add_global(self, name: Identifier) -> None:
        first = self._declared_globals.setdefault(name.name, name.span)
        if first is not name.span:
            self.report.add(wording.declared_twice("global", name.name, name.span, first))
        self.globals.setdefault(name.name, name.span)

    def _collect_assigned_globals(self, file: File) -> None:
        """At the top level, assigning a name nobody declared declares a global (section 4)."""
        local: set[str] = set()
        for item in file.items:
            if isinstance(item, Local):
                local.update(binding.name.name for binding in item.bindings)
            elif isinstance(item, Assign) and isinstance(item.target, Name):
                name = item.target.name
                if item.operator == "=" and name not in local:
                    self.globals.setdefault(name, item.target.span)

    def _name(self, symbol: Symbol, span: Span) -> None:
        names = self._library_names if symbol.origin.library else self._program_names
        first = names.get(symbol.name)
        if first is not None and not symbol.origin.library:
            kind = {BoxSymbol: "Box", FunctionSymbol: "function"}.get(type(symbol), "interface")
            self.report.add(
                wording.declared_twice(kind, symbol.name, span, first.declaration.name.span)
            )
            return
        names[symbol.name] = symbol

    def _add_function(self, item: FunctionDeclaration, origin: Origin) -> None:
        if item.owner is not None:
            owner = self.find_box(item.owner.name, origin)
            if owner is None:
                report_for(self.report, origin).add(
                    wording.unknown_box(item.owner.span, item.owner.name, self.box_names())
                )
                return
            method = Method(
                item.span, item.name, "method", item.parameters, item.result, item.body, static=True
            )
            owner.static_methods[(item.name.name, len(item.parameters))] = method
            owner.origins[id(method)] = origin
            return
        symbol = FunctionSymbol(item.name.name, item, origin)
        if not (origin.library == "" and item.name.name in self._program_names):
            self.functions[item.name.name] = symbol
        self._name(symbol, item.name.span)

    def _add_box(self, item: BoxDeclaration, origin: Origin, shadowed) -> None:
        name = item.name.name
        key = f"{origin.library}::{name}" if name in shadowed else name
        symbol = BoxSymbol(name, key, item, origin)
        if not origin.library and isinstance(self._program_names.get(name), BoxSymbol):
            self._name(symbol, item.name.span)
            return
        self._add_members(symbol, item, origin)
        self.boxes[key] = symbol
        self._name(symbol, item.name.span)

    def _extend_box(self, item: BoxDeclaration, origin: Origin) -> None:
        """A provider's `extend`. The Box may be of a library that this program does not use."""
        base = self._library_names.get(item.name.name)
        if isinstance(base, BoxSymbol):
            self._add_members(base, item, origin)
        elif self.namespace_of(item.name.name) is None:
            report_for(self.report, origin).add(
                wording.unknown_box(item.name.span, item.name.name, self.box_names())
            )

    def _add_members(self, symbol: BoxSymbol, item: BoxDeclaration, origin: Origin) -> None:
        report = report_for(self.report, origin)
        if origin != symbol.origin:
            symbol.origins.update((id(m), origin) for m in (*item.fields, *item.methods))
        for declared in item.fields:
            if symbol.field_named(declared.name):
                report.add(wording.two_fields(item.name.name, declared.name, declared.span))
            else:
                symbol.fields.append(declared)
        symbol.static_blocks += item.static_blocks
        overloads = bool(symbol.origin.library)
        for method in item.methods:
            arity = len(method.parameters)
            if method.kind == "constructor":
                if symbol.constructors and not (overloads and arity not in symbol.constructors):
                    first = next(iter(symbol.constructors.values()))
                    report.add(
                        wording.two_constructors(item.name.name, method.name.span, first.name.span)
                    )
                symbol.constructors.setdefault(arity, method)
            elif method.kind == "fini":
                symbol.finaliser = method
            else:
                same = symbol.methods_named(method.name.name)
                if same and not overloads:
                    report.add(
                        wording.two_methods(
                            item.name.name, method.name.name, method.name.span, same[0].name.span
                        )
                    )
                members = symbol.static_methods if method.static else symbol.methods
                members.setdefault((method.name.name, arity), method)


def _adds_to_a_box(item: object) -> bool:
    """Whether the declaration needs its Box to be known, wherever that stands: `extend`, and
    functions of a Box."""
    if isinstance(item, BoxDeclaration):
        return item.native is not None and item.native.extends
    return isinstance(item, FunctionDeclaration) and item.owner is not None
