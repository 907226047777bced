"""The part of the language that lifetime programs are made of, and how it is written down.

Variables are named by what they hold: `n…` Nodes or null, `l…` arrays of Nodes, `m…` maps, `c…`
functions that give a Node, `k…` weak references. What is the same in all programs comes from
`tools/programs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..programs.syntax import INDENT, Call, Expression, Statement
from ..programs.syntax import Field as Field
from ..programs.syntax import Variable as Variable

CLASSES = ("Node", "Loud", "Saver", "Ender")
FIELDS = ("a", "b")
STRONG, WEAK = FIELDS, "w"


@dataclass
class Null(Expression):
    def text(self) -> str:
        return "null"


@dataclass
class New(Expression):
    """`new Failing(…)` throws after it has assigned its first field; `escape` stores `me` too."""

    kind: str
    number: int
    first: Expression
    escape: bool = False

    def text(self) -> str:
        if self.kind == "Failing":
            escape = "true" if self.escape else "false"
            return f"new Failing({self.number}, {self.first.text()}, {escape})"
        return f"new {self.kind}({self.number}, {self.first.text()})"


@dataclass
class Element(Expression):
    """Of an array `l…`, by position; of a map `m…`, by one of its keys."""

    of: str
    key: int

    def text(self) -> str:
        key = f'"k{self.key}"' if self.of.startswith("m") else str(self.key)
        return f"{self.of}[{key}]"


@dataclass
class Strong(Expression):
    """What a weak reference leads to."""

    name: str

    def text(self) -> str:
        return f"{self.name}.get()"


@dataclass
class Declare(Statement):
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"local {self.name} = {self.value.text()}"]


@dataclass
class Assign(Statement):
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"{self.name} = {self.value.text()}"]


@dataclass
class SetField(Statement):
    of: Expression
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"{self.of.text()}.{self.name} = {self.value.text()}"]


@dataclass
class Collection(Statement):
    """`local l = […]`, `local m = {"k0": …}`."""

    name: str
    items: list[Expression]

    def lines(self) -> list[str]:
        if self.name.startswith("l"):
            return [f"local {self.name} = [{', '.join(i.text() for i in self.items)}]"]
        pairs = ", ".join(f'"k{n}": {item.text()}' for n, item in enumerate(self.items))
        return [f"local {self.name} = {{{pairs}}}"]


@dataclass
class SetElement(Statement):
    of: str
    key: int
    value: Expression

    def lines(self) -> list[str]:
        return [f"{Element(self.of, self.key).text()} = {self.value.text()}"]


@dataclass
class Push(Statement):
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"{self.name}.push({self.value.text()})"]


@dataclass
class Remove(Statement):
    """The last element of an array; a key of a map."""

    name: str
    key: int = 0

    def lines(self) -> list[str]:
        if self.name.startswith("l"):
            return [f"{self.name}.pop()"]
        return [f'{self.name}.remove("k{self.key}")']


@dataclass
class Closure(Statement):
    """`local c = () => n`: captures the variable by reference."""

    name: str
    captured: str

    def lines(self) -> list[str]:
        return [f"local {self.name} = () => {self.captured}"]


@dataclass
class Weaken(Statement):
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"local {self.name} = weak {self.value.text()}"]


@dataclass
class End(Statement):
    """`x.fini()`."""

    of: Expression

    def lines(self) -> list[str]:
        return [f"{self.of.text()}.fini()"]


@dataclass
class Show(Statement):
    """Whether a value is there, and the number of its Node."""

    value: Expression

    def lines(self) -> list[str]:
        return [f"show({self.value.text()})"]


@dataclass
class Do(Statement):
    """An expression for its own sake."""

    value: Expression

    def lines(self) -> list[str]:
        return [self.value.text()]


@dataclass
class Collect(Statement):
    def lines(self) -> list[str]:
        return ["collect()"]


@dataclass
class Block(Statement):
    body: list[Statement] = field(default_factory=list)

    def lines(self) -> list[str]:
        return ["if yes {", *_inside(self.body), "}"]


@dataclass
class Repeat(Statement):
    """A loop of so many rounds; `leave` in its last round breaks or goes on early."""

    rounds: int
    body: list[Statement]
    counter: str
    leave: str = ""

    def lines(self) -> list[str]:
        leave = []
        if self.leave:
            leave = [f"    if {self.counter} == {self.rounds - 1} {{ {self.leave} }}"]
        half = len(self.body) // 2
        return [
            f"loop({self.counter} in 0..{self.rounds}) {{",
            *_inside(self.body[:half]),
            *leave,
            *_inside(self.body[half:]),
            "}",
        ]


@dataclass
class Try(Statement):
    body: list[Statement]
    handler: list[Statement] | None
    final: list[Statement] | None

    def lines(self) -> list[str]:
        made = ["try {", *_inside(self.body), "}"]
        if self.handler is not None:
            made[-1] += " catch (e) {"
            made += ["    caught(e)", *_inside(self.handler), "}"]
        if self.final is not None:
            made[-1] += " finally {"
            made += [*_inside(self.final), "}"]
        return made


@dataclass
class Throw(Statement):
    def lines(self) -> list[str]:
        return ['throw "thrown"']


@dataclass
class Return(Statement):
    value: Expression

    def lines(self) -> list[str]:
        return [f"if yes {{ return {self.value.text()} }}"]


@dataclass
class Task(Statement):
    """`nowait t = f(…)`, then its result."""

    name: str
    call: Call
    result: str

    def lines(self) -> list[str]:
        started = f"nowait {self.name} = {self.call.text()}"
        return [started, f"local {self.result} = await {self.name}"]


@dataclass
class Cancelled(Statement):
    """A task that holds its argument and waits, until it is cancelled."""

    name: str
    number: int
    value: Expression

    def lines(self) -> list[str]:
        name = self.name
        return [
            f"nowait {name} = waiter({self.number}, {self.value.text()})",
            "Task.yield()",
            f"{name}.cancel()",
            f"try {{ await {name} }} catch (e) {{ caught(e) }}",
        ]


@dataclass
class Function:
    name: str
    parameters: list[str]
    body: list[Statement]
    result: Expression

    def lines(self) -> list[str]:
        return [
            f"function {self.name}({', '.join(self.parameters)}) {{",
            *_inside(self.body),
            f"    return {self.result.text()}",
            "}",
        ]


def _inside(body: list[Statement]) -> list[str]:
    return [INDENT + line for statement in body for line in statement.lines()]
