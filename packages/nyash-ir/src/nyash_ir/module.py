"""The module: a whole program in typed SSA form.

Values, blocks and slots are dense integers within their function; functions, Boxes and natives
are known by name. A block takes parameters (they are the phi nodes); a block with a `handler`
sends the errors of its throwing instructions there, one without lets them leave the function.
Instructions are frozen and a block's list is replaced as a whole, so a pass can be compared with
what it started from.
"""

from __future__ import annotations

from typing import Literal, Union

import msgspec
from nyash_parse.ast import NativeLayout, SourceText
from nyash_parse.source import NO_SPAN, Span

from . import instructions as _instructions  # noqa: F401  (fills the register)
from .effects import Effects
from .instruction import REGISTER, Instruction
from .representation import Representation
from .summary import Summary
from .types import ANY, Type

AnyInstruction = Union[tuple(REGISTER.values())]  # type: ignore[valid-type]
"""The closed union, for the codec."""


class Value(msgspec.Struct, array_like=True):
    """A value's static facts. `name` is the variable it was read from, for people; `borrowed`
    says of a block's parameter, once counts are explicit, that it holds no reference itself; `age`
    is the place of the variable that holds it in the order of declaration, 0 for a temporary."""

    type: Type = ANY
    representation: Representation = Representation.WORD
    name: str = ""
    borrowed: bool = False
    age: int = 0


class Block(msgspec.Struct, array_like=True):
    """`parameters` own what is passed to them, unless `Value.borrowed`. Block 0 is the entry and
    has none."""

    parameters: list[int]
    instructions: list[AnyInstruction]
    handler: int | None = None


class Function(msgspec.Struct, array_like=True):
    """One function. `name` is unique: `Point.length/0`, `add/2`, `Main.main/1.lambda0`.

    `kind`: a `method` takes `me` as its first parameter; a `closure` takes itself (its captures
    are read with `capture.get`) and then its arguments; a `function` takes only its arguments.
    `display` is the name in stack traces (`Point.length`). Parameters are borrowed words.
    """

    name: str
    kind: Literal["function", "method", "closure"]
    parameters: list[int]
    values: list[Value]
    blocks: list[Block]
    slots: list[str] = []
    captures: list[str] = []
    display: str = ""
    span: Span = NO_SPAN
    box: str | None = None
    """The Box a method belongs to."""
    summary: Summary = msgspec.field(default_factory=Summary)

    @property
    def is_lambda(self) -> bool:
        """A function expression: traces name it by the function it stands in, unlike the closures
        of tasks and bound methods, which have names of their own."""
        return self.kind == "closure" and self.display == self.name.rpartition("/")[0]


class FieldInfo(msgspec.Struct, frozen=True, array_like=True):
    name: str
    weak: bool = False
    visibility: Literal["init", "public", "private"] = "init"
    type: Type = ANY
    span: Span = NO_SPAN


class BoxClass(msgspec.Struct, array_like=True):
    """A Box. `id` is dense from 1; `parents` all ancestors and interfaces, nearest first.

    `fields` has the inherited ones first, in order of layout. `methods` maps a selector
    (`name/arity`) to the name of the Function that answers it, inherited ones included.
    `finalisers` are the functions to run at finalisation, in order. `provider` is the library it
    comes from ("" for the program's own); `native` its C layout, its own or the nearest
    ancestor's.
    """

    name: str
    id: int
    parents: list[str]
    fields: list[FieldInfo]
    methods: dict[str, str]
    finalisers: list[str] = []
    constructor: str | None = None
    static: bool = False
    static_initialiser: str | None = None
    """Function of one parameter (the new instance) that runs the `static { }` blocks."""
    native: NativeLayout | None = None
    provider: str = ""
    span: Span = NO_SPAN
    protocol: dict[str, str] = {}
    """Functions the runtime calls by itself: `toString`, `equals`, `hash`, `handle` to their
    names, where the Box defines them in Nyash."""
    members: list[str] = []
    """What messages say of its members, whether the program uses them or not: `length/0` is a
    method, `-secret` a private member."""

    def field(self, name: str) -> FieldInfo | None:
        return next((f for f in self.fields if f.name == name), None)


class NativeParameter(msgspec.Struct, frozen=True, array_like=True):
    """`representation` is how C takes it: `int64_t`, `double`, `bool`, or `ny_word`."""

    name: str
    type: Type
    representation: Representation
    consumed: bool = False


class NativeFunction(msgspec.Struct, frozen=True, array_like=True):
    """A C function. One that throws always returns a word (0 is the error); else the result has
    the representation given."""

    symbol: str
    parameters: tuple[NativeParameter, ...]
    result: Type
    representation: Representation
    effects: int
    provider: str = ""

    @property
    def throws(self) -> bool:
        return bool(self.effects & Effects.THROWS)


class Module(msgspec.Struct, array_like=True):
    """A program. `entry` is the function that runs the top level and then `Main.main`.

    `globals` are in order of declaration. `libraries` are the names of the Box libraries whose
    native code has to be linked.
    """

    name: str
    sources: list[SourceText]
    classes: dict[str, BoxClass]
    functions: dict[str, Function]
    natives: dict[str, NativeFunction]
    globals: list[str]
    entry: str
    libraries: list[str]


__all__ = [
    "AnyInstruction",
    "Block",
    "BoxClass",
    "FieldInfo",
    "Function",
    "Instruction",
    "Module",
    "NativeFunction",
    "NativeParameter",
    "Value",
]
