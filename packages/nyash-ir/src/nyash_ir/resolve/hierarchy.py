"""Delegation: what every Box has from its parents (language.md sections 3 and 10).

Runs once all declarations are known. Afterwards a Box's tables hold inherited members beside its
own, so that nobody else has to climb: fields lie parents' first, in the order in which the parents
are named, and what two parents have from one ancestor is there once.
"""

from __future__ import annotations

from collections.abc import Iterator

from nyash_parse.ast import Field, Method, TypeReference
from nyash_parse.source import Span

from ..boxes import ANY_BOX, BoxSymbol, InterfaceSymbol, Origin
from ..types import KIND_BOXES
from . import wording
from .reports import Sink, report_for
from .world import World

Key = tuple[str, int]

HEADER_BYTES = 8
"""Of every Box; a native layout of no more holds no data (nyash.h)."""


def settle(world: World) -> None:
    """Give each Box of the world its parents' members; parents come before their heirs."""
    Delegation(world).run()


class Delegation:
    def __init__(self, world: World) -> None:
        self.world = world
        self._settled: set[str] = set()
        self._open: list[BoxSymbol] = []
        universal = world.boxes.get(ANY_BOX)
        self._universal = {name for name, _ in universal.methods} if universal else set()

    def run(self) -> None:
        for box in list(self.world.boxes.values()):
            self._settle(box)

    def _report(self, box: BoxSymbol) -> Sink:
        return report_for(self.world.report, box.origin)

    def _settle(self, box: BoxSymbol) -> None:
        if box.key in self._settled:
            return
        self._open.append(box)
        for reference in box.declaration.parents:
            parent = self._parent(box, reference)
            if parent is not None:
                self._settle(parent)
                box.parents.append(parent)
        self._open.pop()
        self._settled.add(box.key)
        self._inherit(box)
        self._check_interfaces(box)

    # -- parents ------------------------------------------------------------------------------

    def _parent(self, box: BoxSymbol, reference: TypeReference) -> BoxSymbol | None:
        name, span = reference.name, reference.span
        found = self.world.find(name, box.origin)
        if found is box:  # `box HTTPServer from HTTPServer`: the library's
            found = self.world.find(name, Origin("library")) or box
        reason = ""
        if found is None or not isinstance(found, BoxSymbol | InterfaceSymbol):
            self._report(box).add(wording.unknown_box(span, name, self.world.box_names()))
            return None
        if isinstance(found, InterfaceSymbol):
            reason = "it is an interface: write `interface` instead of `from`"
        elif found in self._open:
            reason = "it comes from itself" if found is not box else "a Box cannot be its parent"
        elif found.static:
            reason = "it is a static Box, which has one instance"
        elif found.key in KIND_BOXES or found.key == ANY_BOX:
            reason = "its instances are plain values"
        elif found in box.parents:
            reason = "it is named twice"
        if reason:
            self._report(box).add(wording.no_parent(span, name, reason))
            return None
        return found  # type: ignore[return-value]

    def _inherit(self, box: BoxSymbol) -> None:
        box.layout = box.declaration.native
        box.finalisers = [box.finaliser] if box.finaliser is not None else []
        if box.parents:
            self._inherit_layout(box)
            for parent in box.parents:
                self._note_owners(box, parent)
            self._inherit_fields(box)
            self._inherit_methods(box)
            if not box.constructors:
                box.constructors = dict(box.parents[0].constructors)
            for parent in reversed(box.parents):
                box.finalisers += parent.finalisers
            box.finalisers = _last_of_each(box.finalisers)
        self._check_overrides(box)
        interfaces = self._interfaces(box)
        near = [*box.parents, *interfaces]
        far = [a for parent in box.parents for a in parent.ancestors]
        box.ancestors = list({id(a): a for a in (*near, *far)}.values())
        box.interfaces = [a for a in box.ancestors if isinstance(a, InterfaceSymbol)]

    def _inherit_layout(self, box: BoxSymbol) -> None:
        """One parent at most has native data; a second one is reported and left out."""
        for parent in list(box.parents):
            if parent.layout is None or parent.layout.size <= HEADER_BYTES:
                continue
            if box.layout is not None and box.layout is not parent.layout:
                reason = "a Box can have one parent that holds native data"
                span = self._named_as_parent(box, parent)
                self._report(box).add(wording.no_parent(span, parent.name, reason))
                box.parents.remove(parent)
            box.layout = box.layout or parent.layout

    @staticmethod
    def _named_as_parent(box: BoxSymbol, parent: BoxSymbol) -> Span:
        return next(r.span for r in box.declaration.parents if r.name == parent.name)

    def _inherit_fields(self, box: BoxSymbol) -> None:
        own, fields = box.fields, []
        holders: dict[str, tuple[Field, BoxSymbol]] = {}
        for parent in box.parents:
            for declared in parent.fields:
                first = holders.get(declared.name)
                if first is None:
                    holders[declared.name] = declared, parent
                    fields.append(declared)
                elif first[0] is not declared:
                    span = self._named_as_parent(box, parent)
                    self._report(box).add(
                        wording.parents_share(
                            span, box.name, "field", declared.name, first[1].name, parent.name
                        )
                    )
        for declared in own:
            inherited = holders.get(declared.name)
            if inherited is not None:
                self._report(box).add(
                    wording.inherited_field(
                        box.name, declared.name, declared.span, inherited[1].name
                    )
                )
            else:
                fields.append(declared)
        box.fields = fields

    # -- methods ------------------------------------------------------------------------------

    def _inherit_methods(self, box: BoxSymbol) -> None:
        for table in ("methods", "static_methods"):
            own: dict[Key, Method] = getattr(box, table)
            named = {name for name, _ in own}
            taken: dict[str, tuple[BoxSymbol, dict[Key, Method]]] = {}
            for parent in box.parents:
                for name, methods in _by_name(getattr(parent, table)):
                    first = taken.get(name)
                    if first is None:
                        taken[name] = parent, methods
                    elif name not in named and _differ(first[1], methods):
                        span = self._named_as_parent(box, parent)
                        self._report(box).add(
                            wording.parents_share(
                                span, box.name, "method", name, first[0].name, parent.name
                            )
                        )
            for name, (parent, methods) in taken.items():
                if name in named and not parent.origin.library:
                    continue  # a program's Box has one method of a name
                for key, method in methods.items():
                    own.setdefault(key, method)

    @staticmethod
    def _note_owners(box: BoxSymbol, parent: BoxSymbol) -> None:
        """Also of methods that the Box replaces: `from Parent.method()` still reaches them."""
        tables = (parent.methods, parent.static_methods, parent.constructors)
        for method in (*(m for table in tables for m in table.values()), *parent.finalisers):
            box.owners[id(method)] = parent.owner_of(method)
        box.owners.update(parent.owners)

    def _check_overrides(self, box: BoxSymbol) -> None:
        if box.origin.library:
            return
        for (name, arity), method in box.methods.items():
            if box.owner_of(method) is not box:
                continue
            having = [p for p in box.parents if any(n == name for n, _ in p.methods)]
            if method.override:
                self._check_override(box, method, having)
            elif having and not (having[0].origin.library and name in self._universal):
                if not having[0].origin.library or (name, arity) in having[0].methods:
                    self._report(box).add(
                        wording.missing_override(method.name.span, name, having[0].name)
                    )

    def _check_override(self, box: BoxSymbol, method: Method, having: list[BoxSymbol]) -> None:
        name, span = method.name.name, method.name.span
        parent = having[0] if having else None
        if method.override_parent is not None:
            wanted = method.override_parent
            found = [p for p in self._all_parents(box) if p.name == wanted.name]
            if not found:
                names = [p.name for p in self._all_parents(box)]
                self._report(box).add(
                    wording.unknown_parent_of(wanted.span, wanted.name, box.name, names)
                )
                return
            parent = found[0] if any(n == name for n, _ in found[0].methods) else None
        elif len(having) > 1 and _differ(_named(having[0], name), _named(having[1], name)):
            names = [p.name for p in having]
            self._report(box).add(wording.ambiguous_override(span, name, names))
            return
        if parent is None:
            if name not in self._universal or method.override_parent is not None:
                names = [n for p in self._all_parents(box) for n, _ in p.methods]
                self._report(box).add(wording.overrides_nothing(span, name, box.name, names))
            return
        arities = [a for n, a in parent.methods if n == name]
        if len(method.parameters) not in arities:
            self._report(box).add(
                wording.override_arity(span, name, parent.name, arities, len(method.parameters))
            )

    @staticmethod
    def _all_parents(box: BoxSymbol) -> list[BoxSymbol]:
        found = [*box.parents]
        for parent in box.parents:
            found += [a for a in parent.ancestors if isinstance(a, BoxSymbol)]
        return list({id(p): p for p in found}.values())

    # -- interfaces ---------------------------------------------------------------------------

    def _interfaces(self, box: BoxSymbol) -> list[InterfaceSymbol]:
        found = []
        for reference in box.declaration.interfaces:
            symbol = self.world.find(reference.name, box.origin)
            if isinstance(symbol, InterfaceSymbol):
                found.append(symbol)
            elif isinstance(symbol, BoxSymbol):
                self._report(box).add(wording.no_interface(reference.span, reference.name))
            else:
                names = list(self.world.interfaces)
                self._report(box).add(
                    wording.unknown_interface(reference.span, reference.name, names)
                )
        return found

    def _check_interfaces(self, box: BoxSymbol) -> None:
        for interface in box.interfaces:
            missing = []
            for wanted in interface.declaration.methods:
                name, arity = wanted.name.name, len(wanted.parameters)
                method = box.methods.get((name, arity))
                if method is not None and method.visibility != "private":
                    continue
                same = [a for n, a in box.methods if n == name]
                missing.append((wanted, same))
            if missing:
                near = interface.origin == box.origin
                self._report(box).add(
                    wording.missing_methods(box.declaration, interface, missing, near)
                )


def _by_name(methods: dict[Key, Method]) -> Iterator[tuple[str, dict[Key, Method]]]:
    names: dict[str, dict[Key, Method]] = {}
    for (name, arity), method in methods.items():
        names.setdefault(name, {})[name, arity] = method
    yield from names.items()


def _named(box: BoxSymbol, name: str) -> dict[Key, Method]:
    return {key: method for key, method in box.methods.items() if key[0] == name}


def _differ(first: dict[Key, Method], second: dict[Key, Method]) -> bool:
    """Whether two parents' methods of a name are not the same ones of a common ancestor."""
    return {id(m) for m in first.values()} != {id(m) for m in second.values()}


def _last_of_each(methods: list[Method]) -> list[Method]:
    """An ancestor that several parents share comes after all of them, once."""
    kept = {id(m): m for m in reversed(methods)}
    return list(reversed(kept.values()))
