"""Box libraries as the compiler reads them, and what the declarations of a program say.

A `LoadedLibrary` is a provider's parsed `.nyash` files; a `BoxSymbol` one Box of the program or a
library, with its members in the forms that name resolution and lowering ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nyash_parse.ast import (
    Block,
    BoxDeclaration,
    Field,
    File,
    FunctionDeclaration,
    InterfaceDeclaration,
    Method,
    NativeLayout,
    SourceText,
)
from nyash_parse.source import Span

from . import types
from .types import Type


@dataclass(frozen=True)
class LoadedLibrary:
    """Spans in `files[i]` have source number `i`, an index into `sources`.

    `namespace`: only seen after `using namespace`; None is always seen.
    """

    name: str
    namespace: str | None
    files: tuple[File, ...]
    sources: tuple[SourceText, ...]


@dataclass(frozen=True)
class Origin:
    """Where a declaration comes from: the program (`library` is "") or a Box library.

    `source_offset` turns the spans of its files into source numbers of the module.
    """

    library: str = ""
    source_offset: int = 0

    def in_module(self, span: Span) -> Span:
        """A span of one of its files, with the module's number of that file."""
        offset = self.source_offset
        return Span(span.source + offset, span.start, span.end) if offset else span


PROGRAM = Origin()
ANY_BOX = "AnyBox"
"""The library Box whose methods every value has."""


@dataclass
class BoxSymbol:
    """One Box. `key` is its name in the module: its own, or `library::name` where the program has
    a Box of the same name."""

    name: str
    key: str
    declaration: BoxDeclaration
    origin: Origin
    fields: list[Field] = field(default_factory=list)
    methods: dict[tuple[str, int], Method] = field(default_factory=dict)
    """By name and arity; constructors and `fini` are not among them."""
    static_methods: dict[tuple[str, int], Method] = field(default_factory=dict)
    constructors: dict[int, Method] = field(default_factory=dict)
    finaliser: Method | None = None
    static_blocks: tuple[Block, ...] = ()
    parents: list[BoxSymbol] = field(default_factory=list)
    interfaces: list[InterfaceSymbol] = field(default_factory=list)
    ancestors: list[BoxSymbol | InterfaceSymbol] = field(default_factory=list)
    """Every parent and interface, nearest first."""
    layout: NativeLayout | None = None
    """The native part of its instances: its own, or its parents'."""
    finalisers: list[Method] = field(default_factory=list)
    """Its own `fini` and its parents', in the order in which they run."""
    origins: dict[int, Origin] = field(default_factory=dict)
    """Where members come from that another library or the program adds to the Box, by `id()`."""
    owners: dict[int, BoxSymbol] = field(default_factory=dict)
    """Who declares an inherited method, by the method's `id()`; its own are not here."""

    @property
    def static(self) -> bool:
        return self.declaration.static

    @property
    def native(self) -> bool:
        return self.layout is not None

    def owner_of(self, method: Method) -> BoxSymbol:
        """The Box whose declaration holds a method that this Box has."""
        return self.owners.get(id(method), self)

    def holder_of(self, declared: Field) -> BoxSymbol:
        """The Box whose declaration holds a field that this Box has."""
        for parent in self.parents:
            if any(f is declared for f in parent.fields):
                return parent.holder_of(declared)
        return self

    def origin_of(self, member: Method | Field) -> Origin:
        """Where the text of a member that this Box has stands."""
        holder = self.owner_of(member) if isinstance(member, Method) else self.holder_of(member)
        return holder.origins.get(id(member), holder.origin)

    def has(self, method: Method) -> bool:
        """Whether a call on an instance, or `new`, reaches the method by its name."""
        if method.kind == "constructor":
            return self.constructors.get(len(method.parameters)) is method
        if method.kind == "fini":
            return self.finaliser is method
        key = (method.name.name, len(method.parameters))
        return (self.static_methods if method.static else self.methods).get(key) is method

    def function_name(self, method: Method) -> str:
        """The module's name of the function for a method on instances of this Box. Inherited
        Nyash code is compiled for each heir, whose fields and methods it then knows; native code
        is shared."""
        owner = self.owner_of(method)
        box = owner if method.native is not None else self
        word = f"{method.name.name}/{len(method.parameters)}"
        if method.static and (method.name.name, len(method.parameters)) in box.methods:
            word = f"static {word}"  # a library's instance method has the name already
        return f"{box.key}.{word}" if box.has(method) else f"{box.key}.{owner.key}::{word}"

    @property
    def positional_fields(self) -> list[Field]:
        """What `new B(a, b)` fills where there is no constructor."""
        return [f for f in self.fields if f.visibility == "init"]

    def field_named(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)

    def methods_named(self, name: str) -> list[Method]:
        both = (*self.methods.items(), *self.static_methods.items())
        return [m for (n, _), m in both if n == name]


@dataclass(frozen=True)
class FunctionSymbol:
    name: str
    declaration: FunctionDeclaration
    origin: Origin

    @property
    def arity(self) -> int:
        return len(self.declaration.parameters)


@dataclass(frozen=True)
class InterfaceSymbol:
    name: str
    declaration: InterfaceDeclaration
    origin: Origin


SHORT_TYPE_NAMES: dict[str, Type] = {
    "Integer": types.INTEGER,
    "Float": types.FLOAT,
    "Number": types.from_names("IntegerBox", "FloatBox"),
    "Bool": types.BOOL,
    "String": types.STRING,
    "Null": types.NULL,
    "Function": types.FUNCTION,
    "Array": types.ARRAY,
    "Map": types.MAP,
    "Buffer": types.box("BufferBox"),
    "Range": types.box("RangeBox"),
    "Set": types.box("SetBox"),
    "Any": types.ANY,
}
"""The kinds' short names, as native declarations use them (and `is("Integer")`)."""

SPELLINGS = {short: t.names[0] for short, t in SHORT_TYPE_NAMES.items() if t.single}
"""Short name to Box name."""


def readable(box: str) -> str:
    """A kind's name for people: `Integer` for `IntegerBox`, other Boxes as they are."""
    short = box[:-3] if box.endswith("Box") else box
    return short if SPELLINGS.get(short) == box else box
