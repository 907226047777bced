"""Variables, and how each is held.

A variable is a plain SSA value wherever that is possible. One that a closure shares and somebody
assigns becomes a *cell* on the heap; one that is assigned inside a protected region (a `try` body,
the statements after `fini { }`) and belongs outside of it becomes a *slot* of its function, since
the exception edge leaves from the middle of blocks, where no block arguments are passed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from nyash_parse.ast import Lambda
from nyash_parse.source import Span

from ..boxes import BoxSymbol, FunctionSymbol, InterfaceSymbol


class Storage(enum.Enum):
    VALUE = "value"
    CELL = "cell"
    SLOT = "slot"


@dataclass(eq=False)
class Variable:
    """`depth` counts the protected regions of the function around the declaration."""

    name: str
    span: Span
    owner: FunctionNames
    depth: int = 0
    parameter: bool = False
    captured: bool = False
    assigned: bool = False
    read: bool = False
    assigned_in_region: bool = False
    bound_lambda: Lambda | None = None
    """The lambda the variable is declared with: inside it, the name is the running closure."""

    @property
    def storage(self) -> Storage:
        if self.captured and self.assigned:
            return Storage.CELL
        return Storage.SLOT if self.assigned_in_region else Storage.VALUE


@dataclass(eq=False)
class FunctionNames:
    """One function body: its parameters, and the outer variables it uses, in order of first use."""

    outer: FunctionNames | None = None
    parameters: list[Variable] = field(default_factory=list)
    captures: list[Variable] = field(default_factory=list)
    me: Variable | None = None
    lambda_node: Lambda | None = None


@dataclass(frozen=True)
class GlobalName:
    name: str


@dataclass(frozen=True)
class Builtin:
    """`print` or `assert`."""

    name: str


@dataclass(frozen=True)
class RunningClosure:
    """The closure that runs, by the name it is bound to."""

    variable: Variable


Meaning = (
    Variable | GlobalName | Builtin | RunningClosure | BoxSymbol | FunctionSymbol | InterfaceSymbol
)


@dataclass
class Names:
    """What every name of one body means. Keys are `id()`s of syntax nodes, which the program
    keeps alive."""

    function: FunctionNames
    uses: dict[int, Meaning] = field(default_factory=dict)
    declared: dict[int, Variable] = field(default_factory=dict)
    lambdas: dict[int, FunctionNames] = field(default_factory=dict)
    assigned_in_loop: dict[int, list[Variable]] = field(default_factory=dict)
