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
    SourceText,
)

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

    @property
    def static(self) -> bool:
        return self.declaration.static

    @property
    def native(self) -> bool:
        return self.declaration.native is not None

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
