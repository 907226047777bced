"""Declarations and whole files."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from .. import syntax_errors as wording
from ..ast import (
    Block,
    BoxDeclaration,
    Expression,
    Field,
    File,
    FunctionDeclaration,
    GlobalDeclaration,
    Identifier,
    Include,
    InterfaceDeclaration,
    Item,
    Method,
    NativeContract,
    NativeLayout,
    Parameter,
    TypeReference,
    Using,
)
from ..source import Span
from .statement import StatementBuilder

CONSTRUCTORS = frozenset({"pack", "birth", "init"})
"""Synonyms for the constructor; the Box's own name is one too."""


class Modifier(NamedTuple):
    """A word before a method; `parent` is the `A` of `override A.name`."""

    span: Span
    word: str
    parent: Identifier | None = None


class StaticBlock(NamedTuple):
    body: Block


Fields = list[Field]
Member = Fields | Method | StaticBlock
Effect = tuple[Span, str, tuple[str, ...]]


class DeclarationBuilder(StatementBuilder):
    def file(self, start: int, end: int, *items: Item) -> File:
        return File(self.span(0, len(self.source.text)), items)

    def include(self, start: int, end: int, path: str) -> Include:
        return Include(self.span(start, end), self.unescape(end - len(path), path))

    def using(self, start: int, end: int, *names: str) -> Using:
        return Using(self.span(start, end), ".".join(names))

    def global_(
        self,
        start: int,
        end: int,
        name: Identifier,
        annotation: TypeReference | None,
        value: Expression | None,
    ) -> GlobalDeclaration:
        return GlobalDeclaration(self.span(start, end), name, value, annotation)

    # ---- Boxes -------------------------------------------------------------------------------

    def box(
        self,
        start: int,
        end: int,
        static: str | None,
        name: Identifier,
        type_parameters: tuple[Identifier, ...],
        parents: tuple[TypeReference, ...] | None,
        interfaces: tuple[TypeReference, ...] | None,
        members: tuple[Member, ...],
        native: NativeLayout | None = None,
    ) -> BoxDeclaration:
        fields = tuple(field for member in members if isinstance(member, list) for field in member)
        methods = tuple(
            self._named_constructor(member, name.name)
            for member in members
            if isinstance(member, Method)
        )
        return BoxDeclaration(
            self.span(start, end),
            name,
            static is not None,
            type_parameters,
            parents or (),
            interfaces or (),
            fields,
            methods,
            tuple(member.body for member in members if isinstance(member, StaticBlock)),
            native,
        )

    def _named_constructor(self, method: Method, box: str) -> Method:
        if method.name.name == box and method.kind == "method" and not method.static:
            return msgspec.structs.replace(method, kind="constructor")
        return method

    def type_parameters(self, start: int, end: int, *names: Identifier) -> tuple[Identifier, ...]:
        return names

    def parents(self, start: int, end: int, *types: TypeReference) -> tuple[TypeReference, ...]:
        return types

    interfaces = parents

    def members(self, start: int, end: int, *members: Member) -> tuple[Member, ...]:
        return members

    def field_group(self, start: int, end: int, word: str, *fields: Field) -> Fields:
        return [msgspec.structs.replace(field, visibility=word) for field in fields]

    field_alone = field_group

    def field(
        self, start: int, end: int, weak: str | None, name: str, annotation: TypeReference | None
    ) -> Field:
        return Field(self.span(start, end), name, weak is not None, "init", annotation)

    def static_block(self, start: int, end: int, body: Block) -> StaticBlock:
        return StaticBlock(body)

    # ---- Methods -----------------------------------------------------------------------------

    def modifier(self, start: int, end: int, word: str) -> Modifier:
        return Modifier(self.span(start, end), word)

    def override_of(self, start: int, end: int, parent: Identifier) -> Modifier:
        return Modifier(self.span(start, end), "override", parent)

    def method(self, start: int, end: int, *parts: object) -> Method:
        """`modifier* name (parameters) [: result] { … }`."""
        *modifiers, name, parameters, result, body = parts
        words = self._modifiers(modifiers)  # type: ignore[arg-type]
        if "native" in words:
            self.report.add(wording.native_with_body(words["native"].span))
        return self._method(start, end, words, name, parameters, result, body, None)  # type: ignore[arg-type]

    def native_method(self, start: int, end: int, *parts: object) -> Method:
        """`native name (parameters) [: result] = "symbol" effects`."""
        *modifiers, name, parameters, result, contract = parts
        words = self._modifiers(modifiers)  # type: ignore[arg-type]
        if "native" not in words:
            self.report.add(wording.body_missing(name.span, name.name))  # type: ignore[attr-defined]
        return self._method(start, end, words, name, parameters, result, None, contract)  # type: ignore[arg-type]

    def _method(
        self,
        start: int,
        end: int,
        words: dict[str, Modifier],
        name: Identifier,
        parameters: tuple[Parameter, ...],
        result: TypeReference | None,
        body: Block | None,
        native: NativeContract | None,
    ) -> Method:
        static = "static" in words
        override = words.get("override")
        kind = "method"
        if not static and name.name in CONSTRUCTORS:
            kind = "constructor"
        elif not static and name.name == "fini" and not parameters:
            kind = "fini"
        return Method(
            self.span(start, end),
            name,
            kind,
            parameters,
            result,
            body,
            static,
            override is not None,
            override.parent if override else None,
            "private" if "private" in words else "public",
            native,
        )

    def _modifiers(self, modifiers: list[Modifier]) -> dict[str, Modifier]:
        """The modifiers by word; repeated and contradicting ones are reported."""
        words: dict[str, Modifier] = {}
        pairs = (("public", "private"), ("static", "override"))
        rivals = {word: other for a, b in pairs for word, other in ((a, b), (b, a))}
        for modifier in modifiers:
            rival = words.get(modifier.word) or words.get(rivals.get(modifier.word, ""))
            if rival is not None:
                self.report.add(
                    wording.modifier_clash(modifier.span, modifier.word, rival.span, rival.word)
                )
            words.setdefault(modifier.word, modifier)
        return words

    def interface(
        self,
        start: int,
        end: int,
        name: Identifier,
        type_parameters: tuple[Identifier, ...],
        *signatures: Method,
    ) -> InterfaceDeclaration:
        return InterfaceDeclaration(self.span(start, end), name, signatures)

    def signature(
        self,
        start: int,
        end: int,
        name: Identifier,
        parameters: tuple[Parameter, ...],
        result: TypeReference | None,
    ) -> Method:
        return Method(self.span(start, end), name, "method", parameters, result, None)

    # ---- Functions ---------------------------------------------------------------------------

    def function(
        self,
        start: int,
        end: int,
        static: str | None,
        name: Identifier,
        parameters: tuple[Parameter, ...],
        result: TypeReference | None,
        body: Block,
    ) -> FunctionDeclaration:
        if static:
            self.report.add(wording.static_without_owner(self.span(start, name.span.end)))
        return FunctionDeclaration(self.span(start, end), name, None, parameters, result, body)

    def owned_function(
        self,
        start: int,
        end: int,
        static: str | None,
        owner: Identifier,
        name: Identifier,
        parameters: tuple[Parameter, ...],
        result: TypeReference | None,
        body: Block,
    ) -> FunctionDeclaration:
        return FunctionDeclaration(self.span(start, end), name, owner, parameters, result, body)

    # ---- Providers ---------------------------------------------------------------------------

    def native_function(
        self,
        start: int,
        end: int,
        name: Identifier,
        parameters: tuple[Parameter, ...],
        result: TypeReference | None,
        contract: NativeContract,
    ) -> FunctionDeclaration:
        return FunctionDeclaration(
            self.span(start, end), name, None, parameters, result, None, contract
        )

    def native_box(
        self, start: int, end: int, name: Identifier, struct: str, *parts: object
    ) -> BoxDeclaration:
        """`native box B = "struct" size 48 id 5 destroy "f" visit "g" { … }`."""
        *items, members = parts
        values: dict[str, object] = {}
        for span, word, value in items:  # type: ignore[misc]
            wanted = {"size": int, "id": int, "destroy": str, "visit": str}.get(word)
            if wanted is None or not isinstance(value, wanted) or word in values:
                self.report.add(wording.native_attribute(span, word, "size, id, destroy, visit"))
                continue
            values[word] = value
        layout = NativeLayout(
            self.span(start, end),
            self.unescape(start, struct),
            values.get("size", 8),  # type: ignore[arg-type]
            values.get("id"),  # type: ignore[arg-type]
            values.get("destroy"),  # type: ignore[arg-type]
            values.get("visit"),  # type: ignore[arg-type]
        )
        return self.box(start, end, None, name, (), None, None, members, layout)  # type: ignore[arg-type]

    def extend_box(
        self, start: int, end: int, name: Identifier, members: tuple[Member, ...]
    ) -> BoxDeclaration:
        layout = NativeLayout(self.span(start, end), extends=True)
        return self.box(start, end, None, name, (), None, None, members, layout)

    def layout_item(
        self, start: int, end: int, word: str, text: str
    ) -> tuple[Span, str, int | str]:
        if text.startswith('"'):
            return self.span(start, end), word, self.unescape(start, text)
        return self.span(start, end), word, self.integer(end - len(text), end, text).value

    def contract(self, start: int, end: int, symbol: str, *effects: Effect) -> NativeContract:
        words: set[str] = set()
        consumes: tuple[str, ...] = ()
        for span, word, names in effects:
            known = {"throws", "suspends", "pure", "reads", "compares", "shows", "consumes"}
            if word not in known or word in words or bool(names) != (word == "consumes"):
                self.report.add(wording.native_attribute(span, word, ", ".join(sorted(known))))
            words.add(word)
            if word == "consumes":
                consumes = names
        return NativeContract(
            self.span(start, end),
            self.unescape(start, symbol),
            "throws" in words,
            "suspends" in words,
            "pure" in words,
            consumes,
            "reads" in words,
            "compares" in words,
            "shows" in words,
        )

    def effect(self, start: int, end: int, word: str, *names: Identifier) -> Effect:
        return self.span(start, end), word, tuple(name.name for name in names)
