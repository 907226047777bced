"""Statements (language.md section 4)."""

from __future__ import annotations

from typing import Union

from .expression import Expression, TypeReference
from ..source import Span
from .node import Identifier, Node


class Block(Node, tag=True):
    """`{ … }`: a scope. `close` is the span of the closing brace (where locals die)."""

    statements: tuple[Statement, ...]
    close: Span | None = None


class ExpressionStatement(Node, tag=True):
    expression: Expression


class Binding(Node, tag=True):
    """`name[: type] [= value] [fini { … }]` of a `local`."""

    name: Identifier
    annotation: TypeReference | None
    value: Expression | None
    fini: Block | None = None


class Local(Node, tag=True):
    """`local a, b = 2`; `outbox` too."""

    bindings: tuple[Binding, ...]
    outbox: bool = False


class Assign(Node, tag=True):
    """`target operator value`; `operator` is `=`, `+=`, `-=`, `*=`, `/=` or `%=`.

    `target` is a Name, FieldAccess or Index.
    """

    target: Expression
    operator: str
    value: Expression


class If(Node, tag=True):
    condition: Expression
    then: Block
    otherwise: Union[Block, If, None] = None


class LoopForever(Node, tag=True):
    """`loop { }` and `loop() { }`."""

    body: Block


class LoopWhile(Node, tag=True):
    """`loop(condition) { }`."""

    condition: Expression
    body: Block


class LoopCount(Node, tag=True):
    """`loop(1000) { }`: an integer literal as the whole condition."""

    count: int
    body: Block


class LoopIn(Node, tag=True):
    """`loop(name in iterable) { }`."""

    name: Identifier
    iterable: Expression
    body: Block


class Break(Node, tag=True):
    pass


class Continue(Node, tag=True):
    pass


class Return(Node, tag=True):
    value: Expression | None = None


class Throw(Node, tag=True):
    value: Expression


class Catch(Node, tag=True):
    """`catch (Type name) { }`; `catch (name) { }` has no type; both may be missing."""

    type_name: Identifier | None
    name: Identifier | None
    body: Block


class Try(Node, tag=True):
    """Also a block, method body or `match` with handlers behind it."""

    body: Block
    catches: tuple[Catch, ...]
    finally_: Block | None = None


class FiniBlock(Node, tag=True):
    """`fini { … }`: runs when the enclosing block is left."""

    body: Block


class Nowait(Node, tag=True):
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
