"""Expressions (language.md section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from .node import Identifier, Node

if TYPE_CHECKING:
    from .pattern import Pattern
    from .statement import Block


class IntegerLiteral(Node, tag=True, frozen=True):
    value: int


class FloatLiteral(Node, tag=True, frozen=True):
    value: float


class StringLiteral(Node, tag=True, frozen=True):
    """`value` has its escapes replaced."""

    value: str


class BoolLiteral(Node, tag=True, frozen=True):
    value: bool


class NullLiteral(Node, tag=True, frozen=True):
    """`null` or `void`."""


class Name(Node, tag=True, frozen=True):
    """A variable, function, Box or global, whichever the name means here.

    `print` and `assert` are plain names too: they are functions of the language.
    """

    name: str


class Me(Node, tag=True, frozen=True):
    """`me` or `this`."""


class ArrayLiteral(Node, tag=True, frozen=True):
    items: tuple[Expression, ...]


class MapEntry(Node, tag=True, frozen=True):
    """`key: value`; a bare name as key arrives as a StringLiteral."""

    key: Expression
    value: Expression


class MapLiteral(Node, tag=True, frozen=True):
    entries: tuple[MapEntry, ...]


class Unary(Node, tag=True, frozen=True):
    """`operator` is one of `-`, `not`, `~` (`!` arrives as `not`)."""

    operator: str
    operand: Expression


class Binary(Node, tag=True, frozen=True):
    """`operator` is one of
    `or and == != < <= > >= | ^ & << >> .. + - * / %` (`||`, `&&` arrive as `or`, `and`)."""

    operator: str
    left: Expression
    right: Expression


class TypeTest(Node, tag=True, frozen=True):
    """`value is Name`."""

    value: Expression
    type_name: Identifier


class Cast(Node, tag=True, frozen=True):
    """`value as Name`."""

    value: Expression
    type_name: Identifier


class Weak(Node, tag=True, frozen=True):
    """`weak value`."""

    value: Expression


class Await(Node, tag=True, frozen=True):
    """`await value`."""

    value: Expression


class Call(Node, tag=True, frozen=True):
    """`callee(arguments)`."""

    callee: Expression
    arguments: tuple[Expression, ...]


class MethodCall(Node, tag=True, frozen=True):
    """`receiver.method(arguments)`."""

    receiver: Expression
    method: Identifier
    arguments: tuple[Expression, ...]


class FieldAccess(Node, tag=True, frozen=True):
    """`receiver.field` without parentheses."""

    receiver: Expression
    field: Identifier


class Index(Node, tag=True, frozen=True):
    """`receiver[index]`."""

    receiver: Expression
    index: Expression


class TypeReference(Node, tag=True, frozen=True):
    """A Box named in the source; `parameters` are documentation and have no meaning."""

    name: str
    parameters: tuple[TypeReference, ...] = ()


class New(Node, tag=True, frozen=True):
    """`new Box(arguments)`."""

    box: TypeReference
    arguments: tuple[Expression, ...]


class FromCall(Node, tag=True, frozen=True):
    """`from Parent.method(arguments)`."""

    parent: Identifier
    method: Identifier
    arguments: tuple[Expression, ...]


class Parameter(Node, tag=True, frozen=True):
    name: str
    annotation: TypeReference | None = None


class Lambda(Node, tag=True, frozen=True):
    """`(a, b) => expression`, `(a) => { … }`, `a => expression`, `fn(a) { … }`."""

    parameters: tuple[Parameter, ...]
    body: Union[Expression, Block]


class MatchArm(Node, tag=True, frozen=True):
    """`patterns [if guard] => body`; several patterns are alternatives."""

    patterns: tuple[Pattern, ...]
    guard: Expression | None
    body: Union[Expression, Block]


class Match(Node, tag=True, frozen=True):
    """`match subject { … }`, with the handlers that may follow it directly."""

    subject: Expression
    arms: tuple[MatchArm, ...]


Expression = Union[
    IntegerLiteral,
    FloatLiteral,
    StringLiteral,
    BoolLiteral,
    NullLiteral,
    Name,
    Me,
    ArrayLiteral,
    MapLiteral,
    Unary,
    Binary,
    TypeTest,
    Cast,
    Weak,
    Await,
    Call,
    MethodCall,
    FieldAccess,
    Index,
    New,
    FromCall,
    Lambda,
    Match,
]
