"""Declarations and whole files (language.md sections 2 and 3)."""

from __future__ import annotations

from typing import Union

import msgspec

from .expression import Expression, Parameter, TypeReference
from .node import Identifier, Node
from .statement import Block, Statement


class Field(Node, tag=True, frozen=True):
    """One field. `visibility` is `init`, `public` or `private`, by the group it stands in."""

    name: str
    weak: bool = False
    visibility: str = "init"
    annotation: TypeReference | None = None


class NativeContract(Node, tag=True, frozen=True):
    """`= "symbol" throws suspends pure reads compares shows consumes(a, b)` of a native method
    (only in provider files)."""

    symbol: str
    throws: bool = False
    suspends: bool = False
    pure: bool = False
    consumes: tuple[str, ...] = ()
    reads: bool = False
    compares: bool = False
    shows: bool = False


class Method(Node, tag=True, frozen=True):
    """A method or constructor. `kind` is `method`, `constructor` or `fini`.

    `name` is as written (`pack`, `birth`, `init`, the Box's own name, …). `override_parent` is the
    `A` of `override A.name`. A native method has a `native` contract and no body; an interface's
    method has neither.
    """

    name: Identifier
    kind: str
    parameters: tuple[Parameter, ...]
    result: TypeReference | None
    body: Block | None
    static: bool = False
    override: bool = False
    override_parent: Identifier | None = None
    visibility: str = "public"
    native: NativeContract | None = None


class NativeLayout(Node, tag=True, frozen=True):
    """Provider files only: `native box B = "ny_struct" size 48 [id 5] [destroy "f"] [visit "g"]`.

    `size` is the C struct's size in bytes, header included. `destroy` releases the payload's
    memory and references; `visit` shows its references to a walker. `extend box B { … }` has
    `extends` true and no struct: its members are added to a Box of another provider.
    """

    struct: str = ""
    size: int = 8
    id: int | None = None
    destroy: str | None = None
    visit: str | None = None
    extends: bool = False


class BoxDeclaration(Node, tag=True, frozen=True):
    """`[static] box Name<T> from A, B interface I, J { … }`."""

    name: Identifier
    static: bool
    type_parameters: tuple[Identifier, ...]
    parents: tuple[TypeReference, ...]
    interfaces: tuple[TypeReference, ...]
    fields: tuple[Field, ...]
    methods: tuple[Method, ...]
    static_blocks: tuple[Block, ...] = ()
    native: NativeLayout | None = None


class InterfaceDeclaration(Node, tag=True, frozen=True):
    name: Identifier
    methods: tuple[Method, ...]


class FunctionDeclaration(Node, tag=True, frozen=True):
    """`function name(…) { }`; `owner` is the `Point` of `static function Point.unit()`.

    A provider's native function has a contract and no body.
    """

    name: Identifier
    owner: Identifier | None
    parameters: tuple[Parameter, ...]
    result: TypeReference | None
    body: Block | None
    native: NativeContract | None = None


class GlobalDeclaration(Node, tag=True, frozen=True):
    """`global NAME[: type] [= value]`."""

    name: Identifier
    value: Expression | None
    annotation: TypeReference | None = None


class Include(Node, tag=True, frozen=True):
    path: str


class Using(Node, tag=True, frozen=True):
    name: str


Declaration = Union[
    BoxDeclaration, InterfaceDeclaration, FunctionDeclaration, GlobalDeclaration, Include, Using
]

Item = Union[
    BoxDeclaration,
    InterfaceDeclaration,
    FunctionDeclaration,
    GlobalDeclaration,
    Include,
    Using,
    Statement,
]


class File(Node, tag=True, frozen=True):
    """One source file: its declarations and top-level statements in the order they stand."""

    items: tuple[Item, ...]


class SourceText(msgspec.Struct, frozen=True, array_like=True):
    """A source as an artifact carries it, so that diagnostics can be drawn elsewhere."""

    name: str
    text: str


class Program(msgspec.Struct, frozen=True, array_like=True):
    """All files of a program. `sources[i]` is source number `i`; `files[0]` is the main file.

    `libraries` are the names brought in by `using` that no source folder answered.
    """

    sources: tuple[SourceText, ...]
    files: tuple[File, ...]
    libraries: tuple[str, ...] = ()
