"""Programs as data, and how they are written down.

Names that the whole file sees (functions, globals) begin with `PREFIX`, which becomes a program's
own prefix when several of them share a file. Parentheses stand only where precedence asks for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import ClassVar

from .values import Value, text

PREFIX = "@"
AGAIN = "'"
"""In a name: what follows only tells it from a variable of an outer block that it hides."""
INDENT = "    "

PRECEDENCE = {
    "or": 1, "and": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "is": 4,
    "|": 5, "^": 6, "&": 7, "<<": 8, ">>": 8, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11,
}  # fmt: skip
PREFIXED, POSTFIX, LOWEST = 12, 13, 0


class Expression:
    precedence: ClassVar[int] | int = POSTFIX

    def text(self) -> str:
        raise NotImplementedError

    def within(self, precedence: int) -> str:
        """The text where something binds with `precedence`."""
        written = self.text()
        return f"({written})" if self.precedence < precedence else written

    def as_body(self) -> str:
        """Behind `=>`, where `{` would open a block."""
        written = self.text()
        return f"({written})" if written.startswith("{") else written

    def as_condition(self) -> str:
        """Where the next `{` opens a block."""
        written = self.text()
        return f"({written})" if "{" in written else written


@dataclass
class Literal(Expression):
    value: Value

    def text(self) -> str:
        if isinstance(self.value, str):
            return json.dumps(self.value, ensure_ascii=False)
        if isinstance(self.value, float):
            return repr(self.value) if self.value == self.value else "(0.0 / 0.0)"
        return text(self.value)

    @property
    def precedence(self) -> int:
        return PREFIXED if self.text().startswith("-") else POSTFIX


@dataclass
class Variable(Expression):
    name: str

    def text(self) -> str:
        return self.name


@dataclass
class Prefixed(Expression):
    operator: str
    operand: Expression
    precedence = PREFIXED

    def text(self) -> str:
        operand = self.operand.within(PREFIXED)
        if operand.startswith("-"):
            operand = f"({operand})"
        return f"{self.operator} {operand}" if self.operator == "not" else self.operator + operand


@dataclass
class Binary(Expression):
    operator: str
    left: Expression
    right: Expression

    @property
    def precedence(self) -> int:
        return PRECEDENCE[self.operator]

    def text(self) -> str:
        left, right = self.left.within(self.precedence), self.right.within(self.precedence + 1)
        return f"{left} {self.operator} {right}"


@dataclass
class Is(Expression):
    operand: Expression
    box: str
    precedence = PRECEDENCE["is"]

    def text(self) -> str:
        return f"{self.operand.within(self.precedence + 1)} is {self.box}"


@dataclass
class Index(Expression):
    of: Expression
    index: Expression

    def text(self) -> str:
        return f"{self.of.within(POSTFIX)}[{self.index.text()}]"


@dataclass
class Field(Expression):
    of: Expression
    name: str

    def text(self) -> str:
        return f"{self.of.within(POSTFIX)}.{self.name}"


@dataclass
class MethodCall(Expression):
    of: Expression
    name: str
    arguments: list[Expression]

    def text(self) -> str:
        return f"{self.of.within(POSTFIX)}.{self.name}({_list(self.arguments)})"


@dataclass
class Call(Expression):
    """Of a function of the program, or of one in a variable."""

    function: str
    arguments: list[Expression]

    def text(self) -> str:
        return f"{self.function}({_list(self.arguments)})"


@dataclass
class New(Expression):
    box: str
    arguments: list[Expression]

    def text(self) -> str:
        return f"new {self.box}({_list(self.arguments)})"


@dataclass
class ArrayOf(Expression):
    items: list[Expression]

    def text(self) -> str:
        return f"[{_list(self.items)}]"


@dataclass
class MapOf(Expression):
    entries: list[tuple[Value, Expression]]

    def text(self) -> str:
        pairs = (f"{Literal(key).text()}: {item.text()}" for key, item in self.entries)
        return "{" + ", ".join(pairs) + "}"


@dataclass
class Lambda(Expression):
    """The body is an expression, or a block behind braces."""

    parameters: list[str]
    body: Expression | Block
    precedence = LOWEST

    def text(self) -> str:
        if isinstance(self.body, Expression):
            body = self.body.as_body()
        else:
            body = "\n".join(["{", *self.body.lines(), "}"])
        return f"({', '.join(self.parameters)}) => {body}"


@dataclass
class Arm:
    """Literals, or a Box that binds a name, or a name alone; `condition` may follow."""

    literals: list[Value]
    box: str
    name: str
    condition: Expression | None
    result: Expression

    def text(self) -> str:
        if self.literals:
            pattern = " | ".join(Literal(value).text() for value in self.literals)
        else:
            pattern = f"{self.box}({self.name})" if self.box else self.name
        if self.condition is not None:
            pattern += f" if {self.condition.as_condition()}"
        return f"{pattern} => {self.result.as_body()}"


@dataclass
class Match(Expression):
    subject: Expression
    arms: list[Arm]
    precedence = LOWEST

    def text(self) -> str:
        arms = ", ".join(arm.text() for arm in self.arms)
        return f"match {self.subject.within(1)} {{ {arms} }}"


def _list(items: list[Expression]) -> str:
    return ", ".join(item.text() for item in items)


# -- statements


class Statement:
    def lines(self) -> list[str]:
        raise NotImplementedError


@dataclass
class Block:
    body: list[Statement] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [
            INDENT + line
            for item in self.body
            for written in item.lines()
            for line in written.split("\n")
        ]


@dataclass
class Local(Statement):
    name: str
    value: Expression

    def lines(self) -> list[str]:
        return [f"local {self.name} = {self.value.text()}"]


@dataclass
class Assign(Statement):
    target: Variable | Index | Field
    operator: str
    """Of a compound assignment; "" for a plain one."""
    value: Expression

    def lines(self) -> list[str]:
        return [f"{self.target.text()} {self.operator}= {self.value.text()}"]


@dataclass
class Evaluate(Statement):
    expression: Expression

    def lines(self) -> list[str]:
        return [self.expression.text()]


@dataclass
class Print(Statement):
    values: list[Expression]

    def lines(self) -> list[str]:
        return [f"print({_list(self.values)})"]


@dataclass
class If(Statement):
    condition: Expression
    then: Block
    other: Block | None

    def lines(self) -> list[str]:
        made = [f"if {self.condition.as_condition()} {{", *self.then.lines()]
        if self.other is not None:
            made += ["} else {", *self.other.lines()]
        return [*made, "}"]


@dataclass
class Walk(Statement):
    """`over` is an expression, or the end of a range that begins at 0."""

    name: str
    over: Expression | int
    body: Block

    def lines(self) -> list[str]:
        over = f"0..{self.over}" if isinstance(self.over, int) else self.over.text()
        return [f"loop({self.name} in {over}) {{", *self.body.lines(), "}"]


@dataclass
class Repeat(Statement):
    """A literal number of rounds; or, with a counter, rounds while it is below the number."""

    counter: str
    rounds: int
    body: Block

    def lines(self) -> list[str]:
        if not self.counter:
            return [f"loop({self.rounds}) {{", *self.body.lines(), "}"]
        return [
            f"local {self.counter} = 0",
            f"loop({self.counter} < {self.rounds}) {{",
            f"{INDENT}{self.counter} += 1",
            *self.body.lines(),
            "}",
        ]


@dataclass
class Leave(Statement):
    """`break` or `continue`."""

    word: str

    def lines(self) -> list[str]:
        return [self.word]


@dataclass
class Return(Statement):
    value: Expression

    def lines(self) -> list[str]:
        return [f"return {self.value.text()}"]


@dataclass
class Throw(Statement):
    value: Expression

    def lines(self) -> list[str]:
        return [f"throw {self.value.text()}"]


@dataclass
class Catch:
    type: str
    name: str
    body: Block


@dataclass
class Try(Statement):
    body: Block
    catches: list[Catch]
    last: Block | None

    def lines(self) -> list[str]:
        made = ["try {", *self.body.lines()]
        for handler in self.catches:
            made += [f"}} catch ({f'{handler.type} {handler.name}'.strip()}) {{"]
            made += handler.body.lines()
        if self.last is not None:
            made += ["} finally {", *self.last.lines()]
        return [*made, "}"]


@dataclass
class AtExit(Statement):
    """`fini { … }`; its body cannot throw."""

    body: Block

    def lines(self) -> list[str]:
        return ["fini {", *self.body.lines(), "}"]
