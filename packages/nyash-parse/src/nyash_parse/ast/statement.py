"""Statements (language.md section 4)."""

from __future__ import annotations

from typing import Union

from ..source import Span
from .expression import Expression, TypeReference
from .node import Identifier, Node


class Block(Node, tag=True, frozen=True):
    """`{ … }`: a scope. `close` is the span of the closing brace (where locals die)."""

    statements: tuple[Statement, ...]
    close: Span | None = None


class ExpressionStatement(Node, tag=True, frozen=True):
    expression: Expression


class Binding(Node, tag=True, frozen=True):
    """`name[: type] [= value] [fini { … }]` of a `local`."""

    name: Identifier
    annotation: TypeReference | None
    value: Expression | None
    fini: Block | None = None


class Local(Node, tag=True, frozen=True):
    """`local a, b = 2`; `outbox` too."""

    bindings: tuple[Binding, ...]
    outbox: bool = False


class Assign(Node, tag=True, frozen=True):
    """`target operator value`; `operator` is `=`, `+=`, `-=`, `*=`, `/=` or `%=`.

    `target` is a Name, FieldAccess or Index.
    """

    target: Expression
    operator: str
    value: Expression


class If(Node, tag=True, frozen=True):
    condition: Expression
    then: Block
    otherwise: Union[Block, If, None] = None


class LoopForever(Node, tag=True, frozen=True):
    """`loop { }` and `loop() { }`."""

    body: Block


class LoopWhile(Node, tag=True, frozen=True):
    """`loop(condition) { }`."""

    condition: Expression
    body: Block


class LoopCount(Node, tag=True, frozen=True):
    """`loop(1000) { }`: an integer literal as the whole condition."""

    count: int
    body: Block


class LoopIn(Node, tag=True, frozen=True):
    """`loop(name in iterable) { }`."""

    name: Identifier
    iterable: Expression
    body: Block


class Break(Node, tag=True, frozen=True):
    pass


class Continue(Node, tag=True, frozen=True):
    pass


class Return(Node, tag=True, frozen=True):
    value: Expression | None = None


class Throw(Node, tag=True, frozen=True):
    value: Expression


class Catch(Node, tag=True, frozen=True):
    """`catch (Type name) { }`; `catch (name) { }` has no type; both may be missing."""

    type_name: Identifier | None
    name: Identifier | None
    body: Block


class Try(Node, tag=True, frozen=True):
    """Also a block, method body or `match` with handlers behind it."""

    body: Block
    catches: tuple[Catch, ...]
    finally_: Block | None = None


class FiniBlock(Node, tag=True, frozen=True):
    """`fini { … }`: runs when the enclosing block is left."""

    body: Block


class Nowait(Node, tag=True, frozen=True):
    """`nowait [name =] call`."""

    name: Identifier | None
    call: Expression


Statement = Union[
    Block,
    ExpressionStatement,
    Local,
    Assign,
    If,
    LoopForever,
    LoopWhile,
    LoopCount,
    LoopIn,
    Break,
    Continue,
    Return,
    Throw,
    Try,
    FiniBlock,
    Nowait,
]
